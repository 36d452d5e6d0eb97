"""The page before a second factor, and where the user is signed in."""

from typing import cast

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ...access import login_required
from ...models import Membership, User


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
