"""The certificate of an acceptance: what was kept, and whether the document still fits."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from portal.models import Answer, Visitor
from tests.factories import NOON, ContactFactory, MembershipFactory, make_visitor
from tests.portal.opened import FIREFOX, open_estimate

pytestmark = pytest.mark.django_db


@pytest.fixture
def estimate():
    return open_estimate(
        terms="Half in advance.",
        contact=ContactFactory(name="Hanako Yamazaki", email="hanako@customer.example"),
    )


def accepted(estimate, **fields):
    visitor = make_visitor(estimate, ip_address="203.0.113.7", user_agent=FIREFOX, **fields)
    estimate.accept(visitor, name="Hanako Y.", signature="typed Hanako", now=NOON)
    return estimate


def certificate(client, estimate, page="certificate"):
    client.force_login(MembershipFactory(organisation=estimate.organisation).user)
    return client.get(reverse(f"portal:{page}", args=[estimate.organisation.slug, estimate.number]))


# spec 46, 49, 51
def test_it_shows_all_the_evidence(client, estimate):
    page = certificate(client, accepted(estimate)).text

    evidence = [
        estimate.number,
        "Hanako Y.",
        "Hanako Yamazaki &lt;hanako@customer.example&gt;",
        "2026-11-23 12:00:00 +0900 (Asia/Tokyo)",
        "203.0.113.7",
        FIREFOX,
        "Half in advance.",
        estimate.content_hash(),
        '<p class="signature typed">Hanako</p>',
        "reads exactly as it was accepted",
    ]
    assert [words for words in evidence if words not in page] == []


# spec 49
@pytest.mark.parametrize("changed", [{"rate": 1}, {"name": "Less"}, {"quantity": 2}])
def test_a_line_that_was_tampered_with_shows(client, estimate, changed):
    accepted(estimate).lines.update(**changed)

    page = certificate(client, estimate).text

    assert "reads differently now" in page
    assert Answer.objects.get().content_hash in page


# spec 49
def test_what_the_workflow_changes_does_not_matter(client, estimate):
    accepted(estimate).to_invoice(by=None, now=NOON)

    assert "reads exactly as it was accepted" in certificate(client, estimate).text


# spec 17
def test_a_shared_link_is_said_to_be_shared(client, estimate):
    link = make_visitor(estimate).link
    shared = Visitor(link=link, browser="second", is_shared=True)
    estimate.accept(shared, name="Somebody", now=NOON)

    assert "it was shared" in certificate(client, estimate).text


# spec 39
def test_an_answer_entered_by_a_colleague_is_marked_so(client, estimate):
    member = MembershipFactory(organisation=estimate.organisation, user__name="Kenji Tanaka")
    estimate.answer_for(Answer.Decision.ACCEPTED, by=member.user, now=NOON)

    page = certificate(client, estimate).text

    assert "Entered on the customer&#x27;s behalf by" in page
    assert "Kenji Tanaka" in page
    assert "IP address" not in page


@pytest.mark.parametrize("page", ["certificate", "certificate-pdf"])
def test_nobody_accepted_means_no_certificate(client, estimate, page):
    assert certificate(client, estimate, page).status_code == 404

    estimate.decline(make_visitor(estimate), name="Hanako", reason="", now=NOON)

    assert certificate(client, estimate, page).status_code == 404


def test_it_comes_as_pdf(client, estimate):
    answer = certificate(client, accepted(estimate), "certificate-pdf")

    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    evidence = ["Hanako Y.", "203.0.113.7", "Half in advance.", "Certificate of acceptance"]
    assert [words for words in evidence if words not in text] == []
    assert estimate.content_hash() in text.replace("\n", "").replace(" ", "")


def test_the_estimate_leads_to_its_certificate(client, estimate):
    member = MembershipFactory(organisation=estimate.organisation)
    client.force_login(member.user)
    target = reverse("portal:estimate-detail", args=[estimate.organisation.slug, estimate.number])
    before = client.get(target).text
    accepted(estimate)

    after = client.get(target).text

    assert "/certificate/" not in before
    assert "/certificate/" in after
