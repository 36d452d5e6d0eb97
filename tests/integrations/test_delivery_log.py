"""The delivery log: every event, what became of it, and why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Attempt, Connection, Delivery
from portal.events import EventKind
from portal.models import Event
from tests.factories import (
    ConnectionFactory,
    ContactFactory,
    CustomerFactory,
    MembershipFactory,
    make_estimate,
)

from .conftest import page

Status = Delivery.Status


@pytest.fixture
def admin(client, db):
    """An admin of an organisation whose notifications are on, signed in."""
    membership = MembershipFactory(admin=True)
    ConnectionFactory(
        organisation=membership.organisation, connected_at=timezone.now() - timedelta(hours=1)
    )
    client.force_login(membership.user)
    return membership


def happen(
    admin, kind=EventKind.ESTIMATE_COMMENTED, number="", company="Takahashi Trading", **ends
):
    """A customer did something, and its delivery came to this end."""
    customer = CustomerFactory(organisation=admin.organisation, name=company)
    estimate = make_estimate(contact=ContactFactory(customer=customer), number=number)
    event = Event.objects.record(kind, estimate, visitor=None, now=timezone.now())
    Delivery.objects.filter(event=event).update(**{"status": Status.SENT, **ends})
    return event


def attempt_at(event, **fields):
    """A call that was made for the event's delivery."""
    delivery = Delivery.objects.get(event=event)
    attempt = Attempt.objects.create(
        account=delivery.connection.grant.account,
        origin=Attempt.Origin.DELIVERY,
        **{"started_at": timezone.now(), **fields},
    )
    delivery.attempts.add(attempt)
    return attempt


def log(client, admin, headers=None, **query):
    return client.get(page("cliq-deliveries", admin), query, headers=headers)


def text_of(answer):
    return answer.content.decode()


def numbers_in(answer, *numbers):
    """Those of the numbers that the page shows."""
    return [number for number in numbers if number in text_of(answer)]


def test_every_event_stands_there_with_what_became_of_it(client, admin):
    happen(admin, status=Status.SENT, channel="#sales")
    happen(admin, status=Status.PENDING)
    happen(admin, status=Status.FAILED, error="the payload is refused")
    happen(admin, status=Status.UNCERTAIN)
    happen(admin, status=Status.SKIPPED, reason=Delivery.Reason.KIND_OFF)
    Delivery.objects.filter(event=happen(admin)).delete()

    shown = text_of(log(client, admin))

    for words in ("Sent", "#sales", "Waiting", "Failed", "the payload is refused", "Perhaps sent"):
        assert f">{words}</span>" in shown
    assert ">This kind was off</span>" in shown


def test_the_newest_comes_first(client, admin):
    happen(admin, number="EST-000001")
    happen(admin, number="EST-000002")

    shown = text_of(log(client, admin))

    assert shown.index("EST-000002") < shown.index("EST-000001")


def test_each_attempt_is_told_with_cliqs_own_words(client, admin):
    event = happen(admin, status=Status.FAILED)
    attempt = attempt_at(
        event,
        outcome=Attempt.Outcome.REFUSED,
        duration_ms=183,
        http_status=400,
        code="extra_key_found",
        detail="More than allowed parameters found",
    )

    shown = text_of(log(client, admin))

    for words in ("HTTP 400", "extra_key_found", "More than allowed", "183 ms", attempt.marker):
        assert words in shown


def test_customers_words_are_text_and_nothing_else(client, admin):
    happen(admin, company="<b>Evil</b> & Sons")

    assert "&lt;b&gt;Evil&lt;/b&gt; &amp; Sons" in text_of(log(client, admin))


def test_before_anybody_connected_events_are_told_as_not_connected(client, admin):
    # spec 138
    Connection.objects.all().delete()
    happen(admin)

    shown = text_of(log(client, admin))

    assert ">Not connected</span>" in shown
    assert "Cliq was not connected" in shown
    assert "Send now" not in shown


def test_an_event_from_before_the_connection_offers_to_be_sent(client, admin):
    # spec 138
    event = happen(admin)
    Delivery.objects.all().delete()
    Connection.objects.update(connected_at=timezone.now() + timedelta(seconds=1))

    shown = text_of(log(client, admin))

    assert ">Not connected</span>" in shown
    assert f'value="{event.reference}"' in shown
    assert "Send now" in shown


def test_an_event_that_a_bug_of_ours_kept_back_is_not_passed_over(client, admin):
    happen(admin)
    Delivery.objects.all().delete()

    shown = text_of(log(client, admin, state="skipped"))

    assert "An error of our own" in shown
    assert "Send now" in shown


def test_while_notifications_are_off_nothing_offers_to_be_sent(client, admin):
    happen(admin, status=Status.FAILED)
    Connection.objects.update(notifications_enabled=False)

    shown = text_of(log(client, admin))

    assert "Notifications are off." in shown
    assert 'form="send-again"' not in shown


