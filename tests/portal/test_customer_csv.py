"""Customers from a file: every wrong cell named, then all or nothing."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.customer_csv import COLUMNS, EXAMPLE, Unreadable, decoded, read, write, written
from portal.models import Contact, Customer
from tests.factories import ContactFactory, MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

GOOD = {"name": "Asahi Foods", "contact_name": "Hanako", "contact_email": "h@asahi.example"}


def file_of(*rows, columns=COLUMNS):
    out = io.StringIO()
    sheet = csv.DictWriter(out, columns)
    sheet.writeheader()
    sheet.writerows(rows)
    return out.getvalue()


@pytest.fixture
def organisation():
    organisation = OrganisationFactory(language="ja")
    ContactFactory(customer__organisation=organisation, customer__name="Known Ltd")
    return organisation


@pytest.fixture
def member(organisation):
    return MembershipFactory(organisation=organisation)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"name": "Known Ltd"}, "name"),
        ({"name": "bell\a"}, "name"),
        ({"currency": "YEN"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"payment_terms": "net_31"}, "payment_terms"),
        ({"country": "ZZ"}, "country"),
        ({"country": "Japan"}, "country"),
        ({"postal_code": "1" * 17}, "postal_code"),
        ({"address": "a" * 2001}, "address"),
        ({"phone": "0" * 41}, "phone"),
        ({"notes": "n" * 10_001}, "notes"),
        ({"contact_name": ""}, "contact_name"),
        ({"contact_name": "x" * 121}, "contact_name"),
        ({"contact_email": ""}, "contact_email"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"contact_email": "a@b@c.example"}, "contact_email"),
        ({"contact_email": f"{'x' * 250}@c.example"}, "contact_email"),
        ({"contact_phone": "0" * 41}, "contact_phone"),
        ({"contact_language": "fr"}, "contact_language"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(member, cells, column):
    reading = read(file_of(GOOD, GOOD | {"name": "Other"} | cells), member)

    assert [(problem.row, problem.column) for problem in reading.problems] == [(3, column)]


def test_a_row_with_too_many_cells_is_wrong(member):
    reading = read(file_of(GOOD).rstrip() + ",extra\r\n", member)

    assert [(problem.row, problem.text) for problem in reading.problems] == [
        (2, "The row has more cells than the header.")
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is missing"),
        ("name,contact_name,contact_email\r\n", "no rows"),
        ("name,contact_name\r\nA,B\r\n", "contact_email is missing"),
        ("name,contact_name,contact_email,colour\r\n", "Unknown column: colour"),
        ("name,name,contact_name,contact_email\r\n", "twice"),
        ('name,contact_name,contact_email\r\n"A"b,c,d\r\n', "no CSV"),
        ("name,contact_name,contact_email\r\n" + "a,b,c@d.example\r\n" * 10_001, "10,000"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(member, text, complaint):
    with pytest.raises(Unreadable, match=complaint):
        read(text, member)


def test_japanese_excel_and_utf8_are_both_understood():
    assert decoded("株式会社髙﨑".encode("cp932")) == "株式会社髙﨑"
    assert decoded("株式会社𠮷野".encode("utf-8-sig")) == "株式会社𠮷野"
    with pytest.raises(Unreadable):
        decoded(b"\x81\xff\xff")
    with pytest.raises(Unreadable):
        decoded(b"x" * 2_000_001)


def test_what_was_exported_is_read_again_with_everybody(member):
    about = {"currency": "USD", "payment_terms": "custom", "postal_code": "〒100-0001"}
    formula = GOOD | about | {"address": "1, Quay\nBristol", "notes": "=1+1", "country": "jp"}
    second = GOOD | {"contact_name": "Taro", "contact_email": "t@asahi.example"}
    Customer.objects.all().delete()

    write(read(file_of(formula, second), member), member)
    text = written(Customer.objects.with_contacts())

    assert "'=1+1" in text
    customer = Customer.objects.get()
    assert (customer.currency, customer.country, customer.notes) == ("USD", "JP", "=1+1")
    assert customer.postal_code == "100-0001"
    assert list(Contact.objects.values_list("name", "is_primary", "language").order_by("name")) == [
        ("Hanako", True, "ja"),
        ("Taro", False, "ja"),
    ]
    other = MembershipFactory()
    write(read(text, other), other)
    assert written(other.organisation.customers.with_contacts()) == text


def test_the_example_on_the_page_can_be_imported(member):
    reading = read(EXAMPLE, member)

    write(reading, member)

    assert not reading.problems
    people = Contact.objects.filter(customer__name__in=["Brightwater Hotels", "Tanaka Works"])
    assert people.count() == 3


def test_ten_thousand_rows_are_taken(organisation, member, django_assert_max_num_queries):
    rows = (GOOD | {"name": f"Customer {n}"} for n in range(10_000))
    text = file_of(*rows, columns=list(GOOD))

    with django_assert_max_num_queries(400):  # SQLite takes a thousand values at once.
        count = write(read(text, member), member)

    assert count == 10_000
    assert organisation.customers.count() == 10_001
    assert Contact.objects.filter(is_primary=True).count() == 10_000


@pytest.fixture
def books(client, member):
    client.force_login(member.user)
    return client


def upload(books, organisation, text):
    address = reverse("portal:customer-import", args=[organisation.slug])
    return books.post(address, {"file": SimpleUploadedFile("c.csv", text.encode())})


def test_a_file_is_shown_first_and_saved_after_a_second_look(books, organisation):
    text = file_of(GOOD | {"address": '"Quay", 1\nBristol <b>'})

    shown = upload(books, organisation, text)
    assert (shown.status_code, organisation.customers.count()) == (200, 1)
    assert "Asahi Foods" in shown.text
    address = reverse("portal:customer-import", args=[organisation.slug])
    saved = books.post(address, {"text": shown.context["text"]}, follow=True)

    assert "1 customer is imported." in saved.text
    assert organisation.customers.get(name="Asahi Foods").address.endswith("Bristol <b>")
    again = books.post(address, {"text": shown.context["text"]})
    assert "There is a customer of this name already." in again.text
    assert organisation.customers.count() == 2


def test_one_wrong_cell_saves_nothing_and_says_where(books, organisation):
    wrong = upload(
        books, organisation, file_of(GOOD, GOOD | {"name": "B", "contact_email": "nobody"})
    )

    assert wrong.status_code == 422
    assert "contact_email" in wrong.text
    assert organisation.customers.count() == 1
    address = reverse("portal:customer-import", args=[organisation.slug])
    assert books.post(address).status_code == 422


def test_the_export_holds_ones_own_customers_only(books, organisation):
    ContactFactory(customer__name="Foreign")

    answer = books.get(reverse("portal:customer-export", args=[organisation.slug]))

    assert answer["Content-Type"] == "text/csv"
    assert "Known Ltd" in answer.text
    assert "Foreign" not in answer.text
