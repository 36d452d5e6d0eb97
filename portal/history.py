"""What happened to a document, told to staff as one story."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .bounces import reason
from .events import VIEWS, EventKind
from .models import Act, Change, Comment, Document, Email, Estimate, Event, Invoice, Payment, Step
from .money import money

COMMENTS = (EventKind.ESTIMATE_COMMENTED, EventKind.INVOICE_COMMENTED)
MARKS = {  # icon and tone
    EventKind.ESTIMATE_VIEWED: ("eye", "info"),
    EventKind.INVOICE_VIEWED: ("eye", "info"),
    EventKind.ESTIMATE_COMMENTED: ("comment", "info"),
    EventKind.INVOICE_COMMENTED: ("comment", "info"),
    EventKind.ESTIMATE_ACCEPTED: ("accept", "ok"),
    EventKind.ESTIMATE_DECLINED: ("decline", "bad"),
    EventKind.INVOICE_PAID: ("payment", "ok"),
}
ACTS = {
    Act.Kind.LINK_MADE: ("link", ""),
    Act.Kind.LINK_RESET: ("refresh", "warn"),
    Act.Kind.LINK_REVOKED: ("link", "bad"),
}


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


def of_document(document: Estimate | Invoice) -> list[Entry]:
    """Comments and history of one document, newest first."""
    acts = document.events.exclude(kind__in=COMMENTS).select_related("contact")
    changes = list(document.changes.select_related("by"))
    entries = [
        *map(of_event, acts.latest_first()),
        *map(of_comment, document.comments.in_order()),
        *_of_sending(document, changes),
        *map(_of_change, changes),
        *map(of_act, document.acts.latest_first().with_people()),
        *(_of_payments(document) if isinstance(document, Invoice) else ()),
    ]
    newest_first = sorted(entries, key=attrgetter("at", "rank"), reverse=True)
    return [*newest_first, _of_creation(document)]


def of_event(event: Event) -> Entry:
    """What a customer did."""
    icon, tone = MARKS[EventKind(event.kind)]
    return Entry(
        at=event.occurred_at,
        icon=icon,
        tone=tone,
        text=sentence(event),
        body=event.facts.get("text", ""),
        note=" ".join(_notes(event)),
        rank=0 if event.kind in VIEWS else 1,
    )


def sentence(event: Event) -> str:
    """The act in words; behind a shared link may be anybody, so nobody is named then."""
    if event.kind in VIEWS:
        return _view(event)
    facts = event.facts
    sentences = {
        EventKind.ESTIMATE_COMMENTED: _("%(contact)s commented on the estimate."),
        EventKind.INVOICE_COMMENTED: _("%(contact)s commented on the invoice."),
        EventKind.ESTIMATE_ACCEPTED: _("%(signer)s accepted the estimate."),
        EventKind.ESTIMATE_DECLINED: _("%(signer)s declined the estimate."),
        EventKind.INVOICE_PAID: _("%(contact)s paid %(amount)s."),
    }
    return sentences[EventKind(event.kind)] % {
        "contact": facts["contact"],
        "signer": facts.get("signer") or facts["contact"],
        "amount": money(Decimal(facts.get("amount", 0)), facts["currency"]),
    }


def _view(event: Event) -> str:
    contact = {"contact": event.facts["contact"]}
    if event.facts.get("is_shared"):
        if event.is_repeat:
            return _("Somebody viewed it again via the link shared by %(contact)s.") % contact
        return _("Somebody viewed it via the link shared by %(contact)s.") % contact
    if event.is_repeat:
        return _("%(contact)s viewed it again.") % contact
    if event.kind == EventKind.ESTIMATE_VIEWED:
        return _("%(contact)s viewed the estimate.") % contact
    return _("%(contact)s viewed the invoice.") % contact


def _notes(event: Event) -> Iterator[str]:
    facts = event.facts
    if event.kind not in VIEWS and facts.get("is_shared"):
        yield _("Via a shared link: from another browser than the one that first came by it.")
    if count := facts.get("files", 0):
        yield ngettext("With %(count)d file.", "With %(count)d files.", count) % {"count": count}
    if event.kind == EventKind.INVOICE_PAID and "balance" in facts:
        balance = Decimal(facts["balance"])
        if balance:
            due = money(balance, facts["currency"])
            yield _("%(balance)s is still due.") % {"balance": due}
        else:
            yield _("Paid in full.")


def of_comment(comment: Comment) -> Entry:
    """What a customer or a colleague wrote."""
    if comment.contact:
        text = _("%(author)s commented.")
    elif comment.is_internal:
        text = _("%(author)s left an internal note.")
    else:
        text = _("%(author)s replied.")
    return Entry(
        at=comment.created_at,
        icon="lock" if comment.is_internal else "comment",
        tone="info" if comment.contact else "",
        text=text % {"author": comment.author or _("A former colleague")},
        body=comment.text,
        comment=comment,
    )


def _of_sending(document: Estimate | Invoice, changes: list[Change]) -> Iterator[Entry]:
    emails = list(document.emails.defer("text", "html").select_related("created_by"))
    told = {email.created_at for email in emails}
    told |= {change.occurred_at for change in changes if change.step == Step.SEND}
    yield from map(of_email, emails)
    # Sending marks the document in the moment of the e-mail: one line says both.
    if document.sent_at and document.sent_at not in told:
        yield Entry(document.sent_at, "send", _("Marked as sent."))


def _of_change(change: Change) -> Entry:
    """What a colleague did with it, or the system by itself."""
    icon, text, tone = {
        Step.SEND: ("send", _("Marked as sent."), ""),
        Step.ACCEPT: ("accept", _("Marked as accepted on the customer's behalf."), "ok"),
        Step.DECLINE: ("decline", _("Marked as declined on the customer's behalf."), "bad"),
        Step.INVOICE: ("invoice", _("Converted to an invoice."), "ok"),
        Step.REVISE: ("edit", _("Taken back to be revised."), ""),
        Step.VOID: ("close", _("Declared void."), "bad"),
        Step.REOPEN: ("refresh", _("Reopened as a draft."), ""),
    }[Step(change.step)]
    return Entry(
        at=change.occurred_at,
        icon=icon,
        tone=tone,
        text=text,
        who=str(change.by or ""),
        body=change.note,
        rank=2,
    )


def of_email(email: Email) -> Entry:
    """What we wrote to the customer, and whether it left."""
    sent = {
        Email.Kind.REMINDER: _("Reminder e-mailed to %(to)s."),
        Email.Kind.COPY: _("A copy e-mailed to %(to)s."),
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


def of_act(act: Act) -> Entry:
    """What a colleague did with it."""
    icon, tone = ACTS[Act.Kind(act.kind)]
    return Entry(
        at=act.done_at,
        icon=icon,
        tone=tone,
        text=str(act.get_kind_display()),
        who=str(act.user or _("A former colleague")),
        note=act.about,
    )


def _of_payments(invoice: Invoice) -> Iterator[Entry]:
    """Those that did not arrive; the others are events."""
    sentences = {
        Payment.Status.PENDING: _("A payment of %(amount)s is under way."),
        Payment.Status.FAILED: _("A payment of %(amount)s failed."),
        Payment.Status.ABANDONED: _("A payment of %(amount)s was abandoned."),
    }
    for payment in invoice.payments.not_arrived():
        amount = {"amount": money(payment.amount, payment.currency)}
        tone = "bad" if payment.status == Payment.Status.FAILED else ""
        text = sentences[Payment.Status(payment.status)] % amount
        yield Entry(payment.created_at, "payment", text, tone, note=payment.failure)


def _of_creation(document: Document) -> Entry:
    return Entry(
        at=document.created_at,
        icon="plus",
        text=_("Created as %(number)s.") % {"number": document.number},
        who=str(document.created_by or ""),
    )
