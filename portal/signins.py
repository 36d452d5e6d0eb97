"""Who signs in, who is refused and who leaves: told to the log, by number and address."""

import logging
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from .browsers import ip_address_of
from .models import User

logger = logging.getLogger(__name__)


def connect() -> None:
    """Listen; once, when the app is ready."""
    user_logged_in.connect(came, dispatch_uid="signins.came")
    user_logged_out.connect(left, dispatch_uid="signins.left")
    user_login_failed.connect(refused, dispatch_uid="signins.refused")


def came(request: HttpRequest, user: User, **kwargs: Any) -> None:
    methods = request.session.get("account_authentication_methods", [])
    names = ", ".join(str(used.get("method", "")) for used in methods) or "a new account"
    logger.info("User %s signed in from %s by %s", user.pk, ip_address_of(request), names)


def left(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user:
        logger.info("User %s signed out from %s", user.pk, ip_address_of(request))


def refused(request: HttpRequest | None = None, **kwargs: Any) -> None:
    # What was typed may be a password in the wrong field.
    logger.warning("A sign-in was refused from %s", ip_address_of(request) if request else "-")
