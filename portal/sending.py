"""When an e-mail leaves, and what if it does not."""

import logging
from collections.abc import Callable
from datetime import datetime
from email.utils import formataddr, parseaddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import cast

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from .models import Contact, Email, Estimate, Invoice
from .pdf import document_pdf, receipt_pdf

logger = logging.getLogger(__name__)

LONGEST_NAME = 60


def send(pk: int, now: Callable[[], datetime]) -> None:
    """Send one e-mail if it is due and no other worker has it."""
    email = Email.objects.without_contents().filter(pk=pk).first()
    if email is None or not email.claim(now()):
        return
    if email.to.endswith(f"@{Contact.NOWHERE}"):
        email.fail("The contact was erased.")
        return
    try:
        message_of(email).send()
    except SMTPRecipientsRefused as error:
        refused(email, error, now())
    except OSError as error:  # Every SMTPException is one.
        email.retry_later(now(), described(error))
    except Exception as error:
        logger.exception("E-mail %s broke", pk)
        email.retry_later(now(), type(error).__name__)
    else:
        email.sent(now())


def refused(email: Email, error: SMTPRecipientsRefused, now: datetime) -> None:
    """The server does not want this address: for good (5xx), or for now (4xx)."""
    codes = [code for code, _words in error.recipients.values()]
    reason = f"SMTPRecipientsRefused {' '.join(map(str, codes))}"
    if min(codes) >= 500:
        email.fail(reason)
    else:
        email.retry_later(now, reason)


def described(error: OSError) -> str:
    """What staff read about it: a server's own words may quote the e-mail, its code does not."""
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return f"{type(error).__name__}: {error}"


def message_of(email: Email) -> EmailMultiAlternatives:
    """The e-mail as it goes out: from the organisation or the site, answers to a person."""
    message = EmailMultiAlternatives(
        subject=one_line(email.subject),
        body=email.text,
        from_email=sender(email.organisation.name) if email.organisation else None,
        to=[email.to],
        reply_to=reply_to(email),
    )
    if email.html:
        message.attach_alternative(email.html, "text/html")
    if email.has_pdf:
        message.attach(*attachment(email), "application/pdf")
    return message


def attachment(email: Email) -> tuple[str, bytes]:
    """The paper that the e-mail is about, by the name of its number."""
    if email.payment:
        return f"{email.payment.number}.pdf", receipt_pdf(email.payment, language=email.language)
    document = cast(Estimate | Invoice, email.document)
    return f"{document.number}.pdf", document_pdf(document, language=email.language)


def sender(name: str) -> str:
    """The site's own address under the organisation's name: other addresses would be forged."""
    _site, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((one_line(name)[:LONGEST_NAME], address))


def reply_to(email: Email) -> list[str]:
    """The organisation's address, else that of whoever wrote."""
    author = email.created_by.email if email.created_by else ""
    address = (email.organisation and email.organisation.email) or author
    return [address] if address else []


def one_line(text: str) -> str:
    """The text without line breaks and other control characters: headers end at them."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
