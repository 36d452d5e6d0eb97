"""Child processes: started together, watched, stopped together."""

import ctypes
import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 8
PR_SET_PDEATHSIG = 1
# Ctrl-C, a supervisor, a terminal that closes.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildDied(Exception):
    """A process that should run has ended."""


class Stopped(Exception):
    """Somebody asked us to stop."""


def is_in_use(port: int) -> bool:
    """Whether anything answers at `localhost`, by either kind of address."""
    try:
        with socket.create_connection(("localhost", port), timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def requests_by(*numbers: signal.Signals) -> Iterator[threading.Event]:
    """An event that any of these signals sets, in place of an exception."""
    asked = threading.Event()
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in numbers}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Children:
    """Processes with names; whichever ends first takes the others with it."""

    def __init__(
        self,
        environment: dict[str, str],
        stopping: threading.Event,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self.environment = environment
        self.stopping = stopping
        self.stop_seconds = stop_seconds
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.leaving: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *exception: object) -> None:
        """Ask everybody to finish; insist after a while."""
        for process in (*self.running.values(), *self.leaving):
            process.terminate()
        deadline = time.monotonic() + self.stop_seconds
        for process in (*self.running.values(), *self.leaving):
            try:
                process.wait(max(deadline - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str, *command: str) -> None:
        """Run a Python command until the end."""
        self.running[name] = self._popen(command, subprocess.DEVNULL)

    def replace(self, name: str, *command: str, is_up: Callable[[], bool] = lambda: True) -> bool:
        """Start it anew; once that is up, the one before finishes what it has begun.

        False if the new one ends or takes too long before: the one before goes on.
        """
        before = self.running.pop(name)
        self.leaving = [process for process in self.leaving if process.poll() is None]
        self.leaving.append(before)  # Whoever stops us meanwhile stops it, too.
        self.start(name, *command)
        new, deadline = self.running[name], time.monotonic() + START_SECONDS
        while not is_up():
            self.wait(0.1, except_for=name)
            if new.poll() is not None or time.monotonic() > deadline:
                new.terminate()
                self.leaving[-1], self.running[name] = new, before
                return False
        before.terminate()
        return True

    def finish(self, name: str, *command: str) -> bytes:
        """Run a Python command to its end, and give what it prints."""
        self.running[name] = process = self._popen(command, subprocess.PIPE)
        while process.poll() is None:
            self.wait(0.05, except_for=name)
        del self.running[name]
        printed, _ = process.communicate()
        if process.returncode:
            raise ChildDied(f"{name} failed: see above.")
        return printed

    def wait_until_answering(self, *urls: str) -> None:
        """Until there is an HTTP answer at every address."""
        deadline = time.monotonic() + START_SECONDS
        for url in urls:
            while not _answers(url):
                self.wait(0.05)
                if time.monotonic() > deadline:
                    raise ChildDied(f"Nothing answers at {url}.")

    def watch(self) -> None:
        """Until somebody asks to stop (Stopped), or a child ends (ChildDied)."""
        while True:
            self.wait(0.2)

    def wait(self, seconds: float, except_for: str = "") -> None:
        """For so long; Stopped or ChildDied when there is nothing to wait for any more."""
        if self.stopping.wait(seconds):
            raise Stopped
        for name, process in self.running.items():
            if name != except_for and process.poll() is not None:
                raise ChildDied(f"{name} ended with status {process.returncode}: see above.")

    def _popen(self, command: tuple[str, ...], stdout: int) -> subprocess.Popen[bytes]:
        # Of their own session, so that Ctrl-C reaches us alone, who then stop them in order.
        return subprocess.Popen(  # noqa: S603  (the commands are the demo's own)
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def _die_with_parent() -> None:
    """Even when the demo itself is killed, nobody stays behind (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(url: str) -> bool:
    address = urlsplit(url)
    connection_class = (
        http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    )
    connection = connection_class(address.netloc, timeout=5)
    try:
        connection.request("GET", "/", headers={"Accept": "text/html"})
        connection.getresponse()
    except OSError:
        return False
    except http.client.HTTPException:
        return True  # Somebody is there, at any rate.
    finally:
        connection.close()
    return True
