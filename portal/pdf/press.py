"""From words to PDF/A: typst, our own fonts, and nothing of this machine."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst
from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
MISSING = "〓"  # how Japanese printers have always set a letter that they do not have
BREAKS = "\n\u00a0\u2009\u202f"  # that no font draws, and every one knows


def font_files() -> list[Path]:
    """Our fonts, and those of PDF_FONT_PATH."""
    folders = [FONTS, *(Path(folder) for folder in settings.PDF_FONT_PATH)]
    files = (file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir()))
    return [file for file in files if file.suffix.lower() in {".otf", ".ttf", ".ttc", ".otc"}]


def printed(template: str, words: dict[str, Any], *, made_at: datetime) -> bytes:
    """The template, filled with the words, as PDF/A; the same words give the same bytes."""
    compiler = typst.Compiler(
        input=HERE / f"{template}.typ",
        root=HERE,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"words": json.dumps(_drawable(words))},
    )
    pdf = compiler.compile(format="pdf", pdf_standards="a-2a", timestamp=int(made_at.timestamp()))
    return cast(bytes, pdf)


def families() -> list[str]:
    """The fonts to draw with, in the order in which letters are looked for."""
    extra = sorted(set(_fonts().families()) - {"Noto Sans CJK JP", "DejaVu Sans"})
    return ["Noto Sans CJK JP", "DejaVu Sans", *extra]


@cache
def _fonts() -> typst.Fonts:
    folders = sorted({str(file.parent) for file in font_files()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _letters() -> frozenset[int]:
    """Every letter that some font of ours draws."""
    return frozenset(code for file in font_files() for code in _letters_of(file))


def _letters_of(file: Path) -> set[int]:
    if file.suffix.lower() in {".ttc", ".otc"}:
        with TTCollection(file, lazy=True) as collection:
            return {code for font in collection.fonts for code in font.getBestCmap() or {}}
    with TTFont(file, lazy=True) as font:
        return set(font.getBestCmap() or {})


def _drawable(words: Any) -> Any:
    """The words with MISSING for every letter that no font has: PDF/A allows no empty boxes."""
    if isinstance(words, str):
        return "".join(map(_letter, words.replace("\r\n", "\n").replace("\t", " ")))
    if isinstance(words, dict):
        return {name: _drawable(value) for name, value in words.items()}
    if isinstance(words, list):
        return [_drawable(value) for value in words]
    return words


def _letter(letter: str) -> str:
    if letter in BREAKS or (letter.isprintable() and ord(letter) in _letters()):
        return letter
    # What nobody sees (control characters, joiners, variation selectors) just goes.
    return MISSING if letter.isprintable() and not letter.isspace() and not _is_mark(letter) else ""


def _is_mark(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
