"""How allauth behaves here, and how accounts come about: nobody signs up, people are invited."""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from .browsers import ip_address_of
from .mail import account_email
from .models import User

NOWHERE = "0.0.0.0"  # noqa: S104  A request without an address, such as one over a Unix socket.


def display_name(user: User) -> str:
    """What pages and e-mails call the user."""
    return str(user)


def owner_of(email: str) -> User | None:
    """Whose address this is: the one they sign in with, or another that they proved theirs."""
    if user := User.objects.filter(email__iexact=email).first():
        return user
    address = EmailAddress.objects.filter(email__iexact=email, verified=True).first()
    return address.user if address else None


@transaction.atomic
def create_account(email: str, name: str, password: str | None, **preferences: Any) -> User:
    """A user who can sign in at once: that the address is theirs is known already."""
    user = User.objects.create_user(email.lower(), password, name=name, **preferences)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


class InvitationOnly(DefaultAccountAdapter):
    """Closes sign-up: accounts are made by accepting an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits count and that the list of sessions shows."""
        return ip_address_of(request) or NOWHERE

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Leave allauth's e-mail to the worker: no page waits for a mail server."""
        site = {"request": self.request, "current_site": get_current_site(self.request)}
        message = self.render_mail(template_prefix, email, {**site, "email": email, **context})
        pages = getattr(message, "alternatives", [])
        account_email(
            email,
            subject=message.subject,
            text=str(message.body),
            html=str(pages[0][0]) if pages else "",
            now=timezone.now(),
        )


class LinkedAccountsOnly(DefaultSocialAccountAdapter):
    """Lets people sign in with an account that they linked before, never with a new one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Turn away accounts that nobody has linked, and say what to do."""
        is_linking = sociallogin.state.get("process") == AuthProcess.CONNECT
        if not (is_linking or sociallogin.is_existing):
            _turn_away(request, sociallogin)


def _turn_away(request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
    provider = sociallogin.account.get_provider(request).name
    sentence = _(
        "This %(provider)s account is not linked to anybody here yet. "
        "Sign in with your e-mail address, then link it in your profile."
    )
    messages.error(request, sentence % {"provider": provider})
    raise ImmediateHttpResponse(redirect("account_login"))
