"""One line of a story, whoever tells it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .bounces import reason
from .models import Comment, Email


@dataclass(frozen=True)
class Entry:
    """One line of the story; the names and words in it are other people's, never cleaned."""

    at: datetime
    icon: str
    text: str
    tone: str = ""
    who: str = ""
    body: str = ""  # what somebody wrote, with their line breaks
    note: str = ""
    comment: Comment | None = None
    rank: int = 1  # among things of one moment: an answer comes after the view it confirms


def of_email(email: Email) -> Entry:
    """What we wrote to the customer, and whether it left."""
    sent = {
        Email.Kind.REMINDER: _("Reminder e-mailed to %(to)s."),
        Email.Kind.COPY: _("A copy e-mailed to %(to)s."),
        Email.Kind.RECEIPT: _("Receipt e-mailed to %(to)s."),
    }.get(Email.Kind(email.kind), _("E-mailed to %(to)s."))
    text, tone = {
        Email.Status.PENDING: (_("An e-mail to %(to)s waits to be sent."), ""),
        Email.Status.SENT: (sent, "ok"),
        Email.Status.FAILED: (_("The e-mail to %(to)s could not be sent."), "bad"),
    }[Email.Status(email.status)]
    return Entry(
        at=email.created_at,
        icon="mail",
        tone=tone,
        text=text % {"to": email.to},
        who=str(email.created_by or ""),
        note=reason(email.error) if email.error else email.subject,
    )
