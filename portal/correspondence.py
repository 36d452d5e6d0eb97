"""What staff say to customers: sending a document, answering in its thread."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from . import mail
from .letters import proposed
from .models import (
    Comment,
    Contact,
    Conversion,
    Customer,
    Email,
    Estimate,
    Invoice,
    Link,
    Payment,
    User,
    Visitor,
)
from .uploads import Upload


class AlreadySent(Exception):
    """Somebody e-mailed the document since the page was shown: perhaps this very click, twice."""


@dataclass(frozen=True)
class Letter:
    """What somebody writes to a customer about a document."""

    subject: str
    text: str
    kind: str = Email.Kind.LETTER
    has_pdf: bool = True
    wants_copy: bool = False


@transaction.atomic
def send_document(
    document: Estimate | Invoice,
    letter: Letter,
    contacts: Iterable[Contact],
    *,
    by: User,
    now: datetime,
    emails_before: int,
) -> list[Email]:
    """E-mail each contact their own link and mark the document as sent, all or nothing."""
    # Renewing locks the document, so that of two clicks the second one counts the first's e-mail.
    links = {contact: Link.objects.renew(document, contact, now=now) for contact in contacts}
    if document.emails.count() != emails_before:
        raise AlreadySent
    document.mark_sent(now=now)
    words: dict[str, Any] = {"subject": letter.subject, "text": letter.text}
    words |= {"has_pdf": letter.has_pdf, "by": by, "now": now}
    emails = [
        mail.document_email(document, contact, link, kind=letter.kind, **words)
        for contact, link in links.items()
    ]
    if letter.wants_copy:
        mail.copy_email(document, **words)
    return emails


@transaction.atomic
def send_receipt(
    payment: Payment,
    subject: str,
    text: str,
    contacts: Iterable[Contact],
    *,
    by: User,
    now: datetime,
    emails_before: int,
) -> list[Email]:
    """E-mail the receipt to each contact."""
    # Of two clicks the second one waits here, and counts the first's e-mail.
    Customer.objects.lock(payment.customer_id)
    if payment.emails.count() != emails_before:
        raise AlreadySent
    words: dict[str, Any] = {"subject": subject, "text": text, "by": by, "now": now}
    return [mail.receipt_email(payment, contact, **words) for contact in contacts]


@transaction.atomic
def send_copy_of(estimate: Estimate, visitor: Visitor, *, now: datetime) -> Email:
    """E-mail the contact what was accepted just now, as it stands on paper."""
    return mail.acceptance_email(estimate, visitor.link, now=now)


def send_invoice_of(estimate: Estimate, *, now: datetime) -> None:
    """E-mail the invoice that an acceptance made, if the organisation wants that.

    It goes in the name of whoever wrote the estimate, to whom that was for; when either of them
    is gone, it waits as a draft.
    """
    by, contact = estimate.created_by, estimate.contact
    invoice = estimate.invoices.order_by("-pk").first()
    if estimate.organisation.invoice_on_acceptance != Conversion.SENT or not (by and invoice):
        return
    is_here = estimate.organisation.memberships.filter(user=by).exists()
    if contact.erased_at or not is_here:
        return
    wording = proposed(invoice, contact, by)
    letter = Letter(subject=wording.subject, text=wording.text)
    send_document(invoice, letter, [contact], by=by, now=now, emails_before=0)


@transaction.atomic
def reply(
    document: Estimate | Invoice,
    user: User,
    text: str,
    *,
    is_internal: bool,
    key: uuid.UUID,
    now: datetime,
    uploads: Sequence[Upload] = (),
) -> Comment:
    """Answer in the thread, once per key; what customers may see is e-mailed to them."""
    comment, is_new = Comment.objects.add_from_staff(
        document, user, text, is_internal=is_internal, key=key, now=now, uploads=uploads
    )
    if is_new and not is_internal:
        for contact in participants(document).exclude(email__iexact=user.email):
            link = Link.objects.renew(document, contact, now=now)
            mail.reply_email(comment, contact, link, now=now)
    return comment


def participants(document: Estimate | Invoice) -> QuerySet[Contact]:
    """The addressee, and every contact who commented."""
    commented = Q(**{f"comments__{document.KIND}": document})
    return Contact.objects.filter(Q(pk=document.contact_id) | commented).distinct()
