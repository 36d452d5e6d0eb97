"""python -m integrations.sandbox --port 8001: start a local Zoho accounts server and Cliq."""

import argparse
import logging
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

from . import seed
from .sandbox import Sandbox
from .server import listen, start, stop
from .site import Site


def arguments(told: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m integrations.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8001, help="0 takes any free one")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--data", type=Path, help="keep everything in this directory")
    parser.add_argument(
        "--account",
        action="append",
        default=[],
        type=seed.account_told,
        metavar="WHO",
        help="who may sign in: 'email|First|Last', or JSON; may be repeated",
    )
    parser.add_argument("--many-channels", action="store_true", help="enough for two pages")
    parser.add_argument(
        "--time-scale",
        type=float,
        default=float(os.environ.get("CLIQ_TIME_SCALE", "1")),
        help="with 60 a minute of a limit or lock passes in a second",
    )
    return parser.parse_args(told)


def furnish(sandbox: Sandbox, options: argparse.Namespace) -> None:
    """An empty sandbox gets its first organisation; another one the accounts it lacks."""
    if sandbox.store.row("SELECT 1 FROM accounts"):
        seed.welcome_accounts(sandbox, options.account)
        return
    accounts = options.account or seed.FIRST_ACCOUNTS
    sandbox.store.set("first_accounts", accounts)
    seed.plant(sandbox, accounts, many_channels=options.many_channels)


def run(options: argparse.Namespace, directory: Path) -> int:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    sandbox = Sandbox(directory, time_scale=options.time_scale)
    furnish(sandbox, options)
    try:
        servers = listen(options.host, options.port, Site(sandbox))
    except OSError as error:
        sys.stderr.write(f"Port {options.port} cannot be used: {error.strerror}.\n")
        return 1
    start(servers)
    sys.stdout.write(f"CLIQ_SANDBOX_URL=http://{options.host}:{servers[0].server_port}\n")
    sys.stdout.flush()
    stopping.wait()
    stop(servers)
    return 0


def main() -> int:
    logging.basicConfig(level=logging.WARNING)
    options = arguments(sys.argv[1:])
    if options.data:
        options.data.mkdir(parents=True, exist_ok=True)
        return run(options, options.data)
    with tempfile.TemporaryDirectory(prefix="cliq-sandbox-") as directory:
        return run(options, Path(directory))


if __name__ == "__main__":
    sys.exit(main())
