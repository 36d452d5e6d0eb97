"""A document leaves the house: e-mailed, copied as a link, answered in its thread."""

import io
import json
import uuid
from datetime import timedelta

import pytest
from django.core import mail as post
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from portal import sending
from portal.models import Comment, Email, Estimate, Invoice, Link
from tests.factories import ContactFactory, MembershipFactory, make_estimate, make_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory(user__name="Hana Sato", user__email="hana@minato.example")


@pytest.fixture
def contact(member):
    return ContactFactory(
        customer__organisation=member.organisation,
        name="Kenji Tanaka",
        email="kenji@customer.example",
        is_primary=True,
    )


@pytest.fixture
def draft(contact):
    return make_estimate(contact=contact, status=Estimate.Status.DRAFT, sent_at=None)


@pytest.fixture
def books(client, member):
    """A browser in which the member is signed in."""
    client.force_login(member.user)
    return client


def page_of(document, page):
    return reverse(
        f"portal:{document.KIND}-{page}", args=[document.organisation.slug, document.number]
    )


def letter(books, document, **changes):
    """The form as the page offers it, with what the sender changed."""
    form = books.get(page_of(document, "send")).context["form"]
    return {**form.initial, **changes}


def test_sending_writes_one_email_and_opens_the_document(books, draft, contact):
    books.post(page_of(draft, "send"), letter(books, draft, subject="Hello"))

    draft.refresh_from_db()
    email = draft.emails.get()
    assert draft.status == Estimate.Status.SENT
    assert draft.sent_at == email.created_at
    assert (email.to, email.subject) == ("kenji@customer.example", "Hello")
    assert Link.objects.get().url in email.text
    assert Link.objects.get().url in email.html


def test_the_worker_sends_it_when_the_page_has_answered(
    books, draft, django_capture_on_commit_callbacks
):
    data = letter(books, draft)

    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        books.post(page_of(draft, "send"), data)

    assert len(callbacks) == 1
    assert post.outbox == []


def test_a_second_click_sends_nothing(books, draft):
    data = letter(books, draft)

    books.post(page_of(draft, "send"), data)
    books.post(page_of(draft, "send"), data)

    assert draft.emails.count() == 1


def test_sending_again_uses_the_same_link(books, draft):
    books.post(page_of(draft, "send"), letter(books, draft))
    books.post(page_of(draft, "send"), letter(books, draft))

    assert draft.emails.count() == 2
    assert Link.objects.count() == 1


def test_the_letter_is_proposed_in_the_contacts_language(books, draft, contact):
    contact.language = "ja"
    contact.save()

    form = books.get(page_of(draft, "send")).context["form"]

    assert draft.number in form.initial["subject"]
    assert "11,000" in form.initial["text"]
    assert "December" not in form.initial["text"]
    assert "2026年12月31日" in form.initial["text"]


def test_another_contact_of_the_customer_can_be_chosen(books, draft, contact):
    colleague = ContactFactory(customer=contact.customer, email="mei@customer.example")

    form = books.get(f"{page_of(draft, 'send')}?contact={colleague.pk}").context["form"]
    books.post(page_of(draft, "send"), form.initial)

    assert draft.emails.get().to == "mei@customer.example"
    assert Link.objects.get().contact == colleague


def test_a_strangers_contact_cannot_be_chosen(books, draft):
    stranger = ContactFactory()

    answer = books.post(page_of(draft, "send"), letter(books, draft, contacts=[stranger.pk]))

    assert answer.status_code == 422
    assert not Email.objects.exists()


def test_an_empty_letter_is_refused_and_kept(books, draft):
    answer = books.post(page_of(draft, "send"), letter(books, draft, subject=" ", text="Words"))

    draft.refresh_from_db()
    assert answer.status_code == 422
    assert "Words" in answer.text
    assert draft.status == Estimate.Status.DRAFT


