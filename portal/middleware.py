"""Around every page: language and time zone of who is signed in, and what they must do first."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from .access import SecondFactorFirst
from .models import User


def without_nul(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A NUL in an address is taken for a letter that no name has: PostgreSQL looks for none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.path_info = request.path_info.replace("\x00", "\ufffd")
        return get_response(request)

    return middleware


def user_preferences(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Show pages in the user's language, unless the browser was told another, and time zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
            with timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
                return get_response(request)
        return get_response(request)

    return middleware


def unkept(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """What is about people stays in no cache, unless its view says for how long it may."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class LedToSecondFactor:
    """Leads admins who must set up a second factor there, whatever they asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """To a part of a page 403: another page would not fit into it."""
        if not isinstance(exception, SecondFactorFirst):
            return None
        if "HX-Request" in request.headers:
            return HttpResponse(status=403)
        return redirect("portal:second-factor")
