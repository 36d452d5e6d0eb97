"""Who works here, and who they are: invitations, new accounts, profiles."""

import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from ..accounts import owner_of
from ..models import Membership, Organisation, User

CONTINENTS = {
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
    "UTC",
}


@cache
def time_zones() -> list[tuple[str, str]]:
    """The names that people choose from; old aliases such as `Japan` are left out."""
    names = (name for name in zoneinfo.available_timezones() if name.split("/")[0] in CONTINENTS)
    return [(name, name.replace("_", " ")) for name in sorted(names)]


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Membership.Role.choices,
        initial=Membership.Role.STAFF,
        help_text=_(
            "Admins change the settings, connect Zoho Cliq and invite others. Staff of assigned "
            "customers see nothing of the others."
        ),
    )

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        member = owner_of(email)
        if member and self.organisation.memberships.filter(user=member).exists():
            raise forms.ValidationError(_("This person works here already."))
        return email


class NewAccountForm(forms.Form):
    """How somebody invited will be called, and how they will sign in."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=lazy(password_validators_help_text_html, str)(),
    )

    def __init__(self, email: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        person = User(email=self.email, name=self.cleaned_data.get("name", ""))
        validate_password(password, person)
        return password


class ProfileForm(forms.ModelForm):
    """How pages greet the user, in which language and at what time."""

    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = time_zones()
        current = (self.instance.time_zone, self.instance.time_zone)
        choices = known if current[0] in dict(known) else [current, *known]
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]
