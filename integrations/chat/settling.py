"""What became of a message whose answer never came? Reading the chat tells."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from ..cliq.errors import CliqUnavailable
from ..cliq.said import ChatMessage
from ..models import ChatPost, Grant

CLOCKS_DIFFER = timedelta(seconds=10)


def settle(
    grant: Grant,
    chat_id: str,
    messages: Sequence[ChatMessage],
    read_at: datetime,
    *,
    is_whole: bool,
) -> None:
    """Find what stands in the chat; what certainly does not may be sent again.

    `is_whole`: nothing older was left out of what was read.
    """
    posts = ChatPost.objects.of(grant, chat_id).select_related("attempt")
    taken = set(posts.exclude(message_id="").values_list("message_id", flat=True))
    mine = [message for message in messages if message.sender_id == grant.account.zuid]
    for post in posts.filter(status=ChatPost.Status.CALLED, attempt__isnull=False):
        if found := _in(mine, post, taken):
            taken.add(found.id)
            post.sent(found.id, read_at)
        elif _is_certain(post, messages, read_at, is_whole=is_whole):
            post.fail(CliqUnavailable.__name__)


def _in(mine: list[ChatMessage], post: ChatPost, taken: set[str]) -> ChatMessage | None:
    """The same words by the same person, since the call was made."""
    words = json.loads(post.payload)["text"].strip()
    since = _called_at(post) - CLOCKS_DIFFER
    fitting = (
        message
        for message in mine
        if message.id not in taken and message.sent_at >= since and message.text.strip() == words
    )
    return next(fitting, None)


def _is_certain(
    post: ChatPost, messages: Sequence[ChatMessage], read_at: datetime, *, is_whole: bool
) -> bool:
    """Cliq had time to do what it would, and what was read reaches back to the call."""
    if post.attempt is None or read_at < post.attempt.settled_at:
        return False
    return is_whole or messages[0].sent_at < _called_at(post) - CLOCKS_DIFFER


def _called_at(post: ChatPost) -> datetime:
    return post.attempt.started_at if post.attempt else post.created_at
