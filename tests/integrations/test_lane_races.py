"""Two workers never hold one lane; and a harness that would notice if they did."""

import pytest

from integrations.models import Delivery
from tests.factories import ConnectionFactory
from tests.integrations import lanes, racing, workers

pytestmark = pytest.mark.slow

RACERS = 4
ROUNDS = 200


@pytest.fixture
def race(postgresql):
    """Let four processes claim one lane in some way; how many got it, round by round."""
    account = ConnectionFactory().grant.account

    def start(claim, rounds=ROUNDS):
        url = workers.database_url()
        return racing.winners(claim, url, account.pk, racers=RACERS, rounds=rounds)

    return start


def test_of_four_workers_exactly_one_gets_the_lane(race):
    assert race(racing.as_the_product_does) == [1] * ROUNDS


@pytest.mark.parametrize("claim", [racing.through_a_join, racing.by_reading_first])
def test_without_the_guard_the_same_race_has_several_winners(race, claim):
    assert max(race(claim, rounds=50)) > 1


def test_four_workers_on_one_lane_keep_its_order(transactional_db, cliq, connection):
    cliq.quirks(limits_enforced=False)
    document = lanes.document_of(connection)
    for number in range(30):
        lanes.comment(document, number)
    lane = connection.grant.account_id
    four = [workers.drains(lane, CLIQ_SANDBOX_URL=cliq.url) for _worker in range(4)]

    with workers.running(*four):
        workers.wait_until(lambda: not Delivery.objects.pending().exists())

    assert lanes.numbers_in(cliq.posted("sales")) == list(range(30))
