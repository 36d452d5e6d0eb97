"""What do Zoho's OpenAPI files say? Loaded, corrected, and shut against anything undocumented."""

import functools
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .deviations import ALIASES, DEVIATIONS, MESSAGE, UNCHECKED, V2, V3

ROOT = Path(__file__).parent.parent.parent
FILES = [f"{V2}/{name}.yml" for name in ("channels", "chats", "messages", "users", "usersstatus")]
FILES += [f"{V3}/{name}.yml" for name in ("chats", "messagecards", "messageformat", "buttons")]


def directory() -> Path:
    """Where Zoho's files are, or would be."""
    told = os.environ.get("CLIQ_OPENAPI_DIR")
    return Path(told) if told else ROOT.parent / "shared" / "cliq"


def missing() -> str:
    """Why nothing can be checked, or "" when it can."""
    if (directory() / MESSAGE).exists():
        return ""
    return "Zoho's OpenAPI files are not at hand: set CLIQ_OPENAPI_DIR."


@dataclass(frozen=True, eq=False)
class Operation:
    """One documented operation and the file that it stands in."""

    name: str
    file: str
    spec: Mapping[str, Any]


@functools.cache
def document(file: str) -> dict[str, Any]:
    """One of Zoho's files, corrected by the DEVIATIONS."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load((directory() / file).read_bytes(), loader)  # noqa: S506
    for deviation in DEVIATIONS:
        if deviation.file == file:
            *path, last = (key.replace("~1", "/") for key in deviation.place.split("/"))
            functools.reduce(lambda value, key: value.setdefault(key, {}), path, loaded)[last] = (
                deviation.value
            )
    return loaded


@functools.cache
def operations() -> list[Operation]:
    found = [
        Operation(f"{file.partition('/')[0]} {method.upper()} {path}", file, spec)
        for file in FILES
        for path, methods in document(file)["paths"].items()
        for method, spec in methods.items()
    ]
    named = {operation.name: operation for operation in found}
    for alias, (name, _section) in ALIASES.items():
        found.append(Operation(alias, named[name].file, named[name].spec))
    return found


def operations_for(method: str, path: str) -> list[Operation] | None:
    """The operations of a call, several where v3 prints one path often; None: not documented."""
    call = f"{method} {path}"
    if any(re.fullmatch(pattern, call) for pattern, _section in UNCHECKED):
        return []
    version, path = (V3 if "/v3/" in call else V2), re.sub(r"^/api/v[23]", "", path)
    fitting = [one for one in operations() if _fits(one.name, f"{version} {method}", path)]
    exact = [one for one in fitting if "{" not in one.name]
    return exact or fitting or None


def _fits(name: str, start: str, path: str) -> bool:
    pattern = re.sub(r"\{[^}]+\}", "[^/]+", name.rpartition(" ")[2])
    return name.startswith(f"{start} ") and bool(re.fullmatch(pattern, path))


def closed(schema: Any, file: str) -> Any:
    """A schema with its references resolved, in which nothing undocumented passes."""
    if isinstance(schema, list):
        return [closed(one, file) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        path = schema["$ref"].removeprefix("#/").split("/")
        return closed(functools.reduce(lambda value, key: value[key], path, document(file)), file)
    shut = {
        key: {name: closed(one, file) for name, one in value.items()}
        if key == "properties"
        else closed(value, file)
        for key, value in schema.items()
        if key not in ("example", "examples", "description")
    }
    if "properties" in shut:
        shut.setdefault("additionalProperties", False)
    return shut
