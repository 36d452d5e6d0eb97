"""Every sweep, claim and page finds its rows by an index (PostgreSQL)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.benchmarks.scale.plans import LARGE, explained
from tests.benchmarks.scale.steps import steps

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("postgresql")]

# Whoever walks an index in its order for the first few rows passes over fewer.
MANY = 300
# Of so few rows, the planner would rather read all: it may not.
PATIENT = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")


def nodes_of(plan: Any) -> Iterator[Any]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes_of(part)


def reads_all(node: Any, partial: set[str]) -> bool:
    """Whether it looks at every row of a large table, if only in the order of some index."""
    if node.get("Relation Name") not in LARGE:
        return False
    is_walk = node["Node Type"].startswith("Index") and "Index Cond" not in node
    is_long = node.get("Rows Removed by Filter", 0) > MANY
    return node["Node Type"] == "Seq Scan" or (
        is_walk and is_long and node["Index Name"] not in partial
    )


def found() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL")
        partial = {name for (name,) in cursor.fetchall()}
        for setting in PATIENT:
            cursor.execute(f"SET {setting} = off")
    return [
        f"{name} reads all of {node['Relation Name']}: {sql}"
        for name, step in steps().items()
        for sql, plan in explained(step)
        for node in nodes_of(plan)
        if reads_all(node, partial)
    ]


def test_no_step_looks_at_every_row_of_a_large_table():
    """The real sizes are those of `python -m tests.benchmarks.scale`."""
    call_command("seed_load", organisations=10, documents=400, events=5000, verbosity=0)

    assert found() == []

    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX payment_pending")  # Proof that a missing one is noticed.
    assert [line.split(":")[0] for line in found()] == [
        "payments to ask about reads all of portal_payment"
    ]
