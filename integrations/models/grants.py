"""Zoho accounts and what their owners let us do."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.models import EncryptedTextField, Membership, Organisation, User


class AccountQuerySet(models.QuerySet["Account"]):
    def free(self, now: datetime) -> Self:
        """Lanes that nobody works on and that wait for nothing.

        Only the row's own columns are compared: behind a join, PostgreSQL lets two win. A lease
        that ends far later than any can was taken by a clock that has been set back since; not
        just later, because two workers' clocks never quite agree.
        """
        ended = Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * Account.lease())
        return self.filter(ended, due_at__lte=now)

    def with_deliveries_due(self, now: datetime) -> Self:
        """Free lanes that have something to post by now."""
        lanes = self.filter(
            grants__status=Grant.Status.ACTIVE,
            grants__connections__health="ok",
            grants__connections__deliveries__status="pending",
        )
        return lanes.free(now).distinct()


class Account(models.Model):
    """A Zoho account: the lane in which its posts leave one after another.

    Cliq counts posts per person, over all tokens and applications, so whoever posts as the
    same person shares one lane, one budget and one lock.
    """

    LEASE = timedelta(seconds=60)
    NEVER = datetime(1970, 1, 1, tzinfo=UTC)

    data_centre = models.CharField(_("data centre"), max_length=10)
    zuid = models.CharField(_("Zoho id"), max_length=40)
    due_at = models.DateTimeField(_("waits until"), default=NEVER)
    locked_until = models.DateTimeField(_("locked by Cliq until"), default=NEVER)
    leased_until = models.DateTimeField(default=NEVER)
    lease_owner = models.CharField(max_length=32, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["data_centre", "zuid"], name="account_once_per_data_centre"
            )
        ]

    def __str__(self) -> str:
        return f"{self.zuid} ({self.data_centre})"

    @classmethod
    def lease(cls) -> timedelta:
        """How long a lane stays with a worker that is not heard of: no call may outlive it.

        It passes as fast as Cliq's minutes do, but not faster than three answers take.
        """
        answer = timedelta(seconds=settings.CLIQ_ANSWER_SECONDS)
        lease: timedelta = max(cls.LEASE / settings.CLIQ_TIME_SCALE, 3 * answer)
        return lease

    @classmethod
    def settling(cls) -> timedelta:
        """How long a call without an answer may still be on its way: longer than any call takes."""
        return cls.lease() / 2

    def claim(self, now: datetime) -> str | None:
        """Take the lane for one worker: the owner's name for the lease, or None."""
        owner = secrets.token_hex(16)
        free = Account.objects.filter(pk=self.pk).free(now)
        return owner if free.update(leased_until=now + self.lease(), lease_owner=owner) else None

    def release(self, owner: str, due_at: datetime = NEVER) -> bool:
        """Give the lane back, to be taken again at once or from `due_at`."""
        mine = Account.objects.filter(pk=self.pk, lease_owner=owner)
        return bool(mine.update(leased_until=self.NEVER, lease_owner="", due_at=due_at))

    def lock(self, until: datetime) -> None:
        """Nobody posts as this person before then."""
        Account.objects.filter(pk=self.pk).update(locked_until=until)
        self.locked_until = until


