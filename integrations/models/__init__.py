"""Everything the integrations keep; import from here."""

from .attempts import Attempt, new_marker
from .chat import Allowance, ChatPost, HiddenBar, Snapshot
from .connections import Connection
from .deliveries import Delivery
from .discussions import Discussion, Subject
from .grants import Account, Grant

__all__ = [
    "Account",
    "Allowance",
    "Attempt",
    "ChatPost",
    "Connection",
    "Delivery",
    "Discussion",
    "Grant",
    "HiddenBar",
    "Snapshot",
    "Subject",
    "new_marker",
]
