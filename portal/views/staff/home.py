"""Where people arrive: the front door, and the button in Cliq."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ... import addresses
from ...access import event_for
from ...models import Membership


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The dashboard of the organisation joined first; who has none is told what to do."""
    if not request.user.is_authenticated:
        return render(request, "portal/staff/landing.html")
    memberships = Membership.objects.filter(user=request.user).select_related("organisation")
    membership = memberships.order_by("pk").first()
    if membership is None:
        return render(request, "portal/staff/no_organisation.html")
    return redirect("portal:dashboard", membership.organisation.slug)


@require_safe
def open_in_books(request: HttpRequest, reference: str) -> HttpResponse:
    """The document that a message in Cliq speaks of, for those who work there.

    Everybody else finds one and the same page, whether the reference exists or not.
    """
    event = None
    if request.user.is_authenticated:
        event = event_for(request.user, reference.upper())
    if event is None:
        return render(request, "portal/staff/open.html", {"path": request.path})
    return redirect(addresses.of_document(event.document))
