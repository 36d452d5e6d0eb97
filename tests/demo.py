"""The demo as its users start it, and the ways through it that several tests and scripts take."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urljoin

import requests

from portal.demo.environment import Place
from tests.sandbox import SandboxControls

ROOT = Path(__file__).parent.parent


@dataclass
class Demo:
    """A running demo: what its JSON line said, and its sandbox's controls."""

    books: str
    cliq: str
    admin: dict[str, str]
    staff: dict[str, str]
    links: dict[str, str]
    sandbox: SandboxControls
    environment: dict[str, str]  # of its processes
    process: "subprocess.Popen[str]"
    language: str = "en"  # of whoever looks at it


def free_ports() -> int:
    """A port that is free, with a free one after it."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@cache
def empty_database() -> bytes:
    """A migrated SQLite file: of all that a demo does when it starts, migrating takes longest."""
    with TemporaryDirectory() as folder:
        place = Place(Path(folder), free_ports())
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=place.environment(), check=True)  # noqa: S603
        return (place.data / "books.sqlite3").read_bytes()


@contextmanager
def quick_demo(data: Path, **how: Any) -> Iterator[Demo]:
    """A demo whose database is there already, empty."""
    (data / "books.sqlite3").write_bytes(empty_database())
    with running_demo(data, **how) as demo:
        yield demo


@contextmanager
def running_demo(
    data: Path, *options: str, environment: dict[str, str] | None = None
) -> Iterator[Demo]:
    """`manage.py demo` in a folder of its own, until the block ends."""
    command = [sys.executable, "manage.py", "demo", "--json", "--data", str(data)]
    place = Place(data, free_ports())
    command += ["--port", str(place.port), *options]
    with subprocess.Popen(  # noqa: S603  (our own command)
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            said: dict[str, Any] = json.loads(process.stdout.readline())
            with SandboxControls(said["cliq"]) as sandbox:
                yield Demo(
                    **said, sandbox=sandbox, environment=place.environment(), process=process
                )
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


@contextmanager
def running_server(*command: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    """A command of manage.py that serves at a port of its own, until the block ends."""
    with subprocess.Popen(  # noqa: S603  (our own command)
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        try:
            deadline = time.monotonic() + 60
            while not _is_open(port):
                assert time.monotonic() < deadline, f"{command} does not listen at {port}"
                time.sleep(0.2)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _is_open(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


class Visitor:
    """Somebody with a browser that runs no script."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.page = requests.Response()

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *error: object) -> None:
        self.session.close()

    def open(self, address: str) -> str:
        """Follow an address to its page; its text."""
        self.page = self.session.get(address, timeout=60)
        return self.page.text

    def submit(self, address: str, **fields: Any) -> str:
        """Send a form of the page that is open, to an address relative to it."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page.text)
        assert token is not None, "the open page has no form"
        fields["csrfmiddlewaretoken"] = token[1]
        target = urljoin(self.page.url, address)
        headers = {"Referer": self.page.url}
        self.page = self.session.post(target, data=fields, headers=headers, timeout=60)
        return self.page.text
