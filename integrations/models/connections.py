"""An organisation's link to Cliq: whose grant, which channel, what is on."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Organisation

from .grants import Grant

DELAYED = Value("delayed")


def no_kinds() -> list[str]:
    return []


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def with_chat_bar(self) -> Self:
        return self.filter(chat_bar_enabled=True)

    def untold(self) -> Self:
        """Those whose condition changed since their admins were last told of it."""
        is_delayed = When(health=Connection.Health.OK, delayed_since__isnull=False, then=DELAYED)
        found = self.annotate(now_is=Case(is_delayed, default=F("health")))
        return found.exclude(told_health=F("now_is")).select_related("organisation", "grant")

    def note_delays(self, late: "models.QuerySet[Any]", now: datetime) -> None:
        """Remember which connections' messages wait too long, though nothing is broken.

        `late`: the keys of these connections. What was repaired a moment ago is told first; by
        then it will have been sent.
        """
        known = self.filter(told_health=Connection.Health.OK, delayed_since=None)
        known.filter(pk__in=late).update(delayed_since=now - Connection.LATE)
        self.exclude(delayed_since=None).exclude(pk__in=late).update(delayed_since=None)

    def with_grants(self) -> Self:
        return self.select_related("grant__account", "grant__user", "organisation")

    def as_recipients(self) -> Self:
        """With what queueing an event asks of them, and nothing more: a customer waits."""
        asked = ["notifications_enabled", "muted_kinds", "views", "view_hours", "health"]
        return self.select_related("grant").only(*asked, "grant__account")


class Connection(models.Model):
    """How one organisation uses Cliq; it stays when all is off, to remember the channel."""

    LATE = timedelta(hours=1)  # what waits for so long, admins should know of

    class Health(models.TextChoices):
        OK = "ok", _("Working")
        NEEDS_RECONNECT = "needs_reconnect", _("Needs to be connected again")
        NEEDS_ACCOUNT = "needs_account", _("Needs a new account")
        CHANNEL_UNAVAILABLE = "channel_unavailable", _("Channel unavailable")
        DELAYED = "delayed", _("Delayed")  # told to admins; it is no reason not to try

    class Views(models.TextChoices):
        FIRST = "first", _("First view only")
        EVERY = "every", _("Every visit")

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, related_name="cliq_connection"
    )
    grant = models.ForeignKey(
        Grant, models.SET_NULL, null=True, blank=True, related_name="connections"
    )
    chat_bar_enabled = models.BooleanField(
        _("Enable the Zoho Cliq chat bar in Books"), default=False
    )
    notifications_enabled = models.BooleanField(
        _("Enable Books notifications in Zoho Cliq"), default=False
    )
    channel_id = models.CharField(max_length=80, blank=True)
    chat_id = models.CharField(max_length=120, blank=True)
    channel = models.CharField(_("channel"), max_length=120, blank=True)  # its unique name
    channel_name = models.CharField(max_length=120, blank=True)
    cliq_organisation_id = models.CharField(max_length=40, blank=True)
    channel_members = models.PositiveIntegerField(null=True, blank=True)
    muted_kinds = models.JSONField(_("kinds not posted"), default=no_kinds, blank=True)
    views = models.CharField(_("views"), max_length=6, choices=Views.choices, default=Views.FIRST)
    view_hours = models.PositiveSmallIntegerField(
        _("hours between views"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
    )
    health = models.CharField(max_length=20, choices=Health.choices, default=Health.OK)
    health_detail = models.CharField(max_length=300, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    delayed_since = models.DateTimeField(null=True, blank=True)
    told_health = models.CharField(max_length=20, choices=Health.choices, default=Health.OK)
    connected_at = models.DateTimeField(default=timezone.now)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="connection_notifies_some_channel",
                condition=Q(notifications_enabled=False) | ~Q(channel=""),
                violation_error_message=_("Choose the channel to notify."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in Cliq"

    @property
    def is_enabled(self) -> bool:
        return self.chat_bar_enabled or self.notifications_enabled

    @property
    def is_connected(self) -> bool:
        """Somebody connected it and nobody disconnected it; it may need another account."""
        return self.grant_id is not None or self.health == self.Health.NEEDS_ACCOUNT

    @property
    def is_notifying(self) -> bool:
        """What is queued now will be posted, at once or after a repair."""
        return self.is_connected and self.notifications_enabled

    @property
    def is_working(self) -> bool:
        return self.health == self.Health.OK

    @property
    def condition(self) -> str:
        """Its health, or that Cliq takes nothing although nobody has to repair anything."""
        is_delayed = self.is_working and self.delayed_since is not None
        return self.Health.DELAYED if is_delayed else self.health

    def wants(self, kind: str) -> bool:
        return kind not in self.muted_kinds

    @property
    def wants_repeats(self) -> bool:
        """Whether a repeated view is posted at all; the first of a revision always is."""
        return self.views == self.Views.EVERY

    def use(self, grant: Grant) -> None:
        """Post with this grant from now on; what waits goes along with it.

        The channel is one of its organisation in Cliq: in another one, the same name may be
        anybody's, so that it has to be chosen anew.
        """
        known = self.cliq_organisation_id
        self.grant, self.cliq_organisation_id = grant, grant.cliq_organisation_id or known
        written = ["grant", "cliq_organisation_id"]
        if known and known != self.cliq_organisation_id and not self.notifications_enabled:
            self.channel_id = self.chat_id = self.channel = self.channel_name = ""
            written += ["channel_id", "chat_id", "channel", "channel_name"]
        self.save(update_fields=written)
        self.repair()

    def lose_account(self, now: datetime) -> bool:
        """Whose account posted is gone; what waits is kept for the next one."""
        is_new = self.break_down(self.Health.NEEDS_ACCOUNT, "", now)
        self.grant = None
        self.save(update_fields=["grant"])
        return is_new

    def disconnect(self) -> None:
        """Nothing is on and nobody posts; the channel is remembered."""
        self.grant, self.chat_bar_enabled, self.notifications_enabled = None, False, False
        self.health, self.health_detail, self.broken_at = self.Health.OK, "", None
        self.delayed_since = None
        self.told_health = self.Health.OK  # Whoever ends it needs no letter that it works again.
        self.save(
            update_fields=[
                *("grant", "chat_bar_enabled", "notifications_enabled"),
                *("health", "health_detail", "broken_at", "delayed_since", "told_health"),
            ]
        )

    def break_down(self, health: Health, detail: str, now: datetime) -> bool:
        """Note that posting stopped and why; True the first time, when admins must be told."""
        working = Connection.objects.filter(pk=self.pk).exclude(health=health)
        self.health, self.health_detail = health, detail[:300]
        return bool(working.update(health=health, health_detail=detail[:300], broken_at=now))

    def note_told(self) -> bool:
        """Admins are told of this now; False if somebody else does it, or it changed."""
        untold = Connection.objects.filter(
            pk=self.pk, health=self.health, told_health=self.told_health
        )
        return bool(untold.update(told_health=self.condition))

    def repair(self) -> bool:
        """Posting works again; True if it was broken.

        A post that was under way when its account was lost repairs nothing.
        """
        broken = Connection.objects.filter(pk=self.pk).exclude(health=self.Health.OK)
        broken = broken.exclude(health=self.Health.NEEDS_ACCOUNT, grant=None)
        self.health, self.health_detail, self.broken_at = self.Health.OK, "", None
        return bool(broken.update(health=self.Health.OK, health_detail="", broken_at=None))
