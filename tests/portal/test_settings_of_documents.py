"""How an organisation writes its documents: numbers, tax, what stands on each."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal.japan import validate_registration_number
from portal.models import Invoice
from tests.factories import ContactFactory, MembershipFactory, line, make_invoice

VALID = ["T8700110005901", "T7000012050002", "T5010401067252"]


@pytest.mark.parametrize("number", VALID)
def test_a_number_with_its_check_digit_passes(number):
    validate_registration_number(number)


@given(st.sampled_from(VALID), st.integers(1, 13), st.integers(1, 8))
def test_one_wrong_digit_is_found(number, place, step):
    """Digits whose weight is 2 or 1 differ modulo 9, but for 0 and 9."""
    digit = (int(number[place]) + step) % 10
    if {digit, int(number[place])} == {0, 9} or digit == int(number[place]):
        return
    with pytest.raises(ValidationError):
        validate_registration_number(f"{number[:place]}{digit}{number[place + 1 :]}")


@pytest.mark.parametrize("number", ["T123", "8700110005901", "T87001100059011", "T870011000590x"])
def test_what_is_no_such_number_is_refused(number):
    with pytest.raises(ValidationError, match="13 digits"):
        validate_registration_number(number)


@pytest.fixture
def admin():
    return MembershipFactory(admin=True)


def address(organisation):
    return reverse("portal:paper-settings", args=[organisation.slug])


def filled(**fields):
    return {
        "estimate_prefix": "EST-",
        "estimate_next_number": 1,
        "invoice_prefix": "INV-",
        "invoice_next_number": 1,
        "payment_prefix": "PMT-",
        "payment_next_number": 1,
        "tax_rounding": "round",
        "estimate_days": 14,
        "invoice_on_acceptance": "draft",
    } | fields


@pytest.mark.django_db
def test_an_admin_sets_numbers_tax_and_the_rest(client, admin):
    client.force_login(admin.user)
    organisation = admin.organisation
    numbers = {"invoice_prefix": "M-", "invoice_next_number": 42}

    client.post(address(organisation), filled(registration_number="ｔ8700-1100-05901", **numbers))

    organisation.refresh_from_db()
    assert organisation.registration_number == "T8700110005901"
    assert (organisation.tax_rounding, organisation.estimate_days) == ("round", 14)
    contact = ContactFactory(customer__organisation=organisation)
    assert make_invoice(contact=contact).number == "M-000042"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"registration_number": "T8700110005902"}, "The check digit is wrong"),
        ({"invoice_prefix": "A/"}, "Use letters, digits, dots, hyphens and underscores."),
        ({"invoice_next_number": 0}, "greater than or equal to 1"),
        ({"invoice_next_number": 7}, "INV-000007 exists already."),
        ({"tax_rounding": "up"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said(client, admin, fields, complaint):
    client.force_login(admin.user)
    make_invoice(
        contact=ContactFactory(customer__organisation=admin.organisation), number="INV-000007"
    )

    answer = client.post(address(admin.organisation), filled(**fields))

    assert answer.status_code == 422
    assert complaint in answer.text


@pytest.mark.django_db
def test_a_number_taken_while_the_page_was_open_is_not_given_back(client, admin):
    client.force_login(admin.user)
    make_invoice(contact=ContactFactory(customer__organisation=admin.organisation))

    client.post(address(admin.organisation), filled(invoice_next_number=2, estimate_days=20))

    admin.organisation.refresh_from_db()
    assert admin.organisation.invoice_next_number == 2
    assert admin.organisation.estimate_days == 20


@pytest.mark.django_db
def test_they_are_for_admins(client):
    member = MembershipFactory()
    client.force_login(member.user)

    assert client.get(address(member.organisation)).status_code == 404


@pytest.mark.django_db
def test_another_rounding_changes_no_document_that_exists():
    contact = ContactFactory()
    place = contact.customer.organisation
    invoice = make_invoice(contact=contact, lines=[line(rate=1005)])

    type(place).objects.filter(pk=place.pk).update(tax_rounding="ceil")
    place.refresh_from_db()
    later = make_invoice(contact=contact, lines=[line(rate=1005)])
    saved = Invoice.objects.get(pk=invoice.pk)

    assert saved.expected_totals().total == saved.total == 1105
    assert later.total == 1106
