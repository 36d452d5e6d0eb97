"""What a session at Stripe says of a payment, in our words."""

from typing import Any

from ..models import Payment
from .base import Outcome


def outcome_of(session: dict[str, Any], too_late: str) -> Outcome:
    """https://docs.stripe.com/api/checkout/sessions/object"""
    intent = session.get("payment_intent")
    details: dict[str, Any] = intent if isinstance(intent, dict) else {"id": intent or ""}
    if session.get("payment_status") == "paid":
        return Outcome(
            Payment.Status.SUCCEEDED, details["id"] or session["id"], _method_of(session, details)
        )
    if session.get("status") == "expired":
        return Outcome(Payment.Status.ABANDONED)
    if session.get("status") == "complete":
        return _awaited(details, too_late)
    return Outcome(Payment.Status.PENDING)


def _awaited(intent: dict[str, Any], too_late: str) -> Outcome:
    """The customer chose to pay within days: they still may, or did not in time."""
    if intent.get("status") in {"requires_payment_method", "canceled"}:
        error = intent.get("last_payment_error") or {}
        return Outcome(Payment.Status.FAILED, failure=error.get("message") or too_late)
    action = intent.get("next_action") or {}
    konbini = action.get("konbini_display_details") or {}
    transfer = action.get("display_bank_transfer_instructions") or {}
    page = konbini.get("hosted_voucher_url") or transfer.get("hosted_instructions_url") or ""
    return Outcome(Payment.Status.PENDING, is_promised=True, instructions=page)


def _method_of(session: dict[str, Any], intent: dict[str, Any]) -> str:
    """How it was paid, in our words; "" when the session leaves it open."""
    charge = intent.get("latest_charge")
    if isinstance(charge, dict):
        method = (charge.get("payment_method_details") or {}).get("type", "")
    else:
        offered = session.get("payment_method_types") or []
        method = offered[0] if len(offered) == 1 else ""
    return "bank_transfer" if method == "customer_balance" else str(method)
