"""Ways in, mailed to the address on file: a new link instead of an old one, a code for the home.

A worker does it, so that the page that was asked takes equally long for friends and strangers.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from . import mail
from .models import Contact, Knock, Link


@transaction.atomic
def answer(pk: int, now: Callable[[], datetime]) -> None:
    """Answer one knock, once, if there is anything to answer it with."""
    knock = Knock.objects.select_related("organisation").filter(pk=pk).first()
    moment = now()
    if knock is None or not knock.take(now=moment):
        return
    if knock.kind == Knock.Kind.CODE:
        _send_code(knock, moment)
    else:
        _send_link(knock, moment)


def _send_code(knock: Knock, now: datetime) -> None:
    contacts = Contact.objects.at_mailbox(knock.about)
    if knock.organisation:
        contacts = contacts.filter(customer__organisation=knock.organisation)
    if contact := contacts.first():
        mail.code_email(contact, knock.make_code(), now=now)


def _send_link(knock: Knock, now: datetime) -> None:
    if old := Link.objects.outlived(knock.about, now):
        link = Link.objects.renew(old.document, old.contact, now=now)
        mail.link_email(link, now=now)
