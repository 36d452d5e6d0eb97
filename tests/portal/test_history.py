"""Comments and history: one story of a document, for staff."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal import history
from portal.events import EventKind
from portal.models import Comment, Email, Event, Payment, Visit, Visitor
from tests.factories import NOON, UserFactory, line, make_estimate, make_invoice, make_visitor

pytestmark = pytest.mark.django_db


def story(document):
    """The sentences of the story, oldest first."""
    return [entry.text for entry in reversed(history.of_document(document))]


def after(**wait):
    return NOON + timedelta(**wait)


def test_views_comments_and_the_answer_are_one_story():
    estimate = make_estimate()
    visitor = make_visitor(estimate)
    Visit.objects.confirm(estimate, visitor, now=after(minutes=1))
    Comment.objects.add_from_customer(
        estimate, visitor, "When can you begin?", key="0" * 32, now=after(minutes=2)
    )
    Comment.objects.add_from_staff(
        estimate,
        UserFactory(name="Hana Sato"),
        "In May.",
        is_internal=False,
        key="1" * 32,
        now=after(minutes=3),
    )
    Visit.objects.confirm(estimate, visitor, now=after(hours=2))
    estimate.accept(visitor, name="Hanako Y.", now=after(hours=2))

    assert story(estimate) == [
        f"Created as {estimate.number}.",
        "Marked as sent.",
        "Hanako Yamazaki viewed the estimate.",
        "Hanako Yamazaki commented.",
        "Hana Sato replied.",
        "Hanako Yamazaki viewed the estimate again.",
        "Hanako Y. accepted the estimate.",
    ]


def test_a_shared_link_names_nobody_as_certain():
    # spec 17
    estimate = make_estimate()
    shared = Visitor(link=make_visitor(estimate).link, browser="second", is_shared=True)

    Visit.objects.confirm(estimate, shared, now=after(minutes=1))

    assert story(estimate)[-1] == "Somebody viewed it via the link shared by Hanako Yamazaki."


def test_a_reason_and_its_line_breaks_stay():
    estimate = make_estimate()

    estimate.decline(make_visitor(estimate), name="Hanako", reason="Late.\nSorry.", now=NOON)

    newest = history.of_document(estimate)[0]
    assert (newest.text, newest.body) == ("Hanako declined the estimate.", "Late.\nSorry.")


def test_sending_is_told_once_with_what_became_of_it():
    # spec 140
    invoice = make_invoice(sent_at=NOON)
    email = Email.objects.create(
        organisation=invoice.organisation,
        invoice=invoice,
        to="kenji@customer.example",
        subject="Your invoice",
        text="Hello",
        created_at=NOON,
        due_at=NOON,
    )

    waiting = story(invoice)[-1]
    email.fail("SMTPRecipientsRefused 550")
    failed = history.of_document(invoice)[0]

    assert waiting == "An e-mail to kenji@customer.example waits to be sent."
    assert failed.text == "The e-mail to kenji@customer.example could not be sent."
    assert failed.note.endswith("refuses it. (SMTPRecipientsRefused 550)")
    assert "Marked as sent." not in story(invoice)


def test_a_payment_tells_what_is_left():
    # spec 101
    invoice = make_invoice()
    payment = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=NOON)

    under_way = story(invoice)[-1]
    payment.settle(provider_id="1", method="card", now=after(minutes=1))
    newest = history.of_document(invoice)[0]

    assert under_way == "A payment of ¥11,000 is under way."
    assert (newest.text, newest.note) == ("Hanako Yamazaki paid ¥11,000.", "Paid in full.")
    assert "A payment of ¥11,000 is under way." not in story(invoice)


def test_a_failed_payment_is_never_told_as_received():
    # spec 92
    invoice = make_invoice()
    payment = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=NOON)

    payment.give_up(Payment.Status.FAILED, "card declined")

    newest = history.of_document(invoice)[0]
    assert (newest.text, newest.note) == ("A payment of ¥11,000 failed.", "card declined")


def test_a_part_payment_says_what_is_still_due():
    invoice = make_invoice()
    Event.objects.record(
        EventKind.INVOICE_PAID,
        invoice,
        visitor=make_visitor(invoice),
        now=NOON,
        facts={"amount": "5000", "balance": str(Decimal(6000))},
    )

    assert history.of_document(invoice)[0].note == "¥6,000 is still due."


def test_an_internal_note_is_marked():
    invoice = make_invoice()

    Comment.objects.add_from_staff(
        invoice,
        UserFactory(name="Hana Sato"),
        "Careful.",
        is_internal=True,
        key="2" * 32,
        now=after(minutes=1),
    )

    assert story(invoice)[-1] == "Hana Sato left an internal note."


def test_an_answer_via_a_shared_link_says_so():
    # spec 17
    estimate = make_estimate()
    shared = Visitor(link=make_visitor(estimate).link, browser="second", is_shared=True)
    Visit.objects.confirm(estimate, shared, now=NOON)
    Visit.objects.confirm(estimate, shared, now=after(hours=2))

    estimate.accept(shared, name="Somebody Else", now=after(hours=3))

    newest, second, *_rest = history.of_document(estimate)
    assert newest.text == "Somebody Else accepted the estimate."
    assert newest.note.startswith("Via a shared link")
    assert second.text == "Somebody viewed it again via the link shared by Hanako Yamazaki."


def test_a_comment_via_a_shared_link_says_so():
    # spec 17
    estimate = make_estimate()
    shared = Visitor(link=make_visitor(estimate).link, browser="second", is_shared=True)

    for number, visitor in enumerate((shared, make_visitor(estimate))):
        Comment.objects.add_from_customer(
            estimate, visitor, "When?", key=str(number) * 32, now=after(minutes=number + 1)
        )

    own, passed_on, *_rest = history.of_document(estimate)
    assert own.note == ""
    assert passed_on.note.startswith("Via a shared link")


def test_the_last_change_of_a_draft_is_told_with_who_made_it():
    draft = make_estimate(status="draft", sent_at=None)
    hana = UserFactory(name="Hana Sato")

    draft.rewrite([line()], version=1, by=hana, now=after(minutes=1))

    newest = history.of_document(draft)[0]
    assert (newest.text, newest.who) == ("Draft changed.", "Hana Sato")


def test_a_part_of_a_long_story_is_its_newest_part():
    invoice = make_invoice()
    visitor = make_visitor(invoice)
    for number in range(5):
        Comment.objects.add_from_customer(
            invoice, visitor, f"{number}", key=str(number) * 32, now=after(hours=number)
        )
        Visit.objects.confirm(invoice, visitor, now=after(hours=number, minutes=1))

    whole = history.of_document(invoice)

    assert len(whole) == 12
    for most in (1, 4, 11, 50):
        assert history.of_document(invoice, most) == whole[:most]
