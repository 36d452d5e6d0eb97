"""The door of every page behind a link: who may come in, and how they are received."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from ...access import is_member
from ...browsers import remember_browser
from ...customer_access import LinkRequest, document_of, visitor_for
from ...limits import count, is_spent, too_many
from ...models import Invoice, Organisation
from .refusals import refuse_cancelled, refuse_staff

Page = Callable[..., HttpResponse]


def by_link(view: Page) -> Page:
    """Open the view to whoever holds the link; every other token gets one and the same page."""

    @wraps(view)
    def page(request: HttpRequest, token: str, **words: Any) -> HttpResponse:
        try:
            response = _receive(partial(view, **words), request, token)
        except Http404:
            if is_spent("stranger", request):
                return guarded(too_many("stranger", request))
            count("stranger", request)
            response = render(request, "portal/customer/closed.html", {"token": token}, status=404)
        return guarded(response)

    return page


def guarded(response: HttpResponse) -> HttpResponse:
    """Whose address opens a document is nothing for caches and search engines."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@contextmanager
def shown_in(request: HttpRequest, language: str, organisation: Organisation) -> Iterator[None]:
    """The reader's language, unless they chose another, and the organisation's time."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = chosen if chosen in dict(settings.LANGUAGES) else language
    with translation.override(language), timezone.override(organisation.zone):
        yield


def _receive(view: Page, request: HttpRequest, token: str) -> HttpResponse:
    guest = cast(LinkRequest, request)
    guest.visitor = visitor_for(request, token)
    contact, document = guest.visitor.contact, document_of(guest.visitor.link)
    guest.is_preview = is_member(request, document.organisation)
    with shown_in(request, contact.language, document.organisation):
        response = _refuse(guest, token) or view(guest, token)
        # The outer middleware would name the language that it chose before us.
        response["Content-Language"] = translation.get_language()
    if request.method == "GET" and not guest.is_preview:
        remember_browser(request, response)
    return response


def _refuse(request: LinkRequest, token: str) -> HttpResponse | None:
    """Staff act on their own pages only, and nobody acts on what was cancelled."""
    if request.method != "POST":
        return None
    if request.is_preview:
        return refuse_staff(request, token)
    if document_of(request.visitor.link).status == Invoice.Status.VOID:
        return refuse_cancelled(request, token)
    return None
