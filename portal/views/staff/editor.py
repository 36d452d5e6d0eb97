"""Writing estimates and invoices."""

from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ... import addresses
from ...access import customer_for, customers_for, document_for, login_required, member_of
from ...forms.differences import differences
from ...forms.documents import Sheet
from ...models import Act, Customer, Estimate, Invoice, Membership, User
from .pages import page_of, words_of

Kind = type[Estimate] | type[Invoice]


@login_required
@require_http_methods(["GET", "POST"])
def document_new(request: HttpRequest, organisation: str, kind: Kind) -> HttpResponse:
    """Choose the customer, then write the document."""
    membership = member_of(request, organisation)
    chosen = request.GET.get("customer", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        return _choose_customer(request, membership, kind)
    customer = customer_for(membership, int(chosen))
    document = _blank(membership, customer, kind)
    if document is None:
        messages.info(request, _("Write down a person there first: documents go to somebody."))
        return redirect("portal:customer-edit", organisation, customer.pk)
    return _edit(request, document)


def _choose_customer(request: HttpRequest, membership: Membership, kind: Kind) -> HttpResponse:
    customers, words = customers_for(membership).active(), words_of(request)
    found = customers.search(words) if words else customers
    context = {
        "section": f"{kind.KIND}s",
        "kind": kind.KIND,
        "page": page_of(request, found.order_by("name", "pk").with_contacts()),
        "words": words,
    }
    return render(request, "portal/staff/document_customer.html", context)


def _blank(membership: Membership, customer: Customer, kind: Kind) -> Estimate | Invoice | None:
    contact = customer.contacts.order_by("-is_primary", "name", "pk").first()
    today = membership.organisation.date_of(timezone.now())
    if contact is None:
        return None
    return kind.start(customer, contact, by=membership.user, today=today)


@login_required
@require_http_methods(["GET", "POST"])
def document_edit(request: HttpRequest, organisation: str, number: str, kind: Kind) -> HttpResponse:
    """Change a draft."""
    document = document_for(member_of(request, organisation), kind, number)
    if not document.is_draft and request.method != "POST":
        return _refused(request, document)
    return _edit(request, document)


def _edit(request: HttpRequest, document: Estimate | Invoice) -> HttpResponse:
    if request.method != "POST":
        return _editor_page(request, Sheet(document))
    sheet = Sheet(document, request.POST)
    if "HX-Request" in request.headers:
        return _totals(request, sheet)
    if not sheet.is_valid():
        return _editor_page(request, sheet, 422)
    try:
        _save(sheet, cast(User, request.user))
    except (document.NotDraft, document.Rewritten):
        return _overtaken(request, sheet)
    messages.success(request, _("%(number)s is saved.") % {"number": document.number})
    return redirect(addresses.of_document(document, _next_page(request)))


def _save(sheet: Sheet, user: User) -> None:
    document, lines = sheet.document, sheet.written()
    if document.pk is None:
        document.save_with_lines(lines)
    else:
        document.rewrite(lines, version=sheet.known_version, by=user, now=timezone.now())


def _overtaken(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Somebody saved or sent it meanwhile: everything typed stays, and the writer decides."""
    documents = type(sheet.document).objects.select_related("contact", "organisation", "written_by")
    newest = get_object_or_404(documents, pk=sheet.document.pk)  # It may be deleted by now.
    context = {"newest": newest, "differences": differences(sheet, newest)}
    return _editor_page(request, sheet, 409, **context)


def _totals(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """What it comes to so far, for a page where somebody types; nothing is saved."""
    context = {"document": sheet.document, "sums": sheet.sums(), "amounts": sheet.amounts()}
    return render(request, "portal/staff/_document_totals.html", context)


def _next_page(request: HttpRequest) -> str:
    return "send" if "send" in request.POST else "detail"


def _refused(request: HttpRequest, document: Estimate | Invoice) -> HttpResponse:
    messages.error(request, _("Only drafts can be changed or deleted."))
    return redirect(addresses.of_document(document))


def _editor_page(
    request: HttpRequest, sheet: Sheet, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "section": f"{sheet.document.KIND}s",
        "is_new": sheet.document.pk is None,
        "document": sheet.document,
        "form": sheet.form,
        "lines": sheet.lines,
        "sums": sheet.sums(),
        **more,
    }
    return render(request, "portal/staff/document_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def document_duplicate(
    request: HttpRequest, organisation: str, number: str, kind: Kind
) -> HttpResponse:
    """Make a draft that says the same and open it; a GET only leads back."""
    membership = member_of(request, organisation)
    document = document_for(membership, kind, number)
    if request.method != "POST":
        return redirect(addresses.of_document(document))
    today = membership.organisation.date_of(timezone.now())
    copy = document.duplicate(by=membership.user, today=today)
    messages.success(request, _("%(number)s is a copy, dated today.") % {"number": copy.number})
    return redirect(addresses.of_document(copy, "edit"))


@login_required
@require_http_methods(["GET", "POST"])
def document_delete(
    request: HttpRequest, organisation: str, number: str, kind: Kind
) -> HttpResponse:
    """Ask once more, then delete a draft that no customer ever saw."""
    membership = member_of(request, organisation)
    document = document_for(membership, kind, number)
    if not document.is_deletable:
        return _refused(request, document)
    if request.method != "POST":
        context = {"section": f"{kind.KIND}s", "document": document}
        return render(request, "portal/staff/document_delete.html", context)
    try:
        _discard(membership, document)
    except document.NotDraft:
        return _refused(request, document)
    messages.success(request, _("%(number)s is deleted.") % {"number": document.number})
    return redirect(f"portal:{kind.KIND}-list", organisation)


@transaction.atomic
def _discard(membership: Membership, document: Estimate | Invoice) -> None:
    """Delete the draft; its number is a gap from now on, and the audit log says whose."""
    document.discard()
    about = f"{document.number} ({document.customer})"
    kind, now = Act.Kind.DOCUMENT_DELETED, timezone.now()
    Act.objects.note_by(membership, kind, now=now, about=about)
