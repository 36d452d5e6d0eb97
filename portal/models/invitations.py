"""Who is invited to work in an organisation."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .acts import Act, differences
from .memberships import Membership
from .organisations import Organisation, hashed
from .users import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> Self:
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def for_token(self, token: str, now: datetime) -> Self:
        """The open invitation that the token opens."""
        invitations = self.open(now).filter(token_hash=hashed(token))
        return invitations.select_related("organisation", "invited_by")

    def invite(
        self,
        organisation: Organisation,
        email: str,
        role: str,
        *,
        by: User | None,
        now: datetime,
    ) -> tuple["Invitation", str]:
        """An invitation and the token that opens it; an earlier one to the address ends."""
        earlier = self.open(now).filter(organisation=organisation, email__iexact=email)
        earlier.update(withdrawn_at=now)
        token = secrets.token_urlsafe(32)
        invitation = self.create(
            organisation=organisation,
            email=email,
            role=role,
            invited_by=by,
            token_hash=hashed(token),
            created_at=now,
            expires_at=now + Invitation.LIFETIME,
        )
        return invitation, token


class Invitation(models.Model):
    """An offer to join an organisation, sent to an e-mail address."""

    LIFETIME = timedelta(days=7)

    class NotOpen(Exception):
        """Accepted, withdrawn or expired already."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=8, choices=Membership.Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_ends_once",
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"

    def withdraw(self, now: datetime) -> bool:
        """Take the offer back; False if it was accepted or ended already."""
        open_invitations = Invitation.objects.open(now).filter(pk=self.pk)
        return bool(open_invitations.update(withdrawn_at=now))

    @transaction.atomic
    def accept(self, user: User, *, now: datetime) -> Membership:
        """Join the organisation, once."""
        if not Invitation.objects.open(now).filter(pk=self.pk).update(accepted_at=now):
            raise self.NotOpen
        membership, _created = Membership.objects.get_or_create(
            organisation=self.organisation, user=user, defaults={"role": self.role}
        )
        Act.objects.note(
            Act.Kind.MEMBER_JOINED,
            self.organisation,
            user,
            now=now,
            about=self.email,
            changes=differences(None, membership, ["role"]),
        )
        return membership
