"""The parts of an installation that a test may take away and bring back."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.delivery.world import ROOT


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Proxy:
    """A line to a server that can be cut: open connections end, new ones are refused."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self.port = free_port()
        self._open: set[socket.socket] = set()
        self.mend()

    def mend(self) -> None:
        self._server = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=[self._server], daemon=True).start()

    def cut(self) -> None:
        # Closing alone would not wake the thread that waits in accept().
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for line in list(self._open):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                near, _address = server.accept()
                far = socket.create_connection(self._target)
            except OSError:
                return
            self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=[source, sink], daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
        for line in (source, sink):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._open -= {source}
        source.close()


class Redis:
    """A Redis of our own, which forgets everything when it is killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of so many megabytes; only root may make one."""
    folder = Path(tempfile.mkdtemp(prefix="books-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)  # noqa: S603
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607
        folder.rmdir()


def fill(folder: Path) -> None:
    """Leave not one byte."""
    with (folder / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        for size in (1_000_000, 4_096, 1):
            with contextlib.suppress(OSError):
                while filler.write(b"\0" * size) == size:
                    pass


class Books:
    """The product's processes under a supervisor that starts anew what ends."""

    def __init__(self, environment: dict[str, str], port: int, workers: int = 1) -> None:
        web = ["manage.py", "serve", "web", "--port", str(port), "--web-threads", "4"]
        worker = ["manage.py", "worker", "--threads", "4"]
        self._environment = os.environ | environment
        self._commands = {"web": web, **{f"worker {n}": worker for n in range(workers)}}
        self.shifts: dict[str, str] = {}  # whose clock is ahead or behind, by so much
        self._processes = {name: self._start(name) for name in self._commands}
        self._is_over = threading.Event()
        self._watch = threading.Thread(target=self._supervise)
        self.ended = 0

    def __enter__(self) -> "Books":
        self._watch.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._watch.join()
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait()

    def kill_somebody(self, dice: random.Random) -> str:
        """A worker, or one of the web server's own processes."""
        name = dice.choice(list(self._processes))
        pid = self._processes[name].pid
        own = [grandchild for child in _children(pid) for grandchild in _children(child)]
        victims = own if name == "web" else [pid]
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(dice.choice(victims), signal.SIGKILL)
        return name

    def restart(self, name: str) -> None:
        self._processes[name].terminate()

    def _supervise(self) -> None:
        while not self._is_over.wait(0.2):
            for name, process in self._processes.items():
                if process.poll() is not None:
                    self.ended += 1
                    self._processes[name] = self._start(name)

    def _start(self, name: str) -> "subprocess.Popen[bytes]":
        told = dict(self._environment)
        if shift := self.shifts.get(name):
            told |= {"LD_PRELOAD": os.environ["LIBFAKETIME"], "FAKETIME": shift}
        command = [sys.executable, *self._commands[name]]
        return subprocess.Popen(command, cwd=ROOT, env=told)  # noqa: S603  Our own command.


def _children(pid: int) -> list[int]:
    """The processes that this one started."""
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:  # It has ended meanwhile.
        return []
    return [int(child) for child in told.split()]


def wait_until(condition: Callable[[], object], patience: float) -> bool:
    """Look now and then; whether it came true."""
    ends_at = time.monotonic() + patience
    while not condition():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.1)
    return True


def has(command: str) -> bool:
    return shutil.which(command) is not None
