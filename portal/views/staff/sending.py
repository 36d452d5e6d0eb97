"""A document leaves the house: by e-mail, or as a link that somebody copies."""

from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ... import addresses
from ...access import document_for, login_required, member_of
from ...correspondence import AlreadySent, send_document
from ...forms.correspondence import LetterForm
from ...letters import proposed
from ...models import Contact, Document, Email, Estimate, Invoice, Link, User
from .documents import Kind


@login_required
@require_http_methods(["GET", "POST"])
def document_send(request: HttpRequest, organisation: str, number: str, kind: Kind) -> HttpResponse:
    """Show the letter; on POST, e-mail it with the link and mark the document as sent."""
    document = document_for(member_of(request, organisation), kind, number)
    if not document.is_sendable:
        messages.error(request, _("It is over: there is nothing left to send."))
        return redirect(addresses.of_document(document))
    return _letter_page(request, document, Email.Kind.LETTER)


@login_required
@require_http_methods(["GET", "POST"])
def invoice_remind(request: HttpRequest, organisation: str, number: str) -> HttpResponse:
    """The same for a reminder of what is due."""
    invoice = document_for(member_of(request, organisation), Invoice, number)
    if not invoice.is_owing:
        messages.error(request, _("Nothing is due on it: there is nothing to remind of."))
        return redirect(addresses.of_document(invoice))
    return _letter_page(request, invoice, Email.Kind.REMINDER)


def _letter_page(request: HttpRequest, document: Estimate | Invoice, kind: str) -> HttpResponse:
    """Propose, check, preview or send the letter."""
    form = _letter(request, document, kind)
    is_complete = request.method == "POST" and form.is_valid()
    if is_complete and "preview" not in request.POST:
        _send(request, document, form, kind)
        return redirect(addresses.of_document(document))
    context = {
        "section": f"{document.KIND}s",
        "document": document,
        "is_expired": document.state(timezone.now()) == "expired",
        "is_reminder": kind == Email.Kind.REMINDER,
        "contact": _recipient(request, document),
        "contacts": _contacts(document),
        "form": form,
        "preview": form.letter(kind) if is_complete else None,
    }
    status = 422 if form.is_bound and not is_complete else 200
    return render(request, "portal/staff/document_send.html", context, status=status)


def _contacts(document: Document) -> QuerySet[Contact]:
    return document.customer.contacts.order_by("-is_primary", "name", "pk")


def _letter(request: HttpRequest, document: Estimate | Invoice, kind: str) -> LetterForm:
    if request.method == "POST":
        return LetterForm(_contacts(document), request.POST)
    contact = _recipient(request, document)
    wording = proposed(document, contact, cast(User, request.user), kind)
    initial = {
        "contacts": [contact.pk],
        "emails_before": document.emails.count(),
        "subject": wording.subject,
        "text": wording.text,
        "has_pdf": True,
    }
    return LetterForm(_contacts(document), initial=initial)


def _recipient(request: HttpRequest, document: Document) -> Contact:
    """The contact in whose language the letter is proposed."""
    named = request.GET.get("contact", "")
    if not named.isdecimal() or len(named) > 18:
        return document.contact
    return document.customer.contacts.filter(pk=named).first() or document.contact


def _send(request: HttpRequest, document: Estimate | Invoice, form: LetterForm, kind: str) -> None:
    try:
        emails = send_document(
            document,
            form.letter(kind),
            form.cleaned_data["contacts"],
            by=cast(User, request.user),
            now=timezone.now(),
            emails_before=form.cleaned_data["emails_before"],
        )
    except AlreadySent:
        say_already_sent(request)
    except Document.NotSendable:
        messages.error(request, _("It is over: there is nothing left to send."))
    else:
        say_sent(request, emails)


def say_sent(request: HttpRequest, emails: list[Email]) -> None:
    """Tell to whom it goes."""
    recipients = ", ".join(email.to for email in emails)
    messages.success(request, _("On its way to %(address)s.") % {"address": recipients})


def say_already_sent(request: HttpRequest) -> None:
    """Tell that this was a second click."""
    sentence = _("It was e-mailed already, a moment ago: see its history. Nothing was sent.")
    messages.warning(request, sentence)


@login_required
@require_http_methods(["GET", "POST"])
def document_copy_link(
    request: HttpRequest, organisation: str, number: str, kind: Kind
) -> HttpResponse:
    """The customer's link, the same one each time: as JSON for the button, else as a page."""
    document = document_for(member_of(request, organisation), kind, number)
    if request.method != "POST":  # Whoever reloads the page of the link, or switches its language.
        return redirect(addresses.of_document(document))
    if document.is_draft:
        messages.error(request, _("A draft has no link yet. Send it first."))
        return redirect(addresses.of_document(document))
    link = Link.objects.renew(document, document.contact, now=timezone.now())
    if request.accepts("text/html"):
        context = {"section": f"{document.KIND}s", "document": document, "link": link}
        return render(request, "portal/staff/document_link.html", context)
    return JsonResponse({"url": link.url})
