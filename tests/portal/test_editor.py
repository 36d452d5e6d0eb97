"""Writing documents: what is typed, what it comes to, what is kept."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import Estimate, Invoice, LineItem, TaxRate
from tests.factories import ContactFactory, MembershipFactory, make_estimate, make_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def organisation(member):
    for name, percent, is_reduced in (("Standard", 10, False), ("Food", 8, True)):
        member.organisation.tax_rates.create(name=name, percent=percent, is_reduced_rate=is_reduced)
    return member.organisation


@pytest.fixture
def contact(organisation):
    return ContactFactory(
        customer__organisation=organisation,
        customer__payment_terms="end_of_next_month",
        is_primary=True,
    )


@pytest.fixture
def books(client, member):
    client.force_login(member.user)
    return client


def new(contact, kind="invoice"):
    customer = contact.customer
    address = reverse(f"portal:{kind}-new", args=[customer.organisation.slug])
    return f"{address}?customer={customer.pk}"


def page(document, name):
    return reverse(
        f"portal:{document.KIND}-{name}", args=[document.organisation.slug, document.number]
    )


def row(place, **fields):
    """The fields of one line as a browser sends them."""
    line = {"name": "Rice", "quantity": "2", "rate": "1000", "tax": "8|1|Food"} | fields
    return {f"lines-{place}-{name}": value for name, value in line.items()}


def filled(contact, *rows, **fields):
    about = {
        "contact": contact.pk,
        "issue_date": "2026-11-23",
        "currency": "JPY",
        "payment_terms": "end_of_next_month",
        "lines-TOTAL_FORMS": len(rows),
        "lines-INITIAL_FORMS": 0,
    }
    for fields_of_row in rows:
        about |= fields_of_row
    return about | fields


def test_an_invoice_is_written_with_its_number_lines_taxes_and_due_date(books, contact):
    rows = row(0), row(1, name="Box", quantity="1", rate="500", tax="10|0|Standard")

    answer = books.post(new(contact), filled(contact, *rows, notes="Thank you."))

    invoice = Invoice.objects.get()
    assert answer.url == page(invoice, "detail")
    assert (invoice.number, invoice.status) == ("INV-000001", "draft")
    assert (invoice.total, invoice.balance, invoice.tax_total) == (2710, 2710, 210)
    assert invoice.due_date == date(2026, 12, 31)
    lines = invoice.lines.order_by("position").values_list("name", "tax_name", "is_reduced_rate")
    assert list(lines) == [("Rice", "Food", True), ("Box", "Standard", False)]
    assert invoice.created_by == answer.wsgi_request.user


def test_an_estimate_is_valid_for_the_organisations_days(books, contact):
    asked = books.get(new(contact, "estimate"))
    today = contact.customer.organisation.date_of(timezone.now())

    offered = asked.context["form"].initial["expiry_date"]
    books.post(new(contact, "estimate"), filled(contact, row(0), expiry_date=offered, send="1"))

    assert (offered - today).days == 30
    assert Estimate.objects.get().expiry_date == offered


def test_save_and_send_goes_on_to_the_letter(books, contact):
    answer = books.post(new(contact), filled(contact, row(0), send="1"))

    assert answer.url == page(Invoice.objects.get(), "send")


def test_custom_terms_need_a_date(books, contact):
    custom = {"payment_terms": "custom"}

    refused = books.post(new(contact), filled(contact, row(0), **custom))
    early = books.post(new(contact), filled(contact, row(0), due_date="2026-01-01", **custom))
    books.post(new(contact), filled(contact, row(0), due_date="2027-02-03", **custom))

    assert "Choose the last day to pay." in refused.text
    assert "This is before the invoice" in early.text
    assert Invoice.objects.get().due_date == date(2027, 2, 3)


def test_rows_are_ordered_removed_and_ignored_when_nobody_wrote_in_them(books, contact):
    rows = (
        row(0, name="Second", ORDER="2"),
        row(1, name="Gone", ORDER="3", DELETE="on", rate="nonsense"),
        row(2, name="First", ORDER="1"),
        row(3, name="", rate="", quantity="1", tax="10|0|Standard", ORDER="4"),
    )

    books.post(new(contact), filled(contact, *rows))

    assert list(LineItem.objects.order_by("position").values_list("name", flat=True)) == [
        "First",
        "Second",
    ]


@pytest.mark.parametrize(
    ("rows", "fields", "complaint"),
    [
        ([], {}, "Write at least one item."),
        ([row(0, name="")], {}, "This field is required."),
        ([row(0, rate="-1")], {}, "Not less than zero."),
        ([row(0, quantity="x")], {}, "Enter a number."),
        ([row(0, discount_percent="101")], {}, "less than or equal to 100"),
        ([row(0, tax="99|0|Invented")], {}, "Select a valid choice."),
        ([row(0)], {"currency": "XXX"}, "Select a valid choice."),
        ([row(0)], {"discount_amount": "0.5"}, "This currency has no such fraction."),
        ([row(0)], {"issue_date": "2026-02-30"}, "Enter a valid date."),
        ([row(0, quantity="999999999", rate="9999999999")], {}, "The total is too large."),
    ],
)
def test_what_is_wrong_is_said_and_takes_no_number(books, contact, rows, fields, complaint):
    answer = books.post(new(contact), filled(contact, *rows, **fields))

    contact.customer.organisation.refresh_from_db()
    assert answer.status_code == 422
    assert complaint in answer.text
    assert not Invoice.objects.exists()
    assert contact.customer.organisation.invoice_next_number == 1


def test_a_draft_is_changed_and_keeps_its_number_and_its_old_tax(books, contact):
    rates = contact.customer.organisation.tax_rates
    books.post(new(contact), filled(contact, row(0)))
    rates.filter(name="Food").update(percent=Decimal("9"))
    invoice = Invoice.objects.get()

    form = books.get(page(invoice, "edit"))
    written = filled(contact, row(0, rate="3000"), discount_percent="50", known_version=1)
    books.post(page(invoice, "edit"), written)

    invoice.refresh_from_db()
    assert 'value="8|1|Food" selected' in form.text
    assert (invoice.number, invoice.total) == ("INV-000001", 3240)
    assert invoice.lines.count() == 1
    assert TaxRate.objects.get(name="Food").percent == 9


def test_totals_are_shown_while_one_types_and_nothing_is_saved(books, contact):
    rows = row(0), row(1, name="", rate="7"), row(2, name="Half", rate="oops")
    sent = filled(contact, *rows, is_tax_inclusive="on", issue_date="")

    answer = books.post(new(contact), sent, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert "¥2,000" in answer.text
    assert "¥148" in answer.text
    assert 'id="lines-0-amount"' in answer.text
    assert "lines-1-amount" not in answer.text
    assert not Invoice.objects.exists()


def test_dollars_have_cents_and_yen_have_none(books, contact):
    sent = filled(contact, row(0, quantity="1", rate="9.999", tax=""), currency="USD")

    dollars = books.post(new(contact), sent, headers={"HX-Request": "true"}).text
    yen = books.post(new(contact), sent | {"currency": "JPY"}, headers={"HX-Request": "true"}).text

    assert "$10.00" in dollars
    assert "¥10" in yen
    assert "¥10.00" not in yen


@pytest.mark.parametrize("make", [make_estimate, make_invoice])
def test_what_customers_know_is_neither_changed_nor_deleted(books, contact, make):
    document = make(contact=contact)

    for name in ("edit", "delete"):
        answer = books.post(page(document, name), filled(contact, row(0)), follow=True)
        assert "Only drafts can be changed or deleted." in answer.text

    document.refresh_from_db()
    assert (document.total, document.lines.get().name) == (11_000, "Consulting")


@pytest.mark.parametrize("make", [make_estimate, make_invoice])
def test_a_draft_that_was_sent_meanwhile_is_not_overwritten(contact, member, make):
    draft = make(contact=contact, status="draft", sent_at=None)
    type(draft).objects.filter(pk=draft.pk).update(status="sent", sent_at=timezone.now())

    def rewrite():
        draft.rewrite([], version=1, by=member.user, now=timezone.now())

    for act in (rewrite, draft.discard):
        with pytest.raises(draft.NotDraft):
            act()

    assert draft.lines.count() == 1


@pytest.mark.parametrize("make", [make_estimate, make_invoice])
def test_a_duplicate_says_the_same_and_is_dated_today(books, contact, make):
    document = make(contact=contact, notes="Kept", discount_amount=1000)
    today = document.organisation.date_of(timezone.now())

    books.get(page(document, "duplicate"))
    answer = books.post(page(document, "duplicate"))

    copy = type(document).objects.exclude(pk=document.pk).get()
    assert answer.url == page(copy, "edit")
    assert (copy.status, copy.notes, copy.total) == ("draft", "Kept", document.total)
    assert (copy.issue_date, copy.sent_at) == (today, None)
    assert copy.lines.get().name == "Consulting"
    assert document.lines.count() == 1


@pytest.mark.parametrize("make", [make_estimate, make_invoice])
def test_a_draft_is_deleted_after_one_more_question(books, contact, make):
    draft = make(contact=contact, status="draft", sent_at=None)

    asked = books.get(page(draft, "delete"))
    assert type(draft).objects.exists()
    books.post(page(draft, "delete"))

    assert "gone for good" in asked.text
    assert not type(draft).objects.exists()


@pytest.mark.parametrize("kind", ["estimate", "invoice"])
def test_the_customer_is_chosen_first_from_ones_own(books, contact, kind):
    # spec 124
    foreign = ContactFactory(customer__name="Foreign")
    slug = contact.customer.organisation.slug
    address = reverse(f"portal:{kind}-new", args=[slug])

    listed = books.get(address).text

    assert contact.customer.name in listed
    assert "Foreign" not in listed
    assert books.get(f"{address}?customer={contact.customer.pk}").status_code == 200
    assert books.get(f"{address}?customer={foreign.customer.pk}").status_code == 404
    assert books.post(f"{address}?customer={foreign.customer.pk}").status_code == 404


@pytest.mark.parametrize("name", ["edit", "duplicate", "delete"])
def test_drafts_of_others_are_out_of_reach(books, organisation, name):
    # spec 124
    other = make_invoice(status="draft", sent_at=None, number="X-1")
    address = reverse(f"portal:invoice-{name}", args=[organisation.slug, other.number])

    assert books.get(address).status_code == 404
    assert books.post(address).status_code == 404


def test_a_next_number_set_back_meets_no_number_twice(contact):
    first = make_invoice(contact=contact)
    make_invoice(contact=contact)
    organisation = first.organisation
    type(organisation).objects.filter(pk=organisation.pk).update(invoice_next_number=1)

    assert make_invoice(contact=contact).number == "INV-000003"


def test_the_longest_document_can_be_saved(books, contact):
    """Of 200 lines, each with all its fields."""
    more = {"description": "d", "unit": "kg", "discount_percent": "1"}
    rows = [row(place, rate="1", ORDER=str(place + 1), **more) for place in range(200)]

    answer = books.post(new(contact), filled(contact, *rows))

    assert answer.status_code == 302
    assert Invoice.objects.get().lines.count() == 200
