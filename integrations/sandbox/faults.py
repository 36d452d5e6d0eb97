"""What shall go wrong next? Faults queued for some requests, or rolled at random for a soak."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from .http import HTML, Answer, json_answer
from .refusals import (
    Refused,
    bad_token,
    gone,
    not_permitted,
    refused,
    scope_missing,
    technical_error,
    throttled,
)

ACCESS_DENIED = {
    "error_description": "You have made too many requests continuously. Please try again later.",
    "error": "Access Denied",
    "status": "failure",
}
SERVER_ERROR = "Cliq server encountered an error which prevents it from fulfilling the request."
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


def answer_of(no: Refused) -> Answer:
    return json_answer(no.payload, no.status)


CANNED: dict[str, Callable[[], Answer]] = {
    "throttle": lambda: answer_of(throttled()),
    "too_many": lambda: answer_of(
        refused(429, "rate_limit_exceeded", "Too many requests within a certain time frame.")
    ),
    "access_denied": lambda: json_answer(ACCESS_DENIED),
    "unauthorized": lambda: answer_of(bad_token()),
    "scope_missing": lambda: answer_of(scope_missing()),
    "forbidden": lambda: answer_of(not_permitted()),
    "not_found": lambda: answer_of(gone()),
    "technical_error": lambda: answer_of(technical_error()),
    "server_error": lambda: json_answer({"message": SERVER_ERROR}, 500),
    "bad_gateway": lambda: Answer(502, BAD_GATEWAY, HTML),
    "malformed": lambda: Answer(200, b'{"message_id": "15993878'),
}
KINDS = {"refuse", "hang", "drop", "drip", *CANNED}


class LineDropped(Exception):
    """Close the connection without a word."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, `times` times, for requests that match.

    `when` says whether it strikes before the request is carried out or after. `path` is a pattern
    such as `/api/v2/channelsbyname/*`; `account` an e-mail address; `skip` lets that many pass.
    """

    do: str
    path: str = "*"
    method: str = "*"
    account: str = ""
    times: int = 1
    skip: int = 0
    when: str = "before"
    seconds: float = 5.0
    then: str = ""  # after a hang before the act: "drop" (the default) or "answer"
    status: int = 400
    code: str = ""
    message: str = "Refused by the sandbox."
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.do}.{self.when}"

    def matches(self, method: str, path: str, account: str) -> bool:
        return (
            fnmatchcase(path, self.path)
            and self.method in ("*", method)
            and self.account in ("", account)
        )

    def answer(self) -> Answer:
        """What is said instead of the truth."""
        if self.do in CANNED:
            answer = CANNED[self.do]()
        elif isinstance(self.body, str):
            answer = Answer(self.status, self.body.encode())
        else:
            said = self.body or {"message": self.message, "code": self.code}
            answer = json_answer(said, self.status)
        answer.headers.update(self.headers)
        return answer

    def perform(self, act: Callable[[], Answer]) -> Answer:
        """Let it strike: before the act, or after it."""
        if self.do == "hang":
            return self._hang(act)
        answer = act() if self.when == "after" else None
        if self.do == "drop":
            raise LineDropped
        if self.do == "drip":
            return self._dripping(answer or Answer(200, b"{}"))
        return self.answer()

    def _hang(self, act: Callable[[], Answer]) -> Answer:
        if self.when == "after":
            answer = act()
            time.sleep(self.seconds)
            return answer
        time.sleep(self.seconds)
        if self.then == "answer":
            return act()
        raise LineDropped

    def _dripping(self, answer: Answer) -> Answer:
        status = 200 if answer.status == 204 else answer.status
        return replace(answer, status=status, body=answer.body.ljust(60), drip=self.seconds)


def fault_from(told: dict[str, Any]) -> Fault:
    """A fault as a control endpoint is told it; ValueError names what is wrong."""
    try:
        fault = Fault(**told)
    except TypeError as error:
        raise ValueError(str(error)) from error
    if fault.do not in KINDS:
        raise ValueError(f"do: one of {', '.join(sorted(KINDS))}")
    if fault.when not in ("before", "after"):
        raise ValueError("when: before or after")
    return fault


class Faults:
    """The queue, the dice, and the count of what was injected."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.queued: list[Fault] = []
        self.counts: Counter[str] = Counter()
        self.roll(0, 0, [])

    def queue(self, fault: Fault) -> None:
        with self._lock:
            self.queued.append(fault)

    def roll(self, percent: float, seed: int, faults: list[Fault]) -> None:
        """From now on each request matching one of `faults` fails with that probability."""
        self.percent = percent
        self._dice = random.Random(seed)  # noqa: S311  A soak must be repeatable.
        self._random = faults

    def take(self, method: str, path: str, account: str) -> Fault | None:
        """The fault that strikes this request, if any; each is used up as told."""
        with self._lock:
            fault = self._next_queued(method, path, account) or self._rolled(method, path, account)
            if fault:
                self.counts[fault.label] += 1
            return fault

    def _next_queued(self, method: str, path: str, account: str) -> Fault | None:
        for place, fault in enumerate(self.queued):
            if not fault.matches(method, path, account):
                continue
            if fault.skip:
                self.queued[place] = replace(fault, skip=fault.skip - 1)
                continue
            if fault.times > 1:
                self.queued[place] = replace(fault, times=fault.times - 1)
            else:
                del self.queued[place]
            return fault
        return None

    def _rolled(self, method: str, path: str, account: str) -> Fault | None:
        possible = [fault for fault in self._random if fault.matches(method, path, account)]
        if possible and self._dice.random() * 100 < self.percent:
            return self._dice.choice(possible)
        return None

    def report(self) -> dict[str, Any]:
        with self._lock:
            queued = [json.loads(json.dumps(vars(fault))) for fault in self.queued]
            return {"queued": queued, "percent": self.percent, "counts": dict(self.counts)}
