"""What wakes the workers: a queue in SQLite, Redis or PostgreSQL."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection as database
from huey import RedisHuey, SqliteHuey

from books_cliq.background import huey_from_url
from integrations import tasks
from tests.integrations import lanes, workers

POST = "/api/v2/channelsbyname/*"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("sqlite:///huey.sqlite3", SqliteHuey),
        ("redis://127.0.0.1:6379/1", RedisHuey),
        ("rediss://127.0.0.1:6379/1", RedisHuey),
    ],
)
def test_the_url_chooses_the_engine(url, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert type(huey_from_url(url)) is kind


@pytest.mark.parametrize("url", ["", "kafka://127.0.0.1", "memory"])
def test_an_engine_that_is_none_is_named_with_what_would_do(url):
    with pytest.raises(ImproperlyConfigured, match="use sqlite:///, redis:// or postgresql://"):
        huey_from_url(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path, transactional_db):
    """An engine that knows how to drain, empty; Redis has its turn when HUEY_URL names it."""
    url = f"sqlite:///{tmp_path / 'huey.sqlite3'}"
    if request.param == "postgresql":
        if database.vendor != "postgresql":
            pytest.skip("Races need PostgreSQL: set DATABASE_URL to a server.")
        url = workers.database_url()
    engine = huey_from_url(url)
    engine.flush()
    engine._registry.register(tasks.drain.task_class)
    yield engine
    engine.flush()
    engine.storage.close()


@pytest.fixture
def chosen(transactional_db):
    """The engine that the settings chose, empty."""
    tasks.drain.huey.flush()
    yield tasks.drain.huey
    tasks.drain.huey.flush()


def test_a_wake_up_drains_the_lane_whatever_carries_it(cliq, connection, engine):
    lanes.comment(lanes.document_of(connection), 7)
    engine.enqueue(tasks.drain.s(connection.grant.account_id))

    engine.execute(engine.dequeue())

    assert lanes.numbers_in(cliq.posted("sales")) == [7]
    assert engine.pending_count() == engine.scheduled_count() == 0


def test_a_click_wakes_a_worker(cliq, connection, chosen):
    lanes.comment(lanes.document_of(connection), 7)

    assert chosen.pending_count() == 1
    chosen.execute(chosen.dequeue())

    assert lanes.numbers_in(cliq.posted("sales")) == [7]


def test_a_lane_that_must_wait_comes_back_by_itself(cliq, connection, chosen):
    cliq.will("server_error", POST)
    lanes.comment(lanes.document_of(connection), 7)

    for _task in ("the click's", "its own, for later"):
        chosen.execute(chosen.dequeue())

    assert len(cliq.requests(POST)) == 1
    assert (chosen.pending_count(), chosen.scheduled_count()) == (0, 1)
