"""What did callers say and hear? Every request to Zoho's side, without its secrets."""

import itertools
import json
import threading
from collections import deque
from fnmatch import fnmatchcase
from typing import Any

from .http import Answer, Request

KEPT = 20_000
SECRET = {"access_token", "refresh_token", "client_secret", "code", "token"}
HIDDEN = "…"


class Recorder:
    """The last exchanges, oldest first, as dictionaries ready for JSON."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self._numbers = itertools.count(1)
        self._exchanges: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def add(self, request: Request, answer: Answer | None, **about: Any) -> None:
        """Keep one exchange; `answer` is None when the line was dropped."""
        exchange = {
            "method": request.method,
            "path": request.path,
            "query": without_secrets(dict(request.query)),
            "headers": headers_of(request),
            "body": without_secrets(body_of(request)),
            "status": answer.status if answer else None,
            "answer": without_secrets(decoded(answer.body)) if answer else None,
            **about,
        }
        with self._lock:
            exchange["id"] = next(self._numbers)
            self._exchanges.append(exchange)

    def list(
        self, *, path: str = "*", method: str = "*", after: int = 0, most: int = KEPT
    ) -> list[dict[str, Any]]:
        """The exchanges whose path and method match, after that id, the newest `most` of them."""
        with self._lock:
            exchanges = list(self._exchanges)
        wanted = [
            exchange
            for exchange in exchanges
            if exchange["id"] > after
            and fnmatchcase(exchange["path"], path)
            and method in ("*", exchange["method"])
        ]
        return wanted[-most:]


def body_of(request: Request) -> Any:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return request.form()
    return decoded(request.body)


def decoded(body: bytes) -> Any:
    """JSON where it is JSON, text otherwise, None when empty."""
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body[:2000].decode("utf-8", "replace")


def headers_of(request: Request) -> dict[str, str]:
    """The headers, with a credential's kind but not its value."""
    headers = {name: value for name, value in request.headers.items() if name != "cookie"}
    if "authorization" in headers:
        headers["authorization"] = f"{headers['authorization'].partition(' ')[0]} {HIDDEN}"
    return headers


def without_secrets(value: Any) -> Any:
    """The same, with the value of every secret key hidden (and an empty one left empty)."""
    if not isinstance(value, dict):
        return value
    return {
        key: HIDDEN if key in SECRET and inner and isinstance(inner, str) else inner
        for key, inner in value.items()
    }
