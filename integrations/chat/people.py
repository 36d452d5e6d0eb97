"""Acts of a person that Cliq answers at once: finding a colleague, opening a chat, a file.

They run in the request, because its answer is what was asked for; each keeps to its allowance.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from ..cliq.client import CliqClient
from ..cliq.errors import CliqError
from ..cliq.http import Answer
from ..cliq.records import Chat, User
from ..models import Grant, Snapshot
from ..tokens import on_behalf_of
from .asking import Asking

T = TypeVar("T")
Clock = Callable[[], datetime]


def found(grant: Grant, words: str, clock: Clock) -> list[User]:
    """Colleagues by name or address, without the person themselves."""
    people = _ask(grant, "people", lambda client: client.people(words), clock)
    return [user for user in people if user.zuid != grant.account.zuid]


def open_direct(grant: Grant, zuid: str, clock: Clock) -> Chat:
    """The direct chat with a colleague; it will stand in the lists."""
    chat = _ask(grant, "open", lambda client: client.open_direct(zuid), clock)
    for lists in Snapshot.objects.filter(grant=grant, chat_id=""):
        lists.hurry(clock())
    return chat


def file(grant: Grant, file_id: str, clock: Clock) -> Answer:
    return _ask(grant, "file", lambda client: client.file(file_id), clock)


def mark_read(pk: int, message_id: str, sent_at: datetime, clock: Clock) -> None:
    """Tell Cliq that the person has seen a chat up to a message; failing is no harm."""
    snapshot = Snapshot.objects.filter(pk=pk).select_related("grant__account").first()
    if snapshot is None or snapshot.read_until >= sent_at:
        return

    def tell(client: CliqClient) -> None:
        client.mark_read(snapshot.chat_id, message_id)

    try:
        _ask(snapshot.grant, "read", tell, clock)
    except CliqError:
        return
    Snapshot.objects.filter(pk=pk, read_until__lt=sent_at).update(read_until=sent_at)


def _ask(grant: Grant, call: str, ask: Callable[[CliqClient], T], clock: Clock) -> T:
    return on_behalf_of(grant, clock(), lambda client: Asking(grant, client, clock)(call, ask))
