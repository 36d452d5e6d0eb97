"""Who can open a document without signing in, and who did."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ... import addresses
from ...access import document_for, login_required, member_of
from ...models import Act, Contact, Estimate, Invoice, Link, Membership
from .documents import Kind


@login_required
@require_http_methods(["GET", "POST"])
def link_list(request: HttpRequest, organisation: str, number: str, kind: Kind) -> HttpResponse:
    """Every link to the document; on POST, one for a contact who has none."""
    membership = member_of(request, organisation)
    document = document_for(membership, kind, number)
    if document.is_draft:
        messages.error(request, _("A draft has no link yet. Send it first."))
        return redirect(addresses.of_document(document))
    if request.method == "POST":
        contact = get_object_or_404(document.customer.contacts, pk=_pk(request))
        _make(membership, document, contact)
        return redirect(addresses.of_document(document, "links"))
    context = {"section": f"{document.KIND}s", "document": document, **_links(document)}
    return render(request, "portal/staff/link_list.html", context)


def _links(document: Estimate | Invoice) -> dict[str, Any]:
    now = timezone.now()
    links = list(document.links.with_visits().order_by("-created_at", "-pk"))
    live = [link for link in links if link.is_live(now)]
    without = document.customer.contacts.exclude(pk__in=[link.contact_id for link in live])
    return {
        "live": live,
        "ended": [link for link in links if link not in live],
        "without": without.order_by("-is_primary", "name", "pk"),
    }


def _pk(request: HttpRequest) -> int:
    named = request.POST.get("contact", "")
    return int(named) if named.isdecimal() and len(named) < 19 else 0


@transaction.atomic
def _make(membership: Membership, document: Estimate | Invoice, contact: Contact) -> None:
    now = timezone.now()
    link = Link.objects.renew(document, contact, now=now)
    if link.created_at == now:
        _note(Act.Kind.LINK_MADE, membership, link)


@login_required
@require_POST
def link_reset(
    request: HttpRequest, organisation: str, number: str, kind: Kind, pk: int
) -> HttpResponse:
    """End the contact's link at once and make another."""
    membership = member_of(request, organisation)
    link = _link(membership, kind, number, pk)
    if _reset(membership, link):
        sentence = _("%(name)s has a new link. The old one opens nothing any more.")
        messages.success(request, sentence % {"name": link.contact})
    return redirect(addresses.of_document(link.document, "links"))


@transaction.atomic
def _reset(membership: Membership, link: Link) -> bool:
    now = timezone.now()
    was_live = link.revoke(now=now)
    if was_live:
        Link.objects.renew(link.document, link.contact, now=now)
        _note(Act.Kind.LINK_RESET, membership, link)
    return was_live


@login_required
@require_POST
def link_revoke(
    request: HttpRequest, organisation: str, number: str, kind: Kind, pk: int
) -> HttpResponse:
    """End the contact's link at once."""
    membership = member_of(request, organisation)
    link = _link(membership, kind, number, pk)
    with transaction.atomic():
        if link.revoke(now=timezone.now()):
            _note(Act.Kind.LINK_REVOKED, membership, link)
            sentence = _(
                "The link of %(name)s opens nothing any more. They themselves still come in with a "
                "code sent to their address, until they are erased on the customer's page."
            )
            messages.success(request, sentence % {"name": link.contact})
    return redirect(addresses.of_document(link.document, "links"))


def _link(membership: Membership, kind: Kind, number: str, pk: int) -> Link:
    """The document's link of this number, or 404."""
    document = document_for(membership, kind, number)
    links = document.links.select_related(
        "contact", f"{document.KIND}__organisation", f"{document.KIND}__customer"
    )
    return get_object_or_404(links, pk=pk)


def _note(kind: Act.Kind, membership: Membership, link: Link) -> None:
    document, about = link.document, str(link.contact)
    Act.objects.note_by(membership, kind, now=timezone.now(), document=document, about=about)
