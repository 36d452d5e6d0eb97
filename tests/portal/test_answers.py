"""A customer accepts or declines an estimate: once, knowingly, with evidence."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.events import event_recorded
from portal.models import (
    Answer,
    Contact,
    Email,
    Estimate,
    Event,
    Invoice,
    Link,
    Visit,
    Visitor,
)
from tests.factories import ContactFactory, MembershipFactory, make_estimate, make_visitor
from tests.portal.opened import (
    FIREFOX,
    address,
    expired_estimate,
    kinds,
    link_to,
    look,
    nothing_happened,
    open_estimate,
    open_invoice,
)

pytestmark = pytest.mark.django_db


def accept(client: Client, estimate: Estimate, **fields: object):
    data = {"name": "Hanako Yamazaki", "revision": estimate.revision} | fields
    return client.post(address(estimate, "link-accept"), data, headers={"User-Agent": FIREFOX})


def decline(client: Client, estimate: Estimate, **fields: object):
    data = {"name": "Hanako Yamazaki", "revision": estimate.revision} | fields
    return client.post(address(estimate, "link-decline"), data)


def status_of(estimate: Estimate) -> str:
    return str(Estimate.objects.values_list("status", flat=True).get(pk=estimate.pk))


# spec 22, 23
@pytest.mark.parametrize("page", ["link-accept", "link-decline"])
def test_the_confirm_page_changes_nothing(client, page):
    estimate = open_estimate()

    answer = client.get(address(estimate, page))

    assert answer.status_code == 200
    assert status_of(estimate) == "sent"
    assert nothing_happened()


# spec 22
@pytest.mark.parametrize("page", ["link-accept", "link-decline"])
def test_an_answer_from_another_site_is_refused(page):
    estimate = open_estimate()
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(address(estimate, page), {"name": "Mallory", "revision": 1})

    assert answer.status_code == 403
    assert nothing_happened()


# spec 1, 11
def test_accepting_confirms_the_view_first(client):
    accept(client, open_estimate())

    assert kinds() == ["estimate.viewed", "estimate.accepted"]


# spec 52
def test_after_accepting_the_page_says_so_unmistakably(client):
    estimate = open_estimate()

    page = client.get(accept(client, estimate).url)

    assert "You have accepted the estimate." in page.text
    assert "by Hanako Yamazaki on" in page.text
    assert address(estimate, "link-accept") not in page.text


# spec 42
@pytest.mark.parametrize("act", [accept, decline])
@pytest.mark.parametrize("name", ["", "   ", "\u3000"])
def test_an_answer_needs_a_name_and_says_so(client, act, name):
    estimate = open_estimate()

    answer = act(client, estimate, name=name)

    assert answer.status_code == 422
    assert "Tell us your name" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert nothing_happened()


def test_what_was_written_survives_a_missing_name(client):
    answer = decline(client, open_estimate(), name="", reason="Too late for us.")

    assert "Too late for us." in answer.text


# spec 24
def test_a_draft_cannot_be_accepted(client):
    answer = accept(client, open_estimate(status="draft"))

    assert answer.status_code == 404
    assert nothing_happened()


# spec 25, 26, 28
@pytest.mark.parametrize("act", [accept, decline])
def test_an_expired_estimate_takes_no_answer(client, act):
    estimate = expired_estimate()

    answer = act(client, estimate)

    assert answer.status_code == 410
    assert "This estimate has expired" in answer.text
    assert status_of(estimate) == "sent"
    assert nothing_happened()


def test_an_expired_estimate_can_still_be_read(client):
    estimate = expired_estimate()

    page = client.get(address(estimate))

    assert page.status_code == 200
    assert "can be neither accepted nor declined any more" in page.text
    assert address(estimate, "link-accept") not in page.text


# spec 27
@pytest.mark.parametrize(
    ("moment", "is_valid"),
    [
        (datetime.fromisoformat("2026-11-30T23:59:59+09:00"), True),
        (datetime.fromisoformat("2026-12-01T00:00:00+09:00"), False),
    ],
)
def test_the_last_day_counts_to_its_end_where_the_organisation_is(moment, is_valid):
    estimate = make_estimate(expiry_date=datetime(2026, 11, 30, tzinfo=moment.tzinfo).date())

    if is_valid:
        estimate.accept(make_visitor(estimate), name="Hanako", now=moment)
    else:
        with pytest.raises(Estimate.Expired):
            estimate.accept(make_visitor(estimate), name="Hanako", now=moment)

    assert Answer.objects.exists() is is_valid


# spec 29, 33, 47
@pytest.mark.parametrize("again", [accept, decline])
def test_an_accepted_estimate_takes_no_second_answer(client, again):
    estimate = open_estimate()
    accept(client, estimate)

    answer = again(client, estimate, name="Somebody Else")

    assert answer.status_code == 409
    assert "answered already" in answer.text
    assert "by Hanako Yamazaki on" in answer.text
    assert kinds().count("estimate.accepted") == 1
    assert Answer.objects.get().name == "Hanako Yamazaki"


# spec 32, 33
@pytest.mark.parametrize("again", [accept, decline])
def test_a_declined_estimate_keeps_its_reason(client, again):
    estimate = open_estimate()
    decline(client, estimate, reason="Too expensive.")

    answer = again(client, estimate, reason="Another reason")

    assert answer.status_code == 409
    assert Answer.objects.get().reason == "Too expensive."
    assert kinds() == ["estimate.viewed", "estimate.declined"]


def test_a_decided_estimate_asks_nothing_any_more(client):
    estimate = open_estimate()
    accept(client, estimate)

    assert client.get(address(estimate, "link-decline")).url == address(estimate)


# spec 40
def test_the_reason_travels_verbatim_and_shows_escaped(client):
    estimate = open_estimate()
    reason = "<script>alert(1)</script> 高すぎる"

    decline(client, estimate, reason=reason)

    assert Event.objects.latest("pk").facts["text"] == reason
    page = client.get(address(estimate))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 高すぎる" in page.text


def test_declining_needs_no_reason(client):
    decline(client, open_estimate())

    assert kinds()[-1] == "estimate.declined"


# spec 46, 48, 49, 51
def test_the_answer_keeps_its_evidence(client):
    estimate = open_estimate(terms="Half in advance.")

    accept(client, estimate)

    answer = Answer.objects.get()
    assert answer.terms == "Half in advance."
    assert answer.content_hash == Estimate.objects.get().content_hash()
    assert (answer.ip_address, answer.user_agent) == ("127.0.0.1", FIREFOX)
    assert answer.link == link_to(estimate)


# spec 49
def test_a_changed_amount_shows_in_the_hash_and_a_changed_status_does_not(client):
    estimate = open_estimate()
    before = estimate.content_hash()

    accept(client, estimate)
    assert Estimate.objects.get().content_hash() == before

    estimate.lines.update(rate=1)
    assert Estimate.objects.get().content_hash() != before


# spec 51
def test_the_terms_are_shown_before_anything_is_accepted(client):
    estimate = open_estimate(terms="Half in advance.")

    assert "Half in advance." in client.get(address(estimate, "link-accept")).text


# spec 50
def test_an_answer_to_an_older_version_does_not_count(client):
    estimate = open_estimate()
    Estimate.objects.filter(pk=estimate.pk).update(revision=2)

    answer = accept(client, estimate, revision=1)

    assert answer.status_code == 409
    assert "has changed in the meantime" in answer.text
    assert nothing_happened()


def test_an_answer_that_does_not_say_what_was_read_does_not_count(client):
    answer = accept(client, open_estimate(), revision="")

    assert answer.status_code == 409
    assert nothing_happened()


# spec 17
def test_an_answer_by_a_shared_link_says_so(client):
    estimate = open_estimate()
    visitor = Visitor(link_to(estimate), browser="first")
    Visit.objects.confirm(estimate, visitor, now=timezone.now())

    accept(client, estimate)

    assert Answer.objects.get().is_shared
    assert Event.objects.latest("pk").facts["is_shared"]


# spec 54
def test_a_broken_listener_stops_no_acceptance(client):
    def broken(**kwargs: object) -> None:
        raise RuntimeError("A bug in somebody else's code.")

    event_recorded.connect(broken)
    try:
        accept(client, estimate := open_estimate())
    finally:
        event_recorded.disconnect(broken)

    assert status_of(estimate) == "accepted"


# spec 37
@pytest.mark.parametrize("again", [accept, decline])
def test_an_answer_that_changes_nothing_tells_nobody(client, again):
    estimate = open_estimate()
    accept(client, estimate)
    events, emails = Event.objects.count(), Email.objects.count()

    again(client, estimate)

    assert (Event.objects.count(), Email.objects.count()) == (events, emails)


# spec 48, 53
@pytest.mark.parametrize("table", ["portal_answer", "portal_event"])
def test_an_error_while_accepting_says_so_and_leaves_nothing_half_done(table):
    def is_full(execute, sql, params, many, context):
        if table in sql and sql.startswith("INSERT"):
            raise DatabaseError("The disk is full.")
        return execute(sql, params, many, context)

    estimate = open_estimate()
    visitor = Client(raise_request_exception=False)
    look(visitor, estimate)

    with connection.execute_wrapper(is_full), transaction.atomic():
        answer = accept(visitor, estimate)

    assert answer.status_code == 500
    assert "<h1>" in answer.text
    assert status_of(estimate) == "sent"
    assert not Answer.objects.exists()
    assert accept(visitor, estimate).status_code == 302


def test_an_invoice_is_not_answered(client):
    invoice = open_invoice()

    assert client.get(address(invoice, "link-accept")).status_code == 404
    assert client.post(address(invoice, "link-decline"), {"name": "x"}).status_code == 404


def test_what_staff_marked_accepted_shows_without_a_name(client):
    estimate = open_estimate(status="accepted")

    assert "Accepted" in client.get(address(estimate)).text


def accepted_where(preference: str, client: Client) -> Estimate:
    """An estimate that was read and accepted in this browser."""
    member = MembershipFactory(organisation__invoice_on_acceptance=preference)
    contact = ContactFactory(customer__organisation=member.organisation)
    estimate = open_estimate(contact=contact, created_by=member.user)
    client.get(address(estimate))
    accept(client, estimate)
    return estimate


# spec 55
def test_the_invoice_that_an_acceptance_sent_is_paid_from_there(client):
    estimate = accepted_where("sent", client)
    way = address(Invoice.objects.get(), "link-pay")

    page = client.get(address(estimate)).text

    assert "Pay now" in page
    assert way in page
    assert client.get(way).status_code == 200


# spec 55
@pytest.mark.parametrize("preference", ["draft", "by_hand"])
def test_an_invoice_that_was_not_sent_shows_nowhere(client, preference):
    estimate = accepted_where(preference, client)

    page = client.get(address(estimate)).text

    assert "Pay now" not in page
    assert "Open the invoice" not in page


@pytest.mark.parametrize("gone", ["author", "contact"])
def test_an_invoice_waits_as_a_draft_when_its_author_or_reader_is_gone(client, gone):
    member = MembershipFactory(organisation__invoice_on_acceptance="sent")
    addressee = ContactFactory(customer__organisation=member.organisation)
    colleague = ContactFactory(customer=addressee.customer)
    estimate = open_estimate(contact=addressee, created_by=member.user)
    link = Link.objects.renew(estimate, colleague, now=timezone.now())
    if gone == "author":
        member.delete()
    else:
        Contact.objects.filter(pk=addressee.pk).update(erased_at=timezone.now())

    answer = client.post(
        reverse("portal:link-accept", args=[link.token]), {"name": "Hanako", "revision": 1}
    )

    assert answer.status_code == 302
    assert Invoice.objects.get().status == "draft"
    assert not Email.objects.filter(invoice__isnull=False).exists()


# spec 41
def test_a_letter_that_cannot_be_written_takes_no_acceptance_back(client, caplog):
    estimate = open_estimate()

    def fail(**about):
        raise DatabaseError

    pre_save.connect(fail, sender=Email)
    try:
        answer = accept(client, estimate)
    finally:
        pre_save.disconnect(fail, sender=Email)

    assert answer.status_code == 302
    assert status_of(estimate) == "accepted"
    assert kinds() == ["estimate.viewed", "estimate.accepted"]
    assert not Email.objects.exists()
    assert "could not be sent" in caplog.text


# spec 121
def test_whoever_else_holds_the_estimates_link_does_not_get_the_invoices(client):
    estimate = accepted_where("sent", client)
    colleague = ContactFactory(customer=estimate.customer)
    theirs = Link.objects.renew(estimate, colleague, now=timezone.now())

    forwarded, another = (
        Client().get(address(estimate)),
        Client().get(reverse("portal:link", args=[theirs.token])),
    )

    for page in (forwarded, another):
        assert page.status_code == 200
        assert link_to(Invoice.objects.get()).token not in page.text
        assert "Pay now" not in page.text


@pytest.mark.parametrize("state", [{"status": "paid", "balance": 0}, {"status": "void"}])
def test_an_invoice_that_is_settled_is_not_asked_for_again(client, state):
    estimate = accepted_where("sent", client)
    Invoice.objects.update(**state)

    assert "Pay now" not in client.get(address(estimate)).text
