"""Making certain: did a post arrive whose answer never came? What does a vague refusal mean?"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..cliq.client import CliqClient
from ..cliq.errors import (
    ChannelUnavailable,
    CliqAmbiguous,
    CliqError,
    CliqRefused,
    CliqThrottled,
    CliqTimeout,
    CliqUnauthorized,
    CliqUnavailable,
    CliqUnknown,
    NeedsReconnect,
)
from ..cliq.said import ChatMessage
from ..models import Attempt, Connection
from . import ledger
from .batch import Batch
from .budget import LOCK, WINDOW, next_read_at, scaled
from .decisions import AMBIGUOUS_TRIES, WAITS, Wait, back_off, decision_for
from .posting import finish

if TYPE_CHECKING:
    from .lane import Lane

CLOCKS_DIFFER = timedelta(minutes=5)  # ours and Cliq's, as a rule
ANY_CLOCK = timedelta(days=1)
PAGE = 100
MOST_PAGES = 5
HOPELESS = (NeedsReconnect, ChannelUnavailable, CliqRefused)
VAGUE = (CliqAmbiguous, CliqUnknown, CliqUnauthorized)
VAGUE_CODE = "operation_failed"  # Cliq's "technical error"


class _Patience(Exception):
    """So much is to be read that the next page must wait."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def look_for(lane: "Lane", client: CliqClient, batch: Batch, doubtful: Attempt) -> Wait:
    """Read the chat for the marker of a post in doubt before anything is repeated.

    Found means sent; not there means it may be posted again; a chat that can't be read leaves
    the delivery uncertain, for a person to decide.
    """
    now = lane.clock()
    allowed_at = max(doubtful.settled_at, next_read_at(lane.account, now))
    if allowed_at > now:
        return allowed_at
    try:
        message_id = _find(lane, client, doubtful)
    except _Patience as pause:
        return pause.until
    except CliqError as error:
        is_out = isinstance(error, VAGUE) and _is_out_of_order(client)
        with lane.fenced() as now:
            return _unread(batch, doubtful, error, now, is_out=is_out)
    if message_id is None:
        return _absent(lane, client, batch, doubtful)
    with lane.fenced() as now:
        ledger.arrived(doubtful, message_id, now, Attempt.Outcome.FOUND)
    return None


def _absent(lane: "Lane", client: CliqClient, batch: Batch, doubtful: Attempt) -> Wait:
    """Cliq has not kept it: once more, unless it said often enough why not."""
    meaning: CliqError | None = None
    if doubtful.code == VAGUE_CODE and batch.head.tries > AMBIGUOUS_TRIES:
        meaning = diagnose(client, batch.connection, CliqAmbiguous(doubtful.detail))
    with lane.fenced() as now:
        finish(doubtful, now, outcome=Attempt.Outcome.NOT_FOUND)
        if meaning is not None:
            return decision_for(meaning).act(batch, meaning, now)
        batch.tried_often(len(WAITS) + 1).failed("not in the channel, after many tries")
    return None


def _unread(
    batch: Batch, doubtful: Attempt, error: CliqError, now: datetime, *, is_out: bool
) -> Wait:
    """The chat could not be read: later perhaps, or never."""
    is_hopeless = isinstance(error, HOPELESS)
    is_vague = isinstance(error, VAGUE) and not is_out
    if is_hopeless or (is_vague and _readings(doubtful) > AMBIGUOUS_TRIES):
        batch.uncertain(error.reason)
        return None
    if isinstance(error, CliqThrottled):
        # Reading is locked; posting has a limit of its own, which others may use.
        batch.held(error.reason)
        return now + scaled(error.retry_after or LOCK)
    if isinstance(error, CliqUnauthorized):
        batch.grant.expire_access_token(now)
    return back_off(batch, error, now)


def _readings(doubtful: Attempt) -> int:
    """How often Cliq has refused since to let its chat be read."""
    refused = [Attempt.Outcome.REFUSED, Attempt.Outcome.UNAUTHORIZED]
    reads = Attempt.objects.filter(origin=Attempt.Origin.READ, account=doubtful.account_id)
    since = reads.filter(chat_id=doubtful.chat_id, started_at__gt=doubtful.started_at)
    return since.filter(outcome__in=refused).count()


def _find(lane: "Lane", client: CliqClient, doubtful: Attempt) -> str | None:
    """The id of the message that holds the attempt's marker, read back page by page.

    The newest page is read whatever its times say: a clock may be wrong by hours. Raises
    CliqRefused when so much was said since that the end is not reached.
    """
    since = doubtful.started_at - ANY_CLOCK
    closely = doubtful.started_at - CLOCKS_DIFFER
    until: datetime | None = None
    for page in range(MOST_PAGES):
        if page and next_read_at(lane.account, now := lane.clock()) > now:
            raise _Patience(now + scaled(WINDOW))  # Then there is room for all pages.
        messages = _read(lane, client, doubtful, since, until)
        for message in messages:
            if doubtful.marker in message.text:
                return message.id
        if len(messages) == PAGE and messages[-1].sent_at < closely and since < closely:
            # Nothing was said since, or Cliq tells the oldest of a span first: it does not say.
            since, until = closely, None
            continue
        if len(messages) < PAGE or messages[0].sent_at < closely:
            return None
        # Several messages may share the moment at which the page ends.
        until = messages[0].sent_at + timedelta(milliseconds=1)
    raise CliqRefused("too much was said since to find it")


def _read(
    lane: "Lane", client: CliqClient, doubtful: Attempt, since: datetime, until: datetime | None
) -> list[ChatMessage]:
    """One reading, written down like every call that counts."""
    read = Attempt.objects.create(
        account=lane.account,
        connection=doubtful.connection,
        origin=Attempt.Origin.READ,
        chat_id=doubtful.chat_id,
        channel=doubtful.channel,
        started_at=lane.clock(),
    )
    try:
        messages = client.messages(doubtful.chat_id, since, until, PAGE)
    except CliqError as error:
        finish(read, lane.clock(), error=error)
        raise
    finish(read, lane.clock())
    return messages


def diagnose(client: CliqClient, connection: Connection, error: CliqError) -> CliqError:
    """What Cliq's "technical error" means here: ask for the channel itself.

    A channel that answers as it should leaves the message as the culprit.
    """
    try:
        channel = client.channel(connection.channel_id)
    except NeedsReconnect as found:
        return found
    except ChannelUnavailable as found:
        return found
    except CliqError as found:
        if type(found) is not type(error):
            return found
        if _is_out_of_order(client):
            return CliqUnavailable(found.reason, code=found.code, http_status=found.http_status)
        # The same vague words for the channel: its id is what Cliq does not understand.
        return ChannelUnavailable(found.reason, code=found.code)
    if channel.status == "archived":
        return ChannelUnavailable("the channel is archived", code=error.code)
    if not channel.joined or not channel.may_post:
        return ChannelUnavailable("the account may not post there", code=error.code)
    return CliqRefused(error.reason, code=error.code, http_status=error.http_status)


def _is_out_of_order(client: CliqClient) -> bool:
    """Whether vague words mean nothing about what was asked: Cliq does not even list channels."""
    try:
        next(client.channels(), None)
    except (CliqAmbiguous, CliqUnavailable, CliqTimeout):
        return True
    except CliqError:
        return False
    return False
