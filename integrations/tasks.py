"""The engine's door: decorators, and one line each."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from . import alerts, delivery, log
from .chat import people, refreshing, sending
from .models import Account, ChatPost, Grant, Snapshot
from .tokens import revoke_and_forget

logger = logging.getLogger(__name__)


@db_task()
def drain(account: int) -> None:
    """Post what is due in one account's lane, and come back when more is."""
    if due_at := delivery.drain(account, now=timezone.now):
        wake(account, due_at)


@db_periodic_task(crontab(minute="*"))
def sweep() -> None:
    """Wake every lane that has something due: lost wake-ups, crashes, restarts."""
    for account in Account.objects.with_deliveries_due(timezone.now()):
        wake(account.pk)


@db_periodic_task(crontab(minute="*"))
def tell_admins() -> None:
    """E-mail the admins of connections that broke or were repaired."""
    alerts.tell_admins(timezone.now())


@db_task()
def forget(grant: int) -> None:
    """End a grant at Zoho and here."""
    for found in Grant.objects.filter(pk=grant).select_related("account"):
        revoke_and_forget(found)


@db_periodic_task(crontab(minute="17"))
def forget_strangers() -> None:
    """Forget the grants of people who have left: the task for one of them may have been lost."""
    for grant in Grant.objects.of_strangers():
        forget(grant.pk)


@db_periodic_task(crontab(hour="3", minute="41"))
def prune_log() -> None:
    """Forget what is older than the delivery log reaches back."""
    log.prune(timezone.now())


@db_task()
def refresh_chat(snapshot: int, owner: str) -> None:
    """Ask Cliq what somebody looks at."""
    refreshing.refresh(snapshot, owner, timezone.now)


@db_task()
def send_chat(post: int) -> None:
    """Post what somebody said in the chat bar."""
    sending.send(post, timezone.now)


@db_task()
def mark_chat_read(snapshot: int, message_id: str, sent_at: datetime) -> None:
    """Tell Cliq that somebody has seen a chat."""
    people.mark_read(snapshot, message_id, sent_at, timezone.now)


@db_periodic_task(crontab(minute="*"))
def sweep_chat() -> None:
    """Send what somebody said and whose task was lost."""
    for post in ChatPost.objects.waiting(timezone.now()):
        send_chat_soon(post.pk)


@db_periodic_task(crontab(minute="23"))
def forget_chat() -> None:
    """Forget what was said in chats that nobody looks at; later, that it was said."""
    now = timezone.now()
    day_ago = now - timedelta(days=1)
    Snapshot.objects.fetched_before(day_ago).delete()
    ChatPost.objects.sent_before(day_ago).exclude(payload="").update(payload="")
    ChatPost.objects.sent_before(now - ChatPost.KNOWN).delete()


def refresh_chat_soon(snapshot: int, owner: str) -> None:
    _soon(refresh_chat, snapshot, owner)


def send_chat_soon(post: int) -> None:
    _soon(send_chat, post)


def mark_chat_read_soon(snapshot: int, message_id: str, sent_at: datetime) -> None:
    _soon(mark_chat_read, snapshot, message_id, sent_at)


def _soon(task: Callable[..., object], *about: object) -> None:
    """Have a worker do it; while the engine is away, what is shown grows old, nothing is lost."""
    try:
        task(*about)
    except Exception:
        logger.exception("Could not have %s done", task)


def forget_on_commit(grant: int) -> None:
    """Forget the grant when the transaction that ended its owner's membership has committed."""
    transaction.on_commit(lambda: forget(grant), robust=True)


def wake(account: int, due_at: datetime | None = None) -> None:
    """Ask a worker to drain the lane; a failing engine costs a minute, never a message."""
    try:
        if due_at is None or due_at <= timezone.now():
            drain(account)
        else:
            drain.schedule(args=(account,), eta=due_at)
    except Exception:
        logger.exception("Could not wake lane %s: the sweep will", account)


def wake_on_commit(account: int) -> None:
    """Wake the lane when the customer's transaction has committed."""
    transaction.on_commit(lambda: wake(account), robust=True)
