"""How often anybody may knock at doors that are open to the world.

The counts are in the cache that all workers share. Windows are fixed and counting is not locked,
so that of requests at the same instant a few more may pass: it is guessing and flooding that ends.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from math import ceil
from time import time
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .browsers import ip_address_of, network_of
from .models import hashed

logger = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Limit:
    """So many within a time from one IP address, which an office shares, and for one subject."""

    window: timedelta
    per_address: int
    per_subject: int | None = None  # such as one link


# Codes and new links have limits that nobody notices, in Knock; staff's sign-in has allauth's.
LIMITS = {
    "stranger": Limit(10 * MINUTE, per_address=30),  # links that open nothing
    "code": Limit(10 * MINUTE, per_address=60),  # asking for one, typing one
    "pdf": Limit(MINUTE, per_address=60, per_subject=30),
    "pay": Limit(10 * MINUTE, per_address=60, per_subject=20),
    "ask": Limit(10 * MINUTE, per_address=60, per_subject=20),  # a provider, what became of money
    "view": Limit(10 * MINUTE, per_address=300, per_subject=60),  # that somebody looks
    "comment": Limit(10 * MINUTE, per_address=60, per_subject=30),
    "signature": Limit(MINUTE, per_address=60),  # webhooks with a wrong one
}


# What of an address opens something and thereby says whom it is about, the first that is there.
# No number that anybody can name: strangers would shut out whoever it belongs to.
SUBJECTS = ("token", "reference")


def is_spent(name: str, request: HttpRequest, subject: str = "") -> bool:
    """Whether somebody has used up the limit; it counts nothing."""
    keys = _keys(name, request, subject)
    try:
        counts = cache.get_many(list(keys))
    except Exception:  # Whatever the cache is: without it nobody is shut out.
        logger.exception("The cache of limits is away")
        return False
    return any(counts.get(key, 0) >= most for key, most in keys.items())


def count(name: str, request: HttpRequest, subject: str = "") -> None:
    """Note one more."""
    seconds = LIMITS[name].window.total_seconds()
    for key in _keys(name, request, subject):
        try:
            cache.add(key, 0, seconds)
            cache.incr(key)
        except ValueError:  # Its window ended just now.
            continue
        except Exception:
            logger.exception("The cache of limits is away")


def too_many(name: str, request: HttpRequest) -> HttpResponse:
    """The page that says when to try again."""
    seconds = LIMITS[name].window.total_seconds()
    left = ceil(seconds - time() % seconds)
    logger.warning("Too often: %s from %s", name, ip_address_of(request))
    response = render(request, "429.html", {"minutes": ceil(left / 60)}, status=429)
    response["Retry-After"] = str(left)
    return response


def limited(name: str, methods: tuple[str, ...] = ("POST",)) -> Callable[..., Any]:
    """Let the view be asked so often, from one address and for the one link of its address."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, *parts: Any, **words: Any) -> HttpResponse:
            if request.method not in methods:
                return view(request, *parts, **words)
            subject = _subject(request, words)
            if is_spent(name, request, subject):
                return too_many(name, request)
            count(name, request, subject)
            return view(request, *parts, **words)

        return page

    return decorate


def _subject(request: HttpRequest, words: dict[str, Any]) -> str:
    """Whom it is about: what the address opens, or the contact who has proved who they are."""
    contact = getattr(request, "contact", None)
    named = [str(words[name]) for name in SUBJECTS if name in words]
    return f"contact {contact.pk}" if contact else next(iter(named), "")


def _keys(name: str, request: HttpRequest, subject: str) -> dict[str, int]:
    """What is counted, and up to where."""
    limit = LIMITS[name]
    window = int(time() // limit.window.total_seconds())
    keys = {f"limit:{name}:{window}:from:{network_of(request)}": limit.per_address}
    if subject and limit.per_subject:
        keys[f"limit:{name}:{window}:of:{hashed(subject)}"] = limit.per_subject
    return keys
