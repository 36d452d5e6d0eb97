"""Which browser is this? A random name in a signed cookie, never shown to anybody."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "browser"
SALT = "portal.browser"
LIFETIME = 60 * 60 * 24 * 400  # seconds; browsers keep no cookie for longer


def browser_of(request: HttpRequest) -> str:
    """The browser's name, or "" when it has none yet or made one up."""
    return request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=LIFETIME) or ""


def remember_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser a name to come back with, unless it has one."""
    if browser_of(request):
        return
    response.set_signed_cookie(
        COOKIE,
        secrets.token_urlsafe(16),
        salt=SALT,
        max_age=LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
