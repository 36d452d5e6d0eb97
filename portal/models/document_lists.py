"""How lists find documents, narrow them and add them up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Count, Q

from .customers import Customer


@dataclass(frozen=True)
class Sum:
    """Documents or payments of one currency, added up."""

    currency: str
    amount: Decimal
    documents: int


class SummedQuerySet(models.QuerySet[Any]):
    def sums(self, field: str) -> list[Sum]:
        """What they add up to, per currency; amounts of several currencies have no sum."""
        rows = self.values("currency").order_by("currency")
        rows = rows.annotate(amount=models.Sum(field), documents=Count("pk"))
        return [Sum(row["currency"], row["amount"], row["documents"]) for row in rows]


class DocumentQuerySet(SummedQuerySet):
    def latest_first(self) -> Self:
        return self.order_by("-issue_date", "-pk")

    def with_customers(self) -> Self:
        """Everything a list row shows, in the same query."""
        return self.select_related("customer", "organisation")

    def with_parties(self) -> Self:
        """Everything a document's own page shows of who is who, in the same query."""
        return self.select_related("organisation", "customer", "contact")

    def search(self, words: str) -> Self:
        """Those whose number, reference or customer's name holds the words."""
        return self.filter(
            Q(number__icontains=words)
            | Q(reference__icontains=words)
            | Q(customer__name__icontains=words)
        )

    def in_state(self, state: str, today: date) -> Self:
        """Those of one state, as pages call it: time makes *sent* into *expired* or *overdue*."""
        return self.filter(self.model.states(today)[state])

    def count_states(self, today: date) -> dict[str, int]:
        """How many documents are in each state, in one query."""
        states = self.model.states(today).items()
        return self.aggregate(**{state: Count("pk", filter=rule) for state, rule in states})

    def sums_per_customer(self, customers: Iterable[Customer], field: str) -> dict[int, list[Sum]]:
        """What each of the customers' documents add up to, in one query."""
        found: dict[int, list[Sum]] = {}
        rows = self.filter(customer__in=customers).values("customer", "currency")
        rows = rows.annotate(amount=models.Sum(field), documents=Count("pk")).order_by("currency")
        for row in rows:
            total = Sum(row["currency"], row["amount"], row["documents"])
            found.setdefault(row["customer"], []).append(total)
        return found
