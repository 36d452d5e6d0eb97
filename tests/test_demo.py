"""The README's first command, as its users run it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from portal.demo.environment import Place
from portal.management.commands.demo import told
from tests.demo import ROOT, Demo, free_ports, running_demo

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Looks for processes in Linux's /proc."),
]

NAMED = ("books", "cliq", "admin", "staff", "links")
NAMES = {"estimate", "invoice", "estimate_2", "invoice_2"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """One folder for all runs, so that what one leaves the next one finds."""
    return tmp_path_factory.mktemp("demo with spaces")


@dataclass(frozen=True)
class Run:
    """What was seen of a run while it lasted, and what it printed after its line."""

    demo: Demo
    pages: dict[str, requests.Response]
    mailbox: list[str]
    children: list[int]
    printed: str


@pytest.fixture(scope="module")
def first(data):
    """A first run, stopped again."""
    with running_demo(data) as demo:
        pages = {name: page(url) for name, url in demo.links.items()}
        seen = pages, mailbox(demo), children_of(demo.process.pid)
        demo.process.terminate()
        printed = demo.process.stdout.read()
        demo.process.wait(timeout=60)
    return Run(demo, *seen, printed)


def page(url, **headers):
    return requests.get(url, headers=headers, timeout=60)


def mailbox(demo):
    """The subjects in the mailbox, once the worker has sent what the seed wrote."""
    for _ in range(100):
        text = page(f"{demo.books}/demo/mailbox/", **{"Accept-Language": "en"}).text
        found = re.findall(r'href="(/demo/mailbox/[^"]+/)"', text)
        if len(found) >= len(NAMES):
            return found
        time.sleep(0.1)
    return found


def stat_of(pid):
    """State and parent of a process, or nothing when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None


def children_of(pid):
    """The process numbers of everything that a process started, and what those started."""
    everybody = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    found = [other for other in everybody if (stat_of(other) or [0, 0])[1] == str(pid)]
    return found + [grandchild for child in found for grandchild in children_of(child)]


def is_running(pid):
    return (stat_of(pid) or ["Z"])[0] != "Z"


def run_demo(*options):
    return subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, "manage.py", "demo", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_one_line_of_json_names_everything_and_no_other_follows(first):
    demo = first.demo

    assert set(demo.links) == NAMES
    assert len(set(demo.links.values())) == len(NAMES)
    assert demo.admin.keys() == demo.staff.keys() == {"email", "password"}
    assert demo.books.startswith("http://localhost:")
    assert demo.cliq.startswith("http://localhost:")
    assert first.printed == ""


def test_every_link_opens_its_document(first):
    found = {name: answer.status_code for name, answer in first.pages.items()}

    assert found == dict.fromkeys(NAMES, 200)


def test_the_mailbox_shows_what_was_sent(first):
    assert len(first.mailbox) == len(NAMES)


def test_sigterm_stops_everything(first):
    assert first.demo.process.returncode == 0
    assert len(first.children) >= 4
    assert [pid for pid in first.children if is_running(pid)] == []


def test_people_read_addresses_sign_ins_and_the_advice_about_private_windows(first, data):
    company = {name: getattr(first.demo, name) for name in NAMED}

    text = told(Place(data, 8000), company)

    for word in (first.demo.books, first.demo.cliq, "demo-admin", "private window", str(data)):
        assert word in text
    assert all(url in text for url in first.demo.links.values())


def test_a_second_run_keeps_the_data_and_offers_open_documents(first, data):
    with running_demo(data) as second:
        kept = sorted(url.partition("/p/")[2] for url in first.demo.links.values())
        offered = sorted(url.partition("/p/")[2] for url in second.links.values())
        signed_in = sign_in(second)

    assert offered == kept
    assert signed_in.url == f"{second.books}/o/minato/"
    assert "みなと設計" in signed_in.text


def sign_in(demo):
    with requests.Session() as browser:
        form = browser.get(f"{demo.books}/accounts/login/", timeout=60)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)[1]
        return browser.post(
            f"{demo.books}/accounts/login/",
            {
                "csrfmiddlewaretoken": token,
                "login": demo.admin["email"],
                "password": demo.admin["password"],
            },
            headers={"Referer": form.url},
            timeout=60,
        )


def test_fresh_starts_over(first, data, tmp_path):
    # A copy, because the other tests go on with what the first run left.
    kept = shutil.copytree(data, tmp_path / "kept")

    with running_demo(kept, "--fresh") as fresh:
        old = page(first.demo.links["estimate"].replace(first.demo.books, fresh.books))
        new = page(fresh.links["estimate"])

    assert (old.status_code, new.status_code) == (404, 200)


def test_a_port_in_use_is_named_before_anything_starts(tmp_path):
    port = free_ports()
    with socket.create_server(("127.0.0.1", port + 1)):
        result = run_demo("--port", str(port), "--data", str(tmp_path / "new"))

    assert result.returncode == 1
    assert f"Port {port + 1} is in use" in result.stderr
    assert result.stdout == ""
    assert not (tmp_path / "new").exists()


def test_a_child_that_dies_stops_the_demo_and_is_named(first, data):
    port = free_ports()
    with subprocess.Popen(  # noqa: S603  (our own command)
        [sys.executable, "manage.py", "demo", "--json", "--data", str(data), "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        json.loads(process.stdout.readline())
        children = children_of(process.pid)
        sandbox = [pid for pid in children if b"integrations.sandbox" in command_of(pid)]
        os.kill(sandbox[0], signal.SIGKILL)
        _, complaint = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "The Cliq sandbox ended with status -9" in complaint
    assert [pid for pid in children if is_running(pid)] == []


def command_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_nobody_stays_behind_when_the_demo_is_killed(first, data):
    with running_demo(data) as demo:
        children = children_of(demo.process.pid)
        demo.process.send_signal(signal.SIGKILL)
        demo.process.wait(timeout=60)
        deadline = time.monotonic() + 60
        while any(map(is_running, children)) and time.monotonic() < deadline:
            time.sleep(0.1)

        assert [pid for pid in children if is_running(pid)] == []
