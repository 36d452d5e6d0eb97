"""Browsers whose owner has proved a mailbox."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from .organisations import hashed


class GuestQuerySet(models.QuerySet["Guest"]):
    def present(self, now: datetime) -> Self:
        return self.filter(left_at=None, expires_at__gt=now)

    def for_key(self, key: str, now: datetime) -> Self:
        return self.present(now).filter(key_hash=hashed(key))

    def welcome(self, email: str, *, now: datetime) -> tuple["Guest", str]:
        """Let a browser in, under a new key that it shows from now on."""
        key = secrets.token_urlsafe(32)
        guest = self.create(
            email=email,
            key_hash=hashed(key),
            came_at=now,
            expires_at=now + Guest.LIFETIME,
        )
        return guest, key

    def expired_before(self, moment: datetime) -> Self:
        return self.filter(expires_at__lt=moment)


class Guest(models.Model):
    """A customer's browser in the portal; it has nothing to do with the sign-in of staff.

    What it may open follows from the mailbox at each request: a contact whose address staff
    change or delete is out at once.
    """

    LIFETIME = timedelta(days=7)

    email = models.EmailField(_("e-mail address"))
    key_hash = models.CharField(max_length=64, unique=True)
    came_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    objects = GuestQuerySet.as_manager()

    def __str__(self) -> str:
        return self.email

    def leave(self, *, now: datetime) -> None:
        """The key opens nothing any more."""
        Guest.objects.present(now).filter(pk=self.pk).update(left_at=now)