def test_what_is_over_is_not_sent(books, contact):
    void = make_invoice(contact=contact, status=Invoice.Status.VOID)

    assert books.get(page_of(void, "send")).url == page_of(void, "detail")
    assert books.post(page_of(void, "send"), {}).url == page_of(void, "detail")
    assert not Email.objects.exists()


def test_copying_the_link_gives_the_same_address_each_time(books, contact):
    # spec 107
    invoice = make_invoice(contact=contact)

    answers = [
        books.post(page_of(invoice, "copy-link"), headers={"accept": "application/json"})
        for _ in range(2)
    ]

    addresses = {json.loads(answer.content)["url"] for answer in answers}
    assert addresses == {Link.objects.get().url}


def test_an_ended_link_is_replaced(books, contact):
    # spec 110
    invoice = make_invoice(contact=contact)
    old = Link.objects.renew(invoice, contact, now=timezone.now() - timedelta(days=91))

    answer = books.post(page_of(invoice, "copy-link"), headers={"accept": "application/json"})

    assert json.loads(answer.content)["url"] != old.url


def test_without_script_the_link_stands_on_a_page(books, contact):
    invoice = make_invoice(contact=contact)

    page = books.post(page_of(invoice, "copy-link"), headers={"accept": "text/html"})

    assert Link.objects.get().url in page.text


def test_a_draft_has_no_link(books, draft):
    books.post(page_of(draft, "copy-link"), headers={"accept": "application/json"})

    assert not Link.objects.exists()


def test_a_reply_is_shown_and_emailed_to_the_customer(books, contact):
    # spec 72
    invoice = make_invoice(contact=contact)

    books.post(page_of(invoice, "comment"), {"text": "Gladly.", "key": uuid.uuid4()})

    comment, email = Comment.objects.get(), Email.objects.get()
    assert not comment.is_internal
    assert email.to == "kenji@customer.example"
    assert "Gladly." in email.text
    assert Link.objects.get().url in email.text


def test_an_internal_note_stays_inside(books, contact):
    # spec 65
    invoice = make_invoice(contact=contact)

    books.post(
        page_of(invoice, "comment"),
        {"text": "They always pay late.", "is_internal": "on", "key": uuid.uuid4()},
    )

    assert Comment.objects.get().is_internal
    assert not Email.objects.exists()
    assert "They always pay late." in books.get(page_of(invoice, "detail")).text


def test_the_same_submission_twice_is_one_comment_and_one_email(books, contact):
    # spec 71
    invoice = make_invoice(contact=contact)
    words = {"text": "Gladly.", "key": uuid.uuid4()}

    books.post(page_of(invoice, "comment"), words)
    books.post(page_of(invoice, "comment"), words)

    assert Comment.objects.count() == 1
    assert Email.objects.count() == 1


def test_an_empty_comment_is_refused(books, contact):
    # spec 64
    invoice = make_invoice(contact=contact)

    answer = books.post(page_of(invoice, "comment"), {"text": " \n ", "key": uuid.uuid4()})

    assert answer.status_code == 422
    assert "Write something first." in answer.text
    assert not Comment.objects.exists()


def test_a_reply_goes_to_everybody_who_took_part_but_never_to_its_author(books, contact, member):
    # spec 72
    invoice = make_invoice(contact=contact)
    for address in ("mei@customer.example", "HANA@minato.example"):
        colleague = ContactFactory(customer=contact.customer, email=address)
        Comment.objects.create(
            invoice=invoice, contact=colleague, text="When?", created_at=timezone.now()
        )

    books.post(page_of(invoice, "comment"), {"text": "Soon.", "key": uuid.uuid4()})

    told = {email.to for email in Email.objects.all()}
    assert told == {"kenji@customer.example", "mei@customer.example"}


def test_what_is_written_on_a_draft_stays_inside(books, draft):
    books.post(page_of(draft, "comment"), {"text": "Check the rate.", "key": uuid.uuid4()})

    assert Comment.objects.get().is_internal
    assert not Email.objects.exists()


