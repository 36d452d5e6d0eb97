"""Staff of assigned customers see theirs, and nothing of the others."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.access import event_for, events_for
from portal.events import EventKind
from portal.models import Act, Customer, Event, Invitation, Membership, Payment
from tests.factories import (
    ContactFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    make_estimate,
    make_invoice,
    make_visitor,
)

pytestmark = pytest.mark.django_db

ASSIGNED = Membership.Role.ASSIGNED


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def member(organisation):
    return MembershipFactory(organisation=organisation, role=ASSIGNED)


@pytest.fixture
def admin(organisation):
    return MembershipFactory(organisation=organisation, admin=True)


def tell(organisation, name, price):
    """A customer with both kinds of documents, a payment and an act."""
    contact = ContactFactory(
        name=f"{name} person", customer__name=name, customer__organisation=organisation
    )
    estimate = make_estimate(contact=contact, number=f"EST-{name}", expiry_date=None)
    invoice = make_invoice(contact=contact, number=f"INV-{name}", due_date="2020-01-01")
    type(invoice).objects.filter(pk=invoice.pk).update(balance=price)
    now = timezone.now()
    Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=now)
    visitor = make_visitor(estimate)
    Event.objects.record(EventKind.ESTIMATE_VIEWED, estimate, visitor=visitor, now=now)
    return contact.customer


@pytest.fixture
def mine(organisation, member):
    customer = tell(organisation, "Mine", 111)
    customer.assign(member)
    return customer


@pytest.fixture
def foreign(organisation):
    return tell(organisation, "Foreign", 55555)


@pytest.fixture
def books(client, member):
    client.force_login(member.user)
    return client


def page(books, organisation, name, query="", *arguments):
    return books.get(reverse(f"portal:{name}", args=[organisation.slug, *arguments]) + query)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("dashboard", ""),
        ("customer-list", ""),
        ("customer-list", "?q=person"),
        ("customer-export", ""),
        ("estimate-list", ""),
        ("estimate-list", "?q=EST"),
        ("estimate-list", "?state=sent"),
        ("estimate-new", ""),
        ("invoice-list", ""),
        ("invoice-list", "?state=overdue"),
        ("payment-list", ""),
    ],
)
def test_no_list_names_a_foreign_customer(books, organisation, mine, foreign, name, query):
    shown = page(books, organisation, name, query).text

    assert "Mine" in shown
    assert "Foreign" not in shown
    assert "55,555" not in shown


def test_the_archive_is_ones_own_too(books, organisation, mine, foreign):
    for customer in (mine, foreign):
        customer.archive(now=timezone.now())

    shown = page(books, organisation, "customer-list", "?state=archived")

    assert [customer.name for customer in shown.context["page"]] == ["Mine"]
    assert [tab["count"] for tab in shown.context["tabs"]] == [0, 1]


def test_sums_add_up_what_one_may_see(books, organisation, mine, foreign):
    shown = page(books, organisation, "dashboard").context

    assert [(sum.amount, sum.documents) for sum in shown["outstanding"]] == [(111, 1)]
    assert [(sum.amount, sum.documents) for sum in shown["overdue"]] == [(111, 1)]
    assert [sum.documents for sum in shown["awaiting"]] == [1]
    assert [event.facts["company"] for event, _entry in shown["activity"]] == ["Mine"]


def test_states_are_counted_of_ones_own_documents(books, organisation, mine, foreign):
    tabs = page(books, organisation, "estimate-list").context["tabs"]

    assert {tab["count"] for tab in tabs} == {1}


def test_whoever_sees_everything_still_does(client, organisation, admin, mine, foreign):
    client.force_login(admin.user)

    shown = page(client, organisation, "invoice-list").text

    assert "INV-Mine" in shown
    assert "INV-Foreign" in shown


def test_a_message_in_cliq_leads_to_ones_own_documents_only(books, member, mine, foreign):
    own, other = (Event.objects.get(contact__customer=customer) for customer in (mine, foreign))

    assert books.get(f"/go/{own.reference}/").status_code == 302
    assert books.get(f"/go/{other.reference}/").text.count("Foreign") == 0
    assert event_for(member.user, own.reference) == own
    assert event_for(member.user, other.reference) is None
    assert event_for(UserFactory(), own.reference) is None
    assert list(events_for(member)) == [own]


def test_what_one_writes_down_stays_in_ones_sight(books, organisation, member):
    address = reverse("portal:customer-new", args=[organisation.slug])
    people = {"contacts-TOTAL_FORMS": 1, "contacts-INITIAL_FORMS": 0}
    person = {
        "contacts-0-name": "Aiko",
        "contacts-0-email": "aiko@new.example",
        "contacts-0-language": "ja",
        "contacts-0-is_first": "on",
    }
    about = {"name": "New Ltd", "currency": "JPY", "payment_terms": "net_30"}

    answer = books.post(address, about | people | person)

    customer = Customer.objects.get(name="New Ltd")
    assert answer.url == reverse("portal:customer-detail", args=[organisation.slug, customer.pk])
    assert list(member.customers.all()) == [customer]
    assert books.get(answer.url).status_code == 200


def test_changing_a_customer_assigns_nothing(client, organisation, admin, mine):
    client.force_login(MembershipFactory(organisation=organisation).user)
    contact = mine.contacts.get()
    form = {
        "name": "Mine",
        "currency": "JPY",
        "payment_terms": "net_30",
        "contacts-TOTAL_FORMS": 1,
        "contacts-INITIAL_FORMS": 1,
        "contacts-0-id": contact.pk,
        "contacts-0-name": "Aiko",
        "contacts-0-email": "aiko@new.example",
        "contacts-0-language": "ja",
    }

    client.post(reverse("portal:customer-edit", args=[organisation.slug, mine.pk]), form)

    assert mine.contacts.get().name == "Aiko"
    assert mine.members.count() == 1


def test_an_import_tells_nothing_of_foreign_customers_and_is_ones_own(
    books, organisation, member, foreign
):
    text = "name,contact_name,contact_email\r\nForeign,Aiko,aiko@new.example\r\n"

    books.post(reverse("portal:customer-import", args=[organisation.slug]), {"text": text})

    assert member.customers.get().name == "Foreign"
    assert member.customers.get() != foreign


def test_nothing_assigned_yet_is_explained(books, organisation, foreign):
    assert "Ask an admin to assign some." in page(books, organisation, "customer-list").text


def test_an_admin_assigns_and_takes_back(client, organisation, admin, member, foreign):
    client.force_login(admin.user)
    assign, unassign = (
        reverse(f"portal:customer-{act}", args=[organisation.slug, foreign.pk])
        for act in ("assign", "unassign")
    )

    client.post(assign, {"member": member.pk})
    client.post(assign, {"member": member.pk})
    shown = page(client, organisation, "customer-detail", "", foreign.pk)
    assert list(shown.context["assigned"]) == [member]
    assert list(shown.context["assignable"]) == []
    client.post(unassign, {"member": member.pk})
    client.post(unassign, {"member": member.pk})

    assert list(foreign.members.all()) == []
    kinds = list(Act.objects.order_by("pk").values_list("kind", "user_name"))
    assert kinds == [
        ("customer.assigned", admin.user.name),
        ("customer.unassigned", admin.user.name),
    ]


def test_nobody_of_another_organisation_can_be_assigned(client, organisation, admin, foreign):
    client.force_login(admin.user)
    stranger = MembershipFactory(role=ASSIGNED)
    address = reverse("portal:customer-assign", args=[organisation.slug, foreign.pk])

    for named in (stranger.pk, "", "x", "9" * 30):
        assert client.post(address, {"member": named}).status_code == 404
    assert not foreign.members.exists()


def test_staff_do_not_see_who_is_assigned(client, organisation, mine):
    client.force_login(MembershipFactory(organisation=organisation).user)

    assert "Assigned to" not in page(client, organisation, "customer-detail", "", mine.pk).text


def test_another_role_shows_everything_and_the_old_one_the_same_as_before(
    books, organisation, member, mine, foreign
):
    member.change_role(Membership.Role.STAFF)
    assert "Foreign" in page(books, organisation, "customer-list").text

    member.change_role(ASSIGNED)
    assert "Foreign" not in page(books, organisation, "customer-list").text
    assert "Mine" in page(books, organisation, "customer-list").text


def test_whoever_comes_back_starts_with_nothing(organisation, member, mine):
    member.remove()
    invitation, _token = Invitation.objects.invite(
        organisation, member.user.email, ASSIGNED, by=None, now=timezone.now()
    )

    again = invitation.accept(member.user, now=timezone.now())

    assert again.is_limited
    assert not again.customers.exists()


def test_the_list_of_users_says_what_each_one_sees(client, organisation, admin, member, mine):
    client.force_login(admin.user)
    MembershipFactory(organisation=organisation, role=ASSIGNED)

    shown = page(client, organisation, "user-list").text

    assert "Sees 1 customer." in shown
    assert "Sees 0 customers. Assign some" in shown


def test_narrow_lists_cost_no_query_more_but_for_whose_acts_are_theirs(
    client, organisation, member, mine, django_assert_max_num_queries
):
    everything = MembershipFactory(organisation=organisation)
    names = ("dashboard", "customer-list", "invoice-list", "payment-list", "estimate-list")
    for name in names:
        client.force_login(everything.user)
        with django_assert_max_num_queries(17) as wide:
            page(client, organisation, name)
        client.force_login(member.user)
        with django_assert_max_num_queries(len(wide) + 2):
            page(client, organisation, name)


def test_a_foreign_customer_is_nothing_to_discuss_in_cliq(client, connection):
    place = connection.organisation
    foreign = tell(place, "Foreign", 55555)
    member = MembershipFactory(organisation=place, role=ASSIGNED)
    client.force_login(member.user)

    subjects = [
        ("customers", foreign.pk),
        ("estimates", "EST-Foreign"),
        ("invoices", "INV-Foreign"),
    ]
    for kind, key in subjects:
        address = reverse("integrations:chat-discuss", args=[place.slug, kind, key])
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "?"}).status_code == 404
