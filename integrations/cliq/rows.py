"""How do we read an answer? Its rows and fields, whatever shape they come in."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 2**31 - 1


def rows_in(value: object) -> Iterator[Row]:
    """The objects of a list; nothing else of it."""
    rows = value if isinstance(value, list) else []
    return (row for row in rows if isinstance(row, Mapping))


def row_in(value: object) -> Row:
    """The object, or an empty one in place of anything else."""
    return value if isinstance(value, Mapping) else {}


def text_in(row: Row, *names: str) -> str:
    """The first of the fields that holds words or a number."""
    values = (row.get(name) for name in names)
    return next((str(value) for value in values if isinstance(value, str | int) and value), "")


def number_in(row: Row, name: str) -> int:
    """A count, 0 where there is none; more than a column holds is as much as it holds."""
    text = text_in(row, name)
    return min(int(text[:20]), MOST) if text.isascii() and text.isdigit() else 0


def is_true(value: object) -> bool:
    return value not in (False, "false", 0, "0", None)


def moment_in(*values: object) -> datetime:
    """When, from the first that holds milliseconds or an ISO date; else long ago."""
    for word in map(str, values):
        try:
            moment = (
                datetime.fromtimestamp(int(word) / 1000, UTC)
                if word.isdigit()
                else datetime.fromisoformat(word)
            )
            return moment.astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            continue
    return LONG_AGO