@pytest.mark.parametrize("state", ["pending", "sent", "uncertain", "failed", "skipped"])
def test_the_log_can_be_narrowed_to_a_state(client, admin, state):
    for number, status in enumerate(Status.values):
        reason = Delivery.Reason.KIND_OFF if status == Status.SKIPPED else ""
        happen(admin, number=f"EST-{number}", status=status, reason=reason)
    mine = f"EST-{Status.values.index(state)}"

    shown = log(client, admin, state=state)

    assert numbers_in(shown, "EST-0", "EST-1", "EST-2", "EST-3", "EST-4") == [mine]


def test_not_connected_is_a_state_of_its_own(client, admin):
    reasons = [Delivery.Reason.NOT_CONNECTED, Delivery.Reason.KIND_OFF]
    for number, reason in enumerate(reasons):
        happen(admin, number=f"EST-{number}", status=Status.SKIPPED, reason=reason)

    not_connected = log(client, admin, state="not_connected")
    skipped = log(client, admin, state="skipped")

    assert numbers_in(not_connected, "EST-0", "EST-1") == ["EST-0"]
    assert numbers_in(skipped, "EST-0", "EST-1") == ["EST-1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": EventKind.ESTIMATE_VIEWED}, ["EST-000001"]),
        ({"q": "000002"}, ["EST-000002"]),
        ({"q": "est-000002"}, ["EST-000002"]),
        ({"q": "山崎"}, ["EST-000002"]),
        ({"q": "takahashi", "kind": EventKind.ESTIMATE_COMMENTED}, []),
        ({"state": "no such state", "kind": "nor kind"}, ["EST-000001", "EST-000002"]),
    ],
)
def test_the_log_can_be_narrowed_and_searched(client, admin, query, found):
    happen(admin, EventKind.ESTIMATE_VIEWED, number="EST-000001")
    happen(admin, number="EST-000002", company="株式会社山崎製作所")

    shown = log(client, admin, **query)

    assert numbers_in(shown, "EST-000001", "EST-000002") == found


def test_a_search_in_vain_says_so(client, admin):
    happen(admin)

    assert "Nothing found" in text_of(log(client, admin, q="nobody"))


def test_an_empty_log_says_what_will_stand_there(client, admin):
    assert "Nothing yet" in text_of(log(client, admin))


def test_a_long_log_comes_in_pages(client, admin):
    for number in range(27):
        happen(admin, number=f"EST-{number:06}")

    first, second = log(client, admin), log(client, admin, page=2)

    assert text_of(first).count("<details id=") == 25
    assert text_of(second).count("<details id=") == 2
    assert "Page 1 of 2" in text_of(first)
    assert 'hx-trigger="logpoll"' in text_of(first)
    assert 'hx-trigger="logpoll"' not in text_of(second)


def test_the_first_page_asks_for_news_and_hears_nothing_while_there_are_none(client, admin):
    happen(admin, number="EST-000001")
    tag = log(client, admin).context["tag"]

    unchanged = log(client, admin, headers={"HX-PTag": tag})
    happen(admin, number="EST-000002")
    changed = log(client, admin, headers={"HX-PTag": tag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200
    assert "EST-000002" in text_of(changed)
    assert "<html" not in text_of(changed)
    assert changed["HX-PTag"] != tag


def test_a_new_attempt_is_news(client, admin):
    event = happen(admin, status=Status.PENDING)
    tag = log(client, admin).context["tag"]

    attempt_at(event)

    assert log(client, admin, headers={"HX-PTag": tag}).status_code == 200


def test_failures_are_counted_and_can_all_be_sent_again(client, admin):
    # spec 136, 137
    for _event in range(2):
        happen(admin, status=Status.FAILED)

    shown = text_of(log(client, admin))

    assert "2 messages failed." in shown
    assert 'commandfor="send-failed"' in shown
    assert f'action="{page("cliq-send-failed-again", admin)}"' in shown


def test_events_older_than_the_log_are_left_to_the_documents(client, admin, settings):
    settings.DELIVERY_LOG_DAYS = 30
    event = happen(admin, number="EST-000001")
    Event.objects.filter(pk=event.pk).update(occurred_at=timezone.now() - timedelta(days=31))

    assert numbers_in(log(client, admin), "EST-000001") == []


def test_the_log_is_for_admins_of_the_organisation(client, admin):
    # spec 142
    staff = MembershipFactory(organisation=admin.organisation)
    outsider = MembershipFactory(admin=True)
    statuses = []
    for member in (admin, staff, outsider):
        client.force_login(member.user)
        statuses.append(log(client, admin).status_code)

    assert statuses == [200, 404, 404]


def test_events_of_other_organisations_are_not_shown(client, admin):
    # spec 124
    other = MembershipFactory(admin=True)
    happen(other, number="EST-000009")

    assert numbers_in(log(client, admin), "EST-000009") == []


def test_the_number_of_queries_does_not_grow_with_the_log(
    client, admin, django_assert_max_num_queries
):
    for _event in range(3):
        attempt_at(happen(admin, status=Status.FAILED))
    with django_assert_max_num_queries(14) as few:
        log(client, admin)

    for _event in range(20):
        attempt_at(happen(admin, status=Status.FAILED))
    with django_assert_max_num_queries(len(few)):
        log(client, admin)


def test_the_details_page_leads_to_the_log(client, admin):
    shown = text_of(client.get(page("cliq", admin)))

    assert f'href="{page("cliq-deliveries", admin)}"' in shown
