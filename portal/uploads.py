"""Which files may be attached, and under which names; what a file is, it says itself."""

import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

MOST = 5  # files of one comment
LARGEST = 10 * 1024 * 1024  # bytes of one file
MEGABYTES = LARGEST // 1024**2
LONGEST_NAME = 120
OPENING = 1024  # bytes at the beginning of a file that tell what it is
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class Refused(ValueError):
    """The file cannot be attached; the message says why, to whoever chose it."""


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and found good."""

    name: str
    content_type: str
    content: bytes


Check = Callable[[bytes, IO[bytes]], bool]


def checked(file: UploadedFile) -> Upload:
    """The file under a clean name and with the type that it really has, or Refused."""
    name = clean_name(file.name or "")
    names = {"name": name, "limit": MEGABYTES}
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in TYPES:
        raise Refused(_("%(name)s: files of this kind cannot be attached.") % names)
    if not file.size:
        raise Refused(_("%(name)s is empty.") % names)
    if file.size > LARGEST:
        raise Refused(_("%(name)s is larger than %(limit)d MB.") % names)
    content_type, is_so = TYPES[suffix]
    content = file.read()
    if not is_so(content[:OPENING], file):
        raise Refused(_("%(name)s is not what its ending says, or it is damaged.") % names)
    return Upload(name, content_type, content)


def clean_name(name: str) -> str:
    """The last part of the name, without anything that nobody sees, and not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Invisible letters turn "invoice\u202efdp.exe" into "invoiceexe.pdf".
    seen = "".join(_seen(letter) for letter in unicodedata.normalize("NFC", last))
    path = PurePosixPath(" ".join(seen.split()).lstrip(". ") or "file")
    return path.stem[: LONGEST_NAME - len(path.suffix[:10])] + path.suffix[:10]


def _seen(letter: str) -> str:
    return " " if letter.isspace() else letter if letter.isprintable() else ""


def _begins(*signs: bytes) -> Check:
    return lambda opening, _file: opening.startswith(signs)


def _is_pdf(opening: bytes, _file: IO[bytes]) -> bool:
    return b"%PDF-" in opening


def _is_webp(opening: bytes, _file: IO[bytes]) -> bool:
    return opening[:4] == b"RIFF" and opening[8:12] == b"WEBP"


def _is_heic(opening: bytes, _file: IO[bytes]) -> bool:
    return opening[4:8] == b"ftyp" and opening[8:12] in HEIC_BRANDS


def _is_text(opening: bytes, _file: IO[bytes]) -> bool:
    has_mark = opening.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16, as Excel writes it
    return has_mark or b"\x00" not in opening


def _is_zip(opening: bytes, file: IO[bytes]) -> bool:
    return opening.startswith(b"PK") and zipfile.is_zipfile(file)


def _is_office(folder: str) -> Check:
    """A zip with the folder that Word or Excel writes; only its table of contents is read."""

    def is_so(opening: bytes, file: IO[bytes]) -> bool:
        if not _is_zip(opening, file):
            return False
        try:
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError):  # Only its end is a zip's.
            return False
        return "[Content_Types].xml" in names and any(n.startswith(folder) for n in names)

    return is_so


OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES: dict[str, tuple[str, Check]] = {
    ".pdf": ("application/pdf", _is_pdf),
    ".png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".webp": ("image/webp", _is_webp),
    ".heic": ("image/heic", _is_heic),
    ".txt": ("text/plain", _is_text),
    ".csv": ("text/csv", _is_text),
    ".docx": (f"{OFFICE}.wordprocessingml.document", _is_office("word/")),
    ".xlsx": (f"{OFFICE}.spreadsheetml.sheet", _is_office("xl/")),
    ".zip": ("application/zip", _is_zip),
}
