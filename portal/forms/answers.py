"""What a customer fills in to answer an estimate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Answer, Organisation
from .comments import PlainTextField

NAME_LENGTH = Answer._meta.get_field("name").max_length
REASON_LENGTH = 2000


class NameField(forms.CharField):
    """The name of the person who answers."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Your name"),
            max_length=NAME_LENGTH,
            error_messages={"required": _("Tell us your name: an answer needs one.")},
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )


class AcceptForm(forms.Form):
    """Who accepts."""

    name = NameField()


class DeclineForm(forms.Form):
    """Who declines, and why: if they like, or as the organisation asks."""

    name = NameField()
    reason = PlainTextField(
        label=_("Reason (optional)"),
        help_text=_("It helps us to make a better offer."),
        max_length=REASON_LENGTH,
        required=False,
        error_messages={"required": _("Tell us why you decline: a few words are enough.")},
    )

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisation.decline_reason_required:
            self.fields["reason"].required = True
            self.fields["reason"].label = _("Reason")


class ReasonForm(forms.Form):
    """Why a customer declined, as a colleague heard it."""

    reason = PlainTextField(label=_("Reason (optional)"), max_length=REASON_LENGTH, required=False)
