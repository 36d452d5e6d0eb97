"""The customer accepts or declines an estimate."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...correspondence import send_copy_of, send_invoice_of
from ...customer_access import LinkRequest, estimate_of
from ...forms.answers import AcceptForm, DeclineForm
from ...models import Estimate
from .door import by_link
from .refusals import refuse_answer
from .visits import confirm_view

logger = logging.getLogger(__name__)

Act = Callable[[LinkRequest, Estimate, dict[str, Any], datetime], None]


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def link_accept(request: LinkRequest, token: str) -> HttpResponse:
    organisation = estimate_of(request.visitor.link).organisation
    sent = request.POST if request.method == "POST" else None
    form = AcceptForm(sent, is_signature_required=organisation.signature_required)
    if sent is None:
        return _ask(request, token, "accept", form)
    return _answer(request, token, "accept", form, _accept)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def link_decline(request: LinkRequest, token: str) -> HttpResponse:
    organisation = estimate_of(request.visitor.link).organisation
    if request.method != "POST":
        return _ask(request, token, "decline", DeclineForm(organisation))
    return _answer(request, token, "decline", DeclineForm(organisation, request.POST), _decline)


def _accept(request: LinkRequest, estimate: Estimate, words: dict[str, Any], now: datetime) -> None:
    visitor = request.visitor
    letters = (partial(send_copy_of, estimate, visitor), partial(send_invoice_of, estimate))
    with transaction.atomic():
        estimate.accept(visitor, name=words["name"], signature=words["signature"], now=now)
        for letter in letters:
            try:
                with transaction.atomic():
                    letter(now=now)
            except Exception:  # The acceptance stands whatever becomes of our e-mails.
                logger.exception("What follows the acceptance of %s could not be sent.", estimate)
    messages.success(request, _("Thank you. You have accepted the estimate."))


def _decline(
    request: LinkRequest, estimate: Estimate, words: dict[str, Any], now: datetime
) -> None:
    estimate.decline(request.visitor, name=words["name"], reason=words["reason"], now=now)
    messages.info(request, _("You have declined the estimate. Thank you for telling us."))


def _ask(request: LinkRequest, token: str, verb: str, form: forms.Form) -> HttpResponse:
    """The page that asks once more; it changes nothing."""
    estimate = estimate_of(request.visitor.link)
    if not _is_open(estimate, timezone.now()):
        return redirect("portal:link", token)
    return _confirm_page(request, token, verb, form)


def _answer(
    request: LinkRequest, token: str, verb: str, form: forms.Form, act: Act
) -> HttpResponse:
    """Take the answer, once, to exactly what the customer read."""
    estimate, now = estimate_of(request.visitor.link), timezone.now()
    is_as_read = request.POST.get("revision") == str(estimate.revision)
    if not (_is_open(estimate, now) and is_as_read):
        return _refuse(request, token, estimate, now)
    if not form.is_valid():
        return _confirm_page(request, token, verb, form, status=422)
    confirm_view(request, now)
    try:
        act(request, estimate, form.cleaned_data, now)
    except Estimate.NotOpen:  # Somebody was faster.
        estimate.refresh_from_db(fields=["status", "revision", "expiry_date"])
        return _refuse(request, token, estimate, now)
    return redirect("portal:link", token)


def _is_open(estimate: Estimate, now: datetime) -> bool:
    return estimate.state(now) == Estimate.State.SENT


def _refuse(request: LinkRequest, token: str, estimate: Estimate, now: datetime) -> HttpResponse:
    return refuse_answer(request, token, estimate, is_expired=estimate.is_expired(now))


def _confirm_page(
    request: LinkRequest, token: str, verb: str, form: forms.Form, status: int = 200
) -> HttpResponse:
    estimate = estimate_of(request.visitor.link)
    context = {
        "document": estimate,
        "form": form,
        "is_preview": request.is_preview,
        "organisation": estimate.organisation,
        "token": token,
    }
    return render(request, f"portal/customer/{verb}.html", context, status=status)
