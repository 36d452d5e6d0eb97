"""Settings: the page behind the gear, and the forms of the organisation that it leads to."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ...access import admin_of, login_required
from ...colours import is_pale
from ...forms.audited import AuditedForm
from ...forms.organisations import OrganisationForm, PaperForm, PortalForm, TermsForm
from ...forms.pictures import LogoForm
from ...forms.security import SecurityForm
from ...models import Act, Logo, Membership, Organisation


@login_required
@require_safe
def hub(request: HttpRequest, organisation: str) -> HttpResponse:
    """What an admin can set."""
    admin_of(request, organisation)
    return render(request, "portal/staff/settings.html", {"section": "settings"})


@login_required
@require_http_methods(["GET", "POST"])
def profile_settings(request: HttpRequest, organisation: str) -> HttpResponse:
    """Name, address, language, colour and logo."""
    membership = admin_of(request, organisation)
    return _page(request, membership, OrganisationForm, "profile", **_looks(membership))


@login_required
@require_http_methods(["GET", "POST"])
def paper_settings(request: HttpRequest, organisation: str) -> HttpResponse:
    """Numbers, tax and what stands on every document."""
    return _page(request, admin_of(request, organisation), PaperForm, "paper")


@login_required
@require_http_methods(["GET", "POST"])
def terms_settings(request: HttpRequest, organisation: str) -> HttpResponse:
    """What new documents and customers begin with."""
    return _page(request, admin_of(request, organisation), TermsForm, "terms")


@login_required
@require_http_methods(["GET", "POST"])
def portal_settings(request: HttpRequest, organisation: str) -> HttpResponse:
    """What customers find in the portal, and what is asked of them."""
    return _page(request, admin_of(request, organisation), PortalForm, "portal")


@login_required
@require_http_methods(["GET", "POST"])
def security_settings(request: HttpRequest, organisation: str) -> HttpResponse:
    """Whether admins must use a second factor, and which of them have one."""
    membership = admin_of(request, organisation)
    admins = membership.organisation.memberships.admins().with_second_factors().in_order()
    form_class = partial(SecurityForm, membership)
    return _page(request, membership, form_class, "security", admins=admins)


@login_required
@require_POST
def logo_change(request: HttpRequest, organisation: str) -> HttpResponse:
    """Take the picture as the logo."""
    membership = admin_of(request, organisation)
    logo = LogoForm(request.POST, request.FILES)
    if not logo.is_valid():
        looks = _looks(membership) | {"logo_form": logo}
        form = OrganisationForm(instance=_copy(membership))
        return _shown(request, form, "profile", status=422, **looks)
    with transaction.atomic():
        Logo.objects.put(membership.organisation, logo.cleaned_data["logo"])
        Act.objects.note_by(membership, Act.Kind.LOGO_CHANGED, now=timezone.now())
    messages.success(request, _("The logo is saved."))
    return redirect("portal:profile-settings", organisation)


@login_required
@require_POST
def logo_remove(request: HttpRequest, organisation: str) -> HttpResponse:
    """Go back to the first letter of the name."""
    membership = admin_of(request, organisation)
    with transaction.atomic():
        if Logo.objects.remove(membership.organisation):
            Act.objects.note_by(membership, Act.Kind.LOGO_REMOVED, now=timezone.now())
            messages.success(request, _("The logo is removed."))
    return redirect("portal:profile-settings", organisation)


def _page(
    request: HttpRequest,
    membership: Membership,
    form_class: Callable[..., AuditedForm],
    name: str,
    **more: Any,
) -> HttpResponse:
    """Show the form; save what was changed in it."""
    form = form_class(
        request.POST if request.method == "POST" else None, instance=_copy(membership)
    )
    if not form.is_bound or not form.is_valid():
        return _shown(request, form, name, status=422 if form.is_bound else 200, **more)
    form.save_as(membership, timezone.now())
    messages.success(request, _("The settings are saved."))
    return redirect(request.path)


def _shown(
    request: HttpRequest, form: AuditedForm, name: str, *, status: int, **more: Any
) -> HttpResponse:
    context = {"section": "settings", "form": form, **more}
    return render(request, f"portal/staff/settings_{name}.html", context, status=status)


def _copy(membership: Membership) -> Organisation:
    """The organisation once more: what is typed must not show around the form too early."""
    return Organisation.objects.get(pk=membership.organisation_id)


def _looks(membership: Membership) -> dict[str, Any]:
    accent = membership.organisation.accent
    return {"logo_form": LogoForm(), "is_pale": bool(accent) and is_pale(accent)}
