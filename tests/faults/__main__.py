"""Break a part under load and mend it: `python -m tests.faults postgresql`.

Customers comment all the while; a supervisor starts anew what ends. Afterwards what the server said
that it has is held against the database and against Cliq. Ends with 1 if anything was lost, stands
there twice, or never arrived. Prints what people saw, and how long until all was well.
"""

import argparse
import contextlib
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.benchmarks.delivery.world import POSTGRESQL, production, stores
from tests.faults.customers import Customers
from tests.faults.parts import Books, Proxy, Redis, fill, free_port, small_disk, wait_until
from tests.sandbox import SandboxControls, running_sandbox

SCALE = 60  # a minute of Cliq's limits passes in a second
DOCUMENTS = 60
ACCOUNTS = 4
PATIENCE = 180
Break = Callable[[Books, float], None]


def say(what: str, figure: object) -> None:
    sys.stdout.write(f"{what}: {figure}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def nothing() -> Iterator[tuple[dict[str, str], Break]]:
    with stores("sqlite") as chosen:
        yield chosen, lambda _books, seconds: time.sleep(seconds)


@contextlib.contextmanager
def postgresql() -> Iterator[tuple[dict[str, str], Break]]:
    """The line to the database is cut, and comes back."""
    server = urlsplit(POSTGRESQL)
    proxy = Proxy(server.hostname or "127.0.0.1", server.port or 5432)
    with stores("postgresql") as chosen:
        direct = chosen["DATABASE_URL"]
        through = direct.replace(f"{server.hostname}:{server.port}", f"127.0.0.1:{proxy.port}")

        def act(_books: Books, seconds: float) -> None:
            proxy.cut()
            time.sleep(seconds)
            proxy.mend()

        yield chosen | {"DATABASE_URL": through, "DIRECT_URL": direct}, act
        proxy.cut()


@contextlib.contextmanager
def redis() -> Iterator[tuple[dict[str, str], Break]]:
    """Redis, which wakes the workers and counts who comes too often, is killed with all it had."""
    server = Redis()
    with stores("sqlite") as chosen:

        def act(_books: Books, seconds: float) -> None:
            server.kill()
            time.sleep(seconds)
            server.start()

        address = f"127.0.0.1:{server.port}"
        urls = {"HUEY_URL": f"redis://{address}/0", "CACHE_URL": f"rediscache://{address}/1"}
        try:
            yield chosen | urls, act
        finally:
            server.kill()


@contextlib.contextmanager
def disk() -> Iterator[tuple[dict[str, str], Break]]:
    """The disk of SQLite's files is full, and emptied."""
    with small_disk(64) as folder:

        def act(_books: Books, seconds: float) -> None:
            fill(folder)
            time.sleep(seconds)
            (folder / "filler").unlink()

        files = {"DATABASE_URL": f"sqlite:///{folder}/books.sqlite3"}
        yield files | {"HUEY_URL": f"sqlite:///{folder}/huey.sqlite3"}, act


@contextlib.contextmanager
def clock() -> Iterator[tuple[dict[str, str], Break]]:
    """One worker's clock goes an hour ahead, then two hours back, and right again; two workers."""
    with stores("sqlite") as chosen:

        def act(books: Books, seconds: float) -> None:
            for shift in ("+1h", "-1h", ""):
                books.shifts["worker 0"] = shift
                books.restart("worker 0")
                time.sleep(seconds / 3)

        yield chosen, act


@contextlib.contextmanager
def kills() -> Iterator[tuple[dict[str, str], Break]]:
    """Workers and the web server's processes are killed at random."""
    with stores("sqlite") as chosen:

        def act(books: Books, seconds: float) -> None:
            dice, killed = random.Random(1), Counter[str]()  # noqa: S311  Repeatable.
            ends_at = time.monotonic() + seconds
            while time.monotonic() < ends_at:
                killed[books.kill_somebody(dice).split()[0]] += 1
                time.sleep(dice.uniform(0.5, 2.5))
            say("killed", dict(killed))

        yield chosen, act


FAULTS = {fault.__name__: fault for fault in (nothing, postgresql, redis, disk, clock, kills)}


def run(told: argparse.Namespace) -> bool:
    with ExitStack() as stack:
        chosen, act = stack.enter_context(FAULTS[told.fault]())
        cliq = stack.enter_context(running_sandbox(time_scale=SCALE))
        port = free_port()
        environment = production(chosen, cliq.url) | {
            "SITE_URL": f"http://localhost:{port}",
            "BEHIND_TLS_PROXY": "true",
            "STATIC_ROOT": stack.enter_context(TemporaryDirectory(prefix="books-static-")),
            "CLIQ_TIME_SCALE": str(SCALE),
            "CLIQ_ANSWER_SECONDS": "2",
            "ZOHO_CLIENT_ID": "1000.TESTCLIENT",
            "ZOHO_CLIENT_SECRET": "any",
            "LOG_LEVEL": "CRITICAL",
        }
        os.environ |= environment | {
            "DATABASE_URL": chosen.get("DIRECT_URL", chosen["DATABASE_URL"])
        }
        links = _world(cliq)
        server = Books(environment, port, workers=2 if told.fault in ("clock", "kills") else 1)
        books = stack.enter_context(server)
        url = f"http://localhost:{port}"
        if not wait_until(lambda: _is_up(url), PATIENCE):
            raise SystemExit("The server does not come up.")
        with Customers(url, links, told.customers) as customers:
            time.sleep(told.seconds / 3)
            broken_at = time.monotonic()
            act(books, told.seconds)
            mended_at = time.monotonic()
            time.sleep(told.seconds / 3)
        wait_until(lambda: not _pending(), PATIENCE)
        arrived_at = time.monotonic()
        return _report(cliq, customers, broken_at, mended_at, arrived_at)


def _is_up(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def _world(cliq: SandboxControls) -> list[str]:
    """Migrate; some organisations with documents; the paths of the links."""
    import django  # noqa: PLC0415  The settings are read once, from this environment.
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from django.urls import reverse  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from portal.models import Link  # noqa: PLC0415
    from tests.integrations.lanes import document_of  # noqa: PLC0415
    from tests.soak.world import World  # noqa: PLC0415

    world = World(cliq, ACCOUNTS)
    paths = []
    for number in range(DOCUMENTS):
        document = document_of(world.connections[number % ACCOUNTS])
        link = Link.objects.renew(document, document.contact, now=timezone.now())
        paths.append(reverse("portal:link", args=[link.token]))
    return paths


def _pending() -> bool:
    from integrations.models import Delivery  # noqa: PLC0415

    return Delivery.objects.pending().exists()


def _report(
    cliq: SandboxControls,
    customers: Customers,
    broken_at: float,
    mended_at: float,
    arrived_at: float,
) -> bool:
    from integrations.models import Delivery  # noqa: PLC0415
    from portal.models import Comment  # noqa: PLC0415
    from tests.integrations.lanes import numbers_in  # noqa: PLC0415

    tries = customers.tries
    said = [number for number, _at in tries.said]
    kept = [int(text.split()[-1]) for text in Comment.objects.values_list("text", flat=True)]
    posted = [n for channel in range(ACCOUNTS) for n in numbers_in(cliq.posted(f"soak{channel}"))]
    during = [seen for at, took, seen in tries.taken if broken_at <= at + took and at < mended_at]
    after = [at - mended_at for _number, at in sorted(tries.said, key=lambda one: one[1])]
    first = next((seconds for seconds in after if seconds > 0), 0.0)
    refused = [at + took for at, took, seen in tries.taken if seen != "said"]
    say("comments said", len(said))
    say("seen while it was broken", dict(Counter(during)))
    say("longest try", f"{max((took for _at, took, _seen in tries.taken), default=0):.1f} s")
    say("first success after the repair", f"{first:.1f} s")
    say("last refusal after the repair", f"{max([*refused, mended_at]) - mended_at:.1f} s")
    say("the last message arrived after the repair", f"{arrived_at - mended_at:.1f} s")
    # Who opens a document again is no news.
    unsent = Delivery.objects.exclude(status="sent").exclude(reason="repeated_view")
    found: dict[str, Any] = {
        "lost": len(set(said) - set(kept)),
        "written twice": len(kept) - len(set(kept)),
        "not in Cliq": len(set(kept) - set(posted)),
        "twice in Cliq": len(posted) - len(set(posted)),
        "not sent": unsent.count(),
    }
    for what, count in found.items():
        say(what, count)
    if found["not sent"]:
        say("these are", dict(Counter(unsent.values_list("status", "error"))))
    return bool(said) and not any(found.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", choices=FAULTS)
    parser.add_argument("--seconds", type=float, default=12, help="for which it is broken")
    parser.add_argument("--customers", type=int, default=6, help="who comment at a time")
    sys.exit(not run(parser.parse_args()))


if __name__ == "__main__":
    main()
