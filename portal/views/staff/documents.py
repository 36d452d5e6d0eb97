"""Estimates and invoices as staff see them: lists, one document, its thread."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ... import addresses, history
from ...access import document_for, documents_for, login_required, member_of
from ...correspondence import reply
from ...forms.correspondence import ReplyForm
from ...models import Attachment, Estimate, Invoice, Membership, Payment
from ...paper import paper
from ..customer.documents import document_page, pdf_response
from ..customer.files import download
from .pages import page_by_state, words_of

Kind = type[Estimate] | type[Invoice]
ENTRIES = 40  # of a document's history, unless somebody asks for all of it


@login_required
@require_safe
def document_list(request: HttpRequest, organisation: str, kind: Kind) -> HttpResponse:
    """Documents of one kind, newest first, narrowed by state and words."""
    membership = member_of(request, organisation)
    today = membership.organisation.date_of(timezone.now())
    documents = documents_for(membership, kind)
    if words := words_of(request):
        documents = documents.search(words)
    counts, rows = documents.count_states(today), documents.latest_first().with_customers()
    context = {
        "section": f"{kind.KIND}s",
        "words": words,
        **page_by_state(request, rows, kind.State, counts, today),
    }
    return render(request, f"portal/staff/{kind.KIND}_list.html", context)


@login_required
@require_safe
def document_detail(
    request: HttpRequest, organisation: str, number: str, kind: Kind
) -> HttpResponse:
    """One document as on paper, with its comments and history."""
    membership = member_of(request, organisation)
    return detail_page(request, document_for(membership, kind, number), ReplyForm())


def detail_page(
    request: HttpRequest, document: Estimate | Invoice, form: ReplyForm, status: int = 200
) -> HttpResponse:
    """The page of a document, with a reply being written; of a long history its newest part."""
    is_whole = request.GET.get("history") == "all"
    entries = history.of_document(document, None if is_whole else ENTRIES + 1)
    context = {
        "section": f"{document.KIND}s",
        "answer": document.answer() if isinstance(document, Estimate) else None,
        "entries": entries if is_whole else entries[:ENTRIES],
        "has_older": not is_whole and len(entries) > ENTRIES,
        "form": form,
        **paper(document),
        **around(document),
    }
    template = f"portal/staff/{document.KIND}_detail.html"
    return render(request, template, context, status=status)


def around(document: Estimate | Invoice) -> dict[str, Any]:
    """What belongs to it: an estimate's invoices; of an invoice, the money."""
    if isinstance(document, Estimate):
        return {"made": document.invoices.order_by("pk")}
    return money_of(document)


def money_of(invoice: Invoice) -> dict[str, Any]:
    """What was paid of an invoice, and the credit that could pay more."""
    parts = invoice.allocations.filter(payment__status__in=["pending", "succeeded"])
    credit = Payment.objects.with_credit_for(invoice).sums("unapplied")
    return {
        "parts": parts.order_by("pk").select_related("payment"),
        "credit": credit[0] if credit and not invoice.is_draft else None,
        "is_payable": invoice.is_owing and invoice.pending_payment_id is None,
    }


@login_required
@require_http_methods(["GET", "POST"])
def document_comment(
    request: HttpRequest, organisation: str, number: str, kind: Kind
) -> HttpResponse:
    """Add a reply that the customer gets, or a note that stays inside; a GET only leads back."""
    membership = member_of(request, organisation)
    document = document_for(membership, kind, number)
    if request.method == "POST":
        form = ReplyForm(request.POST, request.FILES)
        if not form.is_valid():
            return detail_page(request, document, form, status=422)
        _reply(membership, document, form)
    return redirect(addresses.of_document(document) + "#history")


def _reply(membership: Membership, document: Estimate | Invoice, form: ReplyForm) -> None:
    # Nobody outside sees a draft, so nobody can be answered there.
    is_internal = form.cleaned_data["is_internal"] or document.is_draft
    reply(
        document,
        membership.user,
        form.cleaned_data["text"],
        is_internal=is_internal,
        key=form.cleaned_data["key"],
        now=timezone.now(),
        uploads=form.cleaned_data["attachments"],
    )


@login_required
@require_safe
def document_file(
    request: HttpRequest, organisation: str, number: str, kind: Kind, pk: int
) -> HttpResponse:
    """A file of the conversation, internal ones too."""
    document = document_for(member_of(request, organisation), kind, number)
    return download(get_object_or_404(Attachment.objects.at(document), pk=pk))


@login_required
@require_safe
def document_as_pdf(
    request: HttpRequest, organisation: str, number: str, kind: Kind
) -> HttpResponse:
    """The document on paper, drafts too."""
    return pdf_response(document_for(member_of(request, organisation), kind, number))


@login_required
@require_safe
def document_preview(
    request: HttpRequest, organisation: str, number: str, kind: Kind
) -> HttpResponse:
    """The customer's page, with its actions off."""
    document = document_for(member_of(request, organisation), kind, number)
    return document_page(request, document, is_preview=True)
