"""What the audit log is narrowed to."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Act


class AuditForm(forms.Form):
    """Who, what, and words; an impossible wish is none."""

    q = forms.CharField(
        required=False,
        max_length=100,
        widget=forms.SearchInput(
            attrs={"aria-label": _("Search"), "placeholder": _("Name, customer or value")}
        ),
    )
    who = forms.ChoiceField(
        required=False, widget=forms.Select(attrs={"aria-label": _("Colleague")})
    )
    kind = forms.ChoiceField(
        choices=[("", _("All changes")), *Act.Kind.choices],
        required=False,
        widget=forms.Select(attrs={"aria-label": _("Kind")}),
    )

    def __init__(self, authors: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Everybody")), *((name, name) for name in authors)]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, str]:
        """The fields that say something possible."""
        self.is_valid()
        return {name: words for name, words in self.cleaned_data.items() if words}
