"""What operators and their monitors see: health, figures, logs, reports of our own bugs."""

import http.server
import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import brotli
import pytest
from django.db.migrations.recorder import MigrationRecorder
from pythonjsonlogger.json import JsonFormatter

from books_cliq import health
from books_cliq.logs import WithoutSecrets, WithRequestId, logging_to_stderr
from books_cliq.sentry import without_people
from integrations.metrics import ATTEMPTS
from tests.integrations import lanes

ROOT = Path(__file__).parent.parent


@pytest.fixture
def fresh_start():
    """As in a process that has not looked at the migrations yet."""
    health._known.clear()
    yield
    health._known.clear()


def test_a_process_that_answers_is_healthy_by_any_host_name(client):
    answer = client.get("/healthz", headers={"Host": "10.0.0.7"})

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_tells_how_delivery_does_to_who_knows_the_token(
    client, connection, settings, fresh_start
):
    settings.METRICS_TOKEN = "right"
    document = lanes.document_of(connection)
    lanes.comment(document, 1)

    told_to_anybody = client.get("/readyz").json()
    known = {"Host": "10.0.0.7", "Authorization": "Bearer right"}
    answer = client.get("/readyz", headers=known)

    told = answer.json()
    assert told_to_anybody == {"ready": True, "database": "ok", "migrations": "ok"}
    assert (answer.status_code, told["ready"]) == (200, True)
    assert (told["database"], told["migrations"]) == ("ok", "ok")
    assert told["deliveries"] | {"oldest_seconds": 0} == {
        "due": 1,
        "later": 0,
        "held": 0,
        "failed": 0,
        "uncertain": 0,
        "oldest_seconds": 0,
    }


@pytest.mark.django_db
def test_a_database_that_is_not_up_to_date_is_not_ready(client, fresh_start):
    MigrationRecorder.Migration.objects.filter(app="portal").delete()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")


def run(code: str, **environment: str) -> str:
    """What a Python process of this project prints."""
    told = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | environment
    setup = "import django; django.setup()\n"
    command = [sys.executable, "-c", setup + code]
    done = subprocess.run(  # noqa: S603  Our own code.
        command, cwd=ROOT, env=told, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("asked", "told"),
    [("", "60 True None"), ("?CONN_MAX_AGE=0&DISABLE_SERVER_SIDE_CURSORS=True", "0 True True")],
)
def test_a_thread_keeps_its_connection_unless_the_url_says_otherwise(asked, told):
    code = """
from django.conf import settings
names = ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS")
print(*(settings.DATABASES["default"].get(name) for name in names))
"""

    said = run(code, DATABASE_URL=f"postgresql://nobody@127.0.0.1:1/nothing{asked}")

    assert said.strip() == told


def test_without_its_database_a_server_is_not_ready_but_healthy():
    code = """
from django.test import Client
ready, healthy = Client().get("/readyz"), Client().get("/healthz")
print(ready.status_code, ready.json()["database"], healthy.status_code)
"""

    said = run(code, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")

    assert said.split() == ["503", "unreachable", "200"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "told", "status"),
    [("", "Bearer ", 404), ("right", "", 404), ("right", "Bearer wrong", 404)]
    + [("right", "Bearer right", 200)],
)
def test_figures_are_for_who_knows_the_token(client, settings, token, told, status):
    settings.METRICS_TOKEN = token

    answer = client.get("/metrics", headers={"Authorization": told})

    assert answer.status_code == status


def test_figures_count_requests_and_posts_and_name_no_address(client, settings, connection):
    settings.METRICS_TOKEN = "right"
    before = ATTEMPTS.labels("delivery", "sent")._value.get()
    lanes.comment(lanes.document_of(connection), 1)
    lanes.Lane(connection).drain()
    client.get("/p/a-secret-token/")

    figures = client.get("/metrics", headers={"Authorization": "Bearer right"}).content.decode()

    assert ATTEMPTS.labels("delivery", "sent")._value.get() == before + 1
    assert 'books_requests_total{method="GET",status="404",view="portal:link"}' in figures
    assert 'books_deliveries{state="due"} 0.0' in figures
    assert 'books_cliq_attempts_total{origin="delivery",outcome="sent"}' in figures
    assert "a-secret-token" not in figures


