"""What our cookies are called."""

from django.conf import settings


def named(name: str, path: str = "/") -> str:
    """The name, with https behind the prefix of cookies that no other host can set."""
    if not settings.SESSION_COOKIE_SECURE:
        return name  # Browsers refuse the prefixes over plain HTTP.
    return f"__Host-{name}" if path == "/" else f"__Secure-{name}"
