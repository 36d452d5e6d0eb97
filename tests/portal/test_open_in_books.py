"""The button in Cliq: into the document for those who work there, one page for all others."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.events import EventKind
from portal.models import Event
from tests.factories import MembershipFactory, make_estimate, make_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    estimate = make_estimate()
    return Event.objects.record(
        EventKind.ESTIMATE_VIEWED, estimate, visitor=make_visitor(estimate), now=timezone.now()
    )


@pytest.fixture
def address(event):
    return reverse("portal:open", args=[event.reference])


def test_a_colleague_comes_to_that_very_document(client, event, address):
    client.force_login(MembershipFactory(organisation=event.organisation).user)

    answer = client.get(address)

    assert answer.url == reverse(
        "portal:estimate-detail", args=[event.organisation.slug, event.estimate.number]
    )


def test_a_reference_is_read_in_small_letters_too(client, event):
    client.force_login(MembershipFactory(organisation=event.organisation).user)

    assert client.get(reverse("portal:open", args=[event.reference.lower()])).status_code == 302


def test_a_known_and_an_unknown_reference_look_alike(client, event, address):
    unknown = reverse("portal:open", args=["0000000000"])

    for user in (None, MembershipFactory().user):
        if user:
            client.force_login(user)
        known_page, unknown_page = client.get(address), client.get(unknown)
        assert known_page.status_code == unknown_page.status_code == 200
        assert neutral(known_page, event.reference) == neutral(unknown_page, "0000000000")


def neutral(page, reference):
    """The page without its own address and the random CSRF token."""
    token = str(page.context["csrf_token"])
    return page.text.replace(reference, "…").replace(token, "")


def test_who_signs_in_comes_back(client, address):
    page = client.get(address).text

    assert f"{reverse('account_login')}?next={address}" in page


def test_the_page_explains_itself(client, address):
    page = client.get(address).text

    assert "This opens in Books" in page
    assert "message in Cliq" in page
