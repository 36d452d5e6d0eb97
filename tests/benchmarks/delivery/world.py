"""The rows that are measured: lanes with one waiting message for each post of a minute."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from integrations.models import Connection

ROOT = Path(__file__).parent.parent.parent.parent
POSTGRESQL = os.environ.get("BENCHMARK_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432")
REDIS = os.environ.get("BENCHMARK_REDIS_URL", "redis://127.0.0.1:6379/8")
POSTS = 40  # of each lane: what Cliq's limit lets leave at once


@contextmanager
def stores(database: str) -> Iterator[dict[str, str]]:
    """An empty database and an empty queue, as environment variables; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="books-benchmark-") as directory:
        if database == "sqlite":
            yield {
                "DATABASE_URL": f"sqlite:///{directory}/books.sqlite3",
                "HUEY_URL": f"sqlite:///{directory}/huey.sqlite3",
            }
            return
        name = f"books_benchmark_{os.getpid()}"
        with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
            try:
                yield {"DATABASE_URL": f"{POSTGRESQL}/{name}", "HUEY_URL": REDIS}
            finally:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def production(stores: dict[str, str], sink: str) -> dict[str, str]:
    """The environment of a server, with the sink for Cliq."""
    return {
        **stores,
        "DJANGO_SETTINGS_MODULE": "books_cliq.settings",
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_ENCRYPTION_KEYS": "YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcmstMTI=",
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "http://localhost:8000",
        "EMAIL_URL": "dummymail://",
        "CLIQ_SANDBOX_URL": sink,
        "ZOHO_REGION": "sandbox",
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def sink(delay: float) -> Iterator[str]:
    """The address of a sink that answers after so many seconds."""
    command = [sys.executable, "-m", "tests.benchmarks.delivery.sink", str(delay)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@contextmanager
def process(*arguments: str) -> Iterator[None]:
    """`python -m` with these arguments, until the block ends."""
    with subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT) as started:  # noqa: S603
        try:
            yield
        finally:
            started.kill()


@contextmanager
def workers(count: int, threads: int) -> Iterator[None]:
    """That many of the product's own workers."""
    with ExitStack() as running:
        for _worker in range(count):
            running.enter_context(process("manage", "worker", "--threads", str(threads)))
        yield


# Below: within the environment of `production`, after django.setup().


def make_lanes(count: int) -> "list[Connection]":
    """So many organisations, each connected by an account of its own."""
    from django.utils import timezone  # noqa: PLC0415

    from tests.factories import ConnectionFactory  # noqa: PLC0415

    expires_at = timezone.now() + timedelta(days=1)
    return [
        ConnectionFactory(
            chat_id=f"CT_{number}",
            channel=f"sales{number}",
            grant__access_expires_at=expires_at,
            grant__granted_at=timezone.now(),
        )
        for number in range(count)
    ]


def fill(lanes: "list[Connection]", posts: int = POSTS) -> None:
    """Let as many comments wait in every lane as may leave at once."""
    from django.utils import timezone  # noqa: PLC0415

    from integrations.models import Delivery  # noqa: PLC0415
    from portal.events import EventKind  # noqa: PLC0415
    from portal.models import Event  # noqa: PLC0415
    from tests.integrations.lanes import document_of  # noqa: PLC0415

    now = timezone.now()
    for lane in lanes:
        document = document_of(lane)
        first = Event.objects.record(
            EventKind.ESTIMATE_COMMENTED, document, visitor=None, now=now, facts={"text": "One."}
        )
        about = {name: getattr(first, name) for name in ("organisation", "kind", "contact")}
        events = Event.objects.bulk_create(
            Event(**about, estimate=document, occurred_at=now, facts=first.facts | unlike(number))
            for number in range(posts - 1)
        )
        Delivery.objects.bulk_create(
            Delivery(event=event, connection=lane, queued_at=now) for event in events
        )


def unlike(number: int) -> dict[str, str]:
    """Facts of no other event: nobody shall be fast because all messages are the same."""
    return {
        "number": f"EST-{number:06}",
        "contact": f"Hanako {number}",
        "total": str(1000 + number),
        "text": f"What about number {number}?",
    }


def empty() -> None:
    """Forget what was sent and what is queued."""
    from huey.contrib.djhuey import HUEY  # noqa: PLC0415

    from integrations.models import Account, Attempt  # noqa: PLC0415
    from portal.models import Event  # noqa: PLC0415

    HUEY.flush()
    Event.objects.all().delete()
    Attempt.objects.all().delete()
    Account.objects.update(due_at=Account.NEVER, leased_until=Account.NEVER)
