"""Settings › Portal preferences, and › Notes and terms: what customers find and are asked."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.forms.customers import CustomerForm
from portal.models import Act, Comment, Estimate, Event, Invoice, Link, Organisation
from tests.factories import (
    ContactFactory,
    MembershipFactory,
    OrganisationFactory,
    make_estimate,
    make_invoice,
    make_link,
)

pytestmark = pytest.mark.django_db

PREFERENCES = {
    "portal_message": "Closed from December 28.\nWe answer in January.",
    "link_days": "30",
    "comments_enabled": "on",
    "decline_reason_required": "on",
    "signature_required": "on",
    "invoice_on_acceptance": "draft",
}


@pytest.fixture
def admin():
    return MembershipFactory(admin=True)


@pytest.fixture
def books(client, admin):
    client.force_login(admin.user)
    return client


def place(**fields):
    return ContactFactory(customer__organisation=OrganisationFactory(**fields))


def address(admin, name):
    return reverse(f"portal:{name}-settings", args=[admin.organisation.slug])


def test_an_admin_sets_the_preferences(books, admin):
    books.post(address(admin, "portal"), PREFERENCES)

    organisation = Organisation.objects.get()
    assert organisation.link_days == 30
    assert organisation.comments_enabled
    assert organisation.decline_reason_required
    assert organisation.signature_required
    assert organisation.invoice_on_acceptance == "draft"
    assert organisation.portal_message.startswith("Closed from")
    assert Act.objects.get().kind == "portal.changed"


@pytest.mark.parametrize("days", ["0", "", "-1", "3651", "x"])
def test_a_link_lives_between_a_day_and_ten_years(books, admin, days):
    answer = books.post(address(admin, "portal"), PREFERENCES | {"link_days": days})

    assert answer.status_code == 422
    assert Organisation.objects.get().link_days == 90


def test_new_links_live_as_long_as_was_set_and_old_ones_as_before():
    # spec 109
    estimate = make_estimate(contact=place(link_days=30))
    now = timezone.now()
    link = Link.objects.renew(estimate, estimate.contact, now=now)

    Organisation.objects.update(link_days=5)

    link.refresh_from_db()
    assert link.expires_at == now + timedelta(days=30)


def test_the_banner_message_stands_above_every_document_as_plain_text(client):
    contact = place(portal_message="<b>Closed</b>\nin January")

    for document in (make_estimate(contact=contact), make_invoice(contact=contact)):
        page = client.get(make_link(document, timezone.now()).url).text

        assert "&lt;b&gt;Closed&lt;/b&gt;<br>in January" in page


def test_without_comments_customers_read_and_write_nothing(client):
    estimate = make_estimate(contact=place(comments_enabled=False, email="office@h.example"))
    url = make_link(estimate, timezone.now()).url
    key = "11111111-2222-4333-8444-555555555555"

    page = client.get(url).text
    answer = client.post(f"{url}comment/", {"text": "Hello", "key": key}, follow=True)

    assert "comment_text" not in page
    assert 'Write to <a href="mailto:office@h.example">' in page
    assert "Nothing can be written here any more." in answer.text
    assert not Comment.objects.exists()
    assert not Event.objects.exists()


def decline(client, estimate, **fields):
    url = make_link(estimate, timezone.now()).url
    return client.post(f"{url}decline/", {"revision": "1", "name": "Hanako"} | fields)


def open_estimate(**fields):
    return make_estimate(contact=place(**fields), expiry_date=None)


@pytest.mark.parametrize("reason", [{}, {"reason": ""}, {"reason": " \n\u200b"}])
def test_declining_needs_a_reason_where_one_is_asked_for(client, reason):
    # spec 35
    estimate = open_estimate(decline_reason_required=True)

    answer = decline(client, estimate, **reason)

    assert answer.status_code == 422
    assert "Tell us why you decline" in answer.text
    assert 'value="Hanako"' in answer.text
    assert Estimate.objects.get().status == "sent"
    assert not Event.objects.exists()


def test_with_a_reason_it_is_declined(client):
    # spec 35
    estimate = open_estimate(decline_reason_required=True)

    decline(client, estimate, reason="Too dear")

    assert Estimate.objects.get().answer().reason == "Too dear"


def test_elsewhere_the_reason_stays_ones_own(client):
    # spec 35
    estimate = open_estimate()

    decline(client, estimate)

    assert Estimate.objects.get().status == "declined"


def test_the_page_says_whether_a_reason_is_needed(client):
    for is_required, label in ((True, ">Reason <span"), (False, ">Reason (optional)")):
        estimate = open_estimate(decline_reason_required=is_required)

        page = client.get(f"{make_link(estimate, timezone.now()).url}decline/").text

        assert label in page


# Notes and terms.

TERMS = {
    "estimate_notes": "Offer notes",
    "estimate_terms": "Offer terms",
    "invoice_notes": "Bill notes",
    "invoice_terms": "Bill terms",
    "payment_terms": "net_15",
}


def test_an_admin_sets_notes_and_terms(books, admin):
    books.post(address(admin, "terms"), TERMS)

    organisation = Organisation.objects.get()
    assert {name: getattr(organisation, name) for name in TERMS} == TERMS
    assert Act.objects.get().kind == "terms.changed"


@pytest.mark.parametrize(("kind", "word"), [(Estimate, "Offer"), (Invoice, "Bill")])
def test_new_documents_begin_with_them(kind, word):
    contact = place(**TERMS)

    document = kind.start(contact.customer, contact, by=None, today=date(2026, 11, 23))

    assert (document.notes, document.terms) == (f"{word} notes", f"{word} terms")


@pytest.mark.parametrize(
    ("settings", "written", "expected"),
    [
        (TERMS, "Offer terms", "Bill terms"),
        (TERMS, "Agreed with you", "Agreed with you"),
        (TERMS | {"invoice_terms": ""}, "Offer terms", "Offer terms"),
        (TERMS | {"estimate_terms": ""}, "", "Bill terms"),
    ],
    ids=["usual", "special", "no words for invoices", "no words for estimates"],
)
def test_an_invoice_for_an_estimate_keeps_what_was_written_for_it(settings, written, expected):
    estimate = make_estimate(contact=place(**settings), terms=written)

    invoice = estimate.to_invoice(by=MembershipFactory().user, now=timezone.now())

    assert invoice.terms == expected


def test_a_copy_says_what_its_original_says():
    estimate = make_estimate(contact=place(**TERMS), notes="Own", terms="")

    copy = estimate.duplicate(by=MembershipFactory().user, today=date(2026, 11, 23))

    assert (copy.notes, copy.terms) == ("Own", "")


def test_documents_that_exist_keep_their_words(books, admin):
    contact = ContactFactory(customer__organisation=admin.organisation)
    invoice = make_invoice(contact=contact, terms="Agreed")

    books.post(address(admin, "terms"), TERMS)

    invoice.refresh_from_db()
    assert invoice.terms == "Agreed"


def test_new_customers_begin_with_the_payment_terms():
    contact = place(**TERMS)
    organisation = contact.customer.organisation

    assert CustomerForm(organisation)["payment_terms"].value() == "net_15"
    known = CustomerForm(organisation, instance=contact.customer)
    assert known["payment_terms"].value() == "net_30"
