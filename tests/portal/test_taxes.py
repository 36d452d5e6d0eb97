"""Settings › Taxes: the rates that documents choose from."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.forms.documents import Sheet
from portal.models import Act, Invoice, TaxRate
from tests.factories import ContactFactory, MembershipFactory, line, make_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return MembershipFactory(admin=True)


@pytest.fixture
def books(client, admin):
    client.force_login(admin.user)
    return client


@pytest.fixture
def standard(admin):
    return TaxRate.objects.create(organisation=admin.organisation, name="10%", percent=10)


@pytest.fixture
def reduced(admin):
    return TaxRate.objects.create(
        organisation=admin.organisation, name="8%", percent=8, is_reduced_rate=True
    )


def address(admin, name="list", *arguments):
    return reverse(f"portal:tax-{name}", args=[admin.organisation.slug, *arguments])


def new_sheet(organisation):
    contact = ContactFactory(customer__organisation=organisation)
    return Sheet(Invoice.start(contact.customer, contact, by=None, today=date(2026, 11, 23)))


def test_a_tax_is_added(books, admin):
    books.post(address(admin), {"name": "VAT", "percent": "19.5", "is_reduced_rate": "on"})

    tax = TaxRate.objects.get()
    assert (tax.name, str(tax.percent), tax.is_reduced_rate) == ("VAT", "19.500", True)
    assert tax.organisation == admin.organisation
    act = Act.objects.get()
    assert (act.kind, act.about, len(act.changes)) == ("tax.added", "VAT", 3)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "10%"}, "There is a tax of this name already."),
        ({"percent": "101"}, "less than or equal to 100"),
        ({"percent": "-1"}, "greater than or equal to 0"),
        ({"percent": "ten"}, "Enter a number"),
    ],
)
def test_what_is_wrong_is_said(books, admin, standard, fields, complaint):
    answer = books.post(address(admin), {"name": "VAT", "percent": "19"} | fields)

    assert (answer.status_code, complaint in answer.text) == (422, True)
    assert TaxRate.objects.count() == 1


def test_another_organisations_tax_may_have_the_same_name(books, admin):
    TaxRate.objects.create(
        organisation=MembershipFactory().organisation, name="VAT", percent=20, is_default=True
    )

    books.post(address(admin), {"name": "VAT", "percent": "19"})

    assert admin.organisation.tax_rates.get().percent == 19


def test_a_tax_gets_another_name_and_the_log_says_which(books, admin, standard):
    books.post(address(admin, "edit", standard.pk), {"name": "Consumption tax", "percent": "10"})

    standard.refresh_from_db()
    assert standard.name == "Consumption tax"
    [change] = Act.objects.get().changes
    assert (change["old"], change["new"]) == ("10%", "Consumption tax")


def test_the_default_stands_first_and_there_is_only_one(books, admin, standard, reduced):
    for tax in (standard, reduced):
        books.post(address(admin, "default", tax.pk))

    choices = new_sheet(admin.organisation).lines.forms[0].fields["tax"].choices
    assert [label for _value, label in choices] == ["8%", "10%", "No tax"]
    assert [tax.is_default for tax in admin.organisation.tax_rates.in_order()] == [True, False]
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxRate.objects.update(is_default=True)


def test_making_it_the_default_once_more_is_no_change(books, admin, standard):
    for _ in range(2):
        books.post(address(admin, "default", standard.pk))

    assert Act.objects.count() == 1


def test_deleting_a_tax_changes_no_document(books, admin, standard):
    contact = ContactFactory(customer__organisation=admin.organisation)
    draft = make_invoice(contact=contact, status="draft", lines=[line(tax_name="10%")])

    asked = books.get(address(admin, "delete", standard.pk)).text
    books.post(address(admin, "delete", standard.pk))

    assert "each item has its own copy" in asked
    assert not TaxRate.objects.exists()
    draft = Invoice.objects.get(pk=draft.pk)
    assert draft.expected_totals().total == draft.total == 11_000
    labels = [label for _value, label in Sheet(draft).lines.forms[0].fields["tax"].choices]
    assert labels == ["10%", "No tax"]
    assert Act.objects.get().kind == "tax.deleted"


@pytest.mark.parametrize("page", ["edit", "default", "delete"])
def test_a_strangers_tax_is_not_found(client, standard, page):
    stranger = MembershipFactory(admin=True)
    client.force_login(stranger.user)

    answer = client.post(address(stranger, page, standard.pk), {"name": "x", "percent": "1"})

    assert answer.status_code == 404
    standard.refresh_from_db()
    assert standard.name == "10%"
