"""How the organisation's people prove who they are."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Act, Membership, Organisation
from .audited import AuditedForm


class SecurityForm(AuditedForm):
    """What admins must have; nobody can ask of others what would lock out themselves."""

    KIND = Act.Kind.SECURITY_CHANGED

    class Meta:
        model = Organisation
        fields = ["second_factor_required"]
        labels = {"second_factor_required": _("Admins must use a second factor")}
        help_texts = {
            "second_factor_required": _(
                "Whoever has none is led to set one up before they see anything of the "
                "organisation."
            )
        }

    def __init__(self, by: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_second_factor_required(self) -> bool:
        required: bool = self.cleaned_data["second_factor_required"]
        own = Membership.objects.with_second_factors().get(pk=self.by.pk)
        if required and not own.has_second_factor:
            raise forms.ValidationError(_("Set up a second factor for yourself first."))
        return required
