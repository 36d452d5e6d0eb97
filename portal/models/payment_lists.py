"""How payments begin and how they are found."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from ..money import ZERO
from .allocations import Allocation
from .customers import Contact, Customer
from .document_lists import SummedQuerySet
from .invoices import Invoice
from .links import Visitor
from .organisations import Organisation
from .users import User

if TYPE_CHECKING:
    from .payments import Payment

Wanted = Mapping[Invoice, Decimal | None]  # how much of each invoice; None is all that it owes


class PaymentQuerySet(SummedQuerySet):
    @transaction.atomic
    def start(
        self,
        what: Invoice | Wanted,
        visitor: Visitor | None,
        *,
        provider: str,
        now: datetime,
        contact: Contact | None = None,
    ) -> "Payment":
        """Begin to pay an invoice or several of one customer; an invoice has one such at a time.

        Who pays is whose link it came by, else the contact who has proven who they are.
        """
        wanted = {what: None} if isinstance(what, Invoice) else what
        first = next(iter(wanted))
        Customer.objects.lock(first.customer_id)
        rows = [Invoice.objects.lock_payable(pk) for pk in sorted(row.pk for row in wanted)]
        shares = {row: self._share(row, wanted[row], first) for row in rows}
        payment: Payment = self.create(
            organisation=first.organisation,
            customer=first.customer,
            link=visitor.link if visitor else None,
            contact=visitor.contact if visitor else contact,
            provider=provider,
            amount=sum(shares.values(), ZERO),
            currency=first.currency,
            created_at=now,
        )
        for row, share in shares.items():
            payment.allocations.create(invoice=row, amount=share)
        Invoice.objects.filter(pk__in=[row.pk for row in rows]).update(pending_payment=payment)
        return payment

    @transaction.atomic
    def apply_credit(self, invoice: Invoice, amount: Decimal, *, by: User, now: datetime) -> None:
        """Use the customer's credit for an invoice, the oldest first."""
        Customer.objects.lock(invoice.customer_id)
        for payment in self.with_credit_for(invoice).order_by("payment_date", "pk"):
            if part := min(amount, payment.unapplied):
                payment.apply(invoice, part, by=by, now=now)
            amount -= part
        if amount:
            raise self.model.TooMuch

    def with_key(self, customer: Customer, key: str) -> "Payment | None":
        """What the form with this key recorded for the customer before."""
        try:
            return self.filter(customer=customer, key=uuid.UUID(key)).first()
        except ValueError:
            return None

    def with_credit(self) -> Self:
        """Received, and not all of it used."""
        return self.arrived().filter(unapplied__gt=0)

    def with_credit_for(self, invoice: Invoice) -> Self:
        return self.with_credit().filter(customer=invoice.customer_id, currency=invoice.currency)

    def arrived(self) -> Self:
        return self.filter(status="succeeded")

    def under_way_from_home(self) -> Self:
        """Begun at a customer's home, and not ended."""
        return self.filter(status="pending", link=None)

    def under_way_or_lost(self) -> Self:
        """Those that never arrived."""
        return self.exclude(status__in=["succeeded", "void"])

    def to_ask_about(self, now: datetime) -> Self:
        """Online payments that a provider has not told us the end of, and should have by now.

        Soon after the customer left for its page, it is asked often; later, once an hour.
        """
        waiting = self.filter(status="pending").exclude(provider="test")
        is_young = Q(created_at__gt=now - self.model.YOUNG)
        last = Coalesce("asked_at", "created_at")
        waiting = waiting.annotate(last_look=last)
        often, seldom = now - self.model.OFTEN, now - self.model.SELDOM
        return waiting.filter(Q(last_look__lte=seldom) | is_young & Q(last_look__lte=often))

    def latest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def with_invoices(self) -> Self:
        """Everything a list row shows, in few queries."""
        parts = Allocation.objects.order_by("pk").select_related("invoice__organisation")
        return self.select_related("customer", "organisation").prefetch_related(
            models.Prefetch("allocations", parts)
        )

    def with_people(self) -> Self:
        """Everything a payment's own page shows of who is who, in the same query."""
        return self.select_related("organisation", "customer", "contact", "recorded_by")

    def search(self, words: str, organisation: Organisation) -> Self:
        """Those whose number, reference, customer's name or invoice's number holds the words."""
        # Named for each part, or the database would look through all organisations' invoices.
        customers = Customer.objects.filter(organisation=organisation, name__icontains=words)
        parts = Allocation.objects.filter(
            invoice__organisation=organisation, invoice__number__icontains=words
        )
        return self.filter(
            Q(number__icontains=words)
            | Q(reference_number__icontains=words)
            | Q(customer__in=customers)
            | Q(pk__in=parts.values("payment"))
        )

    def in_state(self, state: str) -> Self:
        return self.filter(self.model.states()[state])

    def count_states(self) -> dict[str, int]:
        """How many payments are in each state, in one query."""
        states = self.model.states().items()
        return self.aggregate(**{state: Count("pk", filter=rule) for state, rule in states})

    def _share(self, invoice: Invoice, wanted: Decimal | None, first: Invoice) -> Decimal:
        """How much of the invoice, if it can be paid together with the first."""
        if (invoice.customer_id, invoice.currency) != (first.customer_id, first.currency):
            raise ValueError("One payment is one customer's, in one currency.")
        share: Decimal = invoice.balance if wanted is None else wanted
        if share > invoice.balance:
            raise self.model.TooMuch
        return share
