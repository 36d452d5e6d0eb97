"""The pages of Books: who may open them, and what stands there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import addresses
from portal.models import Estimate, Event, Invoice, Membership, Payment
from tests.factories import (
    ContactFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    make_estimate,
    make_invoice,
    make_visitor,
)

HOSTILE = "<script>alert(1)</script>"

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def organisation(member):
    return member.organisation


@pytest.fixture
def contact(organisation):
    return ContactFactory(customer__organisation=organisation)


@pytest.fixture
def books(client, member):
    """A browser in which the member is signed in."""
    client.force_login(member.user)
    return client


def pages(contact):
    """Every page of staff, by its address."""
    slug = contact.customer.organisation.slug
    estimate, invoice = make_estimate(contact=contact), make_invoice(contact=contact)
    names = ["dashboard", "customer-list", "estimate-list", "invoice-list", "payment-list"]
    addresses = [reverse(f"portal:{name}", args=[slug]) for name in names]
    for page in ("new", "import", "export"):
        addresses.append(reverse(f"portal:customer-{page}", args=[slug]))
    for page in ("detail", "edit", "delete"):
        addresses.append(reverse(f"portal:customer-{page}", args=[slug, contact.customer.pk]))
    for kind in ("estimate", "invoice"):
        chosen = f"?customer={contact.customer.pk}"
        addresses.append(reverse(f"portal:{kind}-new", args=[slug]))
        addresses.append(reverse(f"portal:{kind}-new", args=[slug]) + chosen)
    for document in (estimate, invoice):
        for page in ("detail", "send", "preview"):
            name = f"portal:{document.KIND}-{page}"
            addresses.append(reverse(name, args=[slug, document.number]))
    return addresses


def test_a_member_opens_every_page(books, contact):
    found = {address: books.get(address).status_code for address in pages(contact)}

    assert set(found.values()) == {200}


def test_an_outsider_finds_none_of_them(client, contact):
    client.force_login(MembershipFactory(admin=True).user)

    found = {address: client.get(address).status_code for address in pages(contact)}

    assert set(found.values()) == {404}


def test_nobody_is_asked_to_sign_in_first(client, contact):
    for address in pages(contact):
        response = client.get(address)

        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("kind", ["estimate", "invoice"])
def test_a_document_of_another_organisation_is_not_found(books, organisation, kind):
    # spec 124
    other = {"estimate": make_estimate, "invoice": make_invoice}[kind](number="X-1")

    for page in ("detail", "send", "preview"):
        address = reverse(f"portal:{kind}-{page}", args=[organisation.slug, other.number])
        assert books.get(address).status_code == 404
    for page in ("copy-link", "comment", "send"):
        address = reverse(f"portal:{kind}-{page}", args=[organisation.slug, other.number])
        assert books.post(address).status_code == 404


def test_a_customer_of_another_organisation_is_not_found(books, organisation):
    other = ContactFactory().customer

    address = reverse("portal:customer-detail", args=[organisation.slug, other.pk])

    assert books.get(address).status_code == 404


@pytest.mark.parametrize("page", ["copy-link", "comment"])
def test_a_get_of_an_act_only_leads_back(books, contact, page):
    invoice = make_invoice(contact=contact)
    arguments = [invoice.organisation.slug, invoice.number]

    answer = books.get(reverse(f"portal:invoice-{page}", args=arguments))

    assert answer.url.startswith(reverse("portal:invoice-detail", args=arguments))
    assert not invoice.links.exists()
    assert not invoice.comments.exists()


def make_payment(contact):
    invoice = make_invoice(contact=contact)
    visitor = make_visitor(invoice)
    return Payment.objects.start(invoice, visitor, provider="test", now=timezone.now())


ROWS = {
    "customer": lambda contact: contact.customer,
    "estimate": lambda contact: make_estimate(contact=contact),
    "invoice": lambda contact: make_invoice(contact=contact),
    "payment": make_payment,
}


@pytest.mark.parametrize("page", ROWS)
def test_a_list_costs_as_many_queries_for_thirty_rows_as_for_three(
    books, organisation, page, django_assert_max_num_queries
):
    address = reverse(f"portal:{page}-list", args=[organisation.slug])
    for count in (3, 30):
        while organisation.customers.count() < count:
            ROWS[page](ContactFactory(customer__organisation=organisation))
        with django_assert_max_num_queries(11):
            response = books.get(address)
        assert response.context["page"].paginator.count == count


@pytest.mark.parametrize("kind", ["estimate", "invoice"])
def test_a_document_costs_as_many_queries_for_a_long_history_as_for_a_short_one(
    books, contact, kind, django_assert_max_num_queries
):
    document = {"estimate": make_estimate, "invoice": make_invoice}[kind](contact=contact)
    address = reverse(f"portal:{kind}-detail", args=[document.organisation.slug, document.number])
    for _ in range(20):
        Event.objects.record(
            f"{kind}.viewed", document, visitor=make_visitor(document), now=timezone.now()
        )

    with django_assert_max_num_queries(17):
        assert books.get(address).status_code == 200


@pytest.mark.parametrize("kind", ["estimate", "invoice"])
def test_a_long_history_is_folded_and_unfolds(books, contact, kind):
    document = {"estimate": make_estimate, "invoice": make_invoice}[kind](contact=contact)
    address = reverse(f"portal:{kind}-detail", args=[document.organisation.slug, document.number])
    for _ in range(60):
        Event.objects.record(
            f"{kind}.viewed", document, visitor=make_visitor(document), now=timezone.now()
        )

    folded, whole = books.get(address).text, books.get(f"{address}?history=all").text

    assert folded.count("Hanako Yamazaki viewed the") == 40
    assert "?history=all#history" in folded
    assert whole.count("Hanako Yamazaki viewed the") == 60
    assert f"Created as {document.number}." in whole
    assert "Show the whole history" not in whole


def test_the_lists_name_states_that_time_makes(books, contact):
    make_estimate(contact=contact, expiry_date="2020-01-01", number="EST-OLD")
    make_invoice(contact=contact, due_date="2020-01-01", number="INV-LATE")
    make_estimate(contact=contact, expiry_date=None, number="EST-OPEN")
    slug = contact.customer.organisation.slug

    expired = books.get(reverse("portal:estimate-list", args=[slug]) + "?state=expired").text
    open_ones = books.get(reverse("portal:estimate-list", args=[slug]) + "?state=sent").text
    overdue = books.get(reverse("portal:invoice-list", args=[slug]) + "?state=overdue").text

    assert "EST-OLD" in expired
    assert "EST-OPEN" not in expired
    assert "EST-OPEN" in open_ones
    assert "EST-OLD" not in open_ones
    assert "INV-LATE" in overdue


def test_a_list_is_searched_by_number_and_customer(books, organisation):
    found = ContactFactory(customer__organisation=organisation, customer__name="Asahi Foods")
    other = ContactFactory(customer__organisation=organisation, customer__name="Minato")
    make_invoice(contact=found, number="INV-A")
    make_invoice(contact=other, number="INV-B")

    page = books.get(reverse("portal:invoice-list", args=[organisation.slug]) + "?q=asahi").text

    assert "INV-A" in page
    assert "INV-B" not in page


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=999", "state=nonsense", "q=%00"])
def test_a_nonsensical_address_still_shows_the_list(books, contact, query):
    make_invoice(contact=contact)

    address = reverse("portal:invoice-list", args=[contact.customer.organisation.slug])

    assert books.get(f"{address}?{query}").status_code == 200


def test_a_list_says_which_documents_the_customer_saw(books, contact):
    invoice = make_invoice(contact=contact)
    address = reverse("portal:invoice-list", args=[invoice.organisation.slug])

    before = books.get(address).text
    invoice.note_view(timezone.now())
    after = books.get(address).text

    assert "Viewed by the customer" not in before
    assert "Viewed by the customer" in after


def test_the_dashboard_adds_up_per_currency(books, contact):
    make_invoice(contact=contact)
    make_invoice(contact=contact, currency="USD")
    make_estimate(contact=contact)

    page = books.get(reverse("portal:dashboard", args=[contact.customer.organisation.slug]))

    sums = {(item.currency, item.amount) for item in page.context["outstanding"]}
    assert sums == {("JPY", 11_000), ("USD", 11_000)}
    assert [item.documents for item in page.context["awaiting"]] == [1]
    assert "¥11,000" in page.text


def test_an_empty_organisation_is_told_what_comes_next(client):
    admin = MembershipFactory(admin=True)
    client.force_login(admin.user)

    page = client.get(reverse("portal:dashboard", args=[admin.organisation.slug])).text

    assert "Add your first customer" in page
    assert reverse("portal:user-list", args=[admin.organisation.slug]) in page


def test_whatever_customers_write_is_shown_as_text(books, organisation):
    # spec 66
    contact = ContactFactory(
        customer__organisation=organisation,
        customer__name=f"C{HOSTILE}",
        customer__address=f"A{HOSTILE}",
        name=f"P{HOSTILE}",
    )
    estimate = make_estimate(contact=contact, notes=f"N{HOSTILE}", terms=f"T{HOSTILE}")
    visitor = make_visitor(estimate)
    estimate.decline(visitor, name=f"S{HOSTILE}", reason=f"R{HOSTILE}\nagain", now=timezone.now())
    detail = reverse("portal:estimate-detail", args=[organisation.slug, estimate.number])
    overview = reverse("portal:dashboard", args=[organisation.slug])
    about = reverse("portal:customer-detail", args=[organisation.slug, contact.customer.pk])

    written = [books.get(address).text for address in (detail, overview, about)]

    assert all(HOSTILE not in page for page in written)
    assert "R&lt;script&gt;alert(1)&lt;/script&gt;<br>again" in written[0]


def test_the_settings_are_for_admins(client, books, organisation):
    address = reverse("portal:settings", args=[organisation.slug])
    admin = MembershipFactory(admin=True, organisation=organisation)

    assert books.get(address).status_code == 404
    client.force_login(admin.user)
    page = client.get(address)
    assert page.status_code == 200
    assert reverse("portal:user-list", args=[organisation.slug]) in page.text


def test_home_leads_to_the_first_organisation(books, organisation):
    assert books.get("/").url == reverse("portal:dashboard", args=[organisation.slug])


def test_home_offers_strangers_to_sign_in(client):
    assert reverse("account_login") in client.get("/").text


def test_home_explains_that_an_account_needs_an_organisation(client):
    client.force_login(UserFactory(email="alone@example.com"))

    page = client.get("/").text

    assert "You belong to no organisation yet" in page
    assert "alone@example.com" in page


def test_members_of_two_organisations_switch_between_them(books, member):
    other = OrganisationFactory(name="Second Company")
    Membership.objects.create(organisation=other, user=member.user)

    page = books.get(reverse("portal:dashboard", args=[member.organisation.slug])).text

    assert reverse("portal:dashboard", args=[other.slug]) in page


def test_looking_around_changes_nothing(books, contact):
    addresses = pages(contact)
    before = _rows()

    for address in addresses:
        books.get(address)

    assert _rows() == before


def _rows():
    models = (Estimate, Invoice, Event, Payment)
    return [list(kind.objects.order_by("pk").values()) for kind in models]


def test_a_preview_shows_the_customers_page_and_counts_as_no_view(books, contact):
    # spec 3
    estimate = make_estimate(contact=contact)
    address = reverse("portal:estimate-preview", args=[estimate.organisation.slug, estimate.number])

    page = books.get(address)

    estimate.refresh_from_db()
    assert page.status_code == 200
    assert estimate.first_viewed_at is None
    assert not estimate.visits.exists()


def test_customers_are_found_by_their_contacts_too(books, organisation):
    ContactFactory(customer__organisation=organisation, customer__name="Asahi", name="Mei")
    ContactFactory(customer__organisation=organisation, customer__name="Minato", name="Ken")
    address = reverse("portal:customer-list", args=[organisation.slug])

    found = books.get(f"{address}?q=mei").text
    nothing = books.get(f"{address}?q=nobody").text

    assert "Asahi" in found
    assert "Minato" not in found
    assert "Nothing found" in nothing


def test_customers_with_two_contacts_are_listed_once(books, organisation):
    contact = ContactFactory(customer__organisation=organisation, name="Mei")
    ContactFactory(customer=contact.customer, name="Mei again")

    page = books.get(reverse("portal:customer-list", args=[organisation.slug]) + "?q=mei")

    assert page.context["page"].paginator.count == 1


@pytest.mark.parametrize(
    ("status", "step"), [("accepted", "invoice"), ("declined", "revise"), ("sent", None)]
)
def test_an_estimates_next_step_stands_out(books, contact, status, step):
    estimate = make_estimate(contact=contact, status=status, expiry_date=None)

    page = books.get(addresses.of_document(estimate)).text

    offered = f'<a class="btn primary" href="{addresses.of_step(estimate, step or "invoice")}">'
    assert (offered in page) == bool(step)


def test_estimate_and_invoice_lead_to_each_other(books, contact):
    estimate = make_estimate(contact=contact, status="accepted")
    invoice = estimate.to_invoice(by=None, now=timezone.now())

    there = books.get(addresses.of_document(estimate)).text
    back = books.get(addresses.of_document(invoice)).text

    assert addresses.of_document(invoice) in there
    assert addresses.of_document(estimate) in back


def test_the_next_step_is_offered_once(books, contact):
    estimate = make_estimate(contact=contact, status="accepted")

    page = books.get(addresses.of_document(estimate)).text

    assert page.count(addresses.of_step(estimate, "invoice")) == 1
