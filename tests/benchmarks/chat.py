"""How much do polling chat bars cost? CPU, answer times, and calls to Cliq.

`python -m tests.benchmarks.chat [--tabs 200 1000] [--seconds 60]`: a demo on SQLite (one web
process of eight threads, one worker, the sandbox), and so many tabs of one person, each polling
its chat every ten seconds and the lists every 45 as the browser does; now and then a colleague
writes. The client runs on the same machine.
"""

import argparse
import http.client
import os
import random
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.click_to_cliq import connect
from tests.demo import Demo, Visitor, running_demo

THREAD_SECONDS, LIST_SECONDS = 10, 45
CLIENTS = 16
SAY_SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")


class Tabs:
    """Tabs that poll, each at its own moments, by a few client threads."""

    def __init__(self, demo: Demo, cookie: str, paths: dict[str, str], count: int) -> None:
        self.demo, self.cookie, self.paths = demo, cookie, paths
        self.tags: dict[tuple[int, str], str] = {}
        self.seconds: list[float] = []
        self.late: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.count = count
        self._lock = threading.Lock()

    def run(self, seconds: float) -> None:
        """Poll for so long."""
        start = time.perf_counter() + 1
        due = sorted(
            (start + first + turn * every, tab, name)
            for tab in range(self.count)
            for name, every in (("thread", THREAD_SECONDS), ("list", LIST_SECONDS))
            for first in [random.uniform(0, every)]  # noqa: S311
            for turn in range(int(seconds / every) + 1)
            if first + turn * every < seconds
        )
        shares = [due[number::CLIENTS] for number in range(CLIENTS)]
        threads = [threading.Thread(target=self._poll, args=(share,)) for share in shares]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _poll(self, due: list[tuple[float, int, str]]) -> None:
        line = http.client.HTTPConnection(urlsplit(self.demo.books).netloc, timeout=60)
        for at, tab, name in due:
            time.sleep(max(at - time.perf_counter(), 0))
            headers = {"Cookie": self.cookie, "HX-Request": "true"}
            if tag := self.tags.get((tab, name)):
                headers["HX-PTag"] = tag
            began = time.perf_counter()
            line.request("GET", self.paths[name], headers=headers)
            answer = line.getresponse()
            answer.read()
            took = time.perf_counter() - began
            self.tags[tab, name] = answer.headers.get("HX-PTag", "")
            with self._lock:
                self.seconds.append(took)
                self.late.append(began - at)
                self.statuses[answer.status] += 1
        line.close()


def cpu_seconds(demo: Demo, word: str) -> float:
    """What the demo's processes with that word in their command have used."""
    total = 0.0
    for pid in family(demo.process.pid):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text()
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if word in command:
            total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def measure(demo: Demo, cookie: str, paths: dict[str, str], count: int, seconds: float) -> None:
    tabs = Tabs(demo, cookie, paths, count)
    demo.sandbox.forget_requests()
    before = cpu_seconds(demo, "granian"), cpu_seconds(demo, "manage.py\0worker")
    began, stop = time.perf_counter(), threading.Event()

    def colleague() -> None:
        number = 0
        while not stop.wait(SAY_SECONDS):
            demo.sandbox.say("general", "ryan@example.com", f"message {number}")
            number += 1

    talking = threading.Thread(target=colleague)
    talking.start()
    tabs.run(seconds)
    stop.set()
    talking.join()
    span = time.perf_counter() - began
    web = (cpu_seconds(demo, "granian") - before[0]) / span
    worker = (cpu_seconds(demo, "manage.py\0worker") - before[1]) / span
    calls = Counter(one["path"].rpartition("/")[2] for one in demo.sandbox.requests(path="/api/*"))
    took, late = sorted(tabs.seconds), sorted(tabs.late)

    def share(values: list[float], part: float) -> float:
        return values[min(int(len(values) * part), len(values) - 1)] * 1000

    print(
        f"{count} tabs, {span:.0f} s: {len(took) / span:.1f} polls/s, {dict(tabs.statuses)}; "
        f"web {web:.1%} and worker {worker:.1%} of a core; "
        f"p50 {share(took, 0.5):.1f} ms, p99 {share(took, 0.99):.1f} ms, "
        f"the client late by {share(late, 0.99):.1f} ms at p99; "
        f"calls to Cliq a minute: { {name: round(n / span * 60, 1) for name, n in calls.items()} }",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tabs", type=int, nargs="+", default=[200, 1000])
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, running_demo(Path(data)) as demo:
        connect(demo)
        with Visitor() as hana:
            hana.open(f"{demo.books}/accounts/login/")
            hana.submit("", login=demo.admin["email"], password=demo.admin["password"])
            home = urlsplit(hana.page.url).path
            cookie = "; ".join(f"{one.name}={one.value}" for one in hana.session.cookies)
        chats = demo.sandbox.ask("state")["channels"]
        general = next(one["chat_id"] for one in chats if one["unique_name"] == "general")
        paths = {
            "thread": f"{home}chat/{general}/?part=thread",
            "list": f"{home}chat/?part=list",
        }
        for count in options.tabs:
            measure(demo, cookie, paths, count, options.seconds)


if __name__ == "__main__":
    main()
