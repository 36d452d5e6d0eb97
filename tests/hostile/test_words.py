"""Hostile words are shown as words wherever they come out, and change nothing around them."""

import csv
import io
import re
import uuid
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from integrations.chat.cards import card
from integrations.chat.markup import rendered
from integrations.cliq.messages import event_message
from integrations.sandbox.mentions import mentions_in, strings_in
from portal import mail, sending
from portal.customer_csv import written
from portal.events import EventKind, Facts
from portal.letters import proposed
from portal.models import Comment, Customer, Event
from portal.pdf import document_pdf
from portal.pdf.press import MISSING, _drawable
from tests.factories import (
    NOON,
    ContactFactory,
    CustomerFactory,
    MembershipFactory,
    line,
    make_estimate,
    make_invoice,
    make_link,
)
from tests.integrations import lanes
from tests.portal.opened import address, open_estimate

from .words import WORDS

pytestmark = pytest.mark.django_db
EACH = pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
EMPTY = {"br", "img", "input", "hr", "meta", "link", "path", "circle", "rect", "line", "use"}


def harmless(words: str) -> str:
    """Words of the same lines, with nothing in them."""
    return re.sub(r"[^\r\n]+", "word", words)


class Page(HTMLParser):
    """A page's bones, which words must not touch, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bones: list[tuple[str, ...]] = []
        self.leads_to: set[str] = set()
        self._words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.bones.append((tag, *(name for name, _value in attrs)))
        named = {name: value or "" for name, value in attrs}
        for name in ("href", "src", "action", "formaction"):
            self.leads_to |= {named[name]} if name in named else set()
        self._words += [value for name, value in named.items() if name in ("value", "title")]

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self._words).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def books(client):
    """A page of Books, made once with hostile words and once with harmless ones."""

    def make(treat):
        words = [treat(one) for one in WORDS.values()]
        member = MembershipFactory(admin=True, organisation__name=words[0][:100])
        organisation = member.organisation
        contacts = [
            ContactFactory(name=one[:120], customer__name=one, customer__organisation=organisation)
            for one in words
        ]
        estimate = open_estimate(
            contact=contacts[1],
            lines=[line(name=one, description=one) for one in words],
            notes="\n".join(words),
            terms="\n".join(words),
        )
        for one in words:
            Comment.objects.create(
                estimate=estimate,
                contact=contacts[1],
                text=one,
                created_at=timezone.now(),
                submission_key=uuid.uuid4(),
            )
        client.force_login(member.user)
        return member, estimate

    return make


PAGES = {
    "list": lambda org, doc: reverse("portal:customer-list", args=[org]),
    "documents": lambda org, doc: reverse("portal:estimate-list", args=[org]),
    "document": lambda org, doc: reverse("portal:estimate-detail", args=[org, doc.number]),
    "letter": lambda org, doc: reverse("portal:estimate-send", args=[org, doc.number]),
    "dashboard": lambda org, doc: reverse("portal:dashboard", args=[org]),
    "link": lambda org, doc: address(doc),
    "accepting": lambda org, doc: address(doc, "link-accept"),
}


def test_no_words_change_the_bones_of_a_page(client, books):
    seen = {}
    for treat in (harmless, str):
        member, estimate = books(treat)
        for name, page in PAGES.items():
            response = client.get(page(member.organisation.slug, estimate))
            assert response.status_code == 200, name
            seen.setdefault(name, []).append(Page(response.content.decode()))

    for name, (plain, hostile) in seen.items():
        assert hostile.bones == plain.bones, name
        ours = ("/", "#", "?", "mailto:", "tel:", settings.SITE_URL)
        assert [one for one in hostile.leads_to if one and not one.startswith(ours)] == [], name
    for words in WORDS.values():
        for name in ("document", "link"):
            assert squeezed(words) in squeezed(seen[name][1].text), name


def test_a_search_shows_the_words_that_were_looked_for(client):
    member = MembershipFactory()
    client.force_login(member.user)
    where = reverse("portal:search", args=[member.organisation.slug])
    usual = {bone for q in ("", "word") for bone in Page(page_of(client, where, q)).bones}
    for words in WORDS.values():
        page = Page(page_of(client, where, words))

        assert set(page.bones) <= usual, words
        assert squeezed(words.strip()[:100]) in squeezed(page.text), words


def page_of(client, where, words):
    return client.get(where, {"q": words}).content.decode()


@EACH
def test_an_e_mail_says_the_words_to_nobody_else(words):
    contact = ContactFactory(name=words[:120], customer__organisation__name=words[:100])
    invoice = make_invoice(contact=contact, lines=[line(name=words)])
    by = MembershipFactory(organisation=invoice.organisation, user__name=words[:100]).user
    letter = proposed(invoice, contact, by)
    email = mail.document_email(
        invoice,
        contact,
        make_link(invoice, timezone.now()),
        subject=f"{words} {letter.subject}",
        text=f"{letter.text}\n{words}",
        by=by,
        now=timezone.now(),
        has_pdf=False,
    )

    sending.send(email.pk, timezone.now)

    [sent] = outbox.outbox
    message = sent.message()
    (text, html) = (sent.body, sent.alternatives[0][0])
    assert sent.recipients() == [contact.email]
    assert set(message.keys()) <= {
        *("Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID"),
        *("Reply-To", "Auto-Submitted"),
    }
    assert len(message.get_all("Subject")) == 1
    assert "\n" not in sent.subject
    assert squeezed(words) in squeezed(text)
    assert squeezed(words) in squeezed(Page(html).text)
    assert "INV-000001" in letter.subject
    assert {tag for tag, *_attributes in Page(html).bones} <= {
        *("html", "head", "meta", "title", "style", "body", "div", "p", "a", "br", "table", "tr"),
        *("td", "th", "strong", "h1", "h2", "img", "small", "span", "hr", "tbody", "pre"),
    }


def test_paper_bears_the_words_letter_by_letter():
    contact = ContactFactory(
        name=WORDS["typst"][:120], customer__name=WORDS["script"], customer__address=WORDS["pdf"]
    )
    named = [line(name=words) for words in WORDS.values()]

    pdf = PdfReader(io.BytesIO(document_pdf(make_estimate(contact=contact, lines=named))))

    printed = squeezed("".join(page.extract_text() for page in pdf.pages))
    # Two writing directions in one line are read back in an order of the reader's own.
    for words in (words for name, words in WORDS.items() if name not in ("arabic", "combining")):
        drawn = squeezed(_drawable(words)).replace(MISSING, "〓")
        assert drawn in printed, words
    assert not any("/Annots" in page for page in pdf.pages)
    assert "/OpenAction" not in pdf.trailer["/Root"]
    assert "/Names" not in pdf.trailer["/Root"]


def test_a_spreadsheet_takes_no_words_for_a_formula():
    organisation = MembershipFactory().organisation
    for words in WORDS.values():
        ContactFactory(
            name=words[:120],
            customer__organisation=organisation,
            customer__name=words,
            customer__notes=words,
        )
    customers = Customer.objects.filter(organisation=organisation).order_by("pk")

    rows = list(csv.reader(io.StringIO(written(customers))))

    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == 1 + len(WORDS)
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def does_nothing(payload) -> None:
    """A message that calls nobody, and leads to Books only."""
    assert mentions_in(payload) == []
    for said in strings_in(payload):
        said.encode()
        assert not re.search(r"(?<![\w.+-])@(?:all|\w+)", said), said
        for url in re.findall(r"\w+://\S+", said):
            assert url.startswith(settings.SITE_URL), said
        assert not re.search(r"\]\((?!" + re.escape(settings.SITE_URL) + ")", said), said


@pytest.mark.parametrize("kind", EventKind)
def test_a_message_of_every_kind_does_nothing(kind):
    for words in WORDS.values():
        facts = dict.fromkeys(Facts.__annotations__, words)
        facts |= {"document": kind.partition(".")[0], "is_shared": True, "files": 1}
        message = event_message(
            kind,
            facts,
            language="ja",
            occurred_at=NOON,
            url=f"{settings.SITE_URL}/go/A/",
            marker="ABCD1234",
            delayed=True,
        )

        does_nothing(message.payload())
        does_nothing(message.text_only())


def test_a_card_that_is_discussed_does_nothing():
    customer = CustomerFactory()
    estimate = make_estimate(contact=ContactFactory(customer=customer))
    for words in WORDS.values():
        customer.name = words
        for subject in (customer, estimate):
            does_nothing(card(subject, "", NOON))


def test_cliq_calls_nobody_in_what_really_arrives(connection, cliq):
    document = lanes.document_of(connection)
    for words in WORDS.values():
        Event.objects.record(
            EventKind.ESTIMATE_COMMENTED,
            document,
            visitor=None,
            now=timezone.now(),
            facts={"text": words, "customer": words, "contact": words[:120]},
        )

    lanes.Lane(connection).drain_until_empty()

    assert set(lanes.states()) == {"sent"}
    for message in cliq.posted("sales"):
        does_nothing(message["payload"])


TAGS = {"p", "strong", "em", "u", "s", "code", "pre", "a", "span", "blockquote", "hr", "br"}
ATTRIBUTES = {"href", "class", "title", "rel", "target"}


def test_what_is_said_in_cliq_is_marked_up_and_nothing_more():
    for words in WORDS.values():
        page = Page(str(rendered(words, {"163315760": words})))

        assert {tag for tag, *_attributes in page.bones} <= TAGS, words
        assert all(one.startswith(("https://", "http://")) for one in page.leads_to), words
        assert {name for _tag, *names in page.bones for name in names} <= ATTRIBUTES, words
