"""When a customer has looked at a document, and when not."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import Document, Estimate, Event, Invoice, Link, Membership, Payment, Visit
from tests.factories import ContactFactory, MembershipFactory, UserFactory, make_visitor
from tests.portal.opened import (
    FIREFOX,
    address,
    kinds,
    link_to,
    look,
    nothing_happened,
    open_estimate,
    open_invoice,
)

pytestmark = pytest.mark.django_db


def staff_of(document: Document) -> Client:
    client = Client()
    client.force_login(MembershipFactory(organisation=document.organisation).user)
    return client


@pytest.fixture(params=[open_estimate, open_invoice])
def document(request: pytest.FixtureRequest) -> Estimate | Invoice:
    return request.param()


# spec 1, 2
def test_a_first_look_is_one_event_however_often_it_is_repeated(client, document):
    for _again in range(3):
        look(client, document)

    document.refresh_from_db()
    assert kinds() == [f"{document.KIND}.viewed"]
    assert document.first_viewed_at is not None


# spec 11
def test_fetching_the_page_alone_is_no_view(client, document):
    assert client.get(address(document)).status_code == 200

    assert nothing_happened()


# spec 3
def test_staff_see_a_preview_and_leave_no_trace(document):
    client = staff_of(document)

    page = client.get(address(document))
    answer = client.post(address(document, "link-view"), headers={"User-Agent": FIREFOX})

    assert "This is what your customer sees" in page.text
    assert "data-view" not in page.text
    assert "browser" not in client.cookies
    assert answer.status_code == 403
    assert nothing_happened()


# spec 3
def test_a_preview_leaves_the_first_view_to_the_customer(client, document):
    staff_of(document).get(address(document))

    look(client, document)

    assert Visit.objects.get().is_first


# spec 3
@pytest.mark.parametrize("page", ["link-comment", "link-accept", "link-decline"])
def test_staff_cannot_act_in_the_customers_name(page):
    estimate = open_estimate()

    answer = staff_of(estimate).post(
        address(estimate, page),
        {"text": "hello", "name": "Hanako", "revision": estimate.revision},
    )

    assert answer.status_code == 403
    assert "private window" in answer.text
    assert nothing_happened()


def test_somebody_who_works_elsewhere_is_a_customer_like_any_other(client, document):
    client.force_login(UserFactory())

    page = client.get(address(document))

    assert "This is what your customer sees" not in page.text


# spec 4
@pytest.mark.parametrize("flag", ["preview=1", "silent=true", "is_preview=True"])
def test_nothing_in_the_address_hides_a_view(client, document, flag):
    client.get(f"{address(document)}?{flag}")

    client.post(f"{address(document, 'link-view')}?{flag}", headers={"User-Agent": FIREFOX})

    assert Visit.objects.count() == 1


# spec 6
def test_coming_back_soon_is_the_same_visit(client, document):
    look(client, document)
    look(client, document)

    assert Visit.objects.count() == 1
    assert len(kinds()) == 1


# spec 7
def test_coming_back_later_is_a_visit_of_its_own(client, document):
    look(client, document)
    earlier = timezone.now() - timedelta(hours=2)
    Visit.objects.update(started_at=earlier, last_seen_at=earlier)

    look(client, document)

    assert [event.is_repeat for event in Event.objects.order_by("pk")] == [False, True]


# spec 8
@pytest.mark.parametrize("make", [open_estimate, open_invoice])
def test_a_draft_opens_for_nobody(client, make):
    draft = make(status="draft")

    assert client.get(address(draft)).status_code == 404
    assert client.post(address(draft, "link-view")).status_code == 404
    assert nothing_happened()


# spec 10
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://google.com/bot.html)"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "facebookexternalhit/1.1;line-poker/1.0"},
        {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Microsoft Outlook; Microsoft Office/16.0)"},
        {"User-Agent": "python-requests/2.32.3"},
    ],
)
def test_programs_do_not_look(client, document, headers):
    answer = look(client, document, **headers)

    assert answer.status_code == 204
    assert nothing_happened()


# spec 10
@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 9; CUBOT X18 Build/PPR1) AppleWebKit/537.36 Chrome/130.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari Line/14.1.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0",
    ],
)
def test_people_on_unusual_browsers_do(client, document, agent):
    look(client, document, **{"User-Agent": agent})

    assert Visit.objects.get().user_agent == agent


# spec 10
def test_head_and_get_tell_nothing(client, document):
    assert client.head(address(document)).status_code == 200
    assert client.get(address(document, "link-view")).status_code == 405

    assert nothing_happened()


# spec 12
def test_a_comment_without_script_counts_as_a_view_before_it(client, document):
    key = "7a1c0ffe-0000-4000-8000-000000000001"

    client.post(address(document, "link-comment"), {"text": "When?", "key": key})

    assert kinds() == [f"{document.KIND}.viewed", f"{document.KIND}.commented"]


# spec 13
def test_a_view_that_cannot_be_noted_stops_nobody(client, document):
    def visits_are_broken(execute, sql, params, many, context):
        if "portal_visit" in sql and sql.startswith("INSERT"):
            raise DatabaseError("The disk is full.")
        return execute(sql, params, many, context)

    key = "7a1c0ffe-0000-4000-8000-000000000002"
    with connection.execute_wrapper(visits_are_broken):
        told = look(client, document)
        page = client.get(address(document))
        client.post(address(document, "link-comment"), {"text": "When?", "key": key})

    assert told.status_code == 204
    assert page.status_code == 200
    assert kinds() == [f"{document.KIND}.commented"]


# spec 15
def test_the_customer_reads_nothing_about_views(client, document):
    look(client, document)

    assert "viewed" not in client.get(address(document)).text.lower()


# spec 17
def test_another_browser_than_the_first_is_a_shared_link(client, document):
    look(client, document)
    look(Client(), document)

    assert list(Visit.objects.order_by("pk").values_list("is_shared", flat=True)) == [False, True]
    assert [event.facts.get("is_shared") for event in Event.objects.order_by("pk")] == [None, True]


def test_a_made_up_browser_name_is_not_believed(client, document):
    look(client, document)
    forger = Client()
    forger.cookies["browser"] = Visit.objects.get().browser

    look(forger, document)

    assert Visit.objects.latest("pk").is_shared


# spec 18
def test_a_revision_is_viewed_for_the_first_time_again(client):
    estimate = open_estimate()
    look(client, estimate)
    Estimate.objects.filter(pk=estimate.pk).update(revision=2, first_viewed_at=None)

    look(client, estimate)

    assert list(Visit.objects.order_by("pk").values_list("revision", "is_first")) == [
        (1, True),
        (2, True),
    ]


# spec 21
def test_a_view_keeps_who_when_and_from_where(client, document):
    look(client, document)

    visit = Visit.objects.get()
    assert visit.contact == document.contact
    assert visit.link == link_to(document)
    assert (visit.ip_address, visit.user_agent) == ("127.0.0.1", FIREFOX)


# spec 123
def test_the_address_is_the_connections_whatever_a_header_says(client, document):
    look(client, document, **{"X-Forwarded-For": "203.0.113.9"})

    assert Visit.objects.get().ip_address == "127.0.0.1"


# spec 123
@pytest.mark.parametrize(
    ("forwarded", "kept"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("2001:db8::7", "2001:db8::7"),
        ("nonsense", None),
        ("", "127.0.0.1"),
    ],
)
def test_a_trusted_proxy_is_believed_about_its_own_neighbour(
    client, document, settings, forwarded, kept
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    look(client, document, **({"X-Forwarded-For": forwarded} if forwarded else {}))

    assert Visit.objects.get().ip_address == kept


def test_get_changes_nothing_at_all(client):
    estimate, invoice, paying = open_estimate(), open_invoice(), open_invoice()
    pages = [address(estimate, page) for page in ("link", "link-accept", "link-decline")]
    pages += [address(invoice, page) for page in ("link", "link-pay", "link-comment")]
    payment = Payment.objects.start(
        paying, make_visitor(paying), provider="test", now=timezone.now()
    )
    pages += [address(paying, page) for page in ("link", "link-pay")]
    pages += [
        reverse(f"portal:{page}", args=[payment.reference])
        for page in ("payment-test", "payment-return")
    ]
    staff = staff_of(estimate)
    before = everything()

    for page in pages:
        for visitor in (client, staff):
            assert visitor.get(page).status_code in {200, 302}
            visitor.head(page)

    assert everything() == before


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table; sessions are tables, too."""
    cache.clear()
    tables = apps.get_models(include_auto_created=True)
    return {
        table._meta.label: list(table._default_manager.order_by("pk").values_list())
        for table in tables
    }


def test_a_link_shows_staff_of_one_organisation_only_theirs(client):
    theirs = open_estimate(contact=ContactFactory())
    other = open_estimate(contact=ContactFactory())
    assert Link.objects.count() == 0
    client.force_login(
        Membership.objects.create(organisation=theirs.organisation, user=UserFactory()).user
    )

    assert "This is what your customer sees" in client.get(address(theirs)).text
    assert "This is what your customer sees" not in client.get(address(other)).text


def test_the_preview_speaks_to_staff_in_their_language_and_shows_the_customers():
    estimate = open_estimate(contact=ContactFactory(language="ja"))

    page = staff_of(estimate).get(address(estimate)).text

    assert '<html lang="ja"' in page
    assert "This is what your customer sees" in page
