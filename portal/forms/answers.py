"""What a customer fills in to answer an estimate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Answer, Organisation
from ..signatures import Signature, Unreadable
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
    """Who accepts, and their signature: drawn or typed, as they like."""

    name = NameField()
    way = forms.ChoiceField(
        label=_("How you sign"),
        choices=[("drawn", _("Draw")), ("typed", _("Type"))],
        widget=forms.RadioSelect,
        required=False,
    )
    drawn = forms.CharField(widget=forms.HiddenInput, required=False)
    typed = forms.CharField(
        label=_("Your name as your signature"),
        max_length=NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, is_signature_required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_signature_required = is_signature_required

    def clean(self) -> None:
        """Whatever was signed the chosen way, as it is stored; "" for nothing."""
        way = "drawn" if self.cleaned_data.get("way") == "drawn" else "typed"
        self.cleaned_data["signature"] = ""
        given = self.cleaned_data.get(way, "")
        if given:
            self._take(way, given)
        elif self.is_signature_required and way not in self.errors:
            self.add_error(way, _("Please sign: draw your signature, or type your name."))

    def _take(self, way: str, given: str) -> None:
        try:
            signature = Signature.drawn(given) if way == "drawn" else Signature(typed=given)
        except Unreadable:
            self.add_error(way, _("The signature could not be read. Clear it and sign again."))
            return
        if signature.is_too_simple:
            self.add_error(way, _("This is too little for a signature. Write your whole name."))
        self.cleaned_data["signature"] = str(signature)


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
