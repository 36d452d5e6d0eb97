"""What the planner makes of the statements that a step runs."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from integrations.management.copies import COPIED
from integrations.models import Account, Connection, Grant
from portal.models import Membership, Organisation, User

# One or a few rows for each organisation: to read a thousand of them is no matter.
SMALL: set[Any] = {Account, Connection, Grant, Membership, Organisation, User}
LARGE = {model._meta.db_table for model in COPIED if model not in SMALL}
EXPLAINABLE = re.compile(r"\s*(SELECT|UPDATE|DELETE)\b", re.IGNORECASE)
LOCKS = re.compile(r"\bpg_[a-z_]+\(", re.IGNORECASE)


def explained(step: Callable[[], Any]) -> Iterator[tuple[str, Any]]:
    """Each statement of the step with its plan, as it ran; nothing that it changes stays."""
    with CaptureQueriesContext(connection) as queries:
        step()
    for query in queries.captured_queries:
        sql = query["sql"]
        if EXPLAINABLE.match(sql) and not LOCKS.search(sql):
            yield sql, _plan(sql)


def _plan(sql: str) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql.replace("%", "%%"), [])
        [(plan,)] = cursor.fetchall()
        transaction.set_rollback(True)
    return (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]


def pages_read(plan: Any) -> int:
    """Pages of 8 KB, from memory or from disk; a plan counts what its parts read."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def scans(plan: Any) -> Iterator[str]:
    """Large tables that the plan reads from end to end."""
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in LARGE:
        yield plan["Relation Name"]
    for part in plan.get("Plans", []):
        yield from scans(part)
