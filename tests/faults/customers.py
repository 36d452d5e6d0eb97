"""Customers who comment by their links, and press again when it did not work."""

import random
import re
import threading
import time
import uuid
from dataclasses import dataclass, field

import requests

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
AGAIN = 0.3  # seconds until somebody presses again
PATIENCE = 15  # seconds that a browser waits for an answer


@dataclass
class Tries:
    """What came of every try: when, how long it took, and what was seen."""

    taken: list[tuple[float, float, str]] = field(default_factory=list)
    said: list[tuple[int, float]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, began_at: float, seen: str) -> None:
        with self.lock:
            self.taken.append((began_at, time.monotonic() - began_at, seen))


class Customers:
    """Some threads, each of which comments with numbers until it is told to stop."""

    def __init__(self, books: str, links: list[str], threads: int) -> None:
        self.books, self.links = books, links
        self.tries = Tries()
        self._is_over = threading.Event()
        self._number = 0
        self._threads = [threading.Thread(target=self._run) for _ in range(threads)]

    def __enter__(self) -> "Customers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._is_over.is_set():
            with self.tries.lock:
                number, self._number = self._number, self._number + 1
            self._comment(number, self.links[number % len(self.links)])
            time.sleep(0.1)

    def _comment(self, number: int, link: str) -> None:
        """Open the page and send the comment, again and again until the server says that it has it.

        A comment that was begun is brought to its end even when everybody else has stopped.
        """
        key, fields = str(uuid.uuid4()), {"text": f"number {number:06}"}
        octets = (str(random.randrange(1, 255)) for _ in range(3))  # noqa: S311  An address.
        with requests.Session() as session:
            session.trust_env = False
            session.headers["X-Forwarded-For"] = f"10.{'.'.join(octets)}"
            while True:
                began_at = time.monotonic()
                seen = self._try(session, link, fields | {"key": key})
                self.tries.note(began_at, seen)
                if seen == "said":
                    with self.tries.lock:
                        self.tries.said.append((number, time.monotonic()))
                    return
                time.sleep(AGAIN)

    def _try(self, session: requests.Session, link: str, fields: dict[str, str]) -> str:
        try:
            page = session.get(f"{self.books}{link}", timeout=PATIENCE)
            token = TOKEN.search(page.text)
            if page.status_code != 200 or token is None:
                return f"the page: {page.status_code}"
            answer = session.post(
                f"{self.books}{link}comment/",
                data=fields | {"csrfmiddlewaretoken": token[1]},
                timeout=PATIENCE,
                allow_redirects=False,
            )
        except requests.Timeout:
            return "no answer in time"
        except requests.RequestException:
            return "no connection"
        return "said" if answer.status_code == 302 else f"the comment: {answer.status_code}"
