"""How much may an account do now? Counted from the attempts, so all workers share one count."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from ..cliq.errors import CliqError, CliqThrottled
from ..models import Account, Attempt
from . import ledger

# Cliq locks a person out for ten minutes at the 51st post in a minute; other applications of
# the same person, which we cannot count, post from the rest.
POSTS = 40
# Cliq's own limit is 15, half of which is the chat bar's; one search through a chat may take five.
READS = 7
WINDOW = timedelta(minutes=1)
LOCK = timedelta(minutes=10)


def scaled(span: timedelta) -> timedelta:
    """A span of Cliq's time in ours: a sandbox may let its minutes pass faster."""
    scale: float = settings.CLIQ_TIME_SCALE
    return span / scale


def next_post_at(account: Account, now: datetime) -> datetime:
    """When the next post is allowed: `now`, or the end of the lock or of the full window."""
    if account.locked_until <= now and room(account, now):
        return now
    return max(_next_at(account.attempts.of_posts(), POSTS, now), account.locked_until)


def next_read_at(account: Account, now: datetime) -> datetime:
    """When a chat may be read back next; reading has a window of its own."""
    reads = account.attempts.filter(origin=Attempt.Origin.READ)
    return max(_next_at(reads, READS, now), account.locked_until)


def room(account: Account, now: datetime) -> int:
    """How many posts the window still takes."""
    # What is dated later than that was written before somebody set the clock back.
    window = scaled(WINDOW)
    return max(POSTS - ledger.posts_between(account, now - window, now + window), 0)


def lock_out(account: Account, error: CliqError, now: datetime) -> datetime:
    """Note that Cliq locked the account, for whoever posts as it; until when."""
    told = error.retry_after if isinstance(error, CliqThrottled) else None
    until = now + scaled(told or LOCK)
    account.lock(until)
    return until


def _next_at(attempts: "models.QuerySet[Attempt]", limit: int, now: datetime) -> datetime:
    known = attempts.filter(started_at__lte=now + scaled(WINDOW)).order_by("-started_at")
    blocking = known.values_list("started_at", flat=True)[limit - 1 : limit].first()
    return max(now, blocking + scaled(WINDOW)) if blocking else now
