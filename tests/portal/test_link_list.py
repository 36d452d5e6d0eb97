"""Who can open a document, who did, and how staff end it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import Act, Estimate, Link, Visit, Visitor
from tests.factories import ContactFactory, MembershipFactory, UserFactory, make_estimate
from tests.portal.opened import link_to, open_estimate

pytestmark = pytest.mark.django_db

FEW = 9  # queries


@pytest.fixture
def member():
    return MembershipFactory(user__name="Hana Sato")


@pytest.fixture
def estimate(member):
    contact = ContactFactory(customer__organisation=member.organisation, name="Kenji Tanaka")
    return open_estimate(contact=contact)


@pytest.fixture
def books(client, member):
    client.force_login(member.user)
    return client


def links_of(document, *rest):
    base = reverse(
        f"portal:{document.KIND}-links", args=[document.organisation.slug, document.number]
    )
    return base + "".join(f"{part}/" for part in rest)


def test_the_page_says_who_opened_what_and_from_where(books, estimate):
    link = link_to(estimate)
    for browser in ("first", "second"):
        Visit.objects.confirm(estimate, Visitor(link, browser=browser), now=timezone.now())

    page = books.get(links_of(estimate)).text

    assert "Kenji Tanaka" in page
    assert "Opened 2 times" in page
    assert "from 2 browsers: it was shared" in page
    assert link.url in page


def test_a_new_link_kills_the_old_one_at_once(books, estimate, client):
    # spec 107
    old = link_to(estimate)

    books.post(links_of(estimate, old.pk, "reset"))

    old.refresh_from_db()
    new = Link.objects.get(revoked_at=None)
    assert old.revoked_at is not None
    assert new.url != old.url
    assert new.contact == old.contact
    assert Act.objects.get().kind == Act.Kind.LINK_RESET


def test_a_link_is_switched_off_once(books, estimate):
    link = link_to(estimate)

    for _ in range(2):
        books.post(links_of(estimate, link.pk, "revoke"))

    assert not Link.objects.filter(revoked_at=None).exists()
    assert Act.objects.get().kind == Act.Kind.LINK_REVOKED
    assert "Link switched off" in books.get(estimate_page(estimate)).text


def estimate_page(estimate):
    return reverse("portal:estimate-detail", args=[estimate.organisation.slug, estimate.number])


def test_a_contact_without_one_gets_a_link(books, estimate):
    mei = ContactFactory(customer=estimate.customer, name="Mei")

    books.post(links_of(estimate), {"contact": mei.pk})

    assert Link.objects.get().contact == mei
    assert Act.objects.get().about == "Mei"


@pytest.mark.parametrize("contact", ["", "x", "0", "9" * 30])
def test_nobody_elses_contact_gets_one(books, estimate, contact):
    assert books.post(links_of(estimate), {"contact": contact}).status_code == 404
    stranger = ContactFactory().pk
    assert books.post(links_of(estimate), {"contact": stranger}).status_code == 404


def test_a_draft_has_no_links(books, estimate):
    draft = make_estimate(contact=estimate.contact, status=Estimate.Status.DRAFT)

    assert books.get(links_of(draft)).status_code == 302
    assert books.post(links_of(draft), {"contact": draft.contact_id}).status_code == 302
    assert not Link.objects.exists()


def test_another_documents_link_is_not_found_here(books, estimate):
    # spec 111
    other = link_to(open_estimate(contact=estimate.contact))

    assert books.post(links_of(estimate, other.pk, "revoke")).status_code == 404


def test_outsiders_find_nothing(client, estimate):
    # spec 124
    link = link_to(estimate)
    client.force_login(UserFactory())

    answers = [
        client.get(links_of(estimate)),
        client.post(links_of(estimate, link.pk, "reset")),
        client.post(links_of(estimate, link.pk, "revoke")),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert Link.objects.get().revoked_at is None


def test_ten_links_cost_as_many_queries_as_one(books, estimate, django_assert_num_queries):
    link_to(estimate)
    with django_assert_num_queries(FEW):
        books.get(links_of(estimate))
    for _ in range(9):
        Link.objects.renew(estimate, ContactFactory(customer=estimate.customer), now=timezone.now())
    with django_assert_num_queries(FEW):
        books.get(links_of(estimate))
