"""What is a running sandbox made of?"""

from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Row
from typing import Any

from .clock import Clock
from .faults import Faults
from .http import Request
from .limits import Limits
from .recorder import Recorder
from .store import Store

# Where the documents and what others observed disagree, a test can choose (cliq/api.md §11.2).
QUIRKS: dict[str, Any] = {
    "accounts_server": "",  # what the redirect names instead of this origin
    "location": "sandbox",  # the data centre that the redirect names
    "expires_in_ms": False,  # expires_in in milliseconds, as it once was
    "access_token_seconds": 3600,
    "omit_refresh_token": False,
    "message_id_key": "message_id",  # or "id", or "data" for data.message_id
    "message_id_form": "_",  # or "%20", or " "
    "content_as_string": False,  # content of a text message as the schema types it
    "cards_in_messages": True,  # what a card is when read back is not documented
    "newest_first": False,  # the order of messages is not documented
    "oldest_of_span": False,  # nor whether it is the newest or the oldest that a limit leaves
    "users_key": "data",  # or "users"
    "wrap_channel": False,  # one channel as {"channel": {…}}
    "unknown_channel": "technical_error",  # or "not_found", or "forbidden"
    "direct_messages_refused": "",  # a code such as 121_orgmem_message
    "limits_enforced": True,
}


class Sandbox:
    """The parts that every handler needs, in one hand."""

    def __init__(self, directory: Path, *, time_scale: float = 1.0) -> None:
        self.store = Store(directory / "sandbox.sqlite3")
        self.clock = Clock(self.store, time_scale)
        self.limits = Limits(self.clock)
        self.faults = Faults()
        self.recorder = Recorder()
        self._choose()

    def _choose(self, quirks: dict[str, Any] | None = None) -> None:
        self._quirks = QUIRKS | (quirks or self.store.setting("quirks", {}))
        self.limits.enforced = self._quirks["limits_enforced"]

    def quirk(self, name: str) -> Any:
        return self._quirks[name]

    @property
    def quirks(self) -> dict[str, Any]:
        return dict(self._quirks)

    def set_quirks(self, told: dict[str, Any]) -> None:
        """Change some quirks; ValueError names one that does not exist."""
        unknown = told.keys() - QUIRKS.keys()
        if unknown:
            raise ValueError(f"no such quirk: {', '.join(sorted(unknown))}")
        changed = self._quirks | told
        self.store.set("quirks", changed)
        self._choose(changed)

    def forget(self) -> None:
        """Back to an empty sandbox at the machine's time."""
        self.store.clear()
        self.clock.reset()
        self.limits.clear()
        self.faults.clear()
        # A new one: what is still on its way was said in the world that ends here.
        self.recorder = Recorder()
        self._choose()


@dataclass(frozen=True)
class Call:
    """One authorised call: the request, who makes it, and what its path named."""

    request: Request
    account: Row
    path: dict[str, str]

    @property
    def zuid(self) -> str:
        return str(self.account["zuid"])
