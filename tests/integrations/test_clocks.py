"""Clocks that jump or disagree, ours and Cliq's, cost time at the most."""

from datetime import timedelta

import pytest

from integrations.models import Account, Attempt
from tests.integrations import lanes

POST = "/api/v2/channelsbyname/*"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("seconds", [-7200, -600, 600, 7200])
def test_a_message_is_found_whatever_cliqs_clock_says(cliq, lane, record, seconds):
    cliq.advance(seconds)
    record()
    cliq.will("drop", POST, when="after")

    lane.drain_until_empty()

    assert lane.states() == ["sent"]
    assert len(cliq.posted("sales")) == 1


def test_a_clock_that_was_ahead_holds_nothing_when_it_is_set_right(cliq, lane, record):
    record()
    lane.drain(after=HOUR)
    record()

    lane.drain(after=-HOUR)

    assert lane.states() == ["sent", "sent"]


def test_a_lease_from_the_future_does_not_keep_the_lane(cliq, lane, record):
    record()
    Account.objects.update(leased_until=lane.now + HOUR, lease_owner="killed")

    lane.drain()

    assert lane.states() == ["sent"]


def test_attempts_from_the_future_do_not_fill_the_window(cliq, lane, record):
    Attempt.objects.bulk_create(
        Attempt(account=lane.account, origin="delivery", started_at=lane.now + HOUR)
        for _post in range(40)
    )
    record()

    lane.drain()

    assert lane.states() == ["sent"]


def test_a_clock_that_jumps_ahead_within_a_burst_loses_and_repeats_nothing(cliq, lane):
    document = lanes.document_of(lane.connection)
    for number in range(60):
        lanes.comment(document, number)

    lane.drain()
    lane.drain(after=HOUR)
    lane.drain_until_empty()

    assert lanes.numbers_in(cliq.posted("sales")) == list(range(60))
