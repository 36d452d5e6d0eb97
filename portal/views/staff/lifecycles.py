"""The steps that staff take with a document, each after one more question."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ... import addresses
from ...access import document_for, login_required, member_of
from ...forms.answers import ReasonForm
from ...models import Answer, Estimate, Invoice, Step, User

Kind = type[Estimate] | type[Invoice]


@login_required
@require_http_methods(["GET", "POST"])
def document_step(
    request: HttpRequest, organisation: str, number: str, step: str, kind: Kind
) -> HttpResponse:
    """Say what the step means, then take it, if the document's status allows it."""
    membership = member_of(request, organisation)
    document, now = document_for(membership, kind, number), timezone.now()
    if step not in kind.MOVES:
        raise Http404
    if step not in document.steps(now):
        return _refused(request, document)
    is_post = request.method == "POST"
    form = ReasonForm(request.POST if is_post else None) if step == Step.DECLINE else None
    if not is_post or (form and not form.is_valid()):
        return _question(request, document, Step(step), form)
    reason = form.cleaned_data["reason"] if form else ""
    try:
        shown = take(document, Step(step), by=membership.user, reason=reason, now=now)
    except document.NotPossible:
        return _refused(request, document)
    return redirect(addresses.of_document(shown, "edit" if step == Step.REVISE else "detail"))


def take(
    document: Estimate | Invoice, step: Step, *, by: User, reason: str, now: datetime
) -> Estimate | Invoice:
    """Do what the step says; the document to look at next comes back."""
    if step == Step.SEND:
        document.mark_sent_by(by, now=now)
    elif step == Step.REVISE:
        document.revise(by=by, now=now)
    elif isinstance(document, Invoice):
        verb = document.void if step == Step.VOID else document.reopen
        verb(by=by, now=now)
    elif step == Step.INVOICE:
        return document.to_invoice(by=by, now=now)
    else:
        is_yes = step == Step.ACCEPT
        decision = Answer.Decision.ACCEPTED if is_yes else Answer.Decision.DECLINED
        document.answer_for(decision, by=by, reason=reason, now=now)
    return document


def _refused(request: HttpRequest, document: Estimate | Invoice) -> HttpResponse:
    messages.error(request, _("This is not possible, or no longer: look at its status."))
    return redirect(addresses.of_document(document))


def _question(
    request: HttpRequest, document: Estimate | Invoice, step: Step, form: forms.Form | None
) -> HttpResponse:
    context = {
        "section": f"{document.KIND}s",
        "document": document,
        "step": step,
        "form": form,
        "explanation": explanation(document, step),
    }
    return render(request, "portal/staff/document_step.html", context)


def explanation(document: Estimate | Invoice, step: Step) -> str:
    """What the step leads to."""
    if step == Step.REVISE and isinstance(document, Invoice):
        return _("It becomes a draft of a new revision. Customers see it again after you send it.")
    return {
        Step.SEND: _("Use this if it reached the customer another way. Nothing is e-mailed."),
        Step.ACCEPT: _("For what the customer told you. Your name is shown beside the answer."),
        Step.DECLINE: _("For what the customer told you. Your name is shown beside the answer."),
        Step.INVOICE: _(
            "A draft invoice takes over the items, and the estimate counts as invoiced."
        ),
        Step.REVISE: _(
            "It becomes a draft of a new revision. Customers see it again after you send it;"
            " what they decided about the earlier revision stays on record."
        ),
        Step.VOID: _("The customer can no longer pay it. Its number and history stay."),
        Step.REOPEN: _("It becomes a draft that can be changed and sent again."),
    }[step]
