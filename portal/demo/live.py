"""The four documents that the demo offers to act on: open and unpaid at every start."""

from datetime import datetime

from ..letters import proposed
from ..mail import document_email
from ..models import Contact, Estimate, Invoice, User
from . import catalogue as c
from .history import Contacts
from .stories import EstimateStory, InvoiceStory, Story

REFERENCE = "RQ-1180"  # by which a later start knows them again


def offer(contacts: Contacts, author: User, now: datetime) -> dict[str, str]:
    """The addresses of two open estimates and two unpaid invoices, by their names in the JSON."""
    japanese, english = contacts[c.TAKAHASHI.name], contacts[c.NORTHWIND.name]
    stories: dict[str, Story] = {
        "estimate": _estimate(japanese, author, now),
        "invoice": _invoice(japanese, author, now),
        "estimate_2": _estimate(english, author, now),
        "invoice_2": _invoice(english, author, now),
    }
    return {name: story.link().url for name, story in stories.items()}


def _estimate(contact: Contact, author: User, now: datetime) -> EstimateStory:
    """The one that still waits for an answer, else a new one."""
    story = EstimateStory(contact, author, now)
    waiting = Estimate.objects.answerable(story.day(0)).filter(
        contact=contact, reference=REFERENCE, expiry_date__gt=story.day(0)
    )
    if known := waiting.order_by("-pk").first():
        story.document = known
        return story
    lines = c.showroom() if contact.language == "en" else c.shop_design()
    story.drafted(lines, 0, reference=REFERENCE)
    _send(story, story.document)
    return story


def _invoice(contact: Contact, author: User, now: datetime) -> InvoiceStory:
    """The one of which nothing is paid, else a new one."""
    story = InvoiceStory(contact, author, now)
    unpaid = Invoice.objects.owing().filter(
        contact=contact,
        reference=REFERENCE,
        status=Invoice.Status.SENT,
        pending_payment=None,
        due_date__gt=story.day(0),
    )
    if known := unpaid.order_by("-pk").first():
        story.document = known
        return story
    lines = c.guest_rooms() if contact.language == "en" else c.opening_party()
    story.drafted(lines, 0, reference=REFERENCE)
    _send(story, story.document)
    return story


def _send(story: Story, document: Estimate | Invoice) -> None:
    """As the *Send* page does it: the e-mail is in the demo's mailbox then."""
    story.sent(0)
    wording = proposed(document, story.contact, story.author)
    document_email(
        document,
        story.contact,
        story.link(),
        subject=wording.subject,
        text=wording.text,
        by=story.author,
        now=story.now,
    )
