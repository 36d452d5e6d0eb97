"""The sandbox with its first organisation, and callers of it over real sockets."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests import contract
from tests.sandbox import SandboxControls

HANA, KENJI = "hana.sato@example.com", "kenji.tanaka@example.com"
SCOPES = [
    "AaaServer.profile.READ",
    *("ZohoCliq.Webhooks.CREATE", "ZohoCliq.Channels.READ", "ZohoCliq.Messages.READ"),
    *("ZohoCliq.Chats.READ", "ZohoCliq.Chats.CREATE", "ZohoCliq.Chats.UPDATE"),
    *("ZohoCliq.Users.READ", "ZohoCliq.Attachments.READ"),
]


class Caller:
    """Somebody's application, calling with their access token."""

    def __init__(self, zoho: SandboxControls, email: str, *scopes: str) -> None:
        self.url = zoho.url
        self.tokens = zoho.grant(email, *(scopes or SCOPES))
        self.zuid = self.tokens["zuid"]
        self.session = requests.Session()
        self.session.trust_env = False
        self.carry(self.tokens["access_token"])

    def carry(self, access_token: str, kind: str = "Zoho-oauthtoken") -> None:
        self.session.headers["Authorization"] = f"{kind} {access_token}"

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}{path}", timeout=30, **how)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.call("GET", path, params=query)

    def say(self, text: str = "Hello", channel: str = "sales", **more: Any) -> requests.Response:
        """Post to a channel; `more` are the message's other keys."""
        body = {"text": text, **more}
        return self.call("POST", f"/api/v2/channelsbyname/{channel}/message", json=body)

    def refresh(self) -> dict[str, Any]:
        """A new access token, or the error that came instead."""
        told = {
            "grant_type": "refresh_token",
            "refresh_token": self.tokens["refresh_token"],
            "client_id": "1000.SANDBOX",
            "client_secret": "secret",
        }
        answered: dict[str, Any] = self.call("POST", "/oauth/v2/token", data=told).json()
        return answered


@pytest.fixture
def zoho(sandbox_process: SandboxControls) -> Iterator[SandboxControls]:
    """The sandbox with its first people and channels; what it answered must be as documented."""
    sandbox_process.reset()
    yield sandbox_process
    if contract.missing():
        return
    for exchange in sandbox_process.requests():
        contract.check_answer(exchange)
        if exchange["status"] in (200, 204) and not exchange["fault"]:
            contract.check_request(exchange)


@pytest.fixture
def hana(zoho: SandboxControls) -> Iterator[Caller]:
    caller = Caller(zoho, HANA)
    with caller.session:
        yield caller


@pytest.fixture
def kenji(zoho: SandboxControls) -> Iterator[Caller]:
    caller = Caller(zoho, KENJI)
    with caller.session:
        yield caller
