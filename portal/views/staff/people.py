"""Settings › Users: who works in the organisation, and who is invited."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ...access import MemberRequest, admin_of, login_required
from ...forms.people import InvitationForm
from ...mail import invitation_email
from ...models import Act, Difference, Invitation, Membership, User, differences


@login_required
@require_http_methods(["GET", "POST"])
def user_list(request: HttpRequest, organisation: str) -> HttpResponse:
    """Members, open invitations, and the form that invites another."""
    membership = admin_of(request, organisation)
    form = InvitationForm(membership.organisation, request.POST or None)
    if form.is_valid():
        invitation = _invite(membership, **form.cleaned_data)
        sentence = _("The invitation is on its way to %(email)s.")
        messages.success(request, sentence % {"email": invitation.email})
        return redirect("portal:user-list", organisation)
    context = _people(membership) | {"form": form, "section": "settings"}
    status = 422 if form.errors else 200
    return render(request, "portal/staff/user_list.html", context, status=status)


@transaction.atomic
def _invite(membership: Membership, *, email: str, role: str) -> Invitation:
    now = timezone.now()
    invitation, token = Invitation.objects.invite(
        membership.organisation, email, role, by=membership.user, now=now
    )
    invitation_email(invitation, token, now=now)
    _note(Act.Kind.MEMBER_INVITED, membership, email, differences(None, invitation, ["role"]))
    return invitation


def _people(membership: Membership) -> dict[str, Any]:
    colleagues = membership.organisation.memberships.in_order()
    members = list(colleagues.annotate(assigned=Count("customers")))
    invitations = membership.organisation.invitations.open(timezone.now())
    return {
        "members": members,
        "has_one_admin": sum(member.is_admin for member in members) == 1,
        "invitations": invitations.order_by("email"),
        "roles": Membership.Role.choices,
    }


@login_required
@require_POST
def invitation_withdraw(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Take an invitation back: its link opens nothing any more."""
    membership = admin_of(request, organisation)
    invitation = get_object_or_404(membership.organisation.invitations, pk=pk)
    with transaction.atomic():
        if invitation.withdraw(timezone.now()):
            _note(Act.Kind.INVITATION_WITHDRAWN, membership, invitation.email)
            messages.success(request, _("The invitation is withdrawn."))
    return redirect("portal:user-list", organisation)


@login_required
@require_POST
def membership_role(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Give a member another role."""
    member = _member(request, organisation, pk)
    role = request.POST.get("role", "")
    if role not in Membership.Role:
        return redirect("portal:user-list", organisation)
    try:
        _change_role(request, member, Membership.Role(role))
    except Membership.LastAdmin:
        messages.error(request, _refusal(member))
    else:
        sentence = _("%(name)s has the role %(role)s now.")
        messages.success(
            request, sentence % {"name": member.user, "role": member.get_role_display()}
        )
    return _back(request, member)


@transaction.atomic
def _change_role(request: HttpRequest, member: Membership, role: Membership.Role) -> None:
    before = Membership.objects.get(pk=member.pk)
    member.change_role(role)
    if changes := differences(before, member, ["role"]):
        _note(Act.Kind.ROLE_CHANGED, _own(request), str(member.user), changes)


@login_required
@require_http_methods(["GET", "POST"])
def membership_remove(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Ask, then end somebody's membership."""
    member = _member(request, organisation, pk)
    if request.method != "POST":
        context = {"member": member, "section": "settings"}
        return render(request, "portal/staff/membership_remove.html", context)
    try:
        with transaction.atomic():
            _note(Act.Kind.MEMBER_REMOVED, _own(request), f"{member.user} <{member.user.email}>")
            member.remove()
    except Membership.LastAdmin:
        messages.error(request, _refusal(member))
    else:
        sentence = _("%(name)s no longer works in %(organisation)s.")
        values = {"name": member.user, "organisation": member.organisation}
        messages.success(request, sentence % values)
    return _back(request, member)


def _member(request: HttpRequest, organisation: str, pk: int) -> Membership:
    """The member of this number in an organisation that the user administers, or 404."""
    colleagues = admin_of(request, organisation).organisation.memberships
    return get_object_or_404(colleagues.select_related("user", "organisation"), pk=pk)


def _own(request: HttpRequest) -> Membership:
    """The place of who asks; the gate has left it on the request."""
    return cast(MemberRequest, request).membership


def _note(kind: Act.Kind, by: Membership, about: str, changes: Iterable[Difference] = ()) -> None:
    Act.objects.note_by(by, kind, now=timezone.now(), about=about, changes=changes)


def _refusal(member: Membership) -> str:
    sentence = _("%(name)s is the only admin. Make somebody else an admin first.")
    return sentence % {"name": member.user}


def _back(request: HttpRequest, member: Membership) -> HttpResponse:
    # Whoever gave up their own role may not see the list any more.
    still_admin = Membership.objects.admins().filter(
        organisation=member.organisation, user=cast(User, request.user)
    )
    if still_admin.exists():
        return redirect("portal:user-list", member.organisation.slug)
    return redirect("portal:home")
