"""The product as operators run it: reloaded and stopped while people ask."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from portal.processes import Children
from tests.demo import ROOT, free_ports

PATIENCE = 120  # seconds: a machine with much to do starts slowly


class Asking:
    """Somebody who asks again and again, and counts which start of the server answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: Counter[str] = Counter()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Asking":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._is_over.set()
        self._thread.join()

    def wait_for(self, answer: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.answers[answer]:
            assert time.monotonic() < deadline, self.answers
            time.sleep(0.05)

    def _ask(self) -> None:
        while not self._is_over.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                connection.request("GET", "/healthz")
                self.answers[connection.getresponse().headers["X-Generation"]] += 1
            except OSError as error:
                self.answers[type(error).__name__] += 1
                time.sleep(0.05)
            finally:
                connection.close()


@pytest.mark.slow
def test_new_code_is_taken_up_without_refusing_anybody(tmp_path):
    environment = os.environ | {
        "DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "books_cliq.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'books.sqlite3'}",
        "HUEY_URL": f"sqlite:///{tmp_path / 'huey.sqlite3'}",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)  # noqa: S603
    port = free_ports()
    serve = [*manage, "serve", "web", "--port", str(port), "--web-processes", "1"]
    with subprocess.Popen(serve, cwd=ROOT, env=environment) as server:  # noqa: S603
        try:
            with Asking(port) as asking:
                asking.wait_for("0")
                asking.answers.clear()
                server.send_signal(signal.SIGHUP)
                asking.wait_for("1")
                time.sleep(3)
            server.terminate()
            ended_with = server.wait(PATIENCE)
        finally:
            server.kill()

    assert set(asking.answers) <= {"0", "1"}
    assert ended_with == 0


@pytest.fixture
def children():
    with Children(dict(os.environ), threading.Event(), stop_seconds=5) as running:
        running.start("it", "-c", "import time; time.sleep(600)")
        yield running


def test_whoever_does_not_start_leaves_the_one_before_in_place(children):
    before = children.running["it"]

    is_new = children.replace("it", "-c", "raise SystemExit(1)", is_up=lambda: False)

    assert not is_new
    assert children.running["it"] is before
    assert before.poll() is None


def test_whoever_is_up_takes_the_place_of_the_one_before(children):
    before = children.running["it"]

    is_new = children.replace("it", "-c", "import time; time.sleep(600)")

    assert is_new
    assert before.wait(20) == -signal.SIGTERM
    assert children.running["it"].poll() is None
