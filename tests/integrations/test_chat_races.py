"""Whoever looks at one chat at the same moment: Cliq is asked once, by one of them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from integrations.chat.refreshing import look
from integrations.models import Snapshot
from portal.demo.environment import Place
from portal.management.commands.demo import WEB_SERVER
from portal.processes import is_in_use
from tests.benchmarks.click_to_cliq import connect
from tests.demo import ROOT, Demo, Visitor, free_ports, quick_demo
from tests.factories import GrantFactory
from tests.integrations.workers import wait_until
from tests.threads import race

pytestmark = pytest.mark.slow

TABS = 10
SECONDS = 25


@contextmanager
def second_web_server(demo: Demo, data: Path) -> Iterator[str]:
    """One more web server of the same demo, as a larger site has; its address."""
    place = Place(data, urlsplit(demo.books).port or 80, demo.cliq)
    port = free_ports()
    command = [sys.executable, *WEB_SERVER, "--port", str(port), "books_cliq.wsgi:application"]
    with subprocess.Popen(command, cwd=ROOT, env=place.environment()) as process:  # noqa: S603
        try:
            wait_until(lambda: is_in_use(port))
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [True, False], ids=["never looked at", "looked at before"])
def test_of_many_who_look_at_once_one_refreshes(postgresql, is_new):
    grant = GrantFactory()
    for _round in range(20):
        Snapshot.objects.all().delete()
        if not is_new:
            Snapshot.objects.create(grant=grant)

        looks = race(*[lambda: look(grant, timezone.now()) for _tab in range(6)])

        owners = [owner for _snapshot, owner in looks if owner]
        assert len(owners) == 1
        assert Snapshot.objects.get().lease_owner == owners[0]


def test_ten_tabs_at_two_web_servers_are_one_reader_of_the_chat(tmp_path):
    with quick_demo(tmp_path) as demo, second_web_server(demo, tmp_path) as second:
        connect(demo)
        with Visitor() as hana:
            hana.open(f"{demo.books}/accounts/login/")
            hana.submit("", login=demo.admin["email"], password=demo.admin["password"])
            [general] = [
                channel["chat_id"]
                for channel in demo.sandbox.ask("state")["channels"]
                if channel["unique_name"] == "general"
            ]
            home = urlsplit(hana.page.url).path
            pages = [f"{home}chat/{general}/?part=thread", f"{home}chat/?part=list"]
            demo.sandbox.forget_requests()
            ends_at, answers = time.monotonic() + SECONDS, []
            while time.monotonic() < ends_at:
                for address in [demo.books, second] * TABS:
                    answers += [hana.session.get(address + page).status_code for page in pages]
                time.sleep(1)
        asked = demo.sandbox.requests(path="/api/*")

    readings = [one for one in asked if one["path"].endswith("/messages")]
    lists = [one for one in asked if one["path"].endswith("/channels")]
    assert set(answers) == {200}
    assert 2 <= len(readings) <= SECONDS // 10 + 1
    assert len(lists) == 1
