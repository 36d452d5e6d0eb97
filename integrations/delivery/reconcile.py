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
    CliqUnauthorized,
    CliqUnknown,
    NeedsReconnect,
)
from ..cliq.said import ChatMessage
from ..models import Attempt, Connection
from . import ledger
from .batch import Batch
from .budget import next_read_at
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
    except CliqError as error:
        with lane.fenced() as now:
            return _unread(batch, doubtful, error, now)
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


def _unread(batch: Batch, doubtful: Attempt, error: CliqError, now: datetime) -> Wait:
    """The chat could not be read: later perhaps, or never."""
    is_hopeless = isinstance(error, HOPELESS)
    if is_hopeless or (isinstance(error, VAGUE) and _readings(doubtful) > AMBIGUOUS_TRIES):
        batch.uncertain(error.reason)
        return None
    if isinstance(error, CliqThrottled):
        return decision_for(error).act(batch, error, now)
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
    until: datetime | None = None
    for _page in range(MOST_PAGES):
        messages = _read(lane, client, doubtful, since, until)
        for message in messages:
            if doubtful.marker in message.text:
                return message.id
        if len(messages) < PAGE or messages[0].sent_at < doubtful.started_at - CLOCKS_DIFFER:
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
        # The same vague words for the channel: its id is what Cliq does not understand.
        is_vague = type(found) is type(error)
        return ChannelUnavailable(found.reason, code=found.code) if is_vague else found
    if channel.status == "archived":
        return ChannelUnavailable("the channel is archived", code=error.code)
    if not channel.joined or not channel.may_post:
        return ChannelUnavailable("the account may not post there", code=error.code)
    return CliqRefused(error.reason, code=error.code, http_status=error.http_status)
