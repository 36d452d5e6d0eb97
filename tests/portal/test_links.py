"""What a link opens, how, and what it never opens."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import Link
from tests.factories import ContactFactory, OrganisationFactory, line, make_invoice, make_link
from tests.portal.opened import address, open_estimate, open_invoice

pytestmark = pytest.mark.django_db


# spec 104
def test_everything_that_is_no_live_link_gets_one_and_the_same_page(client):
    expired, revoked, draft = open_estimate(), open_estimate(), open_invoice(status="draft")
    addresses = [address(document) for document in (expired, revoked, draft)]
    past = timezone.now() - timedelta(minutes=1)
    Link.objects.filter(estimate=expired).update(expires_at=past)
    Link.objects.filter(estimate=revoked).update(revoked_at=past)
    addresses += ["/p/unknown/", f"/p/{'A' * 43}/", "/p/%00/", "/p/日本/", f"/p/{'x' * 5000}/"]

    answers = [client.get(target) for target in addresses]

    assert {answer.status_code for answer in answers} == {404}
    assert len({without_tokens(answer.text) for answer in answers}) == 1
    assert "This link does not open anything any more" in answers[0].text


def without_tokens(page: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return re.sub(r'(name="next" value|action)="[^"]+"', "", page)


# spec 104, 112
@pytest.mark.parametrize("page", ["accept", "decline", "pay", "comment", "view"])
def test_acting_by_a_dead_link_finds_nothing(client, page):
    assert client.post(f"/p/unknown/{page}/").status_code == 404


# spec 111
def test_a_link_opens_its_document_and_no_other(client):
    mine = open_estimate()
    other = open_estimate(contact=mine.contact)

    page = client.get(address(mine))

    assert mine.number in page.text
    assert other.number not in page.text


# spec 111
def test_an_invoices_link_answers_no_estimate_and_an_estimates_link_pays_nothing(client):
    assert client.get(address(open_invoice(), "link-accept")).status_code == 404
    assert client.get(address(open_estimate(), "link-pay")).status_code == 404


# spec 117
@pytest.mark.parametrize("page", ["link", "link-accept", "link-decline"])
def test_pages_behind_a_link_are_kept_out_of_caches_and_search(client, page):
    answer = client.get(address(open_estimate(), page))

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


# spec 117
def test_a_dead_links_page_is_no_more_public(client):
    answer = client.get("/p/unknown/")

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


# spec 115
def test_the_customer_sees_what_is_theirs_and_nothing_internal(client):
    estimate = open_estimate(
        lines=[line(name="Workshop", description="Two days", unit="days", quantity=2)],
        notes="Thank you for asking.",
        terms="Half in advance.",
        reference="PO-1",
        contact=ContactFactory(
            customer__name="Northwind Traders", customer__notes="Pays late, watch out."
        ),
    )

    page = client.get(address(estimate)).text

    expected = [estimate.number, "Northwind Traders", "Workshop", "Two days", "2 days", "PO-1"]
    expected += ["Thank you for asking.", "Half in advance.", "¥22,000", "Tax (10%)"]
    assert [words for words in expected if words not in page] == []
    assert "Pays late" not in page


def test_an_invoice_names_the_account_and_the_registration_number(client):
    organisation = OrganisationFactory(
        registration_number="T1234567890123", bank_details="Minato Bank 1234567"
    )
    invoice = open_invoice(contact=ContactFactory(customer__organisation=organisation))

    page = client.get(address(invoice)).text

    assert "T1234567890123" in page
    assert "Minato Bank 1234567" in page


def test_the_reduced_rate_is_marked_and_summed_apart(client):
    lines = [line(), line(name="Lunch", tax_percent=8, is_reduced_rate=True)]

    page = client.get(address(open_invoice(lines=lines))).text

    assert "Lunch ※" in page
    assert "Tax (8%) on ¥10,000" in page
    assert "Tax (10%) on ¥10,000" in page


# spec 59
def test_a_cancelled_invoice_is_calm_and_shows_no_amount(client):
    page = client.get(address(open_invoice(status="void")))

    assert page.status_code == 200
    assert "This invoice was cancelled" in page.text
    assert "11,000" not in page.text
    assert "<form" not in page.text.split("<main")[1]


# spec 126
def test_the_page_speaks_the_contacts_language(client):
    estimate = open_estimate(contact=ContactFactory(language="ja"), issue_date=timezone.now())

    page = client.get(address(estimate), headers={"Accept-Language": "en"})

    assert '<html lang="ja"' in page.text
    assert page["Content-Language"] == "ja"
    assert f"{timezone.now().year}年" in page.text


# spec 126
def test_whoever_chose_a_language_keeps_it(client):
    estimate = open_estimate(contact=ContactFactory(language="ja"))
    client.post(reverse("set-language"), {"language": "en", "next": address(estimate)})

    assert '<html lang="en"' in client.get(address(estimate)).text


def test_times_are_those_of_the_organisation(client):
    organisation = OrganisationFactory(time_zone="Pacific/Kiritimati")
    estimate = open_estimate(contact=ContactFactory(customer__organisation=organisation))
    now = timezone.now().replace(hour=13, minute=5)
    estimate.comments.create(contact=estimate.contact, text="Hello", created_at=now)

    page = client.get(address(estimate)).text

    assert "3:05" in page  # 14 hours ahead of UTC


def test_a_browser_gets_a_name_that_scripts_cannot_read(client):
    client.get(address(open_estimate()))

    cookie = client.cookies["browser"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_page_costs_the_same_for_many_lines_and_comments(client, django_assert_max_num_queries):
    estimate = open_estimate(lines=[line(name=f"Item {n}") for n in range(40)])
    for n in range(20):
        estimate.comments.create(contact=estimate.contact, text=f"{n}", created_at=timezone.now())
    target = address(estimate)

    with django_assert_max_num_queries(7):
        Client().get(target)


# spec 106
def test_whoever_reads_the_database_finds_no_token_in_it():
    token = make_link(make_invoice()).token

    with connection.cursor() as cursor:
        cursor.execute("SELECT token_hash, token FROM portal_link")
        [stored] = cursor.fetchall()

    assert stored[0] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in stored[1]
