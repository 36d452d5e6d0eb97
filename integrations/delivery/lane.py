"""Draining a lane: one account's posts, one after another, by whoever holds its lease."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from ..cliq.client import CliqClient
from ..cliq.errors import CliqAmbiguous, CliqError, CliqFault
from ..models import Account, Attempt, Delivery
from ..tokens import client_for
from . import ledger
from .batch import Batch
from .budget import POSTS, next_post_at, room
from .decisions import AMBIGUOUS_TRIES, InternalError, Wait, decision_for
from .posting import finish
from .reconcile import VAGUE_CODE, diagnose, look_for

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
# After either, the worker takes another lane and comes back to this one: others must not wait
# for long, and a worker that is told to stop must come to an end.
MOST_POSTS = 50
TURN = timedelta(seconds=10)
FRESH = timedelta(seconds=1)  # how long what was read of the lane is believed
PAGE = POSTS + 1  # one more than can leave one by one


class LeaseLost(Exception):
    """Another worker has the lane: stop, without another word."""


class Changed(Exception):
    """What was read of the lane no longer waits: read it again."""


def drain(account_pk: int, now: Clock) -> Wait:
    """Post what the account's lane holds, and say when to come back; None: nothing waits."""
    account = Account.objects.get(pk=account_pk)
    owner = account.claim(now())
    if owner is None:
        return None
    try:
        wait = Lane(account, owner, now).work()
    except LeaseLost:
        logger.warning("Lane %s was taken over", account_pk)
        return None
    except BaseException:
        account.release(owner)
        raise
    account.release(owner, due_at=wait or Account.NEVER)
    # Only now: what came while we held the lease found the lane taken, and relies on us.
    return (wait or now()) if Delivery.objects.postable(account).exists() else None


class Lane:
    """A lane that this worker holds."""

    def __init__(self, account: Account, owner: str, clock: Clock) -> None:
        self.account = account
        self.owner = owner
        self.clock = clock
        self._waiting: list[Delivery] = []
        self._read_at = Account.NEVER
        self._is_crowded = False
        # What Cliq took and we have not written: it goes with the next transaction.
        self._taken: Callable[[], None] | None = None

    def work(self) -> Wait:
        """Post until nothing waits, or the lane must; then until when."""
        turn_ends_at = self.clock() + TURN
        wait = None
        for _post in range(MOST_POSTS):
            batch = self._next_batch()
            if batch is None or (wait := self.step(batch)) or self.clock() > turn_ends_at:
                break
        self._write()
        return wait

    def step(self, batch: Batch) -> Wait:
        """Make certain of a post in doubt, or post; until when the lane waits after it."""
        try:
            client = client_for(batch.grant, self.clock())
        except CliqError as error:
            return self._decide(batch, error)
        if doubtful := batch.doubtful:
            self._forget()
            return look_for(self, client, batch, doubtful)
        try:
            return self.post(client, batch)
        except Changed:
            self._forget()
            return None

    def post(self, client: CliqClient, batch: Batch) -> Wait:
        """One call, written down before it is made and after."""
        attempt = self._attempt(batch)
        try:
            batch, payload = batch.composed(attempt.marker, self.clock())
        except Exception:
            logger.exception("Composing a message of %s broke", batch.connection)
            return self._decide(batch, InternalError("an error of our own"))
        if wait := self._begin(attempt, batch):
            return wait
        try:
            message_id = client.post_to_channel(batch.connection.channel, payload)
        except CliqError as error:
            return self._failed(client, batch, attempt, error)
        except Exception:
            logger.exception("Posting attempt %s broke", attempt.pk)
            return self._failed(client, batch, attempt, InternalError("an error of our own"))
        self._took(batch, attempt, message_id or "")
        return None

    @contextmanager
    def fenced(self) -> Iterator[datetime]:
        """A transaction that only the lane's holder can commit; it renews the lease."""
        with transaction.atomic():
            now = self.clock()
            if not ledger.renew(self.account, self.owner, now):
                raise LeaseLost
            if self._taken:
                self._taken()
            yield now
        self._taken = None

    def _next_batch(self) -> Batch | None:
        """What leaves next, of what was read of the lane a moment ago."""
        now = self.clock()
        if not self._waiting or not self._read_at <= now < self._read_at + FRESH:
            self._read(now)
        if not self._waiting:
            return None
        return Batch.of(self._waiting, is_crowded=self._is_crowded, now=now)

    def _read(self, now: datetime) -> None:
        self._write()
        self.account.refresh_from_db(fields=["locked_until"])
        self._waiting = list(Delivery.objects.in_lane(self.account)[:PAGE])
        self._is_crowded = len(self._waiting) > 1 and len(self._waiting) > room(self.account, now)
        self._read_at = now

    def _forget(self) -> None:
        """What was read of the lane may have changed."""
        self._waiting = []

    def _write(self) -> None:
        """Write down what Cliq took, unless it is written."""
        if self._taken:
            with self.fenced():
                pass

    def _attempt(self, batch: Batch) -> Attempt:
        return Attempt(
            account=self.account,
            connection=batch.connection,
            is_text_only=batch.head.is_text_only,
            chat_id=batch.connection.chat_id,
            channel=batch.connection.channel_name,
        )

    def _begin(self, attempt: Attempt, batch: Batch) -> Wait:
        """Write the attempt down before the call; or until when the lane must wait."""
        with self.fenced() as now:
            allowed_at = next_post_at(self.account, now)
            if allowed_at > now:
                return allowed_at
            attempt.started_at = now
            attempt.origin = batch.origin
            if not ledger.begin(attempt, batch.deliveries):
                raise Changed
        return None

    def _took(self, batch: Batch, attempt: Attempt, message_id: str) -> None:
        answered_at = self.clock()

        self._taken = partial(ledger.arrived, attempt, message_id, answered_at)
        # Those of a digest need not have stood side by side.
        self._waiting = self._waiting[1:] if len(batch.deliveries) == 1 else []

    def _decide(self, batch: Batch, error: CliqError) -> Wait:
        """What an error means that came before any call was made."""
        self._forget()
        with self.fenced() as now:
            return decision_for(error).act(batch, error, now)

    def _failed(self, client: CliqClient, batch: Batch, attempt: Attempt, error: CliqError) -> Wait:
        self._forget()
        if isinstance(error, CliqAmbiguous):
            error = self._understood(client, batch, error)
        with self.fenced() as now:
            finish(attempt, now, error=error)
            return decision_for(error).act(batch, error, now)

    def _understood(self, client: CliqClient, batch: Batch, error: CliqAmbiguous) -> CliqError:
        """The vague words as they are at first, and what Cliq says when asked afterwards."""
        if error.http_status and error.http_status >= 500:
            # A server's failure: the message may stand in the channel all the same.
            return CliqFault(error.reason, code=VAGUE_CODE, http_status=error.http_status)
        if batch.head.tries >= AMBIGUOUS_TRIES:
            return diagnose(client, batch.connection, error)
        return error
