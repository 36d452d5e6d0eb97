"""How often may one person call? Cliq's limits and locks, per user over all tokens and apps."""

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

from .clock import Clock
from .refusals import throttled


@dataclass(frozen=True)
class Rate:
    """Calls a minute, and how many minutes the lock lasts once they are exceeded."""

    calls: int
    lock: float
    minutes: float = 1


# cliq/api.md §6.1, the stricter value where the versions disagree.
RATES = {
    "post": Rate(50, 10),
    "messages": Rate(15, 5),
    "message": Rate(30, 5),
    "channels": Rate(30, 5),
    "channel": Rate(30, 5),
    "channel-members": Rate(100, 5),
    "chats": Rate(30, 5),
    "chat-members": Rate(30, 5),
    "v3-chats": Rate(30, 10),
    "v3-chat": Rate(60, 5),
    "v3-chat-update": Rate(60, 0),
    "v3-chats-update": Rate(60, 5),
    "v3-chat-create": Rate(30, 0),
    "v3-chat-search": Rate(50, 10),
    "users": Rate(30, 10),
    "user": Rate(20, 10),
    "files": Rate(20, 10),
    "refresh": Rate(10, 0, minutes=10),
}


class Limits:
    """Sliding windows per key and rate, and the locks that follow."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.enforced = True
        self.clear()

    def clear(self) -> None:
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._locked_until: dict[tuple[str, str], float] = {}
        self._peaks: dict[tuple[str, str], int] = {}
        self._refusals: defaultdict[tuple[str, str], int] = defaultdict(int)

    def admits(self, who: str, name: str) -> bool:
        """Count one call; False when it is one too many or the lock still stands."""
        key, rate, now = (who, name), RATES[name], self._clock.now()
        with self._lock:
            calls = self._calls[key]
            while calls and calls[0] <= now - self._clock.minutes(rate.minutes):
                calls.popleft()
            if self.enforced and self._is_closed(key, rate, now):
                self._refusals[key] += 1
                return False
            calls.append(now)
            self._peaks[key] = max(self._peaks.get(key, 0), len(calls))
            return True

    def _is_closed(self, key: tuple[str, str], rate: Rate, now: float) -> bool:
        if now < self._locked_until.get(key, 0):
            return True
        if len(self._calls[key]) < rate.calls:
            return False
        if rate.lock:
            self._locked_until[key] = now + self._clock.minutes(rate.lock)
            self._calls[key].clear()
        return True

    def check(self, who: str, name: str) -> None:
        if not self.admits(who, name):
            raise throttled()

    def lock(self, who: str, name: str) -> None:
        """Lock a person out as if they had just exceeded the limit."""
        with self._lock:
            self._locked_until[who, name] = self._clock.now() + self._clock.minutes(
                RATES[name].lock
            )

    def unlock(self, who: str) -> None:
        with self._lock:
            for key in [key for key in self._locked_until if key[0] == who]:
                del self._locked_until[key]

    def report(self) -> list[dict[str, Any]]:
        """Per person and limit: the most calls in one window, refusals, seconds still locked."""
        now = self._clock.now()
        with self._lock:
            keys = sorted({*self._peaks, *self._refusals, *self._locked_until})
            return [
                {
                    "who": who,
                    "limit": name,
                    "allowed": RATES[name].calls,
                    "peak": self._peaks.get((who, name), 0),
                    "refused": self._refusals.get((who, name), 0),
                    "locked_for": max(0.0, self._locked_until.get((who, name), 0) - now),
                }
                for who, name in keys
            ]
