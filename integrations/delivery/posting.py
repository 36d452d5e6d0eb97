"""One post to Cliq: written down before the call, and how it ended after it."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from ..cliq.client import CliqClient
from ..cliq.errors import CliqError, CliqThrottled
from ..cliq.messages import test_message
from ..metrics import observe
from ..models import Account, Attempt, Connection, Grant
from ..tokens import client_for
from .budget import lock_out, next_post_at
from .decisions import decision_for

Post = Callable[[CliqClient, Attempt], str | None]


class BudgetSpent(CliqThrottled):
    """We hold back ourselves: a few posts more and Cliq would lock the person out."""


def finish(
    attempt: Attempt,
    now: datetime,
    *,
    error: CliqError | None = None,
    message_id: str | None = None,
    outcome: Attempt.Outcome = Attempt.Outcome.SENT,
) -> None:
    """Write how the attempt ended."""
    attempt.outcome = decision_for(error).outcome if error else outcome
    attempt.finished_at = now
    attempt.duration_ms = attempt.duration_ms_at(now)
    attempt.message_id = (message_id or "")[:120]
    if error is not None:
        attempt.http_status = error.http_status
        attempt.code = error.code[:80]
        attempt.detail = error.reason[:300]
    attempt.save()
    observe(attempt, attempt.outcome, attempt.duration_ms)


def post_now(
    grant: Grant,
    post: Post,
    *,
    origin: Attempt.Origin,
    clock: Callable[[], datetime],
    connection: Connection | None = None,
    chat_id: str = "",
    channel: str = "",
) -> Attempt:
    """Post outside the lane's order, for somebody who waits, but from the same budget.

    Raises a CliqError when it did not work; BudgetSpent when the account must wait.
    """
    client = client_for(grant, clock())
    attempt = _begun(
        Attempt(
            account=grant.account,
            connection=connection,
            origin=origin,
            chat_id=chat_id,
            channel=channel,
        ),
        clock,
    )
    try:
        message_id = post(client, attempt)
    except CliqError as error:
        finish(attempt, clock(), error=error)
        if isinstance(error, CliqThrottled):
            lock_out(grant.account, error, clock())  # The lane must not try its luck.
        raise
    finish(attempt, clock(), message_id=message_id)
    return attempt


@transaction.atomic
def _begun(attempt: Attempt, clock: Callable[[], datetime]) -> Attempt:
    """The attempt written down, within the budget; BudgetSpent when there is none left."""
    # Whoever posts as this person waits here: together they must not exceed the budget.
    account = Account.objects.select_for_update().get(pk=attempt.account_id)
    now = clock()
    allowed_at = next_post_at(account, now)
    if allowed_at > now:
        raise BudgetSpent("our own budget is spent", retry_after=allowed_at - now)
    attempt.started_at = now
    attempt.save()
    return attempt


def send_test(connection: Connection, clock: Callable[[], datetime]) -> Attempt:
    """Post a test message the way that notifications go, once; raises a CliqError if it fails."""
    if connection.grant is None:
        raise ValueError("A connection without a grant cannot post.")
    organisation = connection.organisation
    url = settings.SITE_URL + reverse("integrations:cliq", args=[organisation.slug])

    def post(client: CliqClient, attempt: Attempt) -> str | None:
        message = test_message(
            language=organisation.language,
            channel=connection.channel_name,
            url=url,
            marker=attempt.marker,
        )
        return client.post_to_channel(connection.channel, message.payload())

    return post_now(
        connection.grant,
        post,
        origin=Attempt.Origin.TEST,
        clock=clock,
        connection=connection,
        chat_id=connection.chat_id,
        channel=connection.channel_name,
    )
