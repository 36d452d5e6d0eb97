"""The e-mails that the demo sent, from the files of Django's file backend."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings

# What the backend writes after every message.
SEPARATOR = b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Letter:
    """One e-mail; its name is the file's, and its place in the file."""

    name: str
    message: EmailMessage

    @property
    def sent_at(self) -> datetime:
        moment: datetime = self.message["Date"].datetime
        # Django writes "-0000": UTC, from a machine that keeps its own time zone to itself.
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    @property
    def attachments(self) -> list[tuple[str, int]]:
        """The files' names, and how many kilobytes they have."""
        files = self.message.iter_attachments()
        return [(file.get_filename() or "", len(file.get_content()) // 1024) for file in files]

    def attachment(self, name: str) -> bytes | None:
        """The file of this name."""
        for file in self.message.iter_attachments():
            if file.get_filename() == name:
                return bytes(file.get_content())
        return None

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text, cut where an address of our own site begins and ends; True marks those."""
        body = self.message.get_body(("plain",))
        text = body.get_content() if body else ""
        # Whatever else looks like a link stays text: it may be a customer's.
        address = rf"({re.escape(settings.SITE_URL)}/[\w/?=&%.~+-]*[\w/])"
        return [(piece, number % 2 == 1) for number, piece in enumerate(re.split(address, text))]


def letters() -> list[Letter]:
    """Every e-mail, the newest first."""
    folder = getattr(settings, "EMAIL_FILE_PATH", "")
    files = sorted(Path(folder).glob("*.log")) if folder else []
    found = [letter for path in files for letter in _letters_in(path)]
    return sorted(found, key=lambda letter: (letter.sent_at, letter.name), reverse=True)


def _letters_in(path: Path) -> list[Letter]:
    parser = BytesParser(EmailMessage, policy=policy.default)
    parts = [part for part in path.read_bytes().split(SEPARATOR) if part.strip()]
    return [
        Letter(f"{path.stem}-{number}", parser.parsebytes(part))
        for number, part in enumerate(parts, start=1)
    ]
