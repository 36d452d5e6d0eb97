"""What is an exchange, and what makes one wrong?"""

from collections.abc import Mapping
from typing import Any

import jsonschema

from .deviations import TEXT

Exchange = Mapping[str, Any]
ERROR = {
    "anyOf": [
        {"type": "object", "properties": {"message": TEXT, "code": TEXT}, "required": ["message"]},
        {"type": "object", "properties": {"error": {"type": "object"}}, "required": ["error"]},
    ]
}
STATUSES = {200, 201, 204, 400, 401, 403, 404, 405, 406, 429, 500}  # §6.2


def about(exchange: Exchange, what: str) -> str:
    return f"{exchange['method']} {exchange['path']}: {what}"


def validate(schema: Any, value: Any, exchange: Exchange) -> None:
    errors = list(jsonschema.Draft7Validator(schema).iter_errors(value))
    problems = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors]
    assert not problems, about(exchange, "; ".join(problems)[:2000])
