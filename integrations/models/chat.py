"""What the chat bar remembers: what Cliq last said, how often we asked, and what is being sent."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.models import EncryptedTextField, Organisation, User

from .attempts import Attempt
from .grants import Account, Grant


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def free(self, now: datetime) -> Self:
        """Those that may be asked for again and that nobody is asking for."""
        return self.filter(due_at__lte=now, leased_until__lte=now)

    def fetched_before(self, moment: datetime) -> Self:
        """Those that nobody has looked at since: what is looked at is fetched again and again."""
        return self.filter(Q(fetched_at__lt=moment) | Q(fetched_at=None, due_at__lt=moment))

    def start_over(self) -> None:
        """Their owner has connected again: what was wrong before says nothing any more."""
        self.exclude(error="").update(error="", failures=0, due_at=Account.NEVER)


class Snapshot(models.Model):
    """What Cliq last said to one person: their lists, the end of a chat, or an older page of it.

    All tabs, processes and machines read it; one worker at a time brings it up to date.
    """

    LEASE = timedelta(seconds=60)

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="snapshots")
    chat_id = models.CharField(max_length=120, blank=True)  # "" for the lists
    before = models.CharField(max_length=120, blank=True)  # the message that an older page precedes
    content = EncryptedTextField(blank=True)
    version = models.PositiveIntegerField(default=0)  # grows with every change of the content
    fetched_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(default=Account.NEVER)
    leased_until = models.DateTimeField(default=Account.NEVER)
    lease_owner = models.CharField(max_length=32, blank=True)
    error = models.CharField(max_length=40, blank=True)  # the class of the last CliqError
    failures = models.PositiveSmallIntegerField(default=0)
    read_until = models.DateTimeField(default=Account.NEVER)  # what we told Cliq has been read

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "chat_id", "before"], name="snapshot_once_per_grant_and_page"
            )
        ]

    def __str__(self) -> str:
        return f"{self.chat_id or 'lists'} of {self.grant_id}"

    def claim(self, now: datetime) -> str | None:
        """Become the one who brings it up to date: the owner's name, or None."""
        if self.due_at > now or self.leased_until > now:
            return None
        owner = secrets.token_hex(16)
        free = Snapshot.objects.filter(pk=self.pk).free(now)
        return owner if free.update(leased_until=now + self.LEASE, lease_owner=owner) else None

    def keep(self, owner: str, content: str, read_at: datetime, due_at: datetime) -> bool:
        """What Cliq said at `read_at`; False if the lease was lost meanwhile."""
        changed = {"content": content, "version": F("version") + 1}
        fields = changed if content != self.content else {}
        return self._give_back(
            owner, **fields, fetched_at=read_at, due_at=due_at, error="", failures=0
        )

    def fail(self, owner: str, error: str, due_at: datetime) -> bool:
        """Cliq did not say: what was known stays, with why it is old."""
        return self._give_back(owner, due_at=due_at, error=error[:40], failures=self.failures + 1)

    def wait(self, owner: str, due_at: datetime) -> bool:
        """It was not asked, so that no limit is reached."""
        return self._give_back(owner, due_at=due_at)

    def hurry(self, now: datetime) -> None:
        """Something was said: look again at once, unless Cliq is not to be asked."""
        Snapshot.objects.filter(pk=self.pk, error="", due_at__gt=now).update(due_at=now)

    def _give_back(self, owner: str, **fields: object) -> bool:
        mine = Snapshot.objects.filter(pk=self.pk, lease_owner=owner)
        return bool(mine.update(leased_until=Account.NEVER, lease_owner="", **fields))


