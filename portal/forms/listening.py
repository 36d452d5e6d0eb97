"""By which e-mails somebody wants to hear of customers' acts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..events import EventKind
from ..models import Membership


class ListeningForm(forms.Form):
    """The choice of one member in one organisation."""

    emails = forms.ChoiceField(
        label=_("E-mails"), choices=Membership.Emails.choices, widget=forms.RadioSelect
    )
    kinds = forms.MultipleChoiceField(
        label=_("When this happens"),
        choices=EventKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The bell shows them all, whatever you choose here."),
    )
    hour = forms.TypedChoiceField(
        label=_("The daily e-mail leaves at"),
        coerce=int,
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)],
        help_text=_("In your own time zone, which your profile names."),
    )

    def clean(self) -> dict[str, Any]:
        words: dict[str, Any] = super().clean() or self.cleaned_data
        is_silent = words.get("emails") == Membership.Emails.NEVER
        if not (is_silent or words.get("kinds") or "kinds" in self.errors):
            self.add_error("kinds", _("Choose at least one, or no e-mails."))
        return words
