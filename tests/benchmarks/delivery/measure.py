"""What is measured, within the environment of `world.production`."""

import os
import random
import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import requests
from django.db import transaction
from django.utils import timezone

from integrations import tasks
from integrations.models import Connection, Delivery
from portal.models import Comment
from tests.benchmarks.delivery import peer, world
from tests.factories import make_visitor
from tests.integrations.lanes import document_of

PATIENCE = 180


@dataclass(frozen=True)
class Times:
    """Milliseconds."""

    all: Sequence[float]

    def __str__(self) -> str:
        ordered = sorted(self.all)
        p99 = ordered[int(len(ordered) * 0.99) - 1]
        return f"p50 {statistics.median(ordered):.1f}, p99 {p99:.1f}, max {ordered[-1]:.1f}"

    @property
    def median(self) -> float:
        return statistics.median(self.all)


def arrivals(sink: str) -> list[float]:
    told: list[float] = requests.get(sink, timeout=10).json()
    return told


def posts_a_second(sink: str, expected: int) -> float:
    """Wait until all have arrived; from the first to the last."""
    seen: list[float] = []
    ends_at = time.monotonic() + PATIENCE
    while len(seen) < expected:
        assert time.monotonic() < ends_at, f"only {len(seen)} of {expected} posts have arrived"
        time.sleep(0.2)
        seen += arrivals(sink)
    return (len(seen) - 1) / (max(seen) - min(seen))


def product(sink: str, lanes: list[Connection], *, workers: int, threads: int) -> float:
    """Posts a second through the product."""
    world.empty()
    world.fill(lanes)
    for lane in lanes:
        assert lane.grant
        tasks.wake(lane.grant.account_id)
    arrivals(sink)
    with world.workers(workers, threads):
        return posts_a_second(sink, len(lanes) * world.POSTS)


def one_task_each(sink: str, lanes: list[Connection], *, workers: int, threads: int) -> float:
    """Posts a second through the peer."""
    world.empty()
    world.fill(lanes)
    for pk in Delivery.objects.values_list("pk", flat=True):
        peer.post_one(pk)
    arrivals(sink)
    with ExitStack() as running:
        for _worker in range(workers):
            running.enter_context(world.process("tests.benchmarks.delivery", "peer", str(threads)))
        return posts_a_second(sink, len(lanes) * world.POSTS)


def timed(act: Callable[[], object], times: int, pause: float = 0) -> Times:
    taken = []
    for _time in range(times):
        started_at = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started_at) * 1000)
        time.sleep(pause)
    return Times(taken)


def commenting(lane: Connection) -> tuple[Callable[[], object], Callable[[], object]]:
    """A customer comments: the comment's row alone, and all that the product does with it."""
    document = document_of(lane)
    visitor = make_visitor(document)

    @transaction.atomic
    def comment_alone() -> None:
        Comment.objects.get_or_create(
            submission_key=uuid.uuid4(),
            defaults={
                document.KIND: document,
                "contact": visitor.contact,
                "text": "One.",
                "created_at": timezone.now(),
            },
        )

    def comment() -> None:
        Comment.objects.add_from_customer(
            document, visitor, "One.", key=uuid.uuid4(), now=timezone.now()
        )

    return comment_alone, comment


def added_to_the_request(lane: Connection, times: int = 300) -> tuple[float, float]:
    """Milliseconds that event and delivery add to the customer's act, and those of the wake-up."""
    alone, comment = commenting(lane)
    assert lane.grant
    account = lane.grant.account_id
    acts = (alone, comment, lambda: tasks.wake(account))
    for act in acts:
        timed(act, 30)
    # In turns, so that a slow moment of the machine strikes all three.
    turns = [[timed(act, 1).median for act in acts] for _turn in range(times)]
    alone_ms, comment_ms, wake = (statistics.median(each) for each in zip(*turns, strict=True))
    return comment_ms - alone_ms - wake, wake


def click_to_cliq(sink: str, lanes: list[Connection], times: int = 100) -> Times:
    """From the customer's click to the sink's door, with nothing else to do."""
    world.empty()
    acts = [commenting(lane)[1] for lane in lanes[:10]]
    taken = []
    with world.workers(1, 4):
        for number in range(-5, times):  # The first ones meet a worker that is not there yet.
            arrivals(sink)
            clicked_at = time.time()
            acts[number % len(acts)]()
            arrived_at = _next_arrival(sink)
            taken += [(arrived_at - clicked_at) * 1000] * (number >= 0)
            time.sleep(random.uniform(0.05, 0.25))  # noqa: S311  No secret.
    return Times(taken)


def _next_arrival(sink: str) -> float:
    while not (seen := arrivals(sink)):
        time.sleep(0.02)
    return seen[0]


def customer_beside_a_backlog(sink: str, lanes: list[Connection], threads: int = 8) -> Times:
    """What customers wait for their comment while a worker drains everything else."""
    world.empty()
    world.fill(lanes[1:])
    _alone, comment = commenting(lanes[0])
    comment()
    for lane in lanes[1:]:
        assert lane.grant
        tasks.wake(lane.grant.account_id)
    arrivals(sink)
    with world.workers(1, threads):
        _next_arrival(sink)
        return timed(comment, 300, pause=0.003)


def machine() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
