"""How colleagues hear by e-mail of what customers do: each act by itself, or a day's together."""

import logging
import time
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import addresses, history, mail
from .access import events_for
from .models import Document, Email, Event, Membership
from .money import money

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 45  # in one go; the rest follows in a minute


def tell(now: datetime, seconds: float = LONGEST_SECONDS) -> int:
    """Write to those who want to hear of each act that nobody was told of; how many acts."""
    told = 0
    ends_at = time.monotonic() + seconds
    for pk in Event.objects.untold().values_list("pk", flat=True):
        try:
            told += _tell(Event.objects.with_documents().get(pk=pk), now)
        except Exception:  # One act that breaks our words must not silence all that follow.
            logger.exception("Could not tell anybody of event %s", pk)
        if time.monotonic() > ends_at:
            break
    return told


@transaction.atomic
def _tell(event: Event, now: datetime) -> bool:
    # The mark and the e-mails commit together: never twice, and nothing lost in a crash.
    if not event.note_told(now):
        return False
    for membership in _listeners_to(event):
        if membership.emails == Membership.Emails.DAILY:
            membership.notices.create(event=event, due_at=membership.next_digest(now))
        else:
            _write(membership, event, now)
    return True


def _listeners_to(event: Event) -> Iterator[Membership]:
    """Those who want e-mails of its kind and may see it, but for whoever did it."""
    if event.is_repeat:
        return
    others = event.organisation.memberships.told_by_email()
    for membership in others.exclude(user__email__iexact=event.contact.email):
        is_wanted = event.kind in membership.email_kinds
        if is_wanted and events_for(membership).filter(pk=event.pk).exists():
            yield membership


def _write(membership: Membership, event: Event, now: datetime) -> Email:
    with _as_read_by(membership):
        number = {"number": event.facts["number"], "act": history.sentence(event)}
        return mail.staff_email(
            membership.user,
            membership.organisation,
            template="act",
            context={"act": _told(event), "preferences": _preferences(membership)},
            subject=_("%(number)s: %(act)s") % number,
            now=now,
        )


def write_digests(now: datetime) -> int:
    """Write the daily e-mails that are due; how many those were."""
    due = Membership.objects.filter(notices__due_at__lte=now).select_related("user", "organisation")
    written = 0
    for membership in due.distinct():
        try:
            written += _write_digest(membership, now)
        except Exception:  # What breaks one colleague's must not silence all others'.
            logger.exception("Could not write the daily e-mail of membership %s", membership.pk)
    return written


@transaction.atomic
def _write_digest(membership: Membership, now: datetime) -> bool:
    # Whoever comes second waits here, and finds nothing left.
    Membership.objects.select_for_update().get(pk=membership.pk)
    notices = list(membership.notices.due(now).values_list("pk", "event"))
    acts = events_for(membership).filter(pk__in=[event for _pk, event in notices])
    events = list(acts.with_documents().order_by("occurred_at", "pk"))
    membership.notices.filter(pk__in=[pk for pk, _event in notices]).delete()
    if not events:
        return False
    with _as_read_by(membership):
        words = {"count": len(events), "organisation": membership.organisation.name}
        mail.staff_email(
            membership.user,
            membership.organisation,
            template="digest",
            context={"documents": _by_document(events), "preferences": _preferences(membership)},
            subject=_("%(organisation)s: what customers did (%(count)d)") % words,
            now=now,
        )
    return True


def _by_document(events: list[Event]) -> list[list[dict[str, Any]]]:
    """The acts in their order, those on one document together, where its first act stands."""
    found: dict[Document, list[dict[str, Any]]] = {}
    for event in events:
        found.setdefault(event.document, []).append(_told(event))
    return list(found.values())


def _told(event: Event) -> dict[str, Any]:
    """What an e-mail says of an act, with the sum as it was then."""
    return {
        "event": event,
        "entry": history.of_event(event),
        "total": money(Decimal(event.facts["total"]), event.facts["currency"]),
        "url": settings.SITE_URL + addresses.of_document(event.document),
    }


def _preferences(membership: Membership) -> str:
    place = [membership.organisation.slug]
    return settings.SITE_URL + reverse("portal:notification-preferences", args=place)


@contextmanager
def _as_read_by(membership: Membership) -> Iterator[None]:
    """In the reader's language and time zone."""
    zone = zoneinfo.ZoneInfo(membership.user.time_zone)
    with translation.override(membership.user.language), timezone.override(zone):
        yield
