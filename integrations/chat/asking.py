"""How often may we ask Cliq as one person? Half of what Cliq allows, shared by all processes.

The other half is left to the person's other applications, and to reading back what was posted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db import transaction

from ..cliq.client import CliqClient
from ..cliq.errors import CliqThrottled
from ..delivery.budget import scaled
from ..models import Account, Allowance, Grant

T = TypeVar("T")

WINDOW = timedelta(minutes=1)


@dataclass(frozen=True)
class Rule:
    """So many calls in a minute, and how long Cliq's lock lasts (api.md 6.1)."""

    calls: int
    lock: timedelta = timedelta(minutes=5)


TEN = timedelta(minutes=10)
RULES = {
    "messages": Rule(7),
    "channels": Rule(15),
    "chats": Rule(15, TEN),
    "unread": Rule(30),
    "names": Rule(15),
    "people": Rule(15, TEN),
    "read": Rule(30),
    "open": Rule(15),
    "file": Rule(10, TEN),
}
# What refreshes by itself leaves room for what a person asks for: opening a chat, an older page.
BY_ITSELF = 5


class AllowanceSpent(CliqThrottled):
    """We hold back ourselves; `retry_after` is when there is room again."""


@dataclass(frozen=True)
class Asking:
    """A person's client whose calls keep to their allowance."""

    grant: Grant
    client: CliqClient
    clock: Callable[[], datetime]

    def __call__(self, call: str, ask: Callable[[CliqClient], T], most: int | None = None) -> T:
        """What Cliq says; the call is counted first, and a lock is remembered for that call."""
        take(self.grant.account, call, self.clock(), most)
        try:
            return ask(self.client)
        except CliqThrottled as error:
            until = lock(self.grant.account, call, self.clock(), error.retry_after)
            error.retry_after = until - self.clock()
            raise


@transaction.atomic
def take(account: Account, call: str, now: datetime, most: int | None = None) -> None:
    """Count one call that is about to be made; AllowanceSpent when it must wait."""
    allowance = _of(account, call)
    limit, window = most or RULES[call].calls, scaled(WINDOW)
    recent = _recent(allowance, now)
    if allowance.locked_until > now:
        raise AllowanceSpent("Cliq asked us to wait", retry_after=allowance.locked_until - now)
    if len(recent) >= limit:
        free_at = datetime.fromtimestamp(recent[-limit], UTC) + window
        raise AllowanceSpent("our own allowance is spent", retry_after=free_at - now)
    allowance.taken = [*recent, now.timestamp()]
    allowance.save(update_fields=["taken"])


@transaction.atomic
def lock(account: Account, call: str, now: datetime, told: timedelta | None) -> datetime:
    """Cliq refused that call: nobody makes it as that person before the lock ends; until when."""
    until = now + scaled(told or RULES[call].lock)
    allowance = _of(account, call)
    allowance.locked_until = until
    allowance.save(update_fields=["locked_until"])
    return until


def _of(account: Account, call: str) -> Allowance:
    """The row, locked: whoever asks as this person waits here."""
    Allowance.objects.get_or_create(account=account, call=call)
    return Allowance.objects.select_for_update().get(account=account, call=call)


def _recent(allowance: Allowance, now: datetime) -> list[float]:
    """What was taken in the last minute; what a clock that was set back dates later counts too."""
    window = scaled(WINDOW).total_seconds()
    return [at for at in allowance.taken if abs(now.timestamp() - at) < window]
