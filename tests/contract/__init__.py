"""Is an exchange as Zoho documents it? Checked against Zoho's own OpenAPI files.

The files are no part of this repository: they are looked for where CLIQ_OPENAPI_DIR points (a
directory holding `openapi-v2` and `openapi-v3`), else in `shared/cliq` beside the repository.
Where they are missing, `missing()` says so and tests skip.

An exchange is a dictionary with method, path, query, body, status and answer, as the sandbox
records it. Where Zoho's files are known to be wrong, DEVIATIONS says how, with the section of
`cliq/api.md` that tells why.
"""

import copy
import functools
from collections.abc import Iterable, Mapping
from typing import Any

from . import accounts
from .deviations import EXTRA_QUERY, MESSAGE, TEXT, V3
from .documents import Operation, closed, document, missing, operations_for
from .exchanges import ERROR, STATUSES, Exchange, about, validate

__all__ = ["check", "check_all", "check_answer", "check_request", "missing"]


def check(exchange: Exchange) -> None:
    """Both sides of an exchange; an AssertionError says what deviates."""
    check_request(exchange)
    check_answer(exchange)


def check_request(exchange: Exchange) -> None:
    """Did we ask as documented?"""
    if exchange["path"].startswith("/oauth/"):
        accounts.check_request(exchange)
        return
    for operation in _operations_of(exchange):
        _check_query(operation, exchange)
        _check_body(operation, exchange)


def check_answer(exchange: Exchange) -> None:
    """Was the answer as documented? Injected faults and dropped lines are not looked at."""
    if exchange.get("fault") or exchange["status"] is None:
        return
    if exchange["path"].startswith("/oauth/"):
        accounts.check_answer(exchange)
        return
    status, answer = exchange["status"], exchange["answer"]
    assert status in STATUSES, about(exchange, f"status {status} is not documented")
    if status >= 400:
        validate(ERROR, answer, exchange)
    elif status == 204:
        assert answer is None, about(exchange, "204 has no body")
    else:
        _check_success(exchange)


def check_all(exchanges: Iterable[Exchange]) -> int:
    """Check each; how many there were."""
    count = 0
    for count, exchange in enumerate(exchanges, start=1):  # noqa: B007  Counted for the caller.
        check(exchange)
    return count


def _check_query(operation: Operation, exchange: Exchange) -> None:
    documented = {
        parameter["name"]: parameter["schema"]
        for parameter in operation.spec.get("parameters", [])
        if parameter["in"] == "query"
    }
    documented |= dict.fromkeys(EXTRA_QUERY.get(operation.name, {}), TEXT)
    for name, text in exchange["query"].items():
        assert name in documented, about(exchange, f"?{name}= is not documented")
        validate(documented[name], _typed(text, documented[name]), exchange)


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind == "integer" and text.lstrip("-").isdigit():
        return int(text)
    return text


def _check_body(operation: Operation, exchange: Exchange) -> None:
    wanted = operation.spec.get("requestBody")
    if wanted is None:
        assert not exchange["body"], about(exchange, "takes no body")
        return
    validate(_body_schema(operation), exchange["body"], exchange)


@functools.cache
def _body_schema(operation: Operation) -> Any:
    content = operation.spec["requestBody"]["content"]["application/json"]
    schema = closed(content["schema"], operation.file)
    return with_cards(schema) if operation.file == MESSAGE else schema


def with_cards(schema: dict[str, Any]) -> dict[str, Any]:
    """A message with what v2 leaves to other pages: card, slides, buttons, bot (§3.2)."""
    cards, buttons = f"{V3}/messagecards.yml", f"{V3}/buttons.yml"
    with_buttons = document(buttons)["components"]["schemas"]["message-card-buttons-request"]
    more = {
        "card": closed({"$ref": "#/components/schemas/CardObject"}, cards),
        "slides": _slides(),
        "buttons": closed(with_buttons["properties"]["buttons"], buttons),
        "bot": {
            "type": "object",
            "properties": {"name": TEXT, "image": TEXT},
            "additionalProperties": False,
        },
        "references": {"type": "object"},
        "styles": {"type": "object"},
    }
    schema = copy.deepcopy(schema)
    schema["properties"] = schema["properties"] | more
    schema["properties"]["text"] |= {"maxLength": 5000}
    return schema


def _slides() -> Any:
    """A list of slides, and of a table's data what only another page documents."""
    slides = closed({"$ref": "#/components/schemas/Slides"}, f"{V3}/messagecards.yml")
    is_table = {"properties": {"type": {"const": "table"}}}
    slides["items"]["properties"]["data"] = True
    slides["items"]["allOf"] = [{"if": is_table, "then": {"properties": {"data": _table()}}}]
    return slides


def _table() -> Any:
    file = f"{V3}/messageformat.yml"
    body = document(file)["components"]["schemas"]["send-table-message-request-body"]
    return closed(body["properties"]["slides"]["items"]["properties"]["data"], file)


def _check_success(exchange: Exchange) -> None:
    for operation in _operations_of(exchange):
        validate(_answer_schema(operation), exchange["answer"], exchange)


@functools.cache
def _answer_schema(operation: Operation) -> Any:
    content = operation.spec["responses"]["200"]["content"]["application/json"]
    return closed(content["schema"], operation.file)


def _operations_of(exchange: Exchange) -> list[Operation]:
    """The operation of an exchange; of several at one path the one that accepts it."""
    alike = operations_for(exchange["method"], exchange["path"])
    assert alike is not None, about(exchange, "is not documented")
    return [next((one for one in alike if _accepts(one, exchange)), alike[0])] if alike else []


def _accepts(operation: Operation, exchange: Exchange) -> bool:
    try:
        _check_query(operation, exchange)
        _check_body(operation, exchange)
    except AssertionError:
        return False
    return True