class Allowance(models.Model):
    """How often one kind of call was made as a person within the last minute."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="allowances")
    call = models.CharField(max_length=20)
    taken = models.JSONField(default=list)  # seconds since 1970, oldest first
    locked_until = models.DateTimeField(default=Account.NEVER)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "call"], name="allowance_once_per_account_and_call"
            )
        ]

    def __str__(self) -> str:
        return f"{self.call} of {self.account}"


class ChatPostQuerySet(models.QuerySet["ChatPost"]):
    def of(self, grant: Grant, chat_id: str) -> Self:
        known = self.filter(grant=grant, chat_id=chat_id).exclude(payload="")
        return known.order_by("created_at", "pk")

    def not_read_by(self, moment: datetime | None) -> Self:
        """Those that a reading of the chat at that moment need not have found."""
        return self.exclude(status=ChatPost.Status.SENT, sent_at__lt=moment) if moment else self

    def waiting(self, now: datetime) -> Self:
        """Those that nobody is sending: their task was lost, or its worker."""
        return self.filter(status=ChatPost.Status.WAITING, leased_until__lte=now)

    def undecided(self, now: datetime) -> Self:
        """What its writer may send again or discard: not sent, or in doubt for long."""
        in_doubt = Q(status=ChatPost.Status.CALLED, attempt__started_at__lt=now - ChatPost.LONG)
        return self.filter(Q(status=ChatPost.Status.FAILED) | in_doubt)

    def sent_before(self, moment: datetime) -> Self:
        return self.filter(status=ChatPost.Status.SENT, created_at__lt=moment)


class ChatPost(models.Model):
    """What somebody said in the chat bar, from the moment they said it until it stands in Cliq.

    The browser chose its id: said again after a reload or by a second tab, it is the same.
    """

    LEASE = timedelta(seconds=60)
    LONG = timedelta(minutes=10)  # after it, whoever wrote decides what Cliq did not say
    # A browser that was closed too early says it once more when it is opened: until then, its id
    # must be known.
    KNOWN = timedelta(days=60)

    class Status(models.TextChoices):
        WAITING = "waiting", _("Sending")
        CALLED = "called", _("No answer yet")  # it may stand in Cliq: only reading tells
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="chat_posts")
    chat_id = models.CharField(max_length=120)
    client_id = models.UUIDField()
    payload = EncryptedTextField()  # JSON, as Cliq takes it
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    attempt = models.ForeignKey(
        Attempt, models.SET_NULL, null=True, blank=True, related_name="chat_posts"
    )
    message_id = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=40, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(default=Account.NEVER)

    objects = ChatPostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "client_id"], name="chat_post_once_per_grant_and_client_id"
            )
        ]
        indexes = [models.Index(fields=["grant", "chat_id", "status"], name="chat_post_of_chat")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.status}"

    def claim(self, now: datetime) -> bool:
        """Become the one who sends it; after a while without news, another may."""
        waiting = ChatPost.objects.filter(
            pk=self.pk, status=self.Status.WAITING, leased_until__lte=now
        )
        return bool(waiting.update(leased_until=now + self.LEASE))

    def call(self, attempt: Attempt) -> bool:
        """The call is about to be made: from now on only an answer, or reading, tells.

        False when another worker has made it, or is about to.
        """
        waiting = ChatPost.objects.filter(pk=self.pk, status=self.Status.WAITING)
        return bool(waiting.update(status=self.Status.CALLED, attempt=attempt))

    def wait(self, until: datetime) -> None:
        """Our own budget is spent for a moment: a worker sends it after that."""
        waiting = ChatPost.objects.filter(pk=self.pk, status=self.Status.WAITING)
        waiting.update(leased_until=until)

    def was_not_done(self) -> None:
        """Cliq refused the call before looking at the message."""
        called = ChatPost.objects.filter(pk=self.pk, status=self.Status.CALLED)
        called.update(status=self.Status.WAITING)

    def sent(self, message_id: str, now: datetime) -> None:
        self._become(self.Status.SENT, message_id=message_id[:120], sent_at=now, error="")

    def fail(self, error: str, retry_at: datetime | None = None) -> None:
        """It does not stand in Cliq, and why; whoever wrote it may try again."""
        self._become(self.Status.FAILED, error=error[:40], retry_at=retry_at)

    def is_in_doubt_for_long(self, now: datetime) -> bool:
        called_at = self.attempt.started_at if self.attempt else now
        return self.status == self.Status.CALLED and called_at < now - self.LONG

    def try_again(self, now: datetime) -> bool:
        """Send once more what does not stand in Cliq, or what its writer says does not."""
        undecided = ChatPost.objects.undecided(now).filter(pk=self.pk).values("pk")
        again = ChatPost.objects.filter(pk__in=undecided).exclude(status=self.Status.SENT)
        return bool(
            again.update(
                status=self.Status.WAITING, error="", retry_at=None, leased_until=Account.NEVER
            )
        )

    def _become(self, status: Status, **fields: object) -> None:
        ChatPost.objects.filter(pk=self.pk).update(status=status, **fields)
        self.status = status


class HiddenBar(models.Model):
    """Somebody who does not want to see the chat bar of an organisation."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], name="hidden_bar_once_per_user_and_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation}"
