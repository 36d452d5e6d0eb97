"""What happened to a document, told to staff as one story."""

from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .entries import Entry, of_email
from .events import VIEWS, EventKind
from .models import Act, Change, Comment, Document, Estimate, Event, Invoice, Step
from .money import money
from .payment_history import of_invoice

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


def of_document(document: Estimate | Invoice, most: int | None = None) -> list[Entry]:
    """Comments and history of one document, newest first; no more than so many entries."""
    # The newest of all are among the newest of each kind.
    events = list(document.events.latest_first()[:most])
    changes = list(document.changes.select_related("by").order_by("-occurred_at", "-pk")[:most])
    done = list(document.acts.latest_first().with_people()[:most])
    shared = {
        (event.contact_id, event.occurred_at) for event in events if event.facts.get("is_shared")
    }
    entries = [
        *(of_event(event) for event in events if event.kind not in COMMENTS),
        *(of_comment(comment, shared) for comment in document.comments.latest_first()[:most]),
        *_of_sending(document, changes, most),
        *map(_of_change, changes),
        *(of_act(act) for act in done if act.payment is None),
        *(of_invoice(document, done, most) if isinstance(document, Invoice) else ()),
        *_of_writing(document),
    ]
    newest_first = sorted(entries, key=attrgetter("at", "rank"), reverse=True)
    return [*newest_first, _of_creation(document)][:most]


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
    if event.kind == EventKind.ESTIMATE_VIEWED:
        if event.is_repeat:
            return _("%(contact)s viewed the estimate again.") % contact
        return _("%(contact)s viewed the estimate.") % contact
    if event.is_repeat:
        return _("%(contact)s viewed the invoice again.") % contact
    return _("%(contact)s viewed the invoice.") % contact


def _via_shared_link() -> str:
    return _("Via a shared link: from another browser than the one that first came by it.")


def _notes(event: Event) -> Iterator[str]:
    facts = event.facts
    if event.kind not in VIEWS and facts.get("is_shared"):
        yield _via_shared_link()
    if count := facts.get("files", 0):
        yield ngettext("With %(count)d file.", "With %(count)d files.", count) % {"count": count}
    if event.kind == EventKind.INVOICE_PAID and "balance" in facts:
        balance = Decimal(facts["balance"])
        if balance:
            due = money(balance, facts["currency"])
            yield _("%(balance)s is still due.") % {"balance": due}
        else:
            yield _("Paid in full.")


def of_comment(comment: Comment, shared: Collection[tuple[int, datetime]] = ()) -> Entry:
    """What a customer or a colleague wrote; `shared` are those made through a link passed on."""
    is_shared = (comment.contact_id, comment.created_at) in shared
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
        note=_via_shared_link() if is_shared else "",
        comment=comment,
    )


def _of_sending(
    document: Estimate | Invoice, changes: list[Change], most: int | None
) -> Iterator[Entry]:
    newest = document.emails.order_by("-created_at", "-pk")[:most]
    emails = list(newest.defer("text", "html").select_related("created_by"))
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


def _of_writing(document: Document) -> Iterator[Entry]:
    """The last of the changes to the draft; what stood there before is not kept."""
    if document.written_at:
        who = str(document.written_by or _("A former colleague"))
        yield Entry(document.written_at, "edit", _("Draft changed."), who=who)


def _of_creation(document: Document) -> Entry:
    return Entry(
        at=document.created_at,
        icon="plus",
        text=_("Created as %(number)s.") % {"number": document.number},
        who=str(document.created_by or ""),
    )
