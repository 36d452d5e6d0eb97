"""What each error does to the lane: one table, and one short function per line of it."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..cliq.errors import (
    ChannelUnavailable,
    ClientMisconfigured,
    CliqAmbiguous,
    CliqError,
    CliqRefused,
    CliqThrottled,
    CliqTimeout,
    CliqUnauthorized,
    CliqUnavailable,
    CliqUnknown,
    NeedsReconnect,
    ScopeMissing,
)
from ..models import Attempt, Connection, Grant
from .batch import Batch
from .budget import lock_out, scaled

logger = logging.getLogger(__name__)

# Three days in all; the lane waits with its oldest message, so that nothing overtakes it.
WAITS = [
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    *[timedelta(hours=4)] * 17,
]
AMBIGUOUS_TRIES = 2
UNKNOWN_TRIES = 5

# Until when the lane waits; None: it goes on at once.
Wait = datetime | None


class InternalError(CliqError):
    """A bug of ours; it must not stop the queue, and it must be loud."""


@dataclass(frozen=True)
class Decision:
    """How the attempt is written down, and what happens next."""

    outcome: Attempt.Outcome
    act: Callable[[Batch, CliqError, datetime], Wait]


def back_off(batch: Batch, error: CliqError, now: datetime, *, patience: int = len(WAITS)) -> Wait:
    """Try again after a growing wait, so many times."""
    tries = batch.head.tries
    if tries >= patience:
        return give_up(batch, error, patience)
    batch.tried(error.reason)
    # Lanes that failed together must not come back together.
    return now + scaled(WAITS[tries]) * random.uniform(0.8, 1.2)  # noqa: S311  (no secret)


def give_up(batch: Batch, error: CliqError, patience: int) -> Wait:
    """What was tried often has failed, unless Cliq may have it: that is looked for first."""
    if batch.doubtful:
        batch.uncertain(error.reason)
    elif isinstance(error, CliqTimeout) and batch.head.tries == patience:
        batch.tried(error.reason)
    else:
        batch.tried_often(patience).failed(error.reason)
    return None


def wait_out_lock(batch: Batch, error: CliqError, now: datetime) -> Wait:
    """Leave Cliq alone until its lock ends; waiting is no failure of the message."""
    batch.held(error.reason)
    return lock_out(batch.grant.account, error, now)


def retry_ambiguous(batch: Batch, error: CliqError, now: datetime) -> Wait:
    """Twice it may pass by itself; the third time the lane has asked Cliq what is wrong."""
    return back_off(batch, error, now)


def retry_unknown(batch: Batch, error: CliqError, now: datetime) -> Wait:
    """Nobody knows what Cliq means: written down for us, tried again, then it steps aside."""
    logger.warning("Cliq answered something unknown (%s): %s", error.http_status, error.code)
    return back_off(batch, error, now, patience=UNKNOWN_TRIES)


def retry_our_bug(batch: Batch, error: CliqError, now: datetime) -> Wait:
    """One message that we cannot handle must not hold a digest, nor the lane for days."""
    if len(batch.deliveries) > 1:
        return say_it_simply(batch, error, now)
    return back_off(batch, error, now, patience=UNKNOWN_TRIES)


def say_it_simply(batch: Batch, error: CliqError, now: datetime) -> Wait:
    """Once more as text alone; refused again, the message fails and steps aside."""
    if batch.head.is_text_only:
        batch.failed(error.reason)
    else:
        batch.simplified(error.reason)
    return None


def refresh_once(batch: Batch, error: CliqError, now: datetime) -> Wait:
    """Take a new access token and try at once; refused again, the grant is dead."""
    previous = batch.head.attempt
    is_second = (
        previous is not None
        and previous.outcome == Attempt.Outcome.UNAUTHORIZED
        and previous.started_at > batch.grant.granted_at
    )
    if is_second:
        return stop_connection(batch, error, now)
    batch.grant.expire_access_token(now)
    batch.tried(error.reason)
    return None


def stop_connection(batch: Batch, error: CliqError, now: datetime) -> Wait:
    """Keep what waits until somebody connects again; other connections of the lane go on."""
    is_scope = isinstance(error, ScopeMissing)
    status = Grant.Status.SCOPE_MISSING if is_scope else Grant.Status.DEAD
    batch.grant.end(status, error.reason, now)
    if Grant.objects.usable().filter(pk=batch.grant.pk).exists():
        return None  # Its owner has connected again meanwhile.
    batch.connection.break_down(Connection.Health.NEEDS_RECONNECT, error.reason, now)
    batch.held(error.reason)
    return None


def park_channel(batch: Batch, error: CliqError, now: datetime) -> Wait:
    """Keep what waits until an admin chooses another channel; the lane goes on."""
    batch.connection.break_down(Connection.Health.CHANNEL_UNAVAILABLE, error.reason, now)
    batch.held(error.reason)
    return None


DECISIONS: dict[type[CliqError], Decision] = {
    CliqThrottled: Decision(Attempt.Outcome.THROTTLED, wait_out_lock),
    CliqUnavailable: Decision(Attempt.Outcome.UNAVAILABLE, back_off),
    CliqTimeout: Decision(Attempt.Outcome.TIMEOUT, back_off),  # then the chat is read first
    CliqAmbiguous: Decision(Attempt.Outcome.REFUSED, retry_ambiguous),
    CliqUnknown: Decision(Attempt.Outcome.REFUSED, retry_unknown),
    CliqRefused: Decision(Attempt.Outcome.REFUSED, say_it_simply),
    CliqUnauthorized: Decision(Attempt.Outcome.UNAUTHORIZED, refresh_once),
    NeedsReconnect: Decision(Attempt.Outcome.UNAUTHORIZED, stop_connection),
    ChannelUnavailable: Decision(Attempt.Outcome.CHANNEL, park_channel),
    ClientMisconfigured: Decision(Attempt.Outcome.UNAVAILABLE, back_off),
    InternalError: Decision(Attempt.Outcome.INTERNAL, retry_our_bug),
    CliqError: Decision(Attempt.Outcome.UNAVAILABLE, back_off),
}


def decision_for(error: CliqError) -> Decision:
    """The line of the table for the error: its own class's, or the nearest above it."""
    return next(DECISIONS[kind] for kind in type(error).__mro__ if kind in DECISIONS)
