"""What we e-mail, as functions of rows; the rows leave by portal/sending.py."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import addresses, tasks
from .models import (
    Comment,
    Contact,
    Document,
    Email,
    Estimate,
    Invitation,
    Link,
    Organisation,
    Payment,
    User,
)


def document_email(
    document: Document,
    contact: Contact,
    link: Link,
    *,
    subject: str,
    text: str,
    by: User,
    now: datetime,
    kind: str = Email.Kind.LETTER,
    has_pdf: bool = True,
) -> Email:
    """A letter of ours with the link that opens the document, and its PDF."""
    context = {"document": document, "link": link, "letter": text}
    about = {"kind": kind, "has_pdf": has_pdf}
    with translation.override(contact.language):
        return _to_contact("document", document, contact, context, subject, by, now, **about)


def copy_email(
    document: Document, *, subject: str, text: str, by: User, now: datetime, has_pdf: bool
) -> Email:
    """The same letter for whoever wrote it; it leads into Books, for a link would be somebody's."""
    address = settings.SITE_URL + addresses.of_document(document)
    with translation.override(by.language):
        return _queue(
            "copy",
            {"document": document, "address": address, "letter": text},
            organisation=document.organisation,
            to=by.email,
            subject=_("Copy: %(subject)s") % {"subject": subject},
            kind=Email.Kind.COPY,
            has_pdf=has_pdf,
            created_by=by,
            created_at=now,
            **{document.KIND: document},
        )


def receipt_subject(payment: Payment, contact: Contact) -> str:
    """The subject that we propose for sending a receipt."""
    with translation.override(contact.language):
        names = {"number": payment.number, "organisation": payment.organisation.name}
        return _("Receipt %(number)s from %(organisation)s") % names


def receipt_letter(payment: Payment, contact: Contact, by: User) -> str:
    """The letter that we propose; the receipt is attached to it."""
    context = {"payment": payment, "contact": contact, "by": by}
    with translation.override(contact.language):
        return render_to_string("mail/receipt_letter.txt", context).strip()


def receipt_email(
    payment: Payment, contact: Contact, *, subject: str, text: str, by: User, now: datetime
) -> Email:
    """A letter of ours with the receipt as PDF."""
    context = {"organisation": payment.organisation, "contact": contact, "letter": text}
    with translation.override(contact.language):
        return _queue(
            "receipt",
            context,
            organisation=payment.organisation,
            payment=payment,
            kind=Email.Kind.RECEIPT,
            contact=contact,
            to=contact.email,
            subject=subject,
            has_pdf=True,
            created_by=by,
            created_at=now,
        )


def reply_email(comment: Comment, contact: Contact, link: Link, *, now: datetime) -> Email:
    """What a colleague answered in the thread, with the link that opens it."""
    document = comment.document
    files = comment.attachments.count()
    context = {"document": document, "comment": comment, "files": files, "link": link}
    with translation.override(contact.language):
        subject = _reply_subject(document)
        return _to_contact("reply", document, contact, context, subject, comment.user, now)


def acceptance_email(estimate: Estimate, link: Link, *, now: datetime) -> Email:
    """The customer's copy of what they accepted."""
    contact = link.contact
    context = {"document": estimate, "answer": estimate.answer(), "link": link}
    about = {"kind": Email.Kind.COPY, "has_pdf": True}
    with translation.override(contact.language), timezone.override(estimate.organisation.zone):
        subject = _("You have accepted estimate %(number)s") % {"number": estimate.number}
        return _to_contact("accepted", estimate, contact, context, subject, None, now, **about)


def link_email(link: Link, *, now: datetime) -> Email:
    """A new link for a contact whose old one had ended."""
    document, contact = link.document, link.contact
    context = {"document": document, "link": link}
    with translation.override(contact.language):
        subject = _("Your new link to %(number)s") % {"number": document.number}
        return _to_contact("new_link", document, contact, context, subject, None, now)


def code_email(contact: Contact, code: str, *, now: datetime) -> Email:
    """The code that proves the contact's mailbox."""
    organisation = contact.customer.organisation
    with translation.override(contact.language):
        return _queue(
            "code",
            {"code": code, "contact": contact, "organisation": organisation},
            organisation=organisation,
            contact=contact,
            to=contact.email,
            subject=_("Your code for the documents of %(organisation)s")
            % {"organisation": organisation.name},
            is_secret=True,
            created_at=now,
        )


def invitation_email(invitation: Invitation, token: str, *, now: datetime) -> Email:
    """An invitation to work in an organisation, in the organisation's language."""
    organisation = invitation.organisation
    url = settings.SITE_URL + reverse("portal:invitation", args=[token])
    context = {"invitation": invitation, "organisation": organisation, "url": url}
    with translation.override(organisation.language):
        return _queue(
            "invitation",
            context,
            organisation=organisation,
            to=invitation.email,
            subject=_("You are invited to %(organisation)s on Books")
            % {"organisation": organisation.name},
            created_by=invitation.invited_by,
            created_at=now,
        )


def account_email(to: str, *, subject: str, text: str, html: str, now: datetime) -> Email:
    """What allauth wrote about somebody's account; its codes and links are soon forgotten."""
    return _keep(text, html, to=to, subject=subject, is_secret=True, created_at=now)


def staff_email(
    user: User,
    organisation: Organisation,
    *,
    template: str,
    context: dict[str, Any],
    subject: str,
    now: datetime,
) -> Email:
    """Something a colleague must know, in the language that is active.

    `template` names the letter below templates/mail/, without its ending.
    """
    return _queue(
        template,
        context | {"organisation": organisation, "user": user},
        organisation=organisation,
        to=user.email,
        subject=subject,
        created_at=now,
    )


def _reply_subject(document: Document) -> str:
    subjects = {
        "estimate": _("%(organisation)s replied about estimate %(number)s"),
        "invoice": _("%(organisation)s replied about invoice %(number)s"),
    }
    names = {"number": document.number, "organisation": document.organisation.name}
    return subjects[document.KIND] % names


def _to_contact(
    template: str,
    document: Document,
    contact: Contact,
    context: dict[str, Any],
    subject: str,
    by: User | None,
    now: datetime,
    **about: Any,
) -> Email:
    return _queue(
        template,
        context | {"organisation": document.organisation, "contact": contact},
        organisation=document.organisation,
        contact=contact,
        to=contact.email,
        subject=subject,
        created_by=by,
        created_at=now,
        **{document.KIND: document},
        **about,
    )


def _queue(template: str, context: dict[str, Any], **fields: Any) -> Email:
    text = render_to_string(f"mail/{template}.txt", context).strip() + "\n"
    html = render_to_string(f"mail/{template}.html", context).strip() + "\n"
    return _keep(text, html, **fields)


def _keep(text: str, html: str, **fields: Any) -> Email:
    """A row in the active language, for a worker to send."""
    fields["subject"] = fields["subject"][: Email.LONGEST_SUBJECT]
    due_at, language = fields["created_at"], translation.get_language()
    email = Email.objects.create(text=text, html=html, due_at=due_at, language=language, **fields)
    tasks.wake_on_commit(email.pk)
    return email
