"""Is the site up? Addresses that load balancers and monitors ask, by whatever host name."""

import os
import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils import timezone

from integrations.delivery import status
from portal.migrated import is_migrated

from . import metrics

_known: list[str] = []


def monitored(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer monitors before anything else of a request is looked at, such as its host name."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = ANSWERS.get(request.path_info)
        return answer(request) if answer else get_response(request)

    return middleware


def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers, and which start of `manage.py serve` it belongs to."""
    response = HttpResponse("ok\n", content_type="text/plain")
    response["X-Generation"] = os.environ.get("SERVE_GENERATION", "0")
    return response


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests can be served; 503 while they can't.

    How delivery does is for who knows METRICS_TOKEN, and not held against this server: it serves
    all the same.
    """
    try:
        told: dict[str, Any] = {"database": "ok", "migrations": _migrations()}
        if _is_known(request):
            told["deliveries"] = _deliveries()
    except Error:  # Of every kind: a connection that was closed under us is none of DatabaseError.
        told = {"database": "unreachable"}
    is_ready = told.get("migrations") == "ok"
    return JsonResponse({"ready": is_ready, **told}, status=200 if is_ready else 503)


def exposition(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for who knows METRICS_TOKEN; nobody without one."""
    if not _is_known(request):
        return HttpResponseNotFound()
    return HttpResponse(metrics.exposed(), content_type=metrics.CONTENT_TYPE)


def _is_known(request: HttpRequest) -> bool:
    told = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    is_right = secrets.compare_digest(told.encode(), expected.encode())
    return bool(settings.METRICS_TOKEN) and is_right


def _migrations() -> str:
    """Asked until they are applied: they stay so for as long as this process runs."""
    if not _known:
        if not is_migrated():
            return "missing"
        _known.append("applied")
    return "ok"


def _deliveries() -> dict[str, int]:
    now = status(timezone.now())
    figures = ("due", "later", "held", "failed", "uncertain", "oldest_seconds")
    return {name: getattr(now, name) for name in figures}


ANSWERS = {"/healthz": healthz, "/readyz": readyz, "/metrics": exposition}
