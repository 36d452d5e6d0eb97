"""A thousand events in a minute: all in the channel as soon as Cliq's limit allows."""

import time
from math import ceil

import pytest

from integrations.models import Delivery
from tests.integrations import lanes, workers
from tests.sandbox import running_sandbox

pytestmark = pytest.mark.slow

EVENTS = 1000
SCALE = 6
MINUTE = 60 / SCALE


@pytest.fixture
def sandbox_process():
    """A sandbox whose minutes pass as fast as those of the workers."""
    with running_sandbox(time_scale=SCALE) as sandbox:
        yield sandbox


def test_a_thousand_events_in_a_minute_arrive_without_a_lock(transactional_db, cliq, connection):
    document = lanes.document_of(connection)
    lane = connection.grant.account_id
    environment = {"CLIQ_SANDBOX_URL": cliq.url, "CLIQ_TIME_SCALE": SCALE}
    four = [workers.drains(lane, **environment) for _worker in range(4)]
    with workers.running(*four):
        lanes.comment(document, 0)
        workers.wait_until(lambda: cliq.posted("sales"))
        started_at = time.monotonic()
        for number in range(1, EVENTS):
            lanes.comment(document, number)
            time.sleep(max(0, started_at + MINUTE * number / EVENTS - time.monotonic()))
        minutes = ceil((time.monotonic() - started_at) / MINUTE - 0.1)  # One, on a machine at ease.
        workers.wait_until(lambda: not Delivery.objects.pending().exists())

    posts = cliq.posted("sales")
    limit = next(line for line in cliq.state()["limits"] if line["limit"] == "post")
    assert lanes.numbers_in(posts) == list(range(EVENTS))
    assert (limit["refused"], limit["peak"] <= 40) == (0, True)
    # The first forty leave at once; what came after them fits the minute that follows.
    assert 40 < len(posts) <= 40 * (1 + minutes)
