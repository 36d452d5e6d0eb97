"""Start the sandbox as a process of its own, and tell it what to do over HTTP."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import requests

ROOT = Path(__file__).parent.parent
ANNOUNCED = "CLIQ_SANDBOX_URL="


class SandboxControls:
    """A running sandbox as a test sees it: its address, its controls, what it kept."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def tell(self, control: str, **told: Any) -> dict[str, Any]:
        """POST one control; an AssertionError says what it did not like."""
        answer = self._session.post(f"{self.url}/sandbox/api/{control}", json=told, timeout=60)
        assert answer.ok, f"{control}: {answer.status_code} {answer.text}"
        said: dict[str, Any] = answer.json()
        return said

    def ask(self, report: str, **about: Any) -> dict[str, Any]:
        answer = self._session.get(
            f"{self.url}/sandbox/api/{report}",
            params={key: value for key, value in about.items() if value is not None},
            timeout=60,
        )
        assert answer.ok, f"{report}: {answer.status_code} {answer.text}"
        said: dict[str, Any] = answer.json()
        return said

    # The world

    def reset(self, **told: Any) -> None:
        """Forget everything and plant the first set again; `seed="empty"` plants nothing."""
        self.tell("reset", **told)

    def add_account(self, email: str, **about: Any) -> str:
        """A Zoho account; its ZUID. `channels` lists the channels it joins."""
        return str(self.tell("accounts", email=email, **about)["zuid"])

    def add_channel(self, name: str, **about: Any) -> dict[str, str]:
        """A channel; its three ids. `members` lists e-mail addresses or maps them to roles."""
        return self.tell("channels", name=name, **about)

    def join(self, channel: str, email: str, role: str = "member") -> None:
        self.tell("add-member", channel=channel, email=email, role=role)

    def leave(self, channel: str, email: str) -> None:
        self.tell("remove-member", channel=channel, email=email)

    def direct_chat(self, one: str, other: str) -> str:
        return str(self.tell("direct-chat", emails=[one, other])["chat_id"])

    def say(self, channel: str, email: str, text: str, **about: Any) -> str:
        """A person writes in Cliq itself; the message's id."""
        said = self.tell("messages", channel=channel, email=email, text=text, **about)
        return str(said["message_id"])

    def share_file(self, channel: str, email: str, name: str, data: bytes, **about: Any) -> str:
        encoded = base64.b64encode(data).decode()
        said = self.tell("files", channel=channel, email=email, name=name, data=encoded, **about)
        return str(said["message_id"])

    def archive(self, channel: str) -> None:
        self.tell("archive", channel=channel)

    def unarchive(self, channel: str) -> None:
        self.tell("unarchive", channel=channel)

    def delete_channel(self, channel: str) -> None:
        self.tell("delete", channel=channel)

    def rename(self, channel: str, name: str) -> None:
        self.tell("rename", channel=channel, name=name)

    def permit(self, channel: str, *, allowed: bool, act: str = "send_message") -> None:
        self.tell("permit", channel=channel, allowed=allowed, act=act)

    def pin(self, channel: str, email: str, *, pinned: bool = True) -> None:
        self.tell("pin", channel=channel, email=email, pinned=pinned)

    # Accounts

    def grant(self, email: str, *scopes: str, **about: Any) -> dict[str, str]:
        """Tokens without the consent page: access_token, refresh_token, zuid."""
        return self.tell("grant", email=email, scope=",".join(scopes), **about)

    def consent(self, address: str, email: str, decision: str = "accept") -> dict[str, str]:
        """Decide on the consent page at that address; the query that the browser brings back."""
        answer = self._session.post(
            address,
            data={"account": email, "decision": decision},
            allow_redirects=False,
            timeout=60,
        )
        assert answer.status_code == 303, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def revoke(self, email: str) -> None:
        """The person disconnects us in their account: refresh tokens are dead."""
        self.tell("revoke", email=email)

    def expire_tokens(self, email: str | None = None) -> None:
        self.tell("expire-tokens", **({"email": email} if email else {}))

    def withdraw_scope(self, email: str, scope: str) -> None:
        self.tell("withdraw-scope", email=email, scope=scope)

    # Trouble

    def will(self, do: str, path: str = "/api/*", **how: Any) -> None:
        """Let the next request (or `times` of them) to `path` go wrong; see the README's table."""
        self.tell("faults", do=do, path=path, **how)

    def will_at_random(self, percent: float, **how: Any) -> None:
        self.tell("random-faults", percent=percent, **how)

    def obey(self) -> None:
        """No more faults; the counts start at zero."""
        self.tell("clear-faults")

    def fault_counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.ask("state")["faults"]["counts"]
        return counts

    def quirks(self, **told: Any) -> None:
        self.tell("quirks", **told)

    def lock(self, email: str, limit: str = "post") -> None:
        self.tell("lock", email=email, limit=limit)

    def unlock(self, email: str) -> None:
        self.tell("unlock", email=email)

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock."""
        self.tell("clock", seconds=seconds)

    # What came of it

    def state(self) -> dict[str, Any]:
        return self.ask("state")

    def messages(self, channel: str | None = None) -> list[dict[str, Any]]:
        """Everything kept of a channel's messages (or of all), in order."""
        messages: list[dict[str, Any]] = self.ask("messages", channel=channel)["messages"]
        return messages

    def posted(self, channel: str | None = None) -> list[dict[str, Any]]:
        """The messages that came through the API."""
        return [message for message in self.messages(channel) if message["via"] == "api"]

    def requests(self, path: str = "*", method: str = "*", after: int = 0) -> list[dict[str, Any]]:
        """The recorded exchanges whose path matches, oldest first."""
        recorded: list[dict[str, Any]]
        recorded = self.ask("requests", path=path, method=method, after=after)["requests"]
        return recorded

    def forget_requests(self) -> None:
        self.tell("forget-requests")


@contextmanager
def running_sandbox(
    *options: str, data: Path | None = None, time_scale: float | None = None, port: int = 0
) -> Iterator[SandboxControls]:
    """A sandbox on a free port until the block ends."""
    command = [sys.executable, "-m", "integrations.sandbox", "--port", str(port), *options]
    command += ["--data", str(data)] if data else []
    command += ["--time-scale", str(time_scale)] if time_scale else []
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603  Our own module, our own arguments.
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            with SandboxControls(_address(process)) as controls:
                _wait_for(controls)
                yield controls
        finally:
            process.terminate()
            process.wait(timeout=60)


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line.startswith(ANNOUNCED), f"the sandbox did not start: {line!r}"
    return line.removeprefix(ANNOUNCED)


def _wait_for(controls: SandboxControls) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            controls.state()
        except requests.ConnectionError:
            assert time.monotonic() < deadline, "the sandbox does not answer"
            time.sleep(0.05)
        else:
            return
