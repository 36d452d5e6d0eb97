"""Processes that race for one lane, started together in every round."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integrations.models import Account

PATIENCE = 60
HELD = 0.001  # how long a transaction stays open after its claim, so that claims meet

Claim = Callable[["Account", datetime], bool]


def winners(
    claim: Claim, database_url: str, account: int, *, racers: int, rounds: int
) -> list[int]:
    """How many of the racers got the lane, round by round; they are processes of their own."""
    context = get_context("spawn")
    barrier = context.Barrier(racers)
    ends = [context.Pipe(duplex=False) for _ in range(racers)]
    processes = [
        context.Process(target=_race, args=(claim, database_url, account, rounds, barrier, writer))
        for _reader, writer in ends
    ]
    for process in processes:
        process.start()
    try:
        results = [_received(reader) for reader, _writer in ends]
    finally:
        for process in processes:
            process.join(PATIENCE)
    return [sum(wins) for wins in zip(*results, strict=True)]


def _received(reader: Pipe) -> list[bool]:
    assert reader.poll(PATIENCE), "a racer has not come in"
    wins: list[bool] = reader.recv()
    return wins


def _race(
    claim: Claim, database_url: str, account: int, rounds: int, barrier: Barrier, writer: Pipe
) -> None:
    os.environ |= {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    import django  # noqa: PLC0415  A new process: nothing is set up before this.

    django.setup()
    writer.send([_won(claim, account, barrier) for _round in range(rounds)])


def _won(claim: Claim, account: int, barrier: Barrier) -> bool:
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from integrations.models import Account  # noqa: PLC0415

    if barrier.wait(PATIENCE) == 0:
        Account.objects.filter(pk=account).update(leased_until=Account.NEVER)
    lane = Account.objects.get(pk=account)
    barrier.wait(PATIENCE)
    with transaction.atomic():
        has_won = claim(lane, timezone.now())
        time.sleep(HELD)
    barrier.wait(PATIENCE)
    return has_won


# The ways to take a lane: the product's own, and two with its guard removed.


def as_the_product_does(lane: "Account", now: datetime) -> bool:
    return lane.claim(now) is not None


def through_a_join(lane: "Account", now: datetime) -> bool:
    """The same condition reached over another table: it is not looked at again after waiting."""
    free = type(lane).objects.filter(pk=lane.pk, leased_until__lte=now, grants__status="active")
    return bool(free.update(leased_until=now + lane.lease()))


def by_reading_first(lane: "Account", now: datetime) -> bool:
    """Look, then take."""
    lane.refresh_from_db()
    if lane.leased_until > now:
        return False
    lane.leased_until = now + lane.lease()
    lane.save(update_fields=["leased_until"])
    return True
