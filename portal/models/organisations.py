"""Organisations, and who works in them."""

import hashlib
import zoneinfo
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..events import membership_ended
from ..money import Rounding
from .users import User, validate_time_zone

if TYPE_CHECKING:
    from .documents import Document


def hashed(token: str) -> str:
    """What we store of a token, so that reading the database opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


# Numbers stand in addresses and file names, so a prefix holds nothing that either would mind.
validate_prefix = RegexValidator(r"^[A-Za-z0-9._-]*$", _("Use letters, digits, dots and hyphens."))


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
        organisation.memberships.create(user=admin, role=Membership.Role.ADMIN)
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
    address = models.TextField(_("address"), blank=True)
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
    estimate_days = models.PositiveSmallIntegerField(
        _("days that an estimate is valid"), default=30, validators=[MaxValueValidator(3650)]
    )
    invoice_on_acceptance = models.CharField(
        _("when an estimate is accepted"),
        max_length=8,
        choices=Conversion.choices,
        default=Conversion.BY_HAND,
    )
    signature_required = models.BooleanField(_("customers sign when they accept"), default=False)
    link_days = models.PositiveSmallIntegerField(
        _("days that a link lives"), default=90, validators=[MinValueValidator(1)]
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = OrganisationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def date_of(self, moment: datetime) -> date:
        """The calendar date of a moment where the organisation is."""
        return moment.astimezone(self.zone).date()

    def take_number(self, document: type["Document"]) -> str:
        """The next number; call it inside the transaction that saves the document.

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


class MembershipQuerySet(models.QuerySet["Membership"]):
    def admins(self) -> Self:
        return self.filter(role=Membership.Role.ADMIN)

    def in_order(self) -> Self:
        """By name, with their users."""
        return self.select_related("user").order_by("user__name", "pk")


class Membership(models.Model):
    """A user's place in an organisation."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("Admin")
        STAFF = "staff", _("Staff")

    class LastAdmin(Exception):
        """An organisation needs an admin."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.STAFF)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="membership_once_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation}"

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN

    @transaction.atomic
    def change_role(self, role: Role) -> None:
        """Give the member another role; the last admin keeps theirs."""
        if role != self.Role.ADMIN:
            self._require_another_admin()
        self.role = role
        self.save(update_fields=["role"])

    @transaction.atomic
    def remove(self) -> None:
        """End the membership and announce it; the last admin stays."""
        self._require_another_admin()
        self.delete()
        membership_ended.send_robust(
            sender=Membership, organisation=self.organisation, user=self.user
        )

    def _require_another_admin(self) -> None:
        # Locks the organisation, so that two admins can't remove each other at once.
        Organisation.objects.select_for_update().get(pk=self.organisation_id)
        others = Membership.objects.admins().filter(organisation=self.organisation_id)
        if self.is_admin and not others.exclude(pk=self.pk).exists():
            raise self.LastAdmin
