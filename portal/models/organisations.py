"""Organisations, and how each of them writes its documents."""

import hashlib
import zoneinfo
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
    URLValidator,
)
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..colours import on_light, validate_colour
from ..money import Rounding
from .terms import PaymentTerms
from .users import User, validate_time_zone

if TYPE_CHECKING:
    from .documents import Document
    from .payments import Payment


def hashed(token: str) -> str:
    """What we store of a token, so that reading the database opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


# Numbers stand in addresses and file names, so a prefix holds nothing that either would mind.
validate_prefix = RegexValidator(
    r"^[A-Za-z0-9._-]*$", _("Use letters, digits, dots, hyphens and underscores.")
)


class Conversion(models.TextChoices):
    """What follows when a customer accepts an estimate."""

    BY_HAND = "by_hand", _("Nothing: we write the invoice ourselves")
    DRAFT = "draft", _("A draft of the invoice")
    SENT = "sent", _("An invoice, e-mailed to the customer")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: User) -> Self:
        """Those in which the user works, by name."""
        return self.filter(memberships__user=user).order_by("name", "pk")

    @transaction.atomic
    def create_with_admin(self, name: str, admin: User, **fields: Any) -> "Organisation":
        """A new organisation that somebody administers, at an address made from its name."""
        slug = fields.pop("slug", "") or slugify(name)[:40] or "books"
        if self.filter(slug=slug).exists():
            slug = f"{slug}-{self.count() + 1}"
        organisation = self.create(name=name, slug=slug, **fields)
        memberships = organisation.memberships
        # Whoever begins hears of every act: at first nobody else does, in Cliq or by e-mail.
        kinds = memberships.model
        memberships.create(user=admin, role=kinds.Role.ADMIN, emails=kinds.Emails.EACH)
        return organisation


class Organisation(models.Model):
    """A company that writes estimates and invoices."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=50, unique=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    website = models.CharField(
        _("website"), max_length=200, blank=True, validators=[URLValidator(["https", "http"])]
    )
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    address = models.TextField(_("address"), blank=True)
    accent = models.CharField(_("colour"), max_length=7, blank=True, validators=[validate_colour])
    logo_digest = models.CharField(max_length=64, blank=True)  # of the picture in Logo
    registration_number = models.CharField(_("registration number"), max_length=14, blank=True)
    bank_details = models.TextField(_("bank details"), blank=True)
    tax_rounding = models.CharField(
        _("rounding of tax"), max_length=8, choices=Rounding.choices, default=Rounding.FLOOR
    )
    estimate_prefix = models.CharField(
        _("prefix of estimates"), max_length=12, default="EST-", validators=[validate_prefix]
    )
    estimate_next_number = models.PositiveIntegerField(
        _("next estimate"), default=1, validators=[MinValueValidator(1)]
    )
    invoice_prefix = models.CharField(
        _("prefix of invoices"), max_length=12, default="INV-", validators=[validate_prefix]
    )
    invoice_next_number = models.PositiveIntegerField(
        _("next invoice"), default=1, validators=[MinValueValidator(1)]
    )
    payment_prefix = models.CharField(
        _("prefix of payments"), max_length=12, default="PMT-", validators=[validate_prefix]
    )
    payment_next_number = models.PositiveIntegerField(
        _("next payment"), default=1, validators=[MinValueValidator(1)]
    )
    estimate_days = models.PositiveSmallIntegerField(
        _("days that an estimate is valid"), default=30, validators=[MaxValueValidator(3650)]
    )
    invoice_on_acceptance = models.CharField(
        _("when an estimate is accepted"),
        max_length=8,
        choices=Conversion.choices,
        default=Conversion.BY_HAND,
    )
    link_days = models.PositiveSmallIntegerField(
        _("days that a link lives"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    portal_message = models.TextField(_("banner message"), max_length=500, blank=True)
    comments_enabled = models.BooleanField(_("customers may comment"), default=True)
    decline_reason_required = models.BooleanField(_("declining needs a reason"), default=False)
    signature_required = models.BooleanField(_("accepting needs a signature"), default=False)
    payment_terms = models.CharField(
        _("payment terms of new customers"),
        max_length=20,
        choices=PaymentTerms.choices,
        default=PaymentTerms.NET_30,
    )
    estimate_notes = models.TextField(_("notes on estimates"), blank=True)
    estimate_terms = models.TextField(_("terms of estimates"), blank=True)
    invoice_notes = models.TextField(_("notes on invoices"), blank=True)
    invoice_terms = models.TextField(_("terms of invoices"), blank=True)
    allows_partial_payments = models.BooleanField(_("payments in part"), default=False)
    least_percent = models.PositiveSmallIntegerField(
        _("least part, in percent of the invoice"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    second_factor_required = models.BooleanField(
        _("admins must use a second factor"), default=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = OrganisationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def shade(self) -> str:
        """The colour as it can be read on white; empty for Books' own."""
        return on_light(self.accent) if self.accent else ""

    @property
    def postal_line(self) -> str:
        """The postal code as it is written above the address."""
        mark = "〒" if self.language == "ja" else ""
        return f"{mark}{self.postal_code}" if self.postal_code else ""

    def date_of(self, moment: datetime) -> date:
        """The calendar date of a moment where the organisation is."""
        return moment.astimezone(self.zone).date()

    def take_number(self, document: "type[Document | Payment]") -> str:
        """The next number; call it inside the transaction that saves what bears it.

        The UPDATE locks our row until that transaction ends, so numbers never meet, and a
        rolled-back save gives its number back.
        """
        field, prefix = f"{document.KIND}_next_number", f"{document.KIND}_prefix"
        taken = document._default_manager.filter(organisation=self)
        while True:
            Organisation.objects.filter(pk=self.pk).update(**{field: F(field) + 1})
            row = Organisation.objects.values(field, prefix).get(pk=self.pk)
            number = f"{row[prefix]}{row[field] - 1:06d}"
            # Whoever set the next number back meets numbers that exist.
            if not taken.filter(number=number).exists():
                return number
