"""What do we say in Cliq? Pure functions of an event: no database, no clock.

https://www.zoho.com/cliq/help/restapi/v3/messageformat/ and api.md 3.2, whose stricter limits
are kept. Times are shown in the zone that they carry: pass them in the organisation's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from portal.events import EventKind, Facts

from .figures import moment
from .text import cut, one_line
from .words import quote, rows, sentences, short_quote

TEXT_LIMIT = 5_000
TITLE_LIMIT = 200
LABEL_LIMIT = 20
URL_LIMIT = 256
DIGEST_QUOTE_LENGTH = 100
DIGEST_LINE_LIMIT = 1_000
BOT_NAME = "Books"


@dataclass(frozen=True)
class Ending:
    """What every message ends with: the way to Books, and the marker it is found again by."""

    url: str
    link_label: str
    ref: str


@dataclass(frozen=True)
class Message:
    """Something to post, in its full form and in the plain one for when Cliq refuses that.

    Either form's text holds the marker, because text is all that Cliq gives back.
    """

    text: str
    ending: Ending
    title: str = ""
    headers: tuple[str, str] = ("", "")
    rows: tuple[tuple[str, str], ...] = ()

    def payload(self, *, bot: str = BOT_NAME, image: str = "") -> dict[str, Any]:
        """Everything: text, whose name it carries, card, table and button.

        Without `bot` the message carries the name of the person who granted; `image` is the
        bot's picture, taken only from an https address.
        """
        payload: dict[str, Any] = {"text": f"{self.text}\n{self.ending.ref}"}
        if bot:
            payload["bot"] = {"name": bot}
            if image.startswith("https://"):
                payload["bot"]["image"] = image
        if self.title:
            payload["card"] = {"title": self.title, "theme": "modern-inline"}
        if self.rows:
            payload["slides"] = [{"type": "table", "data": self._table()}]
        if self.ending.url:
            payload["buttons"] = [self._button()]
        return payload

    def text_only(self) -> dict[str, Any]:
        """Nothing that Cliq could refuse: the text, with the link in it."""
        lines = [self.text, self.ending.url, self.ending.ref]
        return {"text": "\n".join(filter(None, lines))}

    def _table(self) -> dict[str, Any]:
        name, value = self.headers
        return {
            "headers": [name, value],
            "rows": [{name: label, value: fact} for label, fact in self.rows],
        }

    def _button(self) -> dict[str, Any]:
        action = {"type": "open.url", "data": {"web": self.ending.url}}
        return {"label": self.ending.link_label, "type": "+", "action": action}


@dataclass(frozen=True)
class Item:
    """One event of a digest."""

    kind: EventKind
    facts: Facts
    occurred_at: datetime


def event_message(
    kind: EventKind,
    facts: Facts,
    *,
    language: str,
    occurred_at: datetime,
    url: str,
    marker: str,
    delayed: bool = False,
) -> Message:
    """One event in the organisation's language; a delayed one says when it happened."""
    with override(language):
        when = moment(occurred_at, language)
        lines = [*sentences(kind, facts, language), *quote(kind, facts)]
        if delayed:
            lines.append(_("This happened at %(when)s and is only told now.") % {"when": when})
        number = one_line(facts["number"], TITLE_LIMIT // 2)
        title = _("%(event)s: %(number)s") % {"event": kind.label, "number": number}
        return Message(
            text="\n".join(lines),
            title=cut(title, TITLE_LIMIT),
            headers=(_("Fact"), _("Value")),
            rows=(*rows(facts, language), (_("Time"), when)),
            ending=_ending(url, marker),
        )


def test_message(*, language: str, channel: str, url: str, marker: str) -> Message:
    """What *Send a test message* posts."""
    with override(language):
        words = _("This is a test. Messages from Books arrive in %(channel)s.")
        return Message(
            text=words % {"channel": one_line(channel, 100)},
            title=_("Test message"),
            ending=_ending(url, marker),
        )


def digest(items: Sequence[Item], *, language: str, url: str, marker: str) -> tuple[Message, int]:
    """One message for as many of the waiting events as fit, oldest first, and how many those are.

    Each event keeps its line and its own time; at least one is taken.
    """
    with override(language):
        ending = _ending(url, marker)
        # In the plain form the link stands in the text as well.
        frame = (_heading(len(items)), ending.url, ending.ref)
        left = TEXT_LIMIT - sum(length(line) + 1 for line in frame)
        lines: list[str] = []
        for item in items:
            line = _digest_line(item, language)
            left -= length(line) + 1
            if left < 0 and lines:
                break
            lines.append(line)
        text = "\n".join([_heading(len(lines)), *lines])
        return Message(text=text, ending=ending), len(lines)


def length(text: str) -> int:
    """How long Cliq finds a text: it is written in Java, which counts 𠮷 and 👍 twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _heading(count: int) -> str:
    words = ngettext(
        "%(count)s event from Books that had to wait:",
        "%(count)s events from Books that had to wait, each with its own time:",
        count,
    )
    return words % {"count": count}


def _digest_line(item: Item, language: str) -> str:
    when = moment(item.occurred_at, language)
    said = sentences(item.kind, item.facts, language)
    words = " ".join([*said, short_quote(item.facts, DIGEST_QUOTE_LENGTH)]).strip()
    line = _("%(when)s – %(what)s") % {"when": when, "what": words}
    return cut(line, DIGEST_LINE_LIMIT)


def _ending(url: str, marker: str) -> Ending:
    """In the language that is active; an address too long for a button is left out."""
    return Ending(
        url=url if length(url) <= URL_LIMIT else "",
        link_label=cut(_("Open in Books"), LABEL_LIMIT),
        ref=_("· ref %(marker)s") % {"marker": marker},
    )
