"""The product's own workers, some of which are killed at random and started anew."""

import random
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.benchmarks.delivery.world import ROOT

THREADS = "4"


class Workers:
    """So many workers; every now and then one is killed, until the killing stops."""

    def __init__(self, count: int, seed: int, pause: float, log: Path) -> None:
        self.kills = 0
        self._log = log.open("ab")
        self._dice = random.Random(seed)  # noqa: S311  A soak must be repeatable.
        self._pause = pause
        self._processes = [self._start() for _worker in range(count)]
        self._is_over = threading.Event()
        self._killer = threading.Thread(target=self._kill_now_and_then)

    def __enter__(self) -> Self:
        self._killer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.spare()
        for process in self._processes:
            process.kill()
            process.wait()
        self._log.close()

    def spare(self) -> None:
        """Kill nobody from now on."""
        self._is_over.set()
        self._killer.join()

    def _kill_now_and_then(self) -> None:
        while not self._is_over.wait(self._dice.uniform(0.5, 1.5) * self._pause):
            place = self._dice.randrange(len(self._processes))
            self._processes[place].kill()
            self._processes[place].wait()
            self.kills += 1
            self._processes[place] = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "manage", "worker", "--threads", THREADS]
        return subprocess.Popen(command, cwd=ROOT, stdout=self._log, stderr=self._log)  # noqa: S603
