"""The customer's home: what is theirs, all of it, and nothing of anybody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.models import Contact, Event, Invoice, Link, Payment, Visit
from tests.factories import (
    ContactFactory,
    CustomerFactory,
    MembershipFactory,
    OrganisationFactory,
    line,
    make_visitor,
)
from tests.portal.guests import come_in, home_of
from tests.portal.opened import FIREFOX, kinds, look, open_estimate, open_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact():
    return ContactFactory(email="hanako@customer.example")


@pytest.fixture
def home(client, contact):
    """The contact's browser."""
    come_in(client, contact.email)
    return client


def paid(invoice: Invoice) -> Payment:
    now = timezone.now()
    payment = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=now)
    payment.settle(provider_id=payment.reference, method="card", now=now)
    return payment


def test_it_shows_what_is_owed_in_each_currency(home, contact):
    open_invoice(contact=contact)
    open_invoice(contact=contact)
    open_invoice(contact=contact, currency="USD", lines=[line(rate="99.50")])

    page = home.get(home_of(contact)).text

    assert "¥22,000" in page
    assert "$109.45" in page


def test_it_shows_estimates_invoices_and_payments_of_the_whole_company(home, contact):
    colleague = ContactFactory(customer=contact.customer)
    estimate, invoice = open_estimate(contact=colleague), open_invoice(contact=colleague)
    payment = paid(open_invoice(contact=contact))

    page = home.get(home_of(contact)).text

    assert estimate.number in page
    assert invoice.number in page
    assert "Newest payments" in page
    assert payment.invoices.get().number in page


@pytest.mark.parametrize("page", ["page", "estimates", "invoices", "statement"])
def test_drafts_never_show(home, contact, page):
    drafts = [open_estimate(contact=contact, status="draft", number="DRAFT-1")]
    drafts.append(open_invoice(contact=contact, status="draft", number="DRAFT-2"))

    assert "DRAFT-" not in home.get(home_of(contact, page)).text


# spec 111, 112, 124
@pytest.mark.parametrize("page", ["page", "estimates", "invoices", "payments", "statement"])
def test_customers_and_organisations_never_meet(home, contact, page):
    neighbour = ContactFactory(customer=CustomerFactory(organisation=contact.customer.organisation))
    for other in (neighbour, ContactFactory()):
        open_estimate(contact=other, number="OTHER-1")
        open_invoice(contact=other, number="OTHER-2")
        paid(open_invoice(contact=other, number="OTHER-3"))

    mine = home.get(home_of(contact, page))

    assert mine.status_code == 200
    assert "OTHER-" not in mine.text
    assert home.get(home_of(neighbour, page)).status_code == 404


# spec 124
def test_another_organisations_address_does_not_open_it(home, contact):
    other = OrganisationFactory()

    assert home.get(f"/home/{other.slug}/{contact.pk}/").status_code == 404


def test_whoever_is_known_at_several_places_chooses(client):
    one, two = (ContactFactory(email="hanako@customer.example") for _place in range(2))
    come_in(client, "hanako@customer.example")

    page = client.get("/home/")

    assert home_of(one) in page.text
    assert home_of(two) in page.text
    assert client.get(home_of(one)).status_code == 200
    assert client.get(home_of(two)).status_code == 200


def test_an_organisations_address_leads_to_its_own_place(client):
    one, _two = (ContactFactory(email="hanako@customer.example") for _place in range(2))
    come_in(client, "hanako@customer.example")

    answer = client.get(f"/home/{one.customer.organisation.slug}/")

    assert answer.url == home_of(one)


def test_whoever_is_known_nowhere_is_told_so(client):
    come_in(client, "gone@customer.example")

    assert "nothing to see for your address" in client.get("/home/").text


# spec 17
def test_a_document_opened_from_home_is_looked_at_by_the_contact_themselves(home, contact):
    estimate = open_estimate(contact=contact)
    look(Client(), estimate)

    link = home.post(home_of(contact, "estimates") + f"{estimate.number}/").url
    home.get(link)
    home.post(f"{link}view/", headers={"User-Agent": FIREFOX})

    assert list(Visit.objects.values_list("is_shared", flat=True)) == [False, False]
    assert "is_shared" not in Event.objects.latest("pk").facts


