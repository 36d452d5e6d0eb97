"""One box that finds documents, payments and customers."""

import pytest
from django.urls import reverse

from portal.models import Payment
from tests.factories import (
    ContactFactory,
    MembershipFactory,
    make_estimate,
    make_invoice,
    record_payment,
)
from tests.portal.opened import open_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def contact(member):
    return ContactFactory(
        customer__organisation=member.organisation,
        customer__name="Asahi Foods",
        name="Hanako Yamazaki",
        email="hanako@asahi.example",
    )


@pytest.fixture
def find(client, member):
    client.force_login(member.user)
    address = reverse("portal:search", args=[member.organisation.slug])

    def ask(words, **more):
        return client.get(address, {"q": words, **more})

    return ask


@pytest.mark.parametrize("words", ["asahi", "hanako yama", "@ASAHI.example"])
def test_a_customer_is_found_by_name_person_and_address(find, contact, words):
    page = find(words)

    assert [customer.name for customer in page.context["found"]["customers"]] == ["Asahi Foods"]


@pytest.mark.parametrize("words", ["EST-77", "po-4711", "asahi"])
def test_a_document_is_found_by_number_reference_and_customer(find, contact, words):
    make_estimate(contact=contact, number="EST-77", reference="PO-4711")
    make_invoice(contact=contact)

    page = find(words)

    assert [document.number for document in page.context["found"]["estimates"]] == ["EST-77"]
    assert "EST-77" in page.text


@pytest.mark.parametrize("words", ["PAY-9", "TR-55", "asahi", "INV-12"])
def test_a_payment_is_found_by_number_reference_customer_and_invoice(find, contact, words):
    invoice = open_invoice(contact=contact, number="INV-12")
    payment = record_payment(invoice, reference_number="TR-55")
    Payment.objects.update(number="PAY-9")

    page = find(words)

    assert page.context["found"]["payments"] == [payment]
    assert "PAY-9" in find(words, part="suggestions").text


def test_only_ones_own_are_found(find, contact):
    # spec 124
    other = ContactFactory(customer__name="Asahi Secret")
    make_invoice(contact=other, number="INV-SECRET")

    everywhere = find("asahi").text + find("inv").text + find("asahi", part="suggestions").text

    assert "Asahi Foods" in everywhere
    assert "SECRET" not in everywhere.upper()


def test_suggestions_are_a_few_links_and_the_way_to_all(find, contact, member):
    for number in range(9):
        make_invoice(contact=contact, number=f"INV-{number}")

    part = find("inv", part="suggestions")

    assert part.text.count("Asahi Foods") == 4
    assert "<html" not in part.text
    assert f"{reverse('portal:search', args=[member.organisation.slug])}?q=inv" in part.text


def test_many_results_lead_on_to_the_whole_list(find, contact, member):
    for number in range(12):
        make_invoice(contact=contact, number=f"INV-{number:02}")

    page = find("inv").text

    assert f"{reverse('portal:invoice-list', args=[member.organisation.slug])}?q=inv" in page
    assert page.count('class="row-link"') == 10


def test_nothing_found_says_so_and_what_to_do(find, contact):
    page = find("<b>zzz</b>").text
    part = find("<b>zzz</b>", part="suggestions").text

    assert "No customer, estimate, invoice or payment matches “&lt;b&gt;zzz&lt;/b&gt;”." in page
    assert "Nothing matches “&lt;b&gt;zzz&lt;/b&gt;”." in part


@pytest.mark.parametrize("words", ["", "   ", "\x00"])
def test_no_words_find_nothing_and_explain_themselves(find, contact, words):
    assert "What are you looking for?" in find(words).text
    assert find(words, part="suggestions").text.strip() == ""


def test_a_search_costs_as_many_queries_for_many_results_as_for_one(
    find, contact, django_assert_num_queries
):
    make_invoice(contact=contact)
    find("asahi")
    with django_assert_num_queries(11) as one:
        find("asahi")
    for _ in range(9):
        make_estimate(contact=ContactFactory(customer=contact.customer))
        ContactFactory(
            customer__organisation=contact.customer.organisation, customer__name="Asahi More"
        )

    with django_assert_num_queries(len(one)):
        find("asahi")


def test_whoever_was_signed_out_gets_no_sign_in_page_below_the_box(client, member):
    address = reverse("portal:search", args=[member.organisation.slug])

    answer = client.get(f"{address}?q=a&part=suggestions", headers={"HX-Request": "true"})

    assert answer.status_code == 401
