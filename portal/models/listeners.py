"""How a colleague hears of what customers do: the bell's mark, and e-mails as they like them."""

import zoneinfo
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..events import VIEWS, EventKind

if TYPE_CHECKING:
    from .memberships import Membership


def all_but_views() -> list[str]:
    """Views come several a day; the other acts want something of us, or bring money."""
    return [kind.value for kind in EventKind if kind not in VIEWS]


class Listener(models.Model):
    """What a member has seen of the customers' acts, and which they want by e-mail."""

    class Emails(models.TextChoices):
        NEVER = "never", _("No e-mails")
        EACH = "each", _("An e-mail each time")
        DAILY = "daily", _("One e-mail a day")

    # One mark, not a row for each act: opening the bell reads everything up to the newest.
    seen_at = models.DateTimeField(default=timezone.now)
    emails = models.CharField(
        _("e-mails"), max_length=8, choices=Emails.choices, default=Emails.NEVER
    )
    email_kinds = models.JSONField(_("acts"), default=all_but_views, blank=True)
    digest_hour = models.PositiveSmallIntegerField(
        _("hour"), default=8, validators=[MaxValueValidator(23)]
    )
    # The steps on the dashboard for a fresh start, put away.
    is_settled_in = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def see_until(self, moment: datetime) -> None:
        """Everything up to this act has been shown; an older tab takes nothing back."""
        unseen = self._me().filter(seen_at__lt=moment)
        if unseen.update(seen_at=moment):
            self.seen_at = moment

    @transaction.atomic
    def listen(self, emails: str, kinds: Iterable[str], hour: int, *, now: datetime) -> None:
        """Choose the e-mails anew; what waits for the daily one follows the choice."""
        self.emails, self.email_kinds, self.digest_hour = emails, sorted(kinds), hour
        self._me().update(emails=emails, email_kinds=self.email_kinds, digest_hour=hour)
        waiting = cast("Membership", self).notices.all()
        if emails == self.Emails.NEVER:
            waiting.delete()
        else:
            waiting.update(due_at=self.next_digest(now) if emails == self.Emails.DAILY else now)

    def settle_in(self) -> None:
        """Put the first steps away."""
        self._me().update(is_settled_in=True)

    def next_digest(self, now: datetime) -> datetime:
        """When the daily e-mail leaves next, by the clock on the member's wall."""
        zone = zoneinfo.ZoneInfo(cast("Membership", self).user.time_zone)
        local = now.astimezone(zone)
        today = local.replace(hour=self.digest_hour, minute=0, second=0, microsecond=0)
        return today if today > local else today + timedelta(days=1)

    def _me(self) -> "models.QuerySet[Membership]":
        memberships = type(cast("Membership", self)).objects
        return memberships.filter(pk=self.pk)
