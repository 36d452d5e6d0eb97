"""How do claims, sweeps, logs and pages bear a large installation? And does each use an index?

`python -m tests.benchmarks.scale [--shares 1 10 100] [--rounds 5] [--requests 50] [--cpu] [--keep]
[--only home dashboard]`

On PostgreSQL (DATABASE_URL names the server; each share gets a database of its own): a hundred per
cent are 1,000 organisations with 1,000,000 events and deliveries and 100,000 documents. The sizes
take turns, and the best of all rounds counts, so that what else runs on the machine disturbs
little; the pages of the database that a step reads (8 KB each) are told as well, since they don't
depend on the clock. Every SELECT, UPDATE and DELETE of the largest size is explained after ANALYZE,
with the planner as it is. Ends with 1 if one of them reads a large table from end to end, or if a
step grows by more than the goal (but for those whose work is all that waits anywhere). `--cpu`
counts the time that this process and the server's spend on a processor, for a machine on which
other work runs (Linux, the server on the same machine). `--keep` leaves the databases for the next
run.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from .databases import Share  # noqa: E402
from .plans import explained, pages_read, scans  # noqa: E402
from .steps import OF_ALL, Step, steps  # noqa: E402

Clock = Callable[[], float]
GOAL = 1.3  # times what the smallest size takes
Figures = dict[str, list[tuple[float, float]]]  # p50 and p99 in milliseconds, of each round


def chosen(only: list[str]) -> dict[str, Step]:
    """The steps of these names; all without any."""
    return {name: step for name, step in steps().items() if not only or name in only}


def on_processor() -> float:
    """Seconds that this thread and its connection's process at the server have worked."""
    pid = connection.connection.info.backend_pid
    return time.thread_time() + int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def timed(step: Step, requests: int, clock: Clock) -> tuple[float, float]:
    """The 50th and the 99th percentile in milliseconds."""
    for _ in range(3):
        step()
    times = []
    for _ in range(requests):
        began = clock()
        step()
        times.append((clock() - began) * 1000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def measured(
    shares: list[Share], rounds: int, requests: int, clock: Clock, only: list[str]
) -> Iterator[dict[int, Figures]]:
    """Each step's times at each size, the sizes by turns; all so far after each round."""
    figures: dict[int, Figures] = {share.percent: {} for share in shares}
    for number in range(rounds):
        for share in shares:
            with share.used():
                for name, step in chosen(only).items():
                    found = timed(step, requests, clock)
                    figures[share.percent].setdefault(name, []).append(found)
        print(f"round {number + 1} of {rounds}", flush=True)
        yield figures


def reading(share: Share, only: list[str]) -> tuple[dict[str, int], list[str]]:
    """How many pages of the database each step reads, and which large tables from end to end."""
    pages, found = {}, []
    with share.used():
        for name, step in chosen(only).items():
            plans = list(explained(step))
            pages[name] = sum(pages_read(plan) for _sql, plan in plans)
            for sql, plan in plans:
                found += [f"{name} reads all of {table}: {sql[:500]}" for table in scans(plan)]
    return pages, found


def report(figures: dict[int, Figures], pages: dict[int, dict[str, int]]) -> list[str]:
    """One line a step; the steps that grew by more than the goal come back."""
    percents, missed = list(figures), []
    head = "".join(f"{f'{percent} %':>9}" for percent in percents) + "  grows"
    print(f"{'p50, p99 (ms), pages read':<28}{head}{head}{head[:-7]}")
    for name in figures[percents[0]]:
        cells = ""
        for place in (0, 1):
            best = [min(one[place] for one in figures[percent][name]) for percent in percents]
            growth = best[-1] / best[0]
            cells += "".join(f"{one:>9.2f}" for one in best) + f"{growth:>7.2f}"
            if growth > GOAL and name not in OF_ALL:
                missed.append(f"{name}: {'p99' if place else 'p50'} grows {growth:.2f} times")
        cells += "".join(f"{pages[percent][name]:>9}" for percent in percents)
        print(f"{name:<28}{cells}", flush=True)
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shares", type=int, nargs="+", default=[1, 10, 100], help="per cent")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=50, help="of each step in each round")
    parser.add_argument("--cpu", action="store_true", help="time on a processor, not the clock's")
    parser.add_argument("--only", nargs="+", default=[], help="these steps")
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    told = parser.parse_args()
    if connection.vendor != "postgresql":
        sys.exit("Set DATABASE_URL to a PostgreSQL server: the planner is its.")
    settings.ALLOWED_HOSTS, settings.DEBUG = ["testserver"], False
    clock = on_processor if told.cpu else time.perf_counter
    missed: list[str] = []
    shares = [Share(percent) for percent in told.shares]
    try:
        for share in shares:
            share.prepare()
        read = {share.percent: reading(share, told.only) for share in shares}
        found = read[shares[-1].percent][1]
        pages = {percent: of_step for percent, (of_step, _found) in read.items()}
        for figures in measured(shares, told.rounds, told.requests, clock, told.only):
            missed = report(figures, pages)
    finally:
        if not told.keep:
            for share in shares:
                share.drop()
    print("\n".join(missed) or f"Nothing grows more than {GOAL} times.")
    print("\n".join(found) or "No large table is read from end to end.")
    sys.exit(bool(missed or found))


if __name__ == "__main__":
    main()
