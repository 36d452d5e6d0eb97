"""The demo's mailbox: every e-mail that Books sent, for whoever has no mail server."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..demo.mailbox import Letter, letters
from ..models import Organisation


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    _require_demo()
    return _page(request, "mailbox", letters=letters())


@require_safe
def mailbox_message(request: HttpRequest, name: str) -> HttpResponse:
    """One e-mail as text; its links are those to ourselves."""
    return _page(request, "message", letter=_letter(name))


@require_safe
def mailbox_attachment(request: HttpRequest, name: str, file: str) -> HttpResponse:
    """A PDF that an e-mail carries."""
    content = _letter(name).attachment(file)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="application/pdf")


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    """With the time of day in the place that the demo is about."""
    place = Organisation.objects.order_by("pk").first()
    with timezone.override(place.zone if place else None):
        return render(request, f"portal/demo/{name}.html", context)


def _letter(name: str) -> Letter:
    _require_demo()
    found = [letter for letter in letters() if letter.name == name]
    if not found:
        raise Http404
    return found[0]


def _require_demo() -> None:
    if not settings.DEMO:
        raise Http404
