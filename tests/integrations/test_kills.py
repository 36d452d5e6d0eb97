"""Workers that are killed or told to stop: nothing lost, nothing twice, order kept."""

import signal
import socket

import pytest

from integrations import tasks
from integrations.models import Account, Attempt, Delivery
from tests.integrations import lanes, workers

pytestmark = pytest.mark.slow

POST = "/api/v2/channelsbyname/*"
# A lease of four and a half seconds, so that nobody has to wait for a minute.
QUICK = {"CLIQ_TIME_SCALE": 60, "CLIQ_ANSWER_SECONDS": 1.5}


@pytest.fixture
def lane(transactional_db, connection):
    """The number of a lane in which three comments wait."""
    document = lanes.document_of(connection)
    for number in range(3):
        lanes.comment(document, number)
    return connection.grant.account_id


@pytest.fixture
def deaf_url():
    """An address where connections are taken and nobody ever reads."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}"


def kill_when(condition, lane, **environment):
    """Start a worker on the lane and kill it as soon as the condition holds."""
    victim = workers.drains(lane, **QUICK, **environment)
    with workers.running(victim):
        workers.wait_until(condition)
        victim.send_signal(signal.SIGKILL)
        assert victim.wait() == -signal.SIGKILL


def let_another_finish(lane, cliq):
    with workers.running(workers.drains(lane, **QUICK, CLIQ_SANDBOX_URL=cliq.url)):
        workers.wait_until(lambda: not Delivery.objects.pending().exists())
        workers.wait_until(lambda: Account.objects.get(pk=lane).lease_owner == "")


def outcomes():
    posts = Attempt.objects.of_posts().order_by("started_at")
    return list(posts.values_list("outcome", flat=True))


def test_a_worker_killed_before_its_call_reached_cliq_costs_nothing(cliq, lane, deaf_url):
    kill_when(Attempt.objects.exists, lane, CLIQ_SANDBOX_URL=deaf_url)

    let_another_finish(lane, cliq)

    assert lanes.numbers_in(cliq.posted("sales")) == [0, 1, 2]
    assert lanes.states() == ["sent"] * 3
    assert outcomes() == ["not_found", "sent", "sent", "sent"]


@pytest.mark.parametrize(
    ("then", "first"), [("drop", "not_found"), ("answer", "found")], ids=["lost", "stored late"]
)
def test_a_worker_killed_during_its_call_repeats_only_what_cliq_has_not(cliq, lane, then, first):
    cliq.will("hang", POST, when="before", seconds=0.4, then=then)

    kill_when(lambda: cliq.fault_counts(), lane, CLIQ_SANDBOX_URL=cliq.url)
    let_another_finish(lane, cliq)

    assert lanes.numbers_in(cliq.posted("sales")) == [0, 1, 2]
    assert lanes.states() == ["sent"] * 3
    assert outcomes()[0] == first


def test_a_worker_killed_after_cliq_stored_the_message_sends_nothing_twice(cliq, lane):
    cliq.will("hang", POST, when="after", seconds=0.4)

    kill_when(lambda: cliq.posted("sales"), lane, CLIQ_SANDBOX_URL=cliq.url)
    assert lanes.states() == ["pending"] * 3
    let_another_finish(lane, cliq)

    assert lanes.numbers_in(cliq.posted("sales")) == [0, 1, 2]
    assert lanes.states() == ["sent"] * 3
    assert outcomes() == ["found", "sent", "sent"]


def test_a_worker_told_to_stop_finishes_and_gives_its_lane_back(cliq, lane, tmp_path):
    cliq.will("hang", POST, when="after", seconds=1)
    worker = workers.worker(
        CLIQ_SANDBOX_URL=cliq.url, HUEY_URL=f"sqlite:///{tmp_path / 'huey.sqlite3'}"
    )

    with workers.running(worker):
        # Its first sweep finds the lane: nobody has woken it.
        workers.wait_until(lambda: cliq.posted("sales"))
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=workers.PATIENCE) == 0

    assert Account.objects.get(pk=lane).lease_owner == ""
    assert not Attempt.objects.filter(outcome=Attempt.Outcome.STARTED).exists()
    assert lanes.numbers_in(cliq.posted("sales")) == [0, 1, 2]


def test_the_sweep_finds_a_lane_whose_wake_up_was_lost(cliq, lane):
    engine = tasks.drain.huey
    engine.flush()

    tasks.sweep.call_local()
    engine.execute(engine.dequeue())

    assert lanes.states() == ["sent"] * 3