# spec 17
def test_another_contacts_mailbox_proves_nothing_about_a_link(client, contact):
    estimate = open_estimate(contact=contact)
    look(Client(), estimate)
    come_in(client, ContactFactory(customer=contact.customer).email)

    look(client, estimate)

    assert Visit.objects.latest("pk").is_shared


def test_a_colleagues_document_opens_in_the_name_of_who_looks(home, contact):
    estimate = open_estimate(contact=ContactFactory(customer=contact.customer))

    link = home.post(home_of(contact, "estimates") + f"{estimate.number}/").url
    home.post(f"{link}accept/", {"name": "Hanako", "revision": 1})

    assert kinds() == ["estimate.viewed", "estimate.accepted"]
    assert set(Event.objects.values_list("contact", flat=True)) == {contact.pk}


def test_pay_leads_to_the_page_that_asks_once_more(home, contact):
    invoice = open_invoice(contact=contact)

    answer = home.post(home_of(contact, "invoices") + f"{invoice.number}/", {"pay": "1"})

    assert answer.url.endswith("/pay/")
    assert "Pay this invoice?" in home.get(answer.url).text
    assert not Payment.objects.exists()


def test_drafts_and_other_customers_documents_do_not_open(home, contact):
    draft = open_estimate(contact=contact, status="draft")
    other = ContactFactory(customer=CustomerFactory(organisation=contact.customer.organisation))
    foreign = open_estimate(contact=other)

    for estimate in (draft, foreign):
        answer = home.post(home_of(contact, "estimates") + f"{estimate.number}/")
        assert answer.status_code == 404

    assert not Link.objects.exists()


# spec 121
def test_a_link_alone_opens_no_home(client, contact):
    estimate = open_estimate(contact=contact)

    look(client, estimate)

    assert client.get(home_of(contact)).status_code == 302


# spec 3
def test_staff_who_are_guests_too_see_a_preview_of_documents(home, contact):
    estimate = open_estimate(contact=contact)
    home.force_login(MembershipFactory(organisation=contact.customer.organisation).user)

    link = home.post(home_of(contact, "estimates") + f"{estimate.number}/").url

    assert "This is what your customer sees" in home.get(link).text


def test_lists_come_in_pages(home, contact, django_assert_max_num_queries):
    for _number in range(27):
        open_invoice(contact=contact)

    with django_assert_max_num_queries(7):
        first = home.get(home_of(contact, "invoices"))
    second = home.get(home_of(contact, "invoices") + "?page=2")

    assert first.text.count("row-link") == 25
    assert second.text.count("row-link") == 2


def test_the_overview_costs_the_same_for_many_documents(
    home, contact, django_assert_max_num_queries
):
    for _number in range(8):
        open_estimate(contact=contact)
        paid(open_invoice(contact=contact))
        open_invoice(contact=contact)

    with django_assert_max_num_queries(12):
        home.get(home_of(contact))


def test_an_empty_home_says_what_will_come(home, contact):
    page = home.get(home_of(contact)).text

    assert "Everything is paid" in page
    assert "No invoices yet" in page


def test_a_void_invoice_shows_no_amount(home, contact):
    open_invoice(contact=contact, status="void")

    assert "11,000" not in home.get(home_of(contact, "invoices")).text


# spec 126
def test_the_contact_changes_name_telephone_and_language(home, contact):
    answer = home.post(
        home_of(contact, "profile"),
        {"name": "Hanako Mori", "phone": "03-1234-5678", "language": "ja", "email": "x@y.example"},
    )

    changed = Contact.objects.get(pk=contact.pk)
    assert (changed.name, changed.phone, changed.language) == ("Hanako Mori", "03-1234-5678", "ja")
    assert changed.email == contact.email
    assert '<html lang="ja"' in home.get(answer.url).text


def test_a_profile_without_a_name_is_refused_and_loses_nothing(home, contact):
    answer = home.post(home_of(contact, "profile"), {"name": " ", "phone": "1", "language": "en"})

    assert answer.status_code == 422
    assert Contact.objects.get(pk=contact.pk).name == contact.name
    assert contact.name in answer.text


def test_old_addresses_of_visits_are_forgotten_and_the_visits_stay(client, contact):
    look(client, open_estimate(contact=contact))
    Visit.objects.update(last_seen_at=timezone.now() - timedelta(days=91))

    Visit.objects.forget_addresses(timezone.now() - timedelta(days=90))

    visit = Visit.objects.get()
    assert (visit.ip_address, visit.user_agent) == (None, "")
