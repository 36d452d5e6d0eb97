"""What is a request, and what is an answer?"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

JSON = "application/json;charset=UTF-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """One HTTP request, read whole. `origin` is how the caller reached us: http://localhost:8001."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    origin: str

    def json(self) -> Any:
        """The JSON body, or None when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def cookie(self, name: str) -> str:
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return ""
        return found.value if found else ""

    @property
    def is_foreign(self) -> bool:
        """A page of another site sent this; browsers say so with every POST."""
        origin = self.headers.get("origin")
        return origin is not None and origin != self.origin


@dataclass
class Answer:
    """What goes back. `drip` sends one byte at a time, that many seconds apart."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0


def json_answer(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode())


def html_answer(page: str, status: int = 200, *, leave_for: str = "") -> Answer:
    """A page under the strict policy; its forms may lead to the origin `leave_for` too."""
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {leave_for}"
    )
    headers = {
        "Content-Security-Policy": policy.strip(),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Answer(status, page.encode(), HTML, headers)


def redirect(location: str) -> Answer:
    return Answer(303, b"", HTML, {"Location": location, "Cache-Control": "no-store"})


def origin_of(url: str) -> str:
    """Scheme and host of a web address, or "" when it is no safe one."""
    scheme, netloc = parts_of(url)
    origin = f"{scheme}://{netloc}"
    return origin if re.fullmatch(r"https?://[\w.\-:\[\]]+", origin) else ""


def parts_of(url: str) -> tuple[str, str]:
    """Scheme and host of a URL, both empty when it cannot be one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
