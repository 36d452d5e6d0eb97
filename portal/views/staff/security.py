"""Settings › Security, the page before a second factor, and where the user is signed in."""

from typing import cast

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ...access import admin_of, login_required
from ...forms.security import SecurityForm
from ...models import Membership, Organisation, User


@login_required
@require_http_methods(["GET", "POST"])
def security_settings(request: HttpRequest, organisation: str) -> HttpResponse:
    """Whether admins must use a second factor, and which of them have one."""
    membership = admin_of(request, organisation)
    copy = Organisation.objects.get(pk=membership.organisation_id)
    form = SecurityForm(
        membership, request.POST if request.method == "POST" else None, instance=copy
    )
    if form.is_valid():
        form.save_as(membership, timezone.now())
        messages.success(request, _("The settings are saved."))
        return redirect("portal:security-settings", organisation)
    admins = membership.organisation.memberships.admins().with_second_factors().in_order()
    context = {"section": "settings", "form": form, "admins": admins}
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/settings_security.html", context, status=status)


@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """What an admin must do before they see the organisations that ask for it."""
    waiting = Membership.objects.held_back().filter(user=cast(User, request.user))
    memberships = waiting.select_related("organisation").order_by("organisation__name", "pk")
    if not memberships:
        return redirect("portal:home")
    return render(request, "portal/accounts/second_factor.html", {"memberships": memberships})


@login_required
@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one browser of the user's own; this one goes to the sign-in page."""
    session = get_object_or_404(UserSession, user=cast(User, request.user), pk=pk)
    is_here = session.session_key == request.session.session_key
    get_adapter().end_sessions([session])
    if is_here:
        logout(request)
    else:
        messages.success(request, _("That browser is signed out."))
    return redirect("usersessions_list")
