"""An invitation, as the person invited sees it; no sign-in is needed to look."""

from typing import cast

from allauth.account.utils import perform_login
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ...accounts import create_account, owner_of
from ...forms.people import NewAccountForm
from ...models import Invitation, User


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites; join with the account of the address, or with a new one."""
    found = Invitation.objects.for_token(token, timezone.now()).first()
    if found is None:
        return _gone(request)
    account = owner_of(found.email)
    try:
        if account is None and not request.user.is_authenticated:
            return _with_new_account(request, found)
        if request.method == "POST" and request.user == account:
            return _join(request, found, account)
    except (Invitation.NotOpen, IntegrityError):  # The second of two clicks comes too late.
        return _gone(request)
    context = {"invitation": found, "account": account, "is_theirs": request.user == account}
    return render(request, "portal/accounts/invitation.html", context)


def _with_new_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = NewAccountForm(found.email, request.POST or None)
    if not form.is_valid():
        context = {"invitation": found, "form": form}
        status = 422 if form.errors else 200
        return render(request, "portal/accounts/invitation.html", context, status=status)
    with transaction.atomic():
        user = create_account(
            found.email,
            form.cleaned_data["name"],
            form.cleaned_data["password"],
            language=get_language(),
            time_zone=found.organisation.time_zone,
        )
        found.accept(user, now=timezone.now())
    dashboard = reverse("portal:dashboard", args=[found.organisation.slug])
    return cast(HttpResponse, perform_login(request, user, redirect_url=dashboard))


def _join(request: HttpRequest, found: Invitation, user: User) -> HttpResponse:
    found.accept(user, now=timezone.now())
    sentence = _("Welcome to %(organisation)s.")
    messages.success(request, sentence % {"organisation": found.organisation})
    return redirect("portal:dashboard", found.organisation.slug)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accounts/invitation_gone.html", status=404)
