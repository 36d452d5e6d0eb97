"""What happened to money, told to staff: for an invoice, and for one payment."""

from collections.abc import Iterable, Iterator
from operator import attrgetter

from django.utils.translation import gettext as _

from .entries import Entry, of_email
from .models import Act, Invoice, Payment, Refund
from .money import money
from .templatetags.books import payment_method, whole_day


def of_invoice(invoice: Invoice, acts: Iterable[Act], most: int | None = None) -> Iterator[Entry]:
    """What staff did with money for it, and online payments that did not arrive.

    Those that arrived are customers' acts: events. Of each kind no more than so many come.
    """
    yield from (_for_invoice(act, act.payment) for act in acts if act.payment)
    refunds = invoice.refunds.select_related("payment", "refunded_by").order_by("-pk")[:most]
    yield from (_of_refund(refund, str(refund.payment)) for refund in refunds)
    yield from map(_of_attempt, invoice.payments.under_way_or_lost().latest_first()[:most])


def of_payment(payment: Payment) -> list[Entry]:
    """Everything that happened to one payment, newest first."""
    # How it began and what went back have rows of their own, which say more.
    told = [Act.Kind.PAYMENT_RECORDED, Act.Kind.PAYMENT_REFUNDED]
    acts = payment.acts.exclude(kind__in=told).with_people()
    refunds = payment.refunds.select_related("invoice", "refunded_by")
    emails = payment.emails.defer("text", "html").select_related("created_by")
    entries = [
        *(_for_payment(act, payment) for act in acts),
        *(_of_refund(refund, str(refund.invoice or "")) for refund in refunds),
        *map(of_email, emails),
        *_of_arrival(payment),
    ]
    newest_first = sorted(entries, key=attrgetter("at", "rank"), reverse=True)
    return [*newest_first, _of_beginning(payment)]


def _for_invoice(act: Act, payment: Payment) -> Entry:
    """What the invoice got or lost."""
    sentences = {
        Act.Kind.PAYMENT_RECORDED: _("A payment of %(amount)s was recorded."),
        Act.Kind.CREDIT_APPLIED: _("%(amount)s of the customer's credit was applied."),
        Act.Kind.PAYMENT_VOIDED: _("A payment of %(amount)s was declared void."),
    }
    how = [payment.number, payment_method(payment.method), payment.reference_number]
    note = " · ".join(filter(None, how))
    return _entry(act, sentences[Act.Kind(act.kind)] % _amount(act, payment), note)


def _for_payment(act: Act, payment: Payment) -> Entry:
    """Where the payment's money went."""
    words = {**_amount(act, payment), "number": act.invoice.number if act.invoice else ""}
    if act.kind == Act.Kind.CREDIT_APPLIED:
        return _entry(act, _("%(amount)s of the credit was applied to %(number)s.") % words)
    if act.invoice:
        return _entry(act, _("Declared void: %(number)s owes %(amount)s again.") % words)
    return _entry(act, _("Declared void."))


def _entry(act: Act, text: str, note: str = "") -> Entry:
    is_void = act.kind == Act.Kind.PAYMENT_VOIDED
    return Entry(
        at=act.done_at,
        icon="close" if is_void else "payment",
        tone="bad" if is_void else "ok",
        text=text,
        who=str(act.user or _("A former colleague")),
        note=note,
        rank=2,
    )


def _amount(act: Act, payment: Payment) -> dict[str, str]:
    return {"amount": money(act.amount or payment.amount, payment.currency)}


def _of_refund(refund: Refund, about: str) -> Entry:
    """Money that went back, and from what."""
    how = [
        about,
        payment_method(refund.method),
        whole_day(refund.refund_date),
        refund.reference_number,
    ]
    amount = money(refund.amount, refund.payment.currency)
    return Entry(
        at=refund.created_at,
        icon="refresh",
        tone="warn",
        text=_("%(amount)s was refunded to the customer.") % {"amount": amount},
        who=str(refund.refunded_by or _("A former colleague")),
        body=refund.note,
        note=" · ".join(filter(None, how)),
        rank=2,
    )


def _of_attempt(payment: Payment) -> Entry:
    """An online payment of which no money came, or not yet."""
    sentences = {
        Payment.Status.PENDING: _("A payment of %(amount)s is under way."),
        Payment.Status.FAILED: _("A payment of %(amount)s failed."),
        Payment.Status.ABANDONED: _("A payment of %(amount)s was abandoned."),
    }
    amount = {"amount": money(payment.amount, payment.currency)}
    tone = "bad" if payment.status == Payment.Status.FAILED else ""
    text = sentences[Payment.Status(payment.status)] % amount
    return Entry(payment.created_at, "payment", text, tone, note=payment.failure)


def _of_arrival(payment: Payment) -> Iterator[Entry]:
    if payment.settled_at and not payment.is_by_hand:
        yield Entry(payment.settled_at, "payment", _("The money arrived."), "ok")
    elif payment.status == Payment.Status.FAILED:
        yield Entry(payment.created_at, "close", _("It failed."), "bad", note=payment.failure)
    elif payment.status == Payment.Status.ABANDONED:
        yield Entry(payment.created_at, "close", _("It was abandoned."), note=payment.failure)


def _of_beginning(payment: Payment) -> Entry:
    if payment.is_by_hand:
        who = str(payment.recorded_by or _("A former colleague"))
        return Entry(payment.created_at, "plus", _("Recorded by hand."), who=who, body=payment.note)
    who = str(payment.contact or "")
    return Entry(payment.created_at, "plus", _("Started online by the customer."), who=who)
