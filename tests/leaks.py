"""Is what must stay secret to be found in the bytes that a run leaves behind?

A secret is looked for as it is, as in an address, in base64 and in hexadecimal, which is how
PostgreSQL writes bytes.
"""

import base64
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import redis

SHORTEST = 8  # bytes; anything shorter is found by chance
TOKENS = re.compile(rb"1000\.[0-9a-f]{20,}[\w.]*")  # as the sandbox makes them, like Zoho's


def leaks(secrets: Iterable[str], kept: Mapping[str, bytes]) -> list[str]:
    """The beginning of each secret that is found, and where."""
    known = {
        secret: [form for form in _forms(secret) if len(form) >= SHORTEST] for secret in secrets
    }
    return [
        f"{secret[:6]}… in {where}"
        for where, content in kept.items()
        for secret, forms in known.items()
        if any(form in content for form in forms)
    ]


def _forms(secret: str) -> Iterator[bytes]:
    """A secret as it may stand somewhere."""
    yield secret.encode()
    yield quote(secret, safe="").encode()
    yield secret.encode().hex().encode()
    for before in range(3):
        # At each of its places in base64; the ends depend on the neighbours.
        yield base64.b64encode(b"\0" * before + secret.encode())[4:-4]


def left_in(address: str) -> dict[str, bytes]:
    """All that a store keeps: SQLite's files, PostgreSQL's dump or what lies in Redis."""
    kinds = {"sqlite": _files, "postgresql": _dump, "redis": _values}
    return kinds[urlsplit(address).scheme](address)


def _files(address: str) -> dict[str, bytes]:
    database = Path(address.removeprefix("sqlite:///"))
    return {file.name: file.read_bytes() for file in database.parent.glob(f"{database.name}*")}


def _dump(address: str) -> dict[str, bytes]:
    dumped = subprocess.run(["pg_dump", address], check=True, stdout=subprocess.PIPE)  # noqa: S603, S607
    return {"the dump of PostgreSQL": dumped.stdout}


def _values(address: str) -> dict[str, bytes]:
    with redis.Redis.from_url(address) as server:
        return {f"{key!r} in Redis": _value(server, key) for key in server.scan_iter()}


def _value(server: Any, key: bytes) -> bytes:
    """Each entry of a key, of whatever type."""
    match server.type(key):
        case b"string":
            return bytes(server.get(key))
        case b"list":
            return b"\n".join(server.lrange(key, 0, -1))
        case b"hash":
            return b"\n".join(part for pair in server.hgetall(key).items() for part in pair)
        case b"set":
            return b"\n".join(server.smembers(key))
        case b"zset":
            return b"\n".join(server.zrange(key, 0, -1))
    message = f"What lies under {key!r}?"
    raise LookupError(message)
