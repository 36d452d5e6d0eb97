"""Measure delivery: `python -m tests.benchmarks.delivery --database sqlite --database postgresql`.

PostgreSQL and Redis are those of BENCHMARK_DATABASE_URL and BENCHMARK_REDIS_URL.
"""

import argparse
import os
import sys
from collections.abc import Callable

from tests.benchmarks.delivery import bare, world

LANES = 48
PARTS = ("throughput", "request", "latency", "backlog")


def say(what: str, figure: str) -> None:
    sys.stdout.write(f"| {what} | {figure} |\n")
    sys.stdout.flush()


def throughput(database: str, delay: float) -> None:
    """Posts a second: the limit, the product and the peer; and the product's own cost."""
    from tests.benchmarks.delivery import measure  # noqa: PLC0415

    sink, lanes = os.environ["CLIQ_SANDBOX_URL"], world.make_lanes(LANES)
    threads = 16 if delay else 1
    label = f"{database}, {delay * 1000:.0f} ms, {threads} thread(s)"
    limit = bare.posts_a_second(sink, threads=threads, posts=LANES * world.POSTS)
    say(f"{label}: bare loop", f"{limit:.0f} posts/s")
    ways: dict[str, Callable[..., float]] = {
        "product": measure.product,
        "one task each": measure.one_task_each,
    }
    for name, way in ways.items():
        for workers in (1, 2):
            rate = way(sink, lanes, workers=workers, threads=threads)
            own = f", {1000 / rate - 1000 / limit:.2f} ms a post beyond the bare loop"
            is_single = workers == 1 and not delay
            figure = f"{rate:.0f} posts/s, {rate / limit:.2f} of the loop"
            say(f"{label}: {name}, {workers} worker(s)", figure + own * is_single)


def request(database: str) -> None:
    from tests.benchmarks.delivery import measure  # noqa: PLC0415

    rows, wake = measure.added_to_the_request(world.make_lanes(1)[0])
    say(f"{database}: added to the request", f"rows {rows:.2f} ms, wake-up {wake:.2f} ms")


def latency(database: str) -> None:
    from tests.benchmarks.delivery import measure  # noqa: PLC0415

    times = measure.click_to_cliq(os.environ["CLIQ_SANDBOX_URL"], world.make_lanes(10))
    say(f"{database}: click to Cliq, idle", f"{times} ms")


def backlog(database: str, delay: float) -> None:
    from tests.benchmarks.delivery import measure  # noqa: PLC0415

    lanes = world.make_lanes(LANES)
    times = measure.customer_beside_a_backlog(os.environ["CLIQ_SANDBOX_URL"], lanes)
    say(f"{database}, {delay * 1000:.0f} ms: customer beside 8 threads", f"{times} ms")


def run(database: str, delay: float, parts: list[str]) -> None:
    """In a process of its own, because the settings are read once."""
    with world.stores(database) as stores, world.sink(delay) as sink:
        os.environ |= world.production(stores, sink)
        import django  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        if "throughput" in parts:
            throughput(database, delay)
        if "request" in parts and not delay:
            request(database)
        if "latency" in parts and not delay:
            latency(database)
        if "backlog" in parts:
            backlog(database, delay)


def main() -> None:
    if sys.argv[1] == "peer":  # A worker of the peer, started by the measurement itself.
        import django  # noqa: PLC0415

        django.setup()
        from tests.benchmarks.delivery import peer  # noqa: PLC0415

        peer.work(int(sys.argv[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--delay", action="append", type=float, help="of the sink, in seconds")
    parser.add_argument("--part", action="append", choices=PARTS)
    told = parser.parse_args()
    for database in told.database or ["sqlite", "postgresql"]:
        for delay in told.delay or [0.0, 0.05]:
            child = os.fork()
            if child == 0:
                run(database, delay, told.part or list(PARTS))
                os._exit(0)
            os.waitpid(child, 0)


if __name__ == "__main__":
    main()
