"""Posts and readings at Cliq, counted in the process that makes them."""

import logging

from prometheus_client import Counter, Histogram

from .models import Attempt

logger = logging.getLogger(__name__)

ATTEMPTS = Counter("books_cliq_attempts", "Calls to Cliq that count.", ["origin", "outcome"])
SECONDS = Histogram("books_cliq_seconds", "How long Cliq took.", ["origin"])


def observe(attempt: Attempt, outcome: str, milliseconds: int) -> None:
    """One call has ended; what keeps the figures from being written must not undo its outcome."""
    try:
        ATTEMPTS.labels(attempt.origin, outcome).inc()
        SECONDS.labels(attempt.origin).observe(milliseconds / 1000)
    except OSError:
        logger.exception("Attempt %s is not counted", attempt.pk)
