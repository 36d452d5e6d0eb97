"""How do claims, sweeps, logs and pages bear a large installation? And does each use an index?

`python -m tests.benchmarks.scale [--shares 1 10 100] [--requests 100]`

On PostgreSQL (DATABASE_URL names the server; each share gets a database of its own, which is
dropped again): a hundred per cent are 1,000 organisations with 1,000,000 events and deliveries and
100,000 documents. Every SELECT and UPDATE that a step makes is explained after ANALYZE, with the
planner as it is; one that reads a large table from end to end is printed and ends the run with 1.
"""

import argparse
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from integrations import delivery, log  # noqa: E402
from integrations.delivery import ledger  # noqa: E402
from integrations.models import Account, Connection, Delivery  # noqa: E402
from portal.models import Email, Organisation  # noqa: E402

FULL = {"organisations": 1000, "documents": 100_000, "events": 1_000_000}
LARGE = {
    "integrations_attempt",
    "integrations_delivery",
    "integrations_delivery_attempts",
    "portal_estimate",
    "portal_event",
    "portal_invoice",
    "portal_lineitem",
}
EXPLAINABLE = re.compile(r"\s*(SELECT|UPDATE|DELETE)\b", re.IGNORECASE)


@contextmanager
def loaded(share: int) -> Iterator[None]:
    """A database with so many per cent of the rows, analysed."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    began = time.perf_counter()
    sizes = {name: max(count * share // 100, 1) for name, count in FULL.items()}
    with open(os.devnull, "w") as nowhere:
        call_command("seed_load", stdout=nowhere, **sizes)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{share} %: seeded in {time.perf_counter() - began:.0f} s", flush=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def steps(place: Organisation, client: Client) -> dict[str, Callable[[], Any]]:
    """What is done again and again, by workers and by people."""
    link = Connection.objects.with_grants().get(organisation=place)
    account, now = link.grant.account, timezone.now()  # type: ignore[union-attr]
    invoice = place.invoices.order_by("pk")[0]
    home = f"/o/{place.slug}/"
    delivery_log = f"{home}settings/integrations/zoho/cliq/deliveries/"

    def page(address: str) -> Callable[[], Any]:
        def get() -> None:
            assert client.get(address).status_code == 200, address

        return get

    def claim() -> None:
        owner = account.claim(timezone.now())
        assert owner is not None
        account.release(owner)

    return {
        "sweep": lambda: list(Account.objects.with_deliveries_due(timezone.now())),
        "claim and release": claim,
        "the lane's next": lambda: list(Delivery.objects.in_lane(account)[:50]),
        "posts of a minute": lambda: ledger.posts_between(account, now - timedelta(minutes=1), now),
        "e-mails that are due": lambda: list(Email.objects.due(now)[:50]),
        "status of all lanes": lambda: delivery.status(now),
        "what to forget": lambda: list(Delivery.objects.over_before(log.kept_since(now))[:500]),
        "delivery log": page(delivery_log),
        "delivery log, failed": page(f"{delivery_log}?state=failed"),
        "dashboard": page(home),
        "invoice list": page(f"{home}invoices/"),
        "invoice list, overdue": page(f"{home}invoices/?state=overdue"),
        "invoice": page(f"{home}invoices/{invoice.number}/"),
        "customer": page(f"{home}customers/{invoice.customer_id}/"),
        "payments": page(f"{home}payments/"),
    }


def scanned(step: Callable[[], Any]) -> Iterator[tuple[str, str]]:
    """Large tables that the step reads from end to end, and the statement that does."""
    with CaptureQueriesContext(connection) as queries:
        step()
    for query in queries.captured_queries:
        if not EXPLAINABLE.match(query["sql"]):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
            [(plan,)] = cursor.fetchall()
        for table in _scans(plan if isinstance(plan, list) else json.loads(plan)):
            if table in LARGE:
                yield table, query["sql"]


def _scans(plan: Any) -> Iterator[str]:
    if isinstance(plan, list):
        for part in plan:
            yield from _scans(part)
    elif isinstance(plan, dict):
        if plan.get("Node Type") == "Seq Scan":
            yield plan["Relation Name"]
        for part in plan.values():
            yield from _scans(part)


def p99(step: Callable[[], Any], requests: int) -> float:
    """The 99th percentile in milliseconds."""
    for _ in range(10):
        step()
    times = []
    for _ in range(requests):
        began = time.perf_counter()
        step()
        times.append(time.perf_counter() - began)
    return statistics.quantiles(times, n=100)[98] * 1000


def measure(share: int, requests: int) -> tuple[dict[str, float], list[str]]:
    """Each step's p99, and the scans that the steps do at this size."""
    figures, found = {}, []
    with loaded(share):
        place = Organisation.objects.order_by("pk")[0]
        client = Client()
        client.force_login(place.memberships.get().user)
        for name, step in steps(place, client).items():
            figures[name] = p99(step, requests)
            found += [f"{name} reads {table}: {sql[:400]}" for table, sql in scanned(step)]
    return figures, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shares", type=int, nargs="+", default=[1, 10, 100], help="per cent")
    parser.add_argument("--requests", type=int, default=100)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        sys.exit("Set DATABASE_URL to a PostgreSQL server: the planner is its.")
    settings.ALLOWED_HOSTS = ["testserver"]
    rows: dict[str, list[float]] = {}
    scans: list[str] = []
    for share in options.shares:
        figures, scans = measure(share, options.requests)  # The largest share's scans count.
        for name, figure in figures.items():
            rows.setdefault(name, []).append(figure)
    print(
        f"{'p99 in ms at %':<24}" + "".join(f"{share:>9}" for share in options.shares) + "  growth"
    )
    for name, figures_of in rows.items():
        growth = figures_of[-1] / figures_of[0]
        print(f"{name:<24}" + "".join(f"{f:>9.2f}" for f in figures_of) + f"{growth:>8.2f}")
    print("\n".join(scans) or "No large table is read from end to end.")
    sys.exit(1 if scans else 0)


if __name__ == "__main__":
    main()
