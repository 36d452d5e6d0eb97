"""Which browser is this, and where does it come from?

Its name is random, kept in a signed cookie and never shown to anybody.
"""

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .cookies import named

COOKIE = "browser"
SALT = "portal.browser"
LIFETIME = 60 * 60 * 24 * 400  # seconds; browsers keep no cookie for longer


def browser_of(request: HttpRequest) -> str:
    """The browser's name, or "" when it has none yet or made one up."""
    name = named(COOKIE)
    return request.get_signed_cookie(name, default="", salt=SALT, max_age=LIFETIME) or ""


def remember_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser a name to come back with, unless it has one."""
    if browser_of(request):
        return
    response.set_signed_cookie(
        named(COOKIE),
        secrets.token_urlsafe(16),
        salt=SALT,
        max_age=LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def ip_address_of(request: HttpRequest) -> str | None:
    """Where the request comes from; of a trusted proxy, what that proxy says."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    header = request.headers.get("X-Forwarded-For", "")
    forwarded = [address for address in header.split(",") if address.strip()]
    is_forwarded = 0 < trusted <= len(forwarded)
    address = forwarded[-trusted] if is_forwarded else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(address.strip()))
    except ValueError:
        return None


def network_of(request: HttpRequest) -> str | None:
    """Whom to count a request for: an IPv4 address, or the 64 bits of an IPv6 line's owner."""
    address = ip_address_of(request)
    if not address or ipaddress.ip_address(address).version == 4:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