@pytest.mark.parametrize(
    ("told", "is_taken"),
    [("proxy-0123456789", True), ("short", False), ("a" * 65, False), ("forged\nline 12", False)],
)
def test_a_request_keeps_the_proxys_name_for_it_if_that_is_a_name(client, told, is_taken):
    answer = client.get("/healthz", headers={"X-Request-ID": told})

    assert (answer["X-Request-ID"] == told) is is_taken
    assert "\n" not in answer["X-Request-ID"]


def test_a_line_for_machines_names_its_request_and_no_secret(rf):
    handler = logging_to_stderr("INFO", is_json=True)["formatters"]["json"]
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", None, None)
    record.args = ("Not Found", "/p/a-secret/")
    record.request = rf.get("/p/a-secret/")
    WithoutSecrets().filter(record)
    WithRequestId().filter(record)

    line = JsonFormatter(handler["format"], style="{").format(record)

    assert "a-secret" not in line
    assert json.loads(line)["message"] == "Not Found: /p/…/"
    assert "request_id" in json.loads(line)


def test_a_report_of_a_bug_names_nobody():
    event = {
        "request": {
            "url": "https://books.example/p/a-secret/",
            "method": "POST",
            "headers": {"Cookie": "sessionid=1"},
            "data": {"text": "a customer's words"},
        },
        "user": {"email": "hana@minato.example"},
        "exception": {"values": [{"type": "ValueError", "value": "a customer's words"}]},
    }

    told = without_people(event)

    assert told == {
        "request": {"url": "https://books.example/p/…/", "method": "POST"},
        "exception": {"values": [{"type": "ValueError", "value": ""}]},
    }


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes what Sentry's client sends."""

    received: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_bugs_are_reported_where_the_operator_wants_them():
    received: list[bytes] = []
    handler = type("Into", (Receiver,), {"received": received})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        code = """
import gzip, sentry_sdk
from django.test import Client
from django.urls import path
from books_cliq import urls
urls.urlpatterns.append(path("broken/", lambda request: {}[request.GET["word"]]))
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
answer = client.get("/broken/?word=customers-words")
sentry_sdk.flush(timeout=20)
print(answer.status_code)
"""
        dsn = f"http://key@127.0.0.1:{server.server_port}/1"

        said = run(code, SENTRY_DSN=dsn)

        server.shutdown()
    reports = b"".join(brotli.decompress(body) for body in received)
    assert said.split() == ["500"]
    assert b'"KeyError"' in reports
    assert b"customers-words" not in reports


def test_figures_that_cannot_be_written_cost_no_request_and_no_post(tmp_path):
    code = """
from django.test import Client
from integrations.metrics import observe
from integrations.models import Attempt
print(Client(SERVER_NAME="localhost").get("/nowhere/").status_code)
observe(Attempt(origin="lane"), "sent", 5)
print("done")
"""

    said = run(code, PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "gone"))

    assert said.split() == ["404", "done"]


def manage(*arguments: str, **environment: str) -> str:
    """What a command of the project says that it refuses."""
    done = subprocess.run(  # noqa: S603  Our own command.
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    return done.stderr


def test_nothing_is_served_before_the_database_is_there(tmp_path):
    said = manage("serve", DEBUG="true", DATABASE_URL=f"sqlite:///{tmp_path / 'new.sqlite3'}")

    assert "run `python manage.py migrate` first" in said


@pytest.mark.parametrize(
    ("error", "status"), [("OperationalError", 503), ("InterfaceError", 503), ("DataError", 500)]
)
def test_while_the_database_is_away_one_is_asked_to_come_back_soon(error, status):
    code = f"""
from django.conf import settings
from django.core.handlers.exception import response_for_exception
from django.db import {error}
from django.test import RequestFactory
settings.DEBUG = False
try:
    raise {error}("away")
except {error} as broken:
    answer = response_for_exception(RequestFactory().get("/"), broken)
print(answer.status_code, answer.get("Retry-After", "never"))
"""

    said = run(code, LOG_LEVEL="CRITICAL")

    assert said.split() == [str(status), "10" if status == 503 else "never"]
