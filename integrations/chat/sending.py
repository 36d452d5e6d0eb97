"""How does what somebody says get into Cliq? Written down first, sent by a worker, once."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from ..cliq.client import CliqClient
from ..cliq.errors import (
    CliqAmbiguous,
    CliqError,
    CliqThrottled,
    CliqTimeout,
    CliqUnauthorized,
    ScopeMissing,
)
from ..delivery import BudgetSpent, post_now
from ..models import Attempt, ChatPost, Connection, Grant, Snapshot

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
SHORT_WAIT = timedelta(minutes=2)  # nobody needs to do anything about a message that waits so long


class AlreadyCalled(Exception):
    """Another worker has taken the message."""


def say(
    grant: Grant, chat_id: str, client_id: UUID, payload: Mapping[str, object], now: datetime
) -> ChatPost:
    """Keep what is to be said; said again under the same id, it is the same."""
    post, _is_new = ChatPost.objects.get_or_create(
        grant=grant,
        client_id=client_id,
        defaults={
            "chat_id": chat_id[:120],
            "payload": json.dumps(payload, ensure_ascii=False),
            "created_at": now,
        },
    )
    return post


def send(pk: int, clock: Clock) -> None:
    """Post it, from the same budget as the notifications; write down what came of it."""
    found = ChatPost.objects.filter(pk=pk).select_related("grant__account", "grant__organisation")
    post = found.first()
    if post is None or not post.claim(clock()):
        return
    try:
        attempt = _posted(post, clock)
    except AlreadyCalled:
        logger.info("Chat post %s is another worker's", pk)
    except CliqError as error:
        _failed(post, error, clock())
    else:
        post.sent(attempt.message_id, clock())
        _look_again(post, clock())


def _posted(post: ChatPost, clock: Clock) -> Attempt:
    """The attempt that carried it; what Cliq refuses for its token it has not done."""
    try:
        return _once(post, clock)
    except CliqUnauthorized:
        post.grant.expire_access_token(clock())
        post.was_not_done()
    try:
        return _once(post, clock)
    except CliqUnauthorized as error:
        post.grant.end(Grant.Status.DEAD, error.reason, clock())
        raise


def _once(post: ChatPost, clock: Clock) -> Attempt:
    def call(client: CliqClient, attempt: Attempt) -> str | None:
        if not post.call(attempt):
            raise AlreadyCalled
        return client.post_to_chat(post.chat_id, json.loads(post.payload))

    return post_now(
        post.grant,
        call,
        origin=Attempt.Origin.CHAT,
        clock=clock,
        connection=Connection.objects.filter(organisation=post.grant.organisation).first(),
        chat_id=post.chat_id,
    )


def _failed(post: ChatPost, error: CliqError, now: datetime) -> None:
    if isinstance(error, ScopeMissing):
        post.grant.end(Grant.Status.SCOPE_MISSING, error.reason, now)
    if _is_in_doubt(error):
        _look_again(post, now)  # It stays as it is: only reading the chat tells.
        return
    wait = error.retry_after if isinstance(error, CliqThrottled) else None
    if isinstance(error, BudgetSpent) and wait and wait <= SHORT_WAIT:
        post.wait(now + wait)
        return
    kind = CliqThrottled if isinstance(error, CliqThrottled) else type(error)
    post.fail(kind.__name__, now + wait if wait else None)


def _is_in_doubt(error: CliqError) -> bool:
    is_servers = isinstance(error, CliqAmbiguous) and (error.http_status or 0) >= 500
    return isinstance(error, CliqTimeout) or is_servers


def _look_again(post: ChatPost, now: datetime) -> None:
    for snapshot in Snapshot.objects.filter(grant=post.grant, chat_id=post.chat_id, before=""):
        snapshot.hurry(now)
