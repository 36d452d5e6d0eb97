"""Workers as processes of their own, which a test may kill.

`python -m tests.integrations.workers 7 8` drains the lanes 7 and 8 again and again.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120  # seconds: the machine may have much else to do
PAUSE = 0.05


def database_url() -> str:
    """The test database, for another process."""
    from django.db import connection  # noqa: PLC0415  As a script, this is read before the setup.

    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    return f"postgresql://{told['USER']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"


def drains(*accounts: int, **environment: object) -> "subprocess.Popen[str]":
    """Start a process that drains these lanes."""
    return _start(["-m", "tests.integrations.workers", *map(str, accounts)], environment)


def worker(**environment: object) -> "subprocess.Popen[str]":
    """Start the product's own worker."""
    return _start(["manage.py", "worker", "--threads", "2"], environment)


def _start(arguments: list[str], environment: dict[str, object]) -> "subprocess.Popen[str]":
    told = {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "LOG_LEVEL": "ERROR",
        **{name: str(value) for name, value in environment.items()},
    }
    return subprocess.Popen(  # noqa: S603  Our own module, our own arguments.
        [sys.executable, *arguments], cwd=ROOT, env=os.environ | told, text=True
    )


@contextmanager
def running(*processes: "subprocess.Popen[str]") -> Iterator[None]:
    """Processes that are gone when the block ends."""
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wait_until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Look again and again; an AssertionError when it does not come true."""
    ends_at = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < ends_at, "it has not come true"
        time.sleep(PAUSE)


def main() -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from integrations import delivery  # noqa: PLC0415

    while True:
        for account in map(int, sys.argv[1:]):
            delivery.drain(account, now=timezone.now)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
