"""Whom an organisation bills, and the people there."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Prefetch, ProtectedError, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .memberships import Membership
from .organisations import Organisation
from .terms import PaymentTerms

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class CustomerQuerySet(models.QuerySet["Customer"]):
    def active(self) -> Self:
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None)

    def count_states(self) -> dict[str, int]:
        """How many customers one works with, and how many lie in the archive."""
        is_active = Q(archived_at=None)
        return self.aggregate(
            active=Count("pk", filter=is_active, distinct=True),
            archived=Count("pk", filter=~is_active, distinct=True),
        )

    def search(self, words: str) -> Self:
        """Those whose name, or a contact's name or address, holds the words."""
        return self.filter(
            Q(name__icontains=words)
            | Q(contacts__name__icontains=words)
            | Q(contacts__email__icontains=words)
        ).distinct()

    def lock(self, pk: int) -> None:
        """Let one act at a time move a customer's money; call it first in the act's transaction."""
        self.select_for_update(no_key=True).values_list("pk").get(pk=pk)

    def with_contacts(self) -> Self:
        return self.prefetch_related(
            Prefetch("contacts", Contact.objects.order_by("-is_primary", "name", "pk"))
        )


class Customer(models.Model):
    """A company or person that an organisation bills."""

    class InUse(Exception):
        """Documents, payments or acts name it: it can be archived, not deleted."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="customers")
    name = models.CharField(_("name"), max_length=160)
    currency = models.CharField(_("currency"), max_length=3)
    payment_terms = models.CharField(
        _("payment terms"),
        max_length=20,
        choices=PaymentTerms.choices,
        default=PaymentTerms.NET_30,
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    notes = models.TextField(_("internal notes"), blank=True)
    members = models.ManyToManyField(Membership, related_name="customers", blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CustomerQuerySet.as_manager()

    if TYPE_CHECKING:
        contacts: RelatedManager["Contact"]

    class Meta:
        indexes = [models.Index(fields=["organisation", "name"], name="customer_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    def assign(self, member: Membership) -> bool:
        """Let a member see it who sees assigned customers only; False if they did already."""
        through = Customer.members.through.objects
        _row, is_new = through.get_or_create(customer=self, membership=member)
        return is_new

    def unassign(self, member: Membership) -> bool:
        """Take it out of the member's sight; False if it was not assigned to them."""
        through = Customer.members.through.objects
        gone, _rows = through.filter(customer=self, membership=member).delete()
        return bool(gone)

    def archive(self, *, now: datetime) -> None:
        """Put it out of sight; its documents stay as they are."""
        Customer.objects.active().filter(pk=self.pk).update(archived_at=now)

    def unarchive(self) -> None:
        Customer.objects.filter(pk=self.pk).update(archived_at=None)

    @property
    def is_in_use(self) -> bool:
        """Whether documents or payments name it, so that it can only be archived."""
        written = (self.estimates, self.invoices, self.payments)
        return any(rows.exists() for rows in written)

    @transaction.atomic
    def remove(self) -> None:
        """Delete the customer and the people there, if nothing was ever written for them."""
        try:
            self.delete()
        except ProtectedError as error:
            raise self.InUse from error

    @transaction.atomic
    def make_primary(self, contact: "Contact") -> None:
        """From now on new documents go to this person."""
        self.contacts.exclude(pk=contact.pk).update(is_primary=False)
        self.contacts.filter(pk=contact.pk).update(is_primary=True)


class ContactQuerySet(models.QuerySet["Contact"]):
    def at_mailbox(self, email: str) -> Self:
        """Everybody whose address on file it is, at whichever customer."""
        # Not `iexact`: folding case as databases do may take another's mailbox for this one.
        matching = self.annotate(mailbox=Lower("email")).filter(mailbox=email.lower())
        return matching.select_related("customer__organisation").order_by(
            "customer__organisation__name", "customer__name", "pk"
        )


ContactManager = models.Manager.from_queryset(ContactQuerySet)


class PresentContacts(ContactManager):
    """Everybody but those who were erased: documents name them, and nothing else finds them."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(erased_at=None)


class Contact(models.Model):
    """A person at a customer: who opens the links, and in which language."""

    NOWHERE = "erased.invalid"  # where nothing is sent: erased contacts have addresses there

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    is_primary = models.BooleanField(_("first contact"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = PresentContacts()
    everybody = ContactManager()  # with those who were erased

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_primary=True),
                name="customer_has_one_primary_contact",
            )
        ]
        indexes = [models.Index(Lower("email"), name="contact_by_mailbox")]

    def __str__(self) -> str:
        return self.name
