"""Who works in an organisation, and as what."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..events import membership_ended
from .listeners import Listener
from .organisations import Organisation
from .users import User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import ManyRelatedManager

    from .customers import Customer


class MembershipQuerySet(models.QuerySet["Membership"]):
    def admins(self) -> Self:
        return self.filter(role=Membership.Role.ADMIN)

    def limited(self) -> Self:
        """Those who see assigned customers only."""
        return self.filter(role=Membership.Role.ASSIGNED)

    def with_second_factors(self) -> Self:
        """Each says whether their sign-in needs more than one secret."""
        # Codes for an emergency are none by themselves: they come with one of these.
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=kinds)
        return self.annotate(has_second_factor=Exists(factors))

    def held_back(self) -> Self:
        """Admins who must set up a second factor before they see anything there."""
        asked = self.admins().filter(organisation__second_factor_required=True)
        return asked.with_second_factors().filter(has_second_factor=False)

    def told_by_email(self) -> Self:
        """Those who can sign in and want e-mails of some acts, with their users."""
        wanting = self.exclude(emails=Membership.Emails.NEVER).filter(user__is_active=True)
        return wanting.select_related("user", "organisation").order_by("pk")

    def in_order(self) -> Self:
        """By name, with their users."""
        return self.select_related("user").order_by("user__name", "pk")


class Membership(Listener):
    """A user's place in an organisation."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("Admin")
        STAFF = "staff", _("Staff")
        ASSIGNED = "assigned", _("Staff of assigned customers")

    class LastAdmin(Exception):
        """An organisation needs an admin."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.STAFF)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    if TYPE_CHECKING:
        has_second_factor: bool  # annotated by with_second_factors
        customers: ManyRelatedManager["Customer", "Customer"]

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

    @property
    def is_limited(self) -> bool:
        """Whether they see only the customers that are assigned to them."""
        return self.role == self.Role.ASSIGNED

    def keep(self, customers: "Iterable[Customer]") -> None:
        """Go on seeing the customers that they have just written down."""
        rows: Any = self.customers.through
        if self.is_limited:
            mine = (rows(membership=self, customer=customer) for customer in customers)
            rows._default_manager.bulk_create(mine)

    @transaction.atomic
    def change_role(self, role: Role) -> None:
        """Give the member another role; the last admin keeps theirs.

        What is assigned to them stays so: it matters again with the role that asks for it.
        """
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
        Organisation.objects.select_for_update(no_key=True).get(pk=self.organisation_id)
        others = Membership.objects.admins().filter(organisation=self.organisation_id)
        if self.is_admin and not others.exclude(pk=self.pk).exists():
            raise self.LastAdmin
