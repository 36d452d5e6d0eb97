"""What time is it in the sandbox? The machine's time, moved by whoever tests."""

import time
from datetime import UTC, datetime

from .store import Store


class Clock:
    """Wall time plus an offset that survives a restart; `scale` shortens the windows of limits.

    With a scale of 60, "a minute" of a limit and its lock passes in a second. Timestamps and the
    life of tokens and codes are not scaled.
    """

    def __init__(self, store: Store, scale: float) -> None:
        self._store = store
        self.scale = scale
        self._offset: float = store.setting("clock_offset", 0.0)

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._offset

    def now_ms(self) -> int:
        return int(self.now() * 1000)

    def advance(self, seconds: float) -> None:
        """Move the clock; backwards with a negative number."""
        self._offset += seconds
        self._store.set("clock_offset", self._offset)

    def reset(self) -> None:
        self._offset = 0.0

    def minutes(self, number: float) -> float:
        """That many minutes of a limit, in seconds of this clock."""
        return number * 60 / self.scale

    @property
    def offset(self) -> float:
        return self._offset


def iso(time_ms: int) -> str:
    """A time as Cliq writes it: 2019-10-15T03:37:28+00:00."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="seconds")
