"""What was said in a chat? Messages with their files and cards, as plain records.

What a card looks like when it is read back is documented nowhere (api.md 5.2): it is looked for
in the shape in which it was posted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .rows import LONG_AGO, Row, moment_in, number_in, row_in, rows_in, text_in

MESSAGE_ID = re.compile(r"[0-9]{1,15}(_[\w.-]{1,100})?", re.ASCII)


@dataclass(frozen=True)
class File:
    """A file that was sent; its bytes are another call."""

    id: str
    name: str
    type: str
    size: int


@dataclass(frozen=True)
class Button:
    """A button of a card; `url` is "" where it does anything but open a page."""

    label: str
    url: str

    @property
    def web(self) -> str:
        """Its page where that is one of the web; "" for any other scheme."""
        return self.url if self.url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True)
class Card:
    """What stands under a message's text: a title, facts in rows, buttons."""

    title: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class ChatMessage:
    """A message as it stands in a chat; `text` holds markup, mentions and anybody's words."""

    id: str
    sent_at: datetime
    sender_name: str
    sender_id: str
    kind: str
    text: str
    file: File | None = None
    card: Card | None = None


def message_id_in(answer: object) -> str | None:
    """The id of a message just posted, wherever the answer holds it; None when it has none."""
    for row in (answer, row_in(answer).get("data")):
        found = row_in(row).get("message_id") or row_in(row).get("id")
        if isinstance(found, str | int):
            return normal_message_id(str(found))
    return None


def normal_message_id(message_id: str) -> str:
    """One form for 1599_2292, 1599%202292 and "1599 2292", which are the same message."""
    return message_id.strip().replace("%20", "_").replace(" ", "_")


def said_at(message_id: str) -> datetime | None:
    """When a message was said, as its id begins; None where it is no id of Cliq's."""
    if not MESSAGE_ID.fullmatch(message_id):
        return None
    moment = moment_in(message_id.partition("_")[0])
    return moment if moment > LONG_AGO else None


def messages_in(rows: object) -> Iterator[ChatMessage]:
    """The messages among the rows, in their order."""
    for row in rows_in(rows):
        if message_id := text_in(row, "id", "message_id"):
            message_id = normal_message_id(message_id)
            sender, content = row_in(row.get("sender")), row.get("content")
            yield ChatMessage(
                id=message_id,
                # An id starts with its milliseconds, too.
                sent_at=moment_in(row.get("time"), message_id.partition("_")[0]),
                sender_name=text_in(sender, "name"),
                sender_id=text_in(sender, "id"),
                kind=text_in(row, "type"),
                text=_words(content),
                file=_file(row_in(row_in(content).get("file"))),
                card=_card(row_in(content)),
            )


def _words(content: object) -> str:
    """The text of a message: a string in the documents, an object in life."""
    return content if isinstance(content, str) else text_in(row_in(content), "text", "comment")


def _file(row: Row) -> File | None:
    if not (file_id := text_in(row, "id")):
        return None
    size = number_in(row_in(row.get("dimensions")), "size")
    return File(file_id, text_in(row, "name"), text_in(row, "type"), size)


def _card(content: Row) -> Card | None:
    """Title, slides and buttons; None where there is nothing to show."""
    told = row_in(content.get("card"))
    rows = tuple(row for slide in rows_in(content.get("slides")) for row in _slide(slide))
    buttons = tuple(_buttons(content.get("buttons") or told.get("buttons")))
    card = Card(text_in(told, "title"), rows, buttons)
    return card if card != Card() else None


def _slide(slide: Row) -> Iterator[tuple[str, ...]]:
    """A table's or a label's rows as cells, a list's or a text's as one cell."""
    data = slide.get("data")
    headers = row_in(data).get("headers")
    if isinstance(headers, list):
        names = [name for name in headers if isinstance(name, str)]
        for row in rows_in(row_in(data).get("rows")):
            yield tuple(text_in(row, name) for name in names)
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, str):
            yield (item,)
        elif isinstance(item, dict) and "headers" not in item:
            yield from ((str(name), text_in(item, name)) for name in item)


def _buttons(rows: object) -> Iterator[Button]:
    for row in rows_in(rows):
        action = row_in(row.get("action"))
        opens = action.get("type") in ("open.url", "preview.url")
        data = row_in(action.get("data"))
        if label := text_in(row, "label"):
            yield Button(label, text_in(data, "web", "url") if opens else "")