def test_several_contacts_get_a_link_of_their_own(books, draft, contact):
    mei = ContactFactory(customer=contact.customer, email="mei@customer.example")

    books.post(page_of(draft, "send"), letter(books, draft, contacts=[contact.pk, mei.pk]))

    emails = {email.to: email for email in draft.emails.all()}
    assert set(emails) == {"kenji@customer.example", "mei@customer.example"}
    for link in Link.objects.select_related("contact"):
        assert link.url in emails[link.contact.email].text


def test_nobody_chosen_is_explained(books, draft):
    answer = books.post(page_of(draft, "send"), letter(books, draft, contacts=[]))

    assert answer.status_code == 422
    assert "Choose somebody to send it to." in answer.text


def test_a_preview_shows_the_letter_and_sends_nothing(books, draft):
    answer = books.post(
        page_of(draft, "send"), letter(books, draft, text="<b>Words</b>", preview="1")
    )

    draft.refresh_from_db()
    assert answer.status_code == 200
    assert "<p>&lt;b&gt;Words&lt;/b&gt;</p>" in answer.text
    assert draft.status == Estimate.Status.DRAFT
    assert not Email.objects.exists()


def test_a_copy_to_me_carries_nobodys_link(books, draft):
    books.post(page_of(draft, "send"), letter(books, draft, wants_copy="on"))

    copy = Email.objects.get(kind=Email.Kind.COPY)
    assert copy.to == "hana@minato.example"
    assert page_of(draft, "detail") in copy.text
    assert "/p/" not in copy.text + copy.html


def test_the_pdf_is_attached_in_the_readers_language(books, draft, contact):
    contact.language = "ja"
    contact.save()

    books.post(page_of(draft, "send"), letter(books, draft))
    sending.send(draft.emails.get().pk, now=timezone.now)

    ((name, content, kind),) = post.outbox[0].attachments
    assert (name, kind) == ("EST-000001.pdf", "application/pdf")
    assert "見積書" in PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_the_pdf_can_be_left_out(books, draft):
    data = letter(books, draft)
    del data["has_pdf"]

    books.post(page_of(draft, "send"), data)
    sending.send(draft.emails.get().pk, now=timezone.now)

    assert post.outbox[0].attachments == []


def test_a_reminder_tells_what_is_still_due(books, contact):
    invoice = make_invoice(contact=contact)

    form = books.get(page_of(invoice, "remind")).context["form"]
    books.post(page_of(invoice, "remind"), form.initial)

    email = invoice.emails.get()
    assert email.kind == Email.Kind.REMINDER
    assert email.subject.startswith("Reminder: invoice INV-000001")
    assert "¥11,000" in email.text
    assert "December 31, 2026" in email.text


def test_nobody_is_reminded_of_what_is_paid(books, contact):
    invoice = make_invoice(contact=contact, status=Invoice.Status.PAID)

    assert books.get(page_of(invoice, "remind")).url == page_of(invoice, "detail")
    assert books.post(page_of(invoice, "remind"), {}).url == page_of(invoice, "detail")
    assert not Email.objects.exists()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("SMTPRecipientsRefused 550", "knows no such address"),
        ("SMTPDataError 552", "mailbox is full"),
        ("SMTPRecipientsRefused 451", "come back later"),
        ("SMTPAuthenticationError 535", "password may have changed"),
        ("SMTPDataError 554", "refuses this e-mail"),
        ("ConnectionRefusedError: [Errno 111] refused", "cannot be reached"),
        ("SSLError: wrong version", "certificate"),
        ("Undecryptable", "key"),
        ("RuntimeError", "Something went wrong"),
    ],
)
def test_the_history_says_in_words_why_an_email_did_not_leave(books, draft, error, words):
    books.post(page_of(draft, "send"), letter(books, draft))
    Email.objects.update(status=Email.Status.FAILED, error=error)

    page = books.get(page_of(draft, "detail")).text

    assert words in page
    assert error in page
