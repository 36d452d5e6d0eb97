"""What Prometheus is told: requests of this server's processes, and deliveries of all machines."""

import logging
import os
import time
from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from integrations.delivery import status

logger = logging.getLogger(__name__)

CONTENT_TYPE = CONTENT_TYPE_LATEST
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # where the processes of one machine put their figures

REQUESTS = Counter("books_requests", "Requests answered.", ["method", "view", "status"])
SECONDS = Histogram("books_request_seconds", "How long the answer took.", ["view"])


def measured(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Count and time each request by the name of its view: an address may hold a secret."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        view = match.view_name if match else "none"
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
        try:
            REQUESTS.labels(method, view, response.status_code).inc()
            SECONDS.labels(view).observe(time.perf_counter() - began)
        except OSError:  # Where the figures lie is full or gone; what was done is done.
            logger.exception("A request is not counted")
        return response

    return middleware


class Deliveries(Collector):
    """Lanes and deliveries as the database has them now, whichever machine works on them."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        now = status(timezone.now())
        waiting = GaugeMetricFamily(
            "books_deliveries", "Deliveries that are not sent.", labels=["state"]
        )
        for state in ("due", "later", "held", "failed", "uncertain"):
            waiting.add_metric([state], getattr(now, state))
        yield waiting
        yield GaugeMetricFamily(
            "books_oldest_delivery_seconds",
            "How long the delivery that waits longest has waited.",
            value=now.oldest_seconds,
        )
        yield GaugeMetricFamily("books_lanes", "Lanes: Zoho accounts.", value=now.lanes)


def exposed() -> bytes:
    """All of it, in Prometheus's text format."""
    registry = CollectorRegistry()
    if os.environ.get(SHARED):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        here = b""
    else:
        here = generate_latest(REGISTRY)
    registry.register(Deliveries())
    return here + generate_latest(registry)
