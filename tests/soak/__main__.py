"""Soak delivery: `python -m tests.soak [--database postgresql]`.

Customers comment, workers are killed and Cliq fails at random; in the end what was said is held
against what the sandbox kept. Nothing may be lost, nothing may stand there twice or out of order,
and no token, key or link may be found in the bytes of the database, of the queue and of the logs.
Ends with 1 if anything is, or if any fault was met too rarely to say anything.
"""

import argparse
import os
import random
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.delivery.world import production, stores
from tests.leaks import TOKENS, leaks, left_in
from tests.sandbox import SandboxControls, running_sandbox

SCALE = 60  # A minute of Cliq's limits passes in a second.
ANSWER_SECONDS = 2.0
POSTS = "/api/v2/channelsbyname/*"
READS = "/api/v2/chats/*"
ENOUGH = 20  # of each fault
PATIENCE = 900  # seconds, after the last event
HANG = {"do": "hang", "seconds": 2.5}
SECRETS = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "ZOHO_CLIENT_SECRET")
UNKNOWN = {"do": "refuse", "status": 400, "code": "moon_is_full"}
FAULTS: list[dict[str, Any]] = [
    *({"do": do, "path": POSTS} for do in ("throttle", "too_many", "unauthorized")),
    *({"do": do, "path": POSTS} for do in ("technical_error", "forbidden")),
    *(
        {**how, "path": POSTS, "when": when}
        for how in (HANG, {"do": "drop"}, {"do": "server_error"}, {"do": "bad_gateway"})
        for when in ("before", "after")
    ),
    {"do": "malformed", "path": POSTS, "when": "after"},
    {**UNKNOWN, "path": POSTS},
    {"do": "server_error", "path": READS},
    {"do": "drop", "path": READS},
]


def say(what: str, figure: object) -> None:
    sys.stdout.write(f"{what}: {figure}\n")
    sys.stdout.flush()


def soak(cliq: SandboxControls, told: argparse.Namespace, log: Path) -> bool:
    """Whether everything that was said stands in Cliq once and in order, and no secret anywhere."""
    import django  # noqa: PLC0415  The settings are read once, from this environment.
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.soak.workers import Workers  # noqa: PLC0415
    from tests.soak.world import World  # noqa: PLC0415

    dice = random.Random(told.seed)  # noqa: S311  A soak must be repeatable.
    world = World(cliq, told.organisations)
    cliq.will_at_random(told.percent, seed=told.seed, faults=FAULTS)
    started_at = time.monotonic()
    held = world.secrets()
    with Workers(told.workers, told.seed, told.pause, log) as workers:
        for number in range(told.events):
            world.comment(number, dice)
            time.sleep(max(0, started_at + told.seconds * number / told.events - time.monotonic()))
            if number % 100 == 0:
                world.repair()
        say("recorded in", f"{time.monotonic() - started_at:.0f} s")
        wait_until_empty(world)
        workers.spare()
        counts = cliq.fault_counts()
        cliq.obey()
        aside = world.send_failed_again()
        wait_until_empty(world)
    say("delivered in", f"{time.monotonic() - started_at:.0f} s")
    say("workers killed", workers.kills)
    is_sound = report(world, aside, counts)
    return told_nothing(held | world.secrets(), log) and is_sound


def told_nothing(held: set[str], log: Path) -> bool:
    """Whether nothing that was kept or logged opens anything."""
    held |= {os.environ[name] for name in SECRETS}
    kept = left_in(os.environ["DATABASE_URL"]) | left_in(os.environ["HUEY_URL"])
    kept["the logs"] = log.read_bytes()
    found = leaks(held, kept)
    found += [f"a token in {where}" for where, content in kept.items() if TOKENS.search(content)]
    say("bytes searched for secrets", f"{sum(map(len, kept.values())):,}")
    say("secrets", len(held))
    say("secrets found", found or 0)
    return not found


def wait_until_empty(world: Any) -> None:
    """Until nothing waits any more, repairing what breaks."""
    from integrations.models import Delivery  # noqa: PLC0415

    ends_at = time.monotonic() + PATIENCE
    while Delivery.objects.pending().exists() and time.monotonic() < ends_at:
        world.repair()
        time.sleep(0.5)


def report(world: Any, aside: list[int], counts: dict[str, int]) -> bool:
    from integrations.models import Attempt, Delivery  # noqa: PLC0415

    looked_up = Attempt.objects.of_posts().filter(outcome__in=["found", "not_found"])
    say("posts in flight when their worker was killed", looked_up.filter(detail="").count())
    say("posts looked up", looked_up.count())
    say("posts as digests", Attempt.objects.filter(origin="digest").count())
    say("repairs", world.repairs)
    say("stepped aside and sent again", len(aside))
    say("uncertain", Delivery.objects.uncertain().count())
    for fault, count in sorted(counts.items()):
        say(f"fault {fault}", count)
    limits = [line for line in world.cliq.state()["limits"] if line["limit"] == "post"]
    say("most posts of a person in a minute", max(line["peak"] for line in limits))
    found = world.reconcile(aside)
    for what, count in found.items():
        say(what, count)
    is_sound = not (found["lost"] or found["duplicates"] or found["inversions"])
    return is_sound and min(counts.values(), default=0) >= ENOUGH


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--organisations", type=int, default=50)
    parser.add_argument("--percent", type=float, default=10, help="of the requests that fail")
    parser.add_argument("--seconds", type=float, default=180, help="in which the events happen")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--pause", type=float, default=3, help="seconds from kill to kill")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    with (
        stores(told.database) as chosen,
        running_sandbox(time_scale=SCALE) as cliq,
        tempfile.TemporaryDirectory() as folder,
    ):
        os.environ |= production(chosen, cliq.url)
        os.environ |= {
            "CLIQ_TIME_SCALE": str(SCALE),
            "CLIQ_ANSWER_SECONDS": str(ANSWER_SECONDS),
            "ZOHO_CLIENT_ID": "1000.TESTCLIENT",
            "ZOHO_CLIENT_SECRET": secrets.token_urlsafe(30),
            "LOG_LEVEL": "INFO",
        }
        is_sound = soak(cliq, told, Path(folder) / "log")
    sys.exit(not is_sound)


if __name__ == "__main__":
    main()
