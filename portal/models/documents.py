"""What estimates and invoices share: numbers, lines, sums and a life with customers."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..money import HUNDRED, ZERO, Rounding, Totals, rounded, totals
from .customers import Contact, Customer
from .fields import MoneyField
from .lines import LineItem
from .lives import Life
from .organisations import Organisation
from .parts import PERCENT
from .users import User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


# What a duplicate, and the invoice for an estimate, take over besides the lines.
COPIED = (
    "reference",
    "currency",
    "is_tax_inclusive",
    "discount_percent",
    "discount_amount",
    "notes",
    "terms",
)


class Document(Life):
    """An estimate or an invoice."""

    class NotDraft(Exception):
        """Customers know it: it can be revised, not rewritten or deleted."""

    class Rewritten(Exception):
        """Somebody else saved it since the writer began."""

    class NotSendable(Exception):
        """It is over: there is nothing left for the customer to do with it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    customer = models.ForeignKey(Customer, models.PROTECT)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=24)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    issue_date = models.DateField(_("date"))
    currency = models.CharField(_("currency"), max_length=3)
    is_tax_inclusive = models.BooleanField(_("prices include tax"), default=False)
    discount_percent = models.DecimalField(
        _("discount in percent"), max_digits=5, decimal_places=2, default=ZERO, validators=PERCENT
    )
    discount_amount = MoneyField(_("discount"), default=ZERO, validators=[MinValueValidator(0)])
    # As it was when the sums were saved: what was agreed must not change with a setting.
    tax_rounding = models.CharField(max_length=8, choices=Rounding.choices, blank=True)
    notes = models.TextField(_("notes to the customer"), blank=True)
    terms = models.TextField(_("terms"), blank=True)
    subtotal = MoneyField(default=ZERO)
    tax_total = MoneyField(default=ZERO)
    total = MoneyField(default=ZERO)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # Counts how often it was rewritten: who writes on an older text is told so.
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        pk: int
        lines: RelatedManager["LineItem"]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def until(self) -> date | None:
        """The date up to which the customer should act."""
        raise NotImplementedError

    def set_until(self) -> None:
        """Give a new draft the date up to which the customer should act."""
        raise NotImplementedError

    @property
    def is_draft(self) -> bool:
        """Not shown to the customer yet."""
        return bool(self.status == "draft")

    @property
    def is_deletable(self) -> bool:
        """A draft that no customer ever saw."""
        return self.is_draft and self.sent_at is None

    @property
    def is_sendable(self) -> bool:
        """Whether `mark_sent` would let it go to the customer, for the first time or again."""
        raise NotImplementedError

    @classmethod
    def states(cls, today: date) -> dict[str, Q]:
        """What lists can be narrowed to, and which rows each state holds."""
        raise NotImplementedError

    def state(self, now: datetime) -> models.TextChoices:
        """The status, or what time made of it."""
        raise NotImplementedError

    def expected_totals(self) -> Totals:
        """The sums of the lines as they are now, by the organisation's rounding."""
        return self.sums_of(sorted(self.lines.all(), key=lambda line: line.position))

    def sums_of(self, lines: "list[LineItem]") -> Totals:
        """What the lines would come to; they need not be saved."""
        subtotal = sum((line.amount for line in lines), ZERO)
        percentage = rounded(subtotal * self.discount_percent / HUNDRED, self.currency)
        return totals(
            lines,
            currency=self.currency,
            discount=percentage + self.discount_amount,
            is_tax_inclusive=self.is_tax_inclusive,
            rounding=self.tax_rounding or self.organisation.tax_rounding,
        )

    @transaction.atomic
    def save_with_lines(self, lines: list["LineItem"]) -> None:
        """Save a new document with its number, its lines and their sums."""
        self.number = self.number or self.organisation.take_number(type(self))
        self.save(force_insert=True)
        self._write(lines)

    @transaction.atomic
    def rewrite(self, lines: list["LineItem"], *, version: int, by: User, now: datetime) -> None:
        """Save a changed draft with its lines and their sums, if it is still the known version."""
        drafts = type(self)._default_manager.filter(**{"pk": self.pk, "status": "draft"})
        if not drafts.filter(version=version).update(version=version + 1):
            raise self.Rewritten if drafts.exists() else self.NotDraft
        self.version, self.written_by, self.written_at = version + 1, by, now
        self.save()
        self.lines.all().delete()
        self._write(lines)

    @transaction.atomic
    def discard(self) -> None:
        """Delete a draft that no customer ever saw."""
        if self._lock_draft().sent_at:
            raise self.NotDraft
        self.delete()

    def _lock_draft(self) -> Self:
        rows = type(self)._default_manager.select_for_update().filter(pk=self.pk, status="draft")
        row = rows.first()
        if row is None:
            raise self.NotDraft
        return row

    def _write(self, lines: list["LineItem"]) -> None:
        for position, line in enumerate(lines, start=1):
            line.position = position
            setattr(line, self.KIND, self)
        LineItem.objects.bulk_create(lines)
        self.save_totals()

    @classmethod
    def start(cls, customer: Customer, contact: Contact, *, by: User | None, today: date) -> Self:
        """A new draft as the customer's habits make it; nothing is saved yet."""
        document = cls(
            organisation=customer.organisation,
            customer=customer,
            contact=contact,
            currency=customer.currency,
            issue_date=today,
            notes=getattr(customer.organisation, f"{cls.KIND}_notes"),
            terms=getattr(customer.organisation, f"{cls.KIND}_terms"),
            created_by=by,
        )
        document.set_until()
        return document

    @transaction.atomic
    def duplicate(self, *, by: User, today: date) -> Self:
        """A new draft that says the same, dated today."""
        copy = self.start(self.customer, self.contact, by=by, today=today)
        for field in COPIED:
            setattr(copy, field, getattr(self, field))
        copy.save_with_lines(self.copied_lines())
        return copy

    def copied_lines(self) -> list["LineItem"]:
        """The lines once more, unsaved and of no document yet."""
        return [line.copied() for line in self.lines.order_by("position", "pk")]

    def save_totals(self) -> None:
        """Write the sums of the lines into the row, where lists find them."""
        self.tax_rounding = self.agreed_rounding()
        sums = self.expected_totals()
        self.subtotal, self.tax_total, self.total = sums.subtotal, sums.tax_total, sums.total
        self.save(update_fields=["tax_rounding", "subtotal", "tax_total", "total"])

    def agreed_rounding(self) -> str:
        """How tax is rounded from now on: as the organisation does."""
        return self.organisation.tax_rounding

    def content_hash(self) -> str:
        """A fingerprint of what the customer sees; the workflow's own fields don't change it."""
        lines = self.lines.order_by("position").values_list(
            "name",
            "description",
            "quantity",
            "unit",
            "rate",
            "discount_percent",
            "tax_percent",
            "is_reduced_rate",
        )
        content = [
            self.number,
            self.revision,
            self.customer.name,
            self.currency,
            self.issue_date,
            self.until,
            self.is_tax_inclusive,
            self.discount_percent,
            self.discount_amount,
            self.notes,
            self.terms,
            self.total,
            list(lines),
        ]
        return hashlib.sha256(json.dumps(content, default=_canonical).encode()).hexdigest()


def _canonical(value: object) -> str:
    # 1.5 and 1.500 are the same amount, whichever the database gives back.
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
