"""A few organisations made into many, by the database itself: rows of models take far longer."""

from collections.abc import Callable
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from portal.models import (
    Act,
    Allocation,
    Comment,
    Contact,
    Customer,
    Email,
    Estimate,
    Event,
    Invoice,
    LineItem,
    Link,
    Membership,
    Organisation,
    Payment,
    User,
    Visit,
)

from ..models import Account, Attempt, Connection, Delivery, Grant

# Whoever is pointed to comes first.
COPIED: list[type[models.Model]] = [
    *(User, Organisation, Membership, Account, Grant, Connection),
    *(Customer, Contact, Estimate, Invoice, LineItem, Link, Email),
    *(Event, Visit, Comment, Payment, Allocation, Act),
    *(Attempt, Delivery, Delivery.attempts.through),
]
# Unlike in every copy, besides what is unique by itself.
UNLIKE = {(Account, "zuid"), (Contact, "email"), (Grant, "email"), (Organisation, "name")}


def multiply(times: int, say: Callable[[str], Any]) -> None:
    """Keep every row so many times, each copy with keys of its own.

    Copies of one row lie side by side, so that an organisation's rows lie scattered among those
    of all others, as if they had come in the order of time.
    """
    with connection.cursor() as cursor:
        for model in COPIED:
            cursor.execute(_keeping(model))
        with transaction.atomic():
            for model in reversed(COPIED):
                cursor.execute(f"DELETE FROM {_name(model)}")  # noqa: S608  Ours, as below.
        for model in COPIED:
            cursor.execute(_copying(model, times))
            say(f"{model._default_manager.count():,} rows of {model._meta.db_table}")
            cursor.execute(f"DROP TABLE {_kept(model)}")
        for statement in connection.ops.sequence_reset_sql(no_style(), COPIED):
            cursor.execute(statement)


def _keeping(model: type[models.Model]) -> str:
    return f"CREATE TEMPORARY TABLE {_kept(model)} AS SELECT * FROM {_name(model)}"  # noqa: S608


def _copying(model: type[models.Model], times: int) -> str:
    fields = model._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field, times) for field in fields)
    return f"""
        WITH RECURSIVE copies(k) AS (
            SELECT 0 UNION ALL SELECT k + 1 FROM copies WHERE k + 1 < {times}
        )
        INSERT INTO {_name(model)} ({columns})
        SELECT {values} FROM {_kept(model)} CROSS JOIN copies ORDER BY id, k
    """  # noqa: S608


def _value(model: type[models.Model], field: Any, times: int) -> str:
    column = f'"{field.column}"'
    if field.primary_key or field.related_model in COPIED:
        return f"({column} - 1) * {times} + k + 1"
    if isinstance(field, models.UUIDField):
        is_sqlite = connection.vendor == "sqlite"
        return "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
    if field.unique or (model, field.name) in UNLIKE:
        # Short enough that the number in front finds room.
        kept = field.max_length - len(f"{times - 1}-")
        return f"CASE k WHEN 0 THEN {column} ELSE k || '-' || substr({column}, 1, {kept}) END"
    return column


def _name(model: type[models.Model]) -> str:
    return f'"{model._meta.db_table}"'


def _kept(model: type[models.Model]) -> str:
    return f'"load_{model._meta.db_table}"'
