"""The engine's door for the portal: decorators, and one line each."""

import logging
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from . import admission, notices, sending
from .models import Email, Guest, Knock, Payment, Visit
from .payments import asking
from .sessions import SessionStore

logger = logging.getLogger(__name__)


@db_task()
def send(email: int) -> None:
    """Send one e-mail, if it is due."""
    sending.send(email, now=timezone.now)


@db_task()
def answer(knock: int) -> None:
    """Mail a way in to whoever knocked, if they are known."""
    admission.answer(knock, now=timezone.now)


@db_periodic_task(crontab(minute="*"))
def sweep() -> None:
    """Send every e-mail that is due: lost wake-ups, crashes, second tries."""
    now = timezone.now()
    for knock in Knock.objects.waiting(now).values_list("pk", flat=True):
        wake_for(knock)
    for email in Email.objects.due(now).values_list("pk", flat=True):
        wake(email)


@db_periodic_task(crontab(minute="*"))
def tell() -> None:
    """Write the e-mails by which colleagues hear of customers' acts."""
    notices.tell(timezone.now())
    notices.write_digests(timezone.now())


@db_task()
def ask(payment: int) -> None:
    """Learn from its provider what became of one payment."""
    asking.ask(payment, now=timezone.now)


@db_periodic_task(crontab(minute="*"))
def sweep_payments() -> None:
    """Ask about every payment whose end we should have heard of: lost webhooks, lost customers."""
    for payment in Payment.objects.to_ask_about(timezone.now()).values_list("pk", flat=True):
        ask(payment)


@db_periodic_task(crontab(hour="3", minute="17"))
def forget() -> None:
    """Let go of what has served its time."""
    now = timezone.now()
    Knock.objects.asked_before(now - Knock.KEPT).delete()
    Guest.objects.expired_before(now).delete()
    long_ago = now - timedelta(days=max(settings.TRACE_DAYS, 1))
    Visit.objects.forget_addresses(long_ago)
    Email.objects.forget_texts(long_ago)
    SessionStore.clear_expired()
    living = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=living).delete()


def wake(email: int) -> None:
    """Ask a worker to send it; a failing engine costs a minute, never an e-mail."""
    try:
        send(email)
    except Exception:
        logger.exception("Could not wake a worker for e-mail %s: the sweep will", email)


def wake_for(knock: int) -> None:
    """Ask a worker to answer it; if the engine fails, the sweep does."""
    try:
        answer(knock)
    except Exception:
        logger.exception("Could not wake a worker for knock %s: the sweep will", knock)


def wake_on_commit(email: int) -> None:
    """Wake a worker when the transaction that wrote the e-mail has committed."""
    transaction.on_commit(lambda: wake(email), robust=True)