class GrantQuerySet(models.QuerySet["Grant"]):
    def usable(self) -> Self:
        return self.filter(status=Grant.Status.ACTIVE)

    def of(self, user: User, organisation: Organisation) -> Self:
        return self.filter(user=user, organisation=organisation).select_related("account")

    def in_chat_bar(self, user: User, slug: str) -> Self:
        """The user's own, where they work in the organisation and it has the chat bar on.

        The tokens come when they are used: most polls of the bar ask nothing of Cliq.
        """
        places = self.filter(
            user=user,
            organisation__slug=slug,
            organisation__memberships__user=user,
            organisation__cliq_connection__chat_bar_enabled=True,
        ).exclude(
            organisation__in=Membership.objects.held_back().filter(user=user).values("organisation")
        )
        return places.select_related("account").defer("access_token", "refresh_token")

    def of_strangers(self) -> Self:
        """Those whose owner no longer works in the organisation."""
        members = Membership.objects.filter(
            user=OuterRef("user"), organisation=OuterRef("organisation")
        )
        return self.filter(~Exists(members))

    @transaction.atomic
    def keep(
        self, user: User, organisation: Organisation, **fields: Any
    ) -> "tuple[Grant, Grant | None]":
        """The user's one grant for the organisation, and the one it replaces if there was one."""
        before = self.select_for_update(of=("self",)).of(user, organisation).first()
        grant, _is_new = self.update_or_create(
            user=user,
            organisation=organisation,
            defaults={
                **fields,
                "status": Grant.Status.ACTIVE,
                "token_version": before.token_version + 1 if before else 1,
                "refresh_leased_until": Account.NEVER,
            },
        )
        if before and before.account_id != grant.account_id:
            grant.snapshots.all().delete()  # What another account saw is not this one's to see.
        else:
            grant.snapshots.start_over()
        return grant, before


class Grant(models.Model):
    """A user's consent that we act as them in Cliq, for one organisation."""

    REFRESH_LEASE = timedelta(seconds=30)

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        DEAD = "dead", _("Ended at Zoho")  # revoked, evicted or expired there
        SCOPE_MISSING = "scope_missing", _("Permission missing")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="cliq_grants")
    user = models.ForeignKey(User, models.CASCADE, related_name="cliq_grants")
    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    email = models.EmailField(_("Zoho account"))
    name = models.CharField(_("name"), max_length=160, blank=True)
    cliq_organisation_id = models.CharField(max_length=40, blank=True)
    scopes = models.TextField()
    refresh_token = EncryptedTextField()
    access_token = EncryptedTextField()
    access_expires_at = models.DateTimeField()
    token_version = models.PositiveIntegerField(default=1)
    refresh_leased_until = models.DateTimeField(default=Account.NEVER)
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.ACTIVE)
    granted_at = models.DateTimeField()

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="grant_once_per_user_and_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} for {self.organisation}"

    def has_scope(self, scope: str) -> bool:
        return scope in self.scopes.split(",")

    def lease_refresh(self, now: datetime) -> bool:
        """Become the one who refreshes this version of the token; False if another is at it."""
        free = Grant.objects.filter(
            pk=self.pk, token_version=self.token_version, refresh_leased_until__lte=now
        )
        return bool(free.update(refresh_leased_until=now + self.REFRESH_LEASE))

    def keep_access_token(self, token: str, expires_at: datetime) -> bool:
        """Write a refreshed token over the version it was refreshed from."""
        kept = self._unchanged().update(
            access_token=token,
            access_expires_at=expires_at,
            token_version=self.token_version + 1,
            refresh_leased_until=Account.NEVER,
        )
        if kept:
            self.access_token, self.access_expires_at = token, expires_at
            self.token_version += 1
        return bool(kept)

    def hold_refresh(self, until: datetime) -> None:
        """Nobody refreshes this version of the token before then; NEVER ends the lease."""
        self._unchanged().update(refresh_leased_until=until)

    def expire_access_token(self, now: datetime) -> None:
        """Cliq does not take the access token: the next use refreshes it."""
        self._unchanged().update(access_expires_at=now)
        self.access_expires_at = now

    @transaction.atomic
    def end(self, status: Status, why: str, now: datetime) -> bool:
        """Nothing works with this grant until its owner connects again; True the first time.

        Whoever finds that out, the chat bar or the lane: the connections that post with it are
        broken from now on, and admins hear of it. If its owner has connected again meanwhile, it
        is no longer the grant that failed.
        """
        self.status = status
        active = self._unchanged().filter(status=self.Status.ACTIVE)
        if not active.update(status=status):
            return False
        for connection in self.connections.all():
            connection.break_down(connection.Health.NEEDS_RECONNECT, why, now)
        return True

    def _unchanged(self) -> GrantQuerySet:
        """The row, as long as it holds the tokens that this instance knows."""
        return Grant.objects.filter(pk=self.pk, token_version=self.token_version)
