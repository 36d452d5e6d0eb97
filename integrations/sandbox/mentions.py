"""Whom does a message call? Every mention in any of its strings."""

import re
from collections.abc import Iterator
from typing import Any

EVERYBODY = {"all", "available", "online", "participants"}
MENTION = re.compile(
    r"\{(?P<sign>[@#])(?P<who>[^{}\s]+)\}|\[(?P<name>[^\]]*)\]\((?:zohoid|mail):(?P<silent>[^)]+)\)"
)


def mentions_in(value: Any) -> list[dict[str, Any]]:
    """Each mention in a text, or anywhere in a message body, in order."""
    return [
        {
            "target": found["who"] or found["silent"],
            "kind": "channel" if found["sign"] == "#" else "person",
            "silent": found["silent"] is not None,
        }
        for string in strings_in(value)
        for found in MENTION.finditer(string)
    ]


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings_in(key)
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)


def calls_everybody(value: Any) -> bool:
    return any(found["target"] in EVERYBODY for found in mentions_in(value))
