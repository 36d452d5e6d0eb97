"""A document's life, told with the same verbs that its pages use."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from ..models import (
    Comment,
    Contact,
    Document,
    Estimate,
    Invoice,
    LineItem,
    Link,
    Payment,
    Refund,
    User,
    Visit,
    Visitor,
)
from ..uploads import Upload

TERMS = {
    "ja": "お支払いは銀行振込またはカードでお願いいたします。振込手数料はご負担ください。",
    "en": "Please pay by bank transfer or by card. Bank charges are borne by the customer.",
}
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"


class Story:
    """What happened to one document, act by act; `ago` counts days back from now."""

    document: Any

    def __init__(self, contact: Contact, author: User, now: datetime) -> None:
        self.contact = contact
        self.author = author
        self.now = now

    def at(self, ago: float) -> datetime:
        return self.now - timedelta(days=ago)

    def day(self, ago: float) -> date:
        return self.contact.customer.organisation.date_of(self.at(ago))

    def write(self, document: Document, lines: list[LineItem], ago: float) -> Self:
        """Save the draft."""
        document.organisation = self.contact.customer.organisation
        document.customer, document.contact = self.contact.customer, self.contact
        document.currency = self.contact.customer.currency
        document.issue_date = self.day(ago)
        document.terms = document.terms or TERMS[self.contact.language]
        document.created_by, document.created_at = self.author, self.at(ago)
        document.save_with_lines(lines)
        self.document = document
        return self

    def sent(self, ago: float) -> Self:
        self.document.mark_sent(now=self.at(ago))
        self.link(ago)
        return self

    def link(self, ago: float = 0) -> Link:
        return Link.objects.renew(self.document, self.contact, now=self.at(ago))

    def visitor(self) -> Visitor:
        browser = f"demo-{self.contact.pk}"
        link = self.document.links.get(contact=self.contact, revoked_at=None)
        return Visitor(link, browser=browser, ip_address="203.0.113.7", user_agent=BROWSER)

    def viewed(self, ago: float) -> Self:
        Visit.objects.confirm(self.document, self.visitor(), now=self.at(ago))
        return self

    def asked(self, ago: float, text: str, *uploads: Upload) -> Self:
        Comment.objects.add_from_customer(
            self.document,
            self.visitor(),
            text,
            key=uuid.uuid4(),
            now=self.at(ago),
            uploads=uploads,
        )
        return self

    def replied(self, ago: float, text: str, *, is_internal: bool = False) -> Self:
        Comment.objects.add_from_staff(
            self.document,
            self.author,
            text,
            is_internal=is_internal,
            key=uuid.uuid4(),
            now=self.at(ago),
        )
        return self


class EstimateStory(Story):
    document: Estimate

    def drafted(self, lines: list[LineItem], ago: float, valid: int = 30, **fields: Any) -> Self:
        estimate = Estimate(expiry_date=self.day(ago - valid), **fields)
        return self.write(estimate, lines, ago)

    def accepted(self, ago: float, signature: str = "") -> Self:
        self.document.accept(
            self.visitor(), name=self.contact.name, signature=signature, now=self.at(ago)
        )
        return self

    def declined(self, ago: float, reason: str) -> Self:
        self.document.decline(
            self.visitor(), name=self.contact.name, reason=reason, now=self.at(ago)
        )
        return self

    def invoiced(self, lines: list[LineItem], ago: float) -> "InvoiceStory":
        """Bill what was accepted; the lines are the estimate's, written anew."""
        story = InvoiceStory(self.contact, self.author, self.now)
        story.drafted(lines, ago, estimate=self.document, reference=self.document.number)
        accepted = Estimate.objects.filter(pk=self.document.pk, status=Estimate.Status.ACCEPTED)
        accepted.update(status=Estimate.Status.INVOICED)
        return story


class InvoiceStory(Story):
    document: Invoice

    def drafted(self, lines: list[LineItem], ago: float, due_in: int = 30, **fields: Any) -> Self:
        terms = self.contact.customer.payment_terms
        invoice = Invoice(due_date=self.day(ago - due_in), payment_terms=terms, **fields)
        return self.write(invoice, lines, ago)

    def paid(self, ago: float) -> Self:
        """By the customer, in the portal."""
        payment = Payment.objects.start(
            self.document, self.visitor(), provider="test", now=self.at(ago)
        )
        payment.settle(provider_id=f"demo-{payment.reference}", method="card", now=self.at(ago))
        return self

    def transferred(self, ago: float, amount: int | str, reference: str = "") -> Self:
        """Money arrived at the bank, and a colleague entered it."""
        payment = Payment(
            organisation=self.document.organisation,
            customer=self.document.customer,
            contact=self.contact,
            amount=Decimal(amount),
            currency=self.document.currency,
            payment_date=self.day(ago),
            method=Payment.Method.BANK_TRANSFER,
            reference_number=reference,
        )
        share = min(payment.amount, self.document.balance)
        payment.record({self.document: share}, by=self.author, now=self.at(ago))
        return self

    def mistaken(self, ago: float) -> Self:
        """A colleague had entered the last payment for the wrong customer."""
        self._last_payment().void(by=self.author, now=self.at(ago))
        self.document.refresh_from_db()
        return self

    def refunded(self, ago: float, amount: int, note: str) -> Self:
        """A part of the last payment went back."""
        refund = Refund(
            invoice=self.document,
            amount=Decimal(amount),
            method=Payment.Method.BANK_TRANSFER,
            refund_date=self.day(ago),
            note=note,
            refunded_by=self.author,
            created_at=self.at(ago),
        )
        self._last_payment().refund(refund)
        return self

    def _last_payment(self) -> Payment:
        return self.document.payments.latest("pk")

    def voided(self) -> Self:
        Invoice.objects.filter(pk=self.document.pk).update(status=Invoice.Status.VOID)
        return self
