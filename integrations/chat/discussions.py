"""Where was something discussed? What a person may see of it."""

from dataclasses import dataclass
from datetime import datetime

from portal.models import Membership

from ..models import Discussion, Grant, Snapshot, Subject
from .content import lists_from
from .thread import in_cliq


@dataclass(frozen=True)
class Shown:
    """One discussion as its page shows it; `url` leads to Cliq."""

    chat_id: str
    name: str
    who: str
    begun_at: datetime
    url: str


def seen_by(membership: Membership, subject: Subject) -> list[Shown]:
    """Those in chats that the member is in, and their own: others' chats are not even named."""
    found = list(Discussion.objects.about(subject).select_related("user"))
    grant = Grant.objects.usable().of(membership.user, membership.organisation).first()
    if not found or grant is None:
        return []
    snapshot = Snapshot.objects.filter(grant=grant, chat_id="").first()
    lists = lists_from(snapshot.content if snapshot else "")
    shown: dict[str, Shown] = {}
    for one in found:
        room = lists.room(one.chat_id)
        if room or one.user_id == membership.user_id:
            name = room.name if room else one.chat_name
            url = in_cliq(room, one.chat_id, grant)
            shown.setdefault(
                one.chat_id, Shown(one.chat_id, name, str(one.user), one.begun_at, url)
            )
    return list(shown.values())
