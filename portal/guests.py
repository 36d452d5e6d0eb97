"""The customers' own sign-in: a cookie of its own, apart from the session of staff."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from .cookies import named
from .models import Guest, Knock

GUEST, KNOCK = "guest", "knock"
SALT = "portal.guest"
COOKIE: dict[str, Any] = {"salt": SALT, "httponly": True, "samesite": "Lax"}


def guest_of(request: HttpRequest, now: datetime | None = None) -> Guest | None:
    """Who has proved a mailbox from this browser and not left since."""
    key = request.get_signed_cookie(named(GUEST), default="", salt=SALT, max_age=Guest.LIFETIME)
    return Guest.objects.for_key(key, now or timezone.now()).first() if key else None


def mailbox_of(request: HttpRequest) -> str:
    """The mailbox that this browser has proved, in lower case; "" for none."""
    guest = guest_of(request)
    return guest.email.lower() if guest else ""


def let_in(request: HttpRequest, response: HttpResponse, email: str, *, now: datetime) -> None:
    """Give the browser a new key; an earlier one opens nothing any more."""
    let_out(request, response, now=now)
    _guest, key = Guest.objects.welcome(email, now=now)
    _set(response, GUEST, key, "/", Guest.LIFETIME)


def let_out(request: HttpRequest, response: HttpResponse, *, now: datetime) -> None:
    """Forget whom the browser belongs to, here and there."""
    if guest := guest_of(request, now):
        guest.leave(now=now)
    response.delete_cookie(named(GUEST), samesite="Lax")
    path = reverse("portal:enter")
    response.delete_cookie(named(KNOCK, path), path=path, samesite="Lax")


def remember_knock(response: HttpResponse, knock: Knock) -> None:
    """Only the browser that asked for a code can use it."""
    _set(response, KNOCK, str(knock.pk), reverse("portal:enter"), Knock.LIFETIME)


def knock_of(request: HttpRequest) -> Knock | None:
    """The code that this browser asked for a moment ago."""
    name = named(KNOCK, reverse("portal:enter"))
    pk = request.get_signed_cookie(name, default="", salt=SALT, max_age=Knock.LIFETIME)
    return Knock.objects.select_related("organisation").filter(pk=pk).first() if pk else None


def _set(response: HttpResponse, name: str, value: str, path: str, lifetime: timedelta) -> None:
    where: dict[str, Any] = {"path": path, "secure": settings.SESSION_COOKIE_SECURE}
    response.set_signed_cookie(named(name, path), value, max_age=lifetime, **where, **COOKIE)
