"""One entry a line, with the request it belongs to, and nothing that opens anything."""

import logging
import re
import secrets
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from pythonjsonlogger.json import JsonFormatter

# Customers' links, payments' references, invitations, and links that reset a password.
SECRETS = re.compile(r"(/(?:p|pay/test|pay/return|invitations|reset/key|confirm-email)/)[^/\s]+")
# What a proxy may name a request; anything else could forge lines.
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# They could begin a line of their own, or colour a terminal.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What these say is about machines. Any other error may quote what somebody typed, or a whole row.
TELLING = (OperationalError, ImproperlyConfigured)
WHEN = "%Y-%m-%dT%H:%M:%S%z"  # Django keeps the process in TIME_ZONE, which is UTC.
LINE = "{asctime} {levelname} {name} {request_id} {message}"

_request_id: ContextVar[str] = ContextVar("request_id", default="-")


class WithoutSecrets(logging.Filter):
    """Django names the address of every request that it refuses; the secret part is cut out."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = SECRETS.sub(r"\1…", record.getMessage())
        record.args = ()
        record.__dict__.pop("request", None)  # Its name, which holds the address, would be logged.
        return True


class OneEntry(logging.Filter):
    """What strangers typed begins no entry of its own: breaks and other controls are spelt out."""

    def filter(self, record: logging.LogRecord) -> bool:
        spelt = CONTROLS.sub(lambda c: f"\\x{ord(c[0]):02x}", record.getMessage())
        record.msg, record.args = spelt, ()
        return True


class Line(logging.Formatter):
    """An entry for people to read: it begins at the margin, and what follows of it is indented."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  Python's name.
        return "  " + "\n  ".join("\n".join(_chain(ei[1])).splitlines())


class Json(JsonFormatter):
    """An entry for machines to read."""

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return "\n".join(_chain(ei[1]))


def _chain(error: BaseException | None) -> Iterator[str]:
    """Where an error came from and of what kind it is, and the one that led to it before."""
    if error is None:
        return
    yield from _chain(
        error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    )
    said = f": {error}".rstrip() if isinstance(error, TELLING) else ""
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield f"{type(error).__module__}.{type(error).__qualname__}{said}"


class WithRequestId(logging.Filter):
    """Every line says to which request it belongs; "-" outside of any."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        return True


def identified(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request a name, the proxy's if it brings one, and tell it in the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Request-ID", "")
        name = told if REQUEST_ID.fullmatch(told) else secrets.token_hex(8)
        _request_id.set(name)  # Until the next one: Django logs an answer after we have left.
        response = get_response(request)
        response["X-Request-ID"] = name
        return response

    return middleware


def logging_to_stderr(level: str, *, is_json: bool = False) -> dict[str, Any]:
    """The settings of logging: on standard error, in lines for people or for machines."""
    shape = {"format": LINE, "datefmt": WHEN, "style": "{"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "books_cliq.logs.Line", **shape},
            "json": {"()": "books_cliq.logs.Json", **shape},
        },
        "filters": {
            "without_secrets": {"()": "books_cliq.logs.WithoutSecrets"},
            "one_entry": {"()": "books_cliq.logs.OneEntry"},
            "with_request_id": {"()": "books_cliq.logs.WithRequestId"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json" if is_json else "line",
                "filters": ["without_secrets", "one_entry", "with_request_id"],
            }
        },
        # At a lower level it quotes what is sent, addresses and all.
        "loggers": {"stripe": {"level": max(level, "WARNING", key=logging.getLevelName)}},
        "root": {"handlers": ["stderr"], "level": level},
    }
