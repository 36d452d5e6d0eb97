"""The peer: one task per message on Huey, as one would write it without lanes.

No order, no budget, no attempt written before the call, and what was in a worker's hands when it
died is lost.
"""

import threading

import requests
from django.conf import settings
from django.utils import timezone
from huey.contrib.djhuey import HUEY, db_task

from integrations.models import Delivery
from tests.benchmarks.delivery.bare import HEADERS, PAYLOAD, new_session

_local = threading.local()


@db_task()
def post_one(delivery: int) -> None:
    """Post one message and mark its row."""
    row = Delivery.objects.select_related("event", "connection").get(pk=delivery)
    url = f"{settings.CLIQ_SANDBOX_URL}/api/v2/channelsbyname/{row.connection.channel}/message"
    answer = _session().post(url, json=PAYLOAD, headers=HEADERS, timeout=(5, 15))
    answer.raise_for_status()
    row.status, row.sent_at = Delivery.Status.SENT, timezone.now()
    row.message_id = answer.json()["message_id"]
    row.save(update_fields=["status", "sent_at", "message_id"])


def _session() -> requests.Session:
    if not hasattr(_local, "session"):
        _local.session = new_session()
    session: requests.Session = _local.session
    return session


def work(threads: int) -> None:
    """Huey's consumer, set as the product's worker sets it."""
    HUEY.create_consumer(
        workers=threads, initial_delay=0.1, max_delay=0.1, backoff=1.0, periodic=False
    ).run()
