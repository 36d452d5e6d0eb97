"""Who asks to be let in: with a code for the home, or with a new link instead of an old one."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from .organisations import Organisation


class KnockQuerySet(models.QuerySet["Knock"]):
    def note(
        self,
        kind: "Knock.Kind",
        about: str,
        *,
        ip_address: str | None,
        now: datetime,
        organisation: Organisation | None = None,
    ) -> "Knock":
        """Write down that somebody asks; beyond the limits it stays unanswered."""
        return self.create(
            kind=kind,
            about=about,
            organisation=organisation,
            ip_address=ip_address,
            is_refused=self._is_too_often(kind, about, ip_address, now),
            asked_at=now,
        )

    def _is_too_often(
        self, kind: "Knock.Kind", about: str, ip_address: str | None, now: datetime
    ) -> bool:
        recent = self.filter(asked_at__gt=now - Knock.HOUR, is_refused=False)
        from_here = recent.filter(ip_address=ip_address)
        about_it = recent.filter(kind=kind, about=about)
        return (
            from_here.count() >= Knock.PER_ADDRESS
            or about_it.filter(ip_address=ip_address).count() >= Knock.PER_SUBJECT
            or about_it.count() >= Knock.PER_SUBJECT_IN_ALL
        )

    def waiting(self, now: datetime) -> Self:
        """Those that nobody answered yet, while answering still makes sense."""
        young = self.filter(asked_at__gt=now - Knock.LIFETIME)
        return young.filter(answered_at=None, is_refused=False)

    def asked_before(self, moment: datetime) -> Self:
        return self.filter(asked_at__lt=moment)


class Knock(models.Model):
    """Somebody at the door. Whoever it is sees the same; only an e-mail tells friend from stranger.

    A row is written for unknown addresses and tokens, too, so that nothing sets them apart.
    """

    LIFETIME = timedelta(minutes=10)
    HOUR = timedelta(hours=1)
    KEPT = timedelta(days=2)
    TRIES = 5
    PER_SUBJECT = 5  # an hour, about one mailbox or one link, from one IP address
    PER_SUBJECT_IN_ALL = 20  # an hour: who asks for somebody else shall not shut them out
    PER_ADDRESS = 30  # an hour, from one IP address: an office shares it

    class Kind(models.TextChoices):
        CODE = "code"
        LINK = "link"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    about = models.CharField(max_length=254)  # the mailbox in lower case, or the link's hash
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    ip_address = models.GenericIPAddressField(null=True)
    is_refused = models.BooleanField(default=False)
    code_hash = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = KnockQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "about", "asked_at"], name="knock_by_subject"),
            models.Index(fields=["ip_address", "asked_at"], name="knock_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def take(self, *, now: datetime) -> bool:
        """Answer it, once; call it in the transaction that writes the e-mail."""
        return bool(Knock.objects.waiting(now).filter(pk=self.pk).update(answered_at=now))

    def make_code(self) -> str:
        """Six digits for whoever reads the mailbox; only their hash stays here."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        self.code_hash = self._hashed(code)
        self.save(update_fields=["code_hash"])
        return code

    def open_with(self, code: str, *, now: datetime) -> bool:
        """One try of few; the right code opens once."""
        unused = Knock.objects.filter(pk=self.pk, kind=self.Kind.CODE, used_at=None)
        may_try = unused.filter(tries__lt=self.TRIES, asked_at__gt=now - self.LIFETIME)
        if not may_try.update(tries=F("tries") + 1):
            return False
        is_right = constant_time_compare(self._hashed(code), self.code_hash)
        return is_right and bool(unused.update(used_at=now))

    def _hashed(self, code: str) -> str:
        # Keyed, because a million codes are tried quickly by whoever reads the database.
        return salted_hmac("portal.knock", f"{self.pk}:{code}", algorithm="sha256").hexdigest()
