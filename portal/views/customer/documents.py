"""An estimate or invoice as its customer sees it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from ...customer_access import LinkRequest, document_of, link_to_invoice_of
from ...forms.comments import CommentForm
from ...limits import limited
from ...models import Contact, Estimate, Invoice, Link
from ...paper import paper
from ...payments import provider_for
from ...pdf import document_pdf
from .door import by_link, shown_in


@require_safe
@by_link
def link(request: LinkRequest, token: str) -> HttpResponse:
    return opened_page(request, token)


@require_safe
@limited("pdf", methods=("GET", "HEAD"))
@by_link
def link_pdf(request: LinkRequest, token: str) -> HttpResponse:
    """The document on paper; fetching it is no view, and what was cancelled has none."""
    document = document_of(request.visitor.link)
    if document.status == Invoice.Status.VOID:
        return opened_page(request, token)
    return pdf_response(document, request.visitor.contact.language)


def pdf_response(document: Estimate | Invoice, language: str = "") -> HttpResponse:
    """The document as PDF, named by its number."""
    return inline_pdf(document_pdf(document, language), document.number)


def inline_pdf(pdf: bytes, name: str) -> HttpResponse:
    """The PDF in the browser, under a name for when somebody keeps it."""
    response = HttpResponse(pdf, content_type="application/pdf")
    disposition = content_disposition_header(as_attachment=False, filename=f"{name}.pdf")
    response["Content-Disposition"] = disposition or "inline"
    return response


def opened_page(
    request: LinkRequest, token: str, form: CommentForm | None = None, status: int = 200
) -> HttpResponse:
    """The document that the link opens; a preview when staff look."""
    visitor = request.visitor
    document = document_of(visitor.link)
    invoice_link = None
    if isinstance(document, Estimate) and document.answered_at and not request.is_preview:
        invoice_link = link_to_invoice_of(visitor, document)
    return document_page(
        request,
        document,
        invoice_link=invoice_link,
        is_preview=request.is_preview,
        contact=visitor.contact,
        token=token,
        form=form,
        status=status,
    )


def document_page(
    request: HttpRequest,
    document: Estimate | Invoice,
    *,
    is_preview: bool = True,
    contact: Contact | None = None,
    token: str = "",
    invoice_link: Link | None = None,
    form: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as the contact sees it; in a preview its actions are off."""
    contact = contact or document.contact
    context = {
        "comments": document.comments.shown_to_customers().in_order(),
        "contact": contact,
        "form": form or CommentForm(),
        "invoice_link": invoice_link,
        "is_preview": is_preview,
        "organisation": document.organisation,
        "token": token,
        **paper(document),
        **_standing(document, timezone.now()),
    }
    if invoice_link:
        context["provider"] = provider_for(document.organisation)
    template = "void" if document.status == Invoice.Status.VOID else document.KIND
    with shown_in(request, contact.language, document.organisation):
        return render(request, f"portal/customer/{template}.html", context, status=status)


def _standing(document: Estimate | Invoice, now: datetime) -> dict[str, Any]:
    """What became of the document, and what can still be done with it."""
    standing: dict[str, Any] = {"state": document.state(now).value}
    if isinstance(document, Estimate):
        standing["answer"] = document.answer()
    else:
        standing["provider"] = provider_for(document.organisation)
        standing["pending"] = document.pending_payment
    return standing
