"""Who asks Cliq, and when? A worker, for whoever looks; what it heard is kept for all who look.

Not the request: a Cliq that answers slowly would hold the few threads that serve every page of
Books. The request reads a row, and where that is old it has a worker called, at most one for each
snapshot at a time.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from ..cliq.client import CliqClient
from ..cliq.errors import CliqError, CliqThrottled
from ..delivery.budget import scaled
from ..models import Grant, Snapshot
from ..tokens import on_behalf_of
from . import reading
from .asking import AllowanceSpent, Asking
from .content import Lists, Thread, to_json

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
LIST_AGE = timedelta(seconds=45)
THREAD_AGE = timedelta(seconds=10)
# What was said long ago changes only if somebody edits it.
HISTORY_AGE = timedelta(minutes=10)
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(minutes=5)


def look(
    grant: Grant, now: datetime, chat_id: str = "", before: str = ""
) -> tuple[Snapshot, str | None]:
    """What Cliq last said, and for whom to refresh it if it is old and nobody else does."""
    # Most looks find what they have seen already: the words need not be decrypted for them.
    snapshot, _is_new = Snapshot.objects.defer("content").get_or_create(
        grant=grant, chat_id=chat_id[:120], before=before[:120]
    )
    return snapshot, snapshot.claim(now)


def refresh(pk: int, owner: str, clock: Clock) -> None:
    """Ask Cliq and keep what it says, or why it does not say."""
    leased = Snapshot.objects.filter(pk=pk, lease_owner=owner).select_related("grant__account")
    snapshot = leased.first()
    if snapshot is None:
        return
    now = clock()
    try:
        content = on_behalf_of(snapshot.grant, now, _reader(snapshot, clock))
    except AllowanceSpent as error:
        snapshot.wait(owner, clock() + (error.retry_after or FIRST_RETRY))
    except CliqError as error:
        snapshot.fail(owner, type(error).__name__, _retry_at(snapshot, error, clock()))
    except Exception:
        logger.exception("Refreshing snapshot %s broke", pk)
        snapshot.fail(owner, CliqError.__name__, clock() + LONGEST_RETRY)
    else:
        snapshot.keep(owner, to_json(content), now, clock() + _age(snapshot))


def _reader(snapshot: Snapshot, clock: Clock) -> Callable[[CliqClient], Lists | Thread]:
    """What to ask for."""

    def read(client: CliqClient) -> Lists | Thread:
        asked = Asking(snapshot.grant, client, clock)
        if not snapshot.chat_id:
            return reading.lists(asked, snapshot.content)
        if snapshot.before:
            return reading.older(asked, snapshot.chat_id, snapshot.before)
        return reading.newest(asked, snapshot)

    return read


def _age(snapshot: Snapshot) -> timedelta:
    if not snapshot.chat_id:
        return LIST_AGE
    return HISTORY_AGE if snapshot.before else THREAD_AGE


def _retry_at(snapshot: Snapshot, error: CliqError, now: datetime) -> datetime:
    """Later with every failure; after a lock, when it ends."""
    if isinstance(error, CliqThrottled):
        return now + scaled(error.retry_after or timedelta(minutes=5))
    wait: timedelta = min(FIRST_RETRY * 2 ** min(snapshot.failures, 5), LONGEST_RETRY)
    return now + wait
