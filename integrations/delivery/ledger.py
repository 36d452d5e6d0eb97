"""What does every post write? Its few statements, in SQL.

Composed by Django anew for each post, they took five times as long as all else that a post costs
us; see docs/performance.md. Whatever happens more rarely is written through the models.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

from ..metrics import observe
from ..models import Account, Attempt, Delivery

RENEW = """
    UPDATE integrations_account SET leased_until = %s WHERE id = %s AND lease_owner = %s
"""
POSTS = """
    SELECT count(*) FROM integrations_attempt
    WHERE account_id = %s AND origin <> 'read' AND started_at > %s AND started_at <= %s
"""
BEGIN = """
    INSERT INTO integrations_attempt (
        account_id, connection_id, origin, marker, is_text_only, chat_id, channel, started_at,
        outcome, code, detail, message_id
    )
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', '', '')
    RETURNING id
"""
# What another lane has taken up since it was read is that lane's: an account was replaced.
CARRY = """
    UPDATE integrations_delivery SET attempt_id = %s
    WHERE id = %s AND status = 'pending' AND coalesce(attempt_id, 0) = %s
"""
REMEMBER = """
    INSERT INTO integrations_delivery_attempts (delivery_id, attempt_id)
    SELECT id, attempt_id FROM integrations_delivery WHERE attempt_id = %s
"""
FINISH = """
    UPDATE integrations_attempt
    SET outcome = %s, finished_at = %s, duration_ms = %s, message_id = %s WHERE id = %s
"""
# What was skipped while the call was on its way stands in the channel all the same.
SENT = """
    UPDATE integrations_delivery
    SET status = 'sent', reason = '', sent_at = %s, channel = %s, message_id = %s, error = '',
        tries = tries + 1
    WHERE attempt_id = %s AND status IN ('pending', 'skipped')
"""


def renew(account: Account, owner: str, now: datetime) -> bool:
    """Keep the lane for another lease; False if it was lost meanwhile."""
    return bool(_run(RENEW, now + account.lease(), account.pk, owner).rowcount)


def posts_between(account: Account, since: datetime, until: datetime) -> int:
    """How many posts were begun as that person."""
    count: int = _run(POSTS, account.pk, since, until).fetchone()[0]
    return count


def begin(attempt: Attempt, deliveries: Iterable[Delivery]) -> bool:
    """Write an attempt and what it carries; False, to be rolled back, if that no longer waits."""
    attempt.pk = _run(
        BEGIN,
        attempt.account_id,
        attempt.connection_id,
        attempt.origin,
        attempt.marker,
        attempt.is_text_only,
        attempt.chat_id,
        attempt.channel,
        attempt.started_at,
        attempt.outcome,
    ).fetchone()[0]
    attempt._state.adding = False
    for delivery in deliveries:
        if not _run(CARRY, attempt.pk, delivery.pk, delivery.attempt_id or 0).rowcount:
            return False
    _run(REMEMBER, attempt.pk)
    return True


def arrived(
    attempt: Attempt,
    message_id: str,
    now: datetime,
    outcome: Attempt.Outcome = Attempt.Outcome.SENT,
) -> None:
    """What an attempt carried stands in its channel, under that id."""
    message_id = message_id[:120]
    _run(SENT, now, attempt.channel, message_id, attempt.pk)
    milliseconds = attempt.duration_ms_at(now)
    _run(FINISH, outcome, now, milliseconds, message_id, attempt.pk)
    observe(attempt, outcome, milliseconds)


def _run(sql: str, *values: str | int | datetime | None) -> CursorWrapper:
    adapt = connection.ops.adapt_datetimefield_value
    cursor = connection.cursor()
    cursor.execute(sql, [adapt(v) if isinstance(v, datetime) else v for v in values])
    return cursor
