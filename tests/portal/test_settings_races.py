"""Two admins at the same moment: neither loses anything, and nothing is there twice.

Behind a database that writes one at a time there is nothing to see, so these run on PostgreSQL.
"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.forms.letters import LetterTextForm
from portal.forms.organisations import OrganisationForm
from portal.models import Act, LetterText, Logo, Membership, Organisation, TaxRate
from tests.factories import ContactFactory, MembershipFactory, picture
from tests.portal.test_races import losers, race

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("postgresql"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("again", range(5)),
]


def told(form, **changes):
    """What a browser sends of the form as it was shown, with some fields changed."""
    shown = {field.html_name: field.value() or "" for field in form}
    shown |= {field.html_initial_name: field.value() or "" for field in form}
    return shown | changes


def test_both_changes_of_one_page_are_saved(again):
    admin = MembershipFactory(admin=True)
    shown = OrganisationForm(instance=admin.organisation)

    def save(**changes):
        place = Organisation.objects.get(pk=admin.organisation_id)
        form = OrganisationForm(told(shown, **changes), instance=place)
        return form.is_valid() and form.save_as(admin, timezone.now())

    results = race(lambda: save(phone="045"), lambda: save(email="a@b.example"))

    assert results == [True, True]
    place = Organisation.objects.get()
    assert (place.phone, place.email) == ("045", "a@b.example")
    assert sorted(act.changes[0]["new"] for act in Act.objects.all()) == ["045", "a@b.example"]


def test_of_two_first_texts_of_a_letter_there_is_one(again):
    admin = MembershipFactory(admin=True)

    def save(subject):
        row = LetterText(kind="invoice_letter", language="en")
        form = LetterTextForm({"subject": subject, "text": "Hi"}, instance=row)
        return form.is_valid() and form.save_as(admin, timezone.now())

    losers(race(lambda: save("One"), lambda: save("Two")))

    assert LetterText.objects.get().subject in {"One", "Two"}


def test_of_two_taxes_of_one_name_the_second_is_refused_in_words(again):
    admin = MembershipFactory(admin=True)
    address = reverse("portal:tax-list", args=[admin.organisation.slug])

    def add(percent):
        browser = Client()
        browser.force_login(admin.user)
        return browser.post(address, {"name": "VAT", "percent": percent})

    answers = race(lambda: add("19"), lambda: add("20"))

    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert TaxRate.objects.count() == Act.objects.count() == 1


def test_of_two_default_taxes_one_stays(again):
    place = MembershipFactory().organisation
    taxes = [TaxRate.objects.create(organisation=place, name=n, percent=n) for n in ("8", "10")]

    losers(race(*(TaxRate.objects.get(pk=tax.pk).make_default for tax in taxes)))

    assert TaxRate.objects.filter(is_default=True).count() == 1


def test_of_two_logos_one_stays_and_is_the_one_that_pages_name(again):
    place = MembershipFactory().organisation
    pictures = [picture((40, 20)), picture((40, 30))]

    def put(png):
        Logo.objects.put(Organisation.objects.get(pk=place.pk), png)

    losers(race(*(lambda png=png: put(png) for png in pictures)))

    assert Logo.objects.get().digest == Organisation.objects.get().logo_digest


def test_assigning_twice_at_once_assigns_once(again):
    member = MembershipFactory(role="assigned")
    customer = ContactFactory(customer__organisation=member.organisation).customer

    results = race(lambda: customer.assign(member), lambda: customer.assign(member))

    assert sorted(map(bool, results)) == [False, True]
    assert losers(results) == []
    assert member.customers.count() == 1


def test_two_admins_who_remove_each_other_leave_one(again):
    one = MembershipFactory(admin=True)
    other = MembershipFactory(admin=True, organisation=one.organisation)

    def removing(by, whom):
        browser = Client()
        browser.force_login(by.user)
        address = reverse("portal:membership-remove", args=[one.organisation.slug, whom.pk])
        return lambda: browser.post(address).status_code

    results = race(removing(one, other), removing(other, one))

    assert set(results) <= {302, 404}
    assert Membership.objects.admins().count() == 1
