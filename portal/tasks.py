"""The engine's door for the portal: decorators, and one line each."""

import logging

from django.db import transaction
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from . import notices, sending
from .models import Email

logger = logging.getLogger(__name__)


@db_task()
def send(email: int) -> None:
    """Send one e-mail, if it is due."""
    sending.send(email, now=timezone.now)


@db_periodic_task(crontab(minute="*"))
def sweep() -> None:
    """Send every e-mail that is due: lost wake-ups, crashes, second tries."""
    for email in Email.objects.due(timezone.now()).values_list("pk", flat=True):
        wake(email)


@db_periodic_task(crontab(minute="*"))
def tell() -> None:
    """Write the e-mails by which colleagues hear of customers' acts."""
    notices.tell(timezone.now())
    notices.write_digests(timezone.now())


def wake(email: int) -> None:
    """Ask a worker to send it; a failing engine costs a minute, never an e-mail."""
    try:
        send(email)
    except Exception:
        logger.exception("Could not wake a worker for e-mail %s: the sweep will", email)


def wake_on_commit(email: int) -> None:
    """Wake a worker when the transaction that wrote the e-mail has committed."""
    transaction.on_commit(lambda: wake(email), robust=True)
