"""The sandbox as a process: started, stopped, started again."""

import json
import signal
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from tests.sandbox import ROOT, running_sandbox

from .conftest import HANA, Caller

COMMAND = [sys.executable, "-m", "integrations.sandbox"]


def test_a_restart_keeps_accounts_tokens_channels_and_messages(tmp_path):
    account = json.dumps({"email": "ann@books.example", "first_name": "Ann", "last_name": "Lee"})
    with running_sandbox("--account", account, data=tmp_path) as zoho:
        ann = Caller(zoho, "ann@books.example")
        with ann.session:
            ann.say("before")
        zoho.advance(60)

    with running_sandbox("--account", "bob@books.example|Bob Ray", data=tmp_path) as zoho:
        again = Caller(zoho, "bob@books.example")
        with again.session:
            again.say("as Bob")
            again.carry(ann.tokens["access_token"])
            again.say("after")

        assert [message["payload"]["text"] for message in zoho.posted("sales")] == [
            *("before", "as Bob", "after")
        ]
        assert zoho.state()["offset"] == 60


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_and_quietly(number):
    with subprocess.Popen(  # noqa: S603  Our own module.
        [*COMMAND, "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        line = process.stdout.readline()
        process.send_signal(number)
        _out, complaints = process.communicate(timeout=30)

    assert line.startswith(b"CLIQ_SANDBOX_URL=http://localhost:")
    assert (process.returncode, complaints) == (0, b"")


def test_a_port_in_use_is_named(sandbox_process):
    port = urlsplit(sandbox_process.url).port

    result = subprocess.run(  # noqa: S603  Our own module.
        [*COMMAND, "--port", str(port)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )

    assert result.returncode == 1
    assert f"Port {port} cannot be used" in result.stderr


def test_the_first_organisation_is_the_same_every_time(sandbox_process):
    sandbox_process.reset()
    first = sandbox_process.state()
    sandbox_process.reset()
    second = sandbox_process.state()

    def ids(state):
        return [channel["channel_id"] for channel in state["channels"]]

    assert ids(first) == ids(second)
    assert [one["zuid"] for one in first["accounts"]] == [one["zuid"] for one in second["accounts"]]
    assert first["accounts"][0]["email"] == HANA
