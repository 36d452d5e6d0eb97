"""Pages that say why something cannot be done, and what can."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from ...customer_access import LinkRequest, document_of
from ...models import Answer, Estimate, Invoice


def refuse(
    request: LinkRequest,
    token: str,
    title: str,
    text: str,
    *,
    status: int = 409,
    answer: Answer | None = None,
) -> HttpResponse:
    """A page with one sentence of what happened, one of what to do, and the way back."""
    document = document_of(request.visitor.link)
    context = {
        "answer": answer,
        "document": document,
        "organisation": document.organisation,
        "text": text,
        "title": title,
        "token": token,
    }
    return render(request, "portal/customer/refused.html", context, status=status)


def refuse_staff(request: LinkRequest, token: str) -> HttpResponse:
    """Staff read it in their own language, whatever the customer's is."""
    with translation.override(request.LANGUAGE_CODE):
        text = _(
            "You are signed in as one of the sender's own people, so nothing was done. To try what"
            " the customer does, open the link in a private window."
        )
        return refuse(request, token, _("This is a preview"), text, status=403)


def refuse_cancelled(request: LinkRequest, token: str) -> HttpResponse:
    return refuse(
        request,
        token,
        _("This document was cancelled"),
        _("Nothing is left to do with it. If you have a question, please ask the sender."),
    )


def refuse_answer(
    request: LinkRequest, token: str, estimate: Estimate, *, is_expired: bool
) -> HttpResponse:
    """The estimate cannot be answered: it expired, has its answer, or reads differently now."""
    if is_expired:
        text = _("It can be neither accepted nor declined any more. Please ask for a new one.")
        return refuse(request, token, _("This estimate has expired"), text, status=410)
    if estimate.status == Estimate.Status.SENT:
        text = _("Please read the new version before you answer. Nothing was decided.")
        return refuse(request, token, _("This estimate has changed in the meantime"), text)
    text = _("This answer counts, and nothing was changed. To change it, please write a comment.")
    title = _("This estimate has been answered already")
    return refuse(request, token, title, text, answer=estimate.answer())


def refuse_payment(request: LinkRequest, token: str, invoice: Invoice) -> HttpResponse:
    """Nothing is due."""
    text = _("Nothing was charged.")
    if invoice.status == Invoice.Status.PAID:
        return refuse(request, token, _("This invoice is paid already"), text)
    return refuse(request, token, _("There is nothing to pay"), text)


def refuse_online_payment(request: LinkRequest, token: str) -> HttpResponse:
    """Nobody takes the organisation's payments."""
    text = _("Nothing was charged. Please pay by bank transfer, or ask us with a comment.")
    return refuse(request, token, _("Online payment is not available at the moment"), text)


def refuse_for_now(request: LinkRequest, token: str) -> HttpResponse:
    """The provider does not answer."""
    text = _("Nothing was charged. Please try again in a few minutes.")
    title = _("The payment page cannot be reached at the moment")
    return refuse(request, token, title, text, status=503)
