"""Customers: written down, changed, put away, and gone only if nothing names them."""

import pytest
from django.urls import reverse

from portal.models import Contact, Customer, Organisation
from tests.factories import (
    ContactFactory,
    CustomerFactory,
    MembershipFactory,
    make_estimate,
    make_invoice,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def organisation(member):
    return member.organisation


@pytest.fixture
def books(client, member):
    client.force_login(member.user)
    return client


def address(page, organisation, *arguments):
    return reverse(f"portal:customer-{page}", args=[organisation.slug, *arguments])


def person(place, **fields):
    """The fields of one row of contacts."""
    row = {"name": "Hanako", "email": "hanako@asahi.example", "phone": "", "language": "ja"}
    return {f"contacts-{place}-{name}": value for name, value in {**row, **fields}.items()}


def filled(*people, initial=0, **fields):
    """A customer's form as a browser sends it."""
    about = {"name": "Asahi Foods", "currency": "JPY", "payment_terms": "end_of_next_month"}
    about |= {"contacts-TOTAL_FORMS": len(people), "contacts-INITIAL_FORMS": initial}
    about |= {"country": "JP", "postal_code": "〒 100-0001", "address": "Tokyo"}
    for row in people:
        about |= row
    return about | fields


def test_a_customer_is_written_down_with_its_people(books, organisation):
    people = person(0), person(1, name="Taro", email="taro@asahi.example", is_first="on")

    answer = books.post(address("new", organisation), filled(*people))

    customer = Customer.objects.get()
    assert answer.url == address("detail", organisation, customer.pk)
    assert (customer.name, customer.organisation) == ("Asahi Foods", organisation)
    assert (customer.postal_code, customer.payment_terms) == ("100-0001", "end_of_next_month")
    assert customer.contacts.count() == 2
    assert customer.contacts.get(is_primary=True).name == "Taro"
    assert "〒100-0001" in books.get(answer.url).text


def test_a_new_customer_begins_with_the_organisations_habits(books, organisation):
    Organisation.objects.filter(pk=organisation.pk).update(currency="JPY", language="ja")

    form = books.get(address("new", organisation)).context["form"]

    assert (form["currency"].value(), form["country"].value()) == ("JPY", "JP")


def test_the_only_person_is_the_first_contact(books, organisation):
    books.post(address("new", organisation), filled(person(0)))

    assert Contact.objects.get().is_primary


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        (filled(person(0), name=""), "This field is required."),
        (filled(person(0), currency="XXX"), "Select a valid choice."),
        (filled(person(0, email="nobody")), "Enter a valid email address."),
        (filled(), "Please submit at least 1 form."),
        (filled(person(0, is_first="on"), person(1, is_first="on")), "Only one person"),
    ],
    ids=["no name", "no currency", "no address", "nobody", "two firsts"],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(books, organisation, form, complaint):
    answer = books.post(address("new", organisation), form)

    assert answer.status_code == 422
    assert complaint in answer.text
    assert not Customer.objects.exists()


def test_people_come_go_and_change_places(books, organisation):
    customer = CustomerFactory(organisation=organisation)
    old = ContactFactory(customer=customer, name="Old", is_primary=True)
    stays = ContactFactory(customer=customer, name="Stays")
    people = (
        person(0, id=old.pk, name="Old", DELETE="on"),
        person(1, id=stays.pk, name="Stays on", is_first="on"),
        person(2, name="New", email="new@asahi.example"),
    )

    books.post(address("edit", organisation, customer.pk), filled(*people, initial=2))

    assert set(customer.contacts.values_list("name", "is_primary")) == {
        ("Stays on", True),
        ("New", False),
    }


def test_a_person_whom_documents_name_stays(books, organisation):
    contact = ContactFactory(customer__organisation=organisation, is_primary=True)
    make_invoice(contact=contact)
    people = person(0, id=contact.pk, DELETE="on"), person(1, name="New")

    answer = books.post(
        address("edit", organisation, contact.customer.pk), filled(*people, initial=1)
    )

    assert answer.status_code == 422
    assert "Documents name a person whom you removed" in answer.text
    assert list(contact.customer.contacts.all()) == [contact]
    contact.customer.refresh_from_db()
    assert contact.customer.name != "Asahi Foods"


def test_a_person_of_another_customer_cannot_be_taken_over(books, organisation):
    # spec 124
    customer = CustomerFactory(organisation=organisation)
    ContactFactory(customer=customer, is_primary=True)
    foreign = ContactFactory(name="Foreign")

    answer = books.post(
        address("edit", organisation, customer.pk),
        filled(person(0, id=foreign.pk, name="Mine"), initial=1),
    )

    foreign.refresh_from_db()
    assert answer.status_code == 422
    assert foreign.name == "Foreign"


def test_an_archived_customer_leaves_the_list_and_comes_back(books, organisation):
    customer = ContactFactory(customer__organisation=organisation).customer
    listing, toggle = address("list", organisation), address("archive", organisation, customer.pk)

    books.post(toggle)
    assert list(books.get(listing).context["page"]) == []
    assert list(books.get(f"{listing}?state=archived").context["page"]) == [customer]

    books.post(toggle)
    assert list(books.get(listing).context["page"]) == [customer]


def test_only_a_customer_without_documents_can_be_deleted(books, organisation):
    free = ContactFactory(customer__organisation=organisation).customer
    bound = make_estimate(contact=ContactFactory(customer__organisation=organisation)).customer

    asked = books.get(address("delete", organisation, free.pk))
    told = books.get(address("delete", organisation, bound.pk))
    assert Customer.objects.count() == 2
    books.post(address("delete", organisation, free.pk))
    refused = books.post(address("delete", organisation, bound.pk), follow=True)

    assert "gone for good" in asked.text
    assert "can only be archived" in told.text
    assert "btn danger" in asked.text
    assert "btn danger" not in told.text
    assert address("archive", organisation, bound.pk) in told.text
    assert list(Customer.objects.all()) == [bound]
    assert "can only be archived" in refused.text


def test_the_list_adds_up_what_each_customer_owes_per_currency(books, organisation):
    contact = ContactFactory(customer__organisation=organisation)
    make_invoice(contact=contact)
    make_invoice(contact=contact)
    make_invoice(contact=contact, currency="USD")
    make_invoice(contact=contact, status="paid")

    page = books.get(address("list", organisation)).text

    assert "¥22,000" in page
    assert "$11,000.00" in page


@pytest.mark.parametrize("page", ["edit", "archive", "delete"])
def test_a_customer_of_another_organisation_is_out_of_reach(books, organisation, page):
    # spec 124
    other = ContactFactory().customer

    assert books.get(address(page, organisation, other.pk)).status_code == 404
    assert books.post(address(page, organisation, other.pk)).status_code == 404
    assert Customer.objects.filter(pk=other.pk, archived_at=None).exists()


@pytest.mark.parametrize("page", ["new", "edit"])
def test_a_page_that_edits_stands_up(books, organisation, page):
    contact = ContactFactory(customer__organisation=organisation)
    arguments = [contact.customer.pk] if page == "edit" else []

    assert books.get(address(page, organisation, *arguments)).status_code == 200
