"""What a session at Stripe says of a payment, in our words."""

import re
from typing import Any

from django.utils.translation import gettext_noop

from ..models import Payment
from .base import Outcome, ProviderUnavailable

NOT_UNDERSTOOD = gettext_noop("Stripe's answer could not be understood.")
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # what no database takes
LONGEST_NAME = 120


class NotUnderstood(ProviderUnavailable):
    """What came is in no shape that Stripe documents: nothing may follow from it."""


def outcome_of(session: dict[str, Any], too_late: str) -> Outcome:
    """https://docs.stripe.com/api/checkout/sessions/object"""
    intent = session.get("payment_intent")
    details = intent if isinstance(intent, dict) else {"id": intent}
    if session.get("payment_status") == "paid":
        name = name_in(details, "id") or name_in(session, "id")
        if not name:
            raise NotUnderstood(NOT_UNDERSTOOD)
        return Outcome(Payment.Status.SUCCEEDED, name, _method_of(session, details))
    if session.get("status") == "expired":
        return Outcome(Payment.Status.ABANDONED)
    if session.get("status") == "complete":
        return _awaited(details, too_late)
    return Outcome(Payment.Status.PENDING)


def _awaited(intent: dict[str, Any], too_late: str) -> Outcome:
    """The customer chose to pay within days: they still may, or did not in time."""
    if words_in(intent, "status") in {"requires_payment_method", "canceled"}:
        failure = words_in(part_of(intent, "last_payment_error"), "message") or too_late
        return Outcome(Payment.Status.FAILED, failure=failure)
    action = part_of(intent, "next_action")
    konbini = part_of(action, "konbini_display_details")
    transfer = part_of(action, "display_bank_transfer_instructions")
    page = web_in(konbini, "hosted_voucher_url") or web_in(transfer, "hosted_instructions_url")
    return Outcome(Payment.Status.PENDING, is_promised=True, instructions=page)


def _method_of(session: dict[str, Any], intent: dict[str, Any]) -> str:
    """How it was paid, in our words; "" when the session leaves it open."""
    if charge := part_of(intent, "latest_charge"):
        method = words_in(part_of(charge, "payment_method_details"), "type")
    else:
        offered = methods_in(session)
        method = offered[0] if len(offered) == 1 else ""
    return "bank_transfer" if method == "customer_balance" else method[:40]


# How an answer is read, whatever shape it comes in.


def part_of(row: Any, name: str) -> dict[str, Any]:
    """The object of that name; an empty one in place of anything else."""
    part = row.get(name) if isinstance(row, dict) else None
    return part if isinstance(part, dict) else {}


def words_in(row: dict[str, Any], name: str) -> str:
    """The words of that name, such as can be kept."""
    words = row.get(name)
    return UNKEEPABLE.sub("\ufffd", words) if isinstance(words, str) else ""


def name_in(row: dict[str, Any], name: str) -> str:
    """Stripe's name of something; "" where it is too long to be one."""
    words = words_in(row, name)
    return words if len(words) <= LONGEST_NAME else ""


def web_in(row: dict[str, Any], name: str) -> str:
    """The address of a page of the web; "" for anything else."""
    words = words_in(row, name)
    return words if words.startswith(("https://", "http://")) else ""


def methods_in(session: dict[str, Any]) -> list[str]:
    """The ways to pay that a session offers."""
    offered = session.get("payment_method_types")
    return [one for one in offered if isinstance(one, str)] if isinstance(offered, list) else []
