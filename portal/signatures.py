"""A signature: strokes of a pen as whole numbers, or a name typed in their place."""

import re
from dataclasses import dataclass
from itertools import pairwise
from math import dist

WIDTH, HEIGHT = 600, 240  # the field that one signs in; static/signature.js draws in the same
LONGEST = 20_000  # characters of strokes
LEAST_INK = 150  # how far the pen went, at least
LEAST_WIDTH, LEAST_HEIGHT = 60, 15

POINT = r"[0-9]{1,3},[0-9]{1,3}"
STROKE = rf"{POINT}(?: {POINT})*"
STROKES = re.compile(rf"{STROKE}(?:;{STROKE})*")

Stroke = tuple[tuple[int, int], ...]


class Unreadable(ValueError):
    """No strokes as our own page sends them."""


@dataclass(frozen=True)
class Signature:
    """What somebody drew or typed; the one or the other."""

    strokes: tuple[Stroke, ...] = ()
    typed: str = ""

    @classmethod
    def drawn(cls, text: str) -> "Signature":
        """Strokes as the page sends them: `12,34 56,78;90,12`."""
        if len(text) > LONGEST or not STROKES.fullmatch(text):
            raise Unreadable
        strokes = tuple(tuple(_point(p) for p in s.split(" ")) for s in text.split(";"))
        if any(x > WIDTH or y > HEIGHT for stroke in strokes for x, y in stroke):
            raise Unreadable
        return cls(strokes=strokes)

    @classmethod
    def stored(cls, text: str) -> "Signature | None":
        """What `str` made of a signature; none for an answer without one."""
        kind, _space, rest = text.partition(" ")
        if not kind:
            return None
        return cls.drawn(rest) if kind == "drawn" else cls(typed=rest)

    def __str__(self) -> str:
        return f"typed {self.typed}" if self.typed else "drawn " + ";".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """The points of each stroke for an SVG; nothing in them but digits, commas and spaces."""
        return [" ".join(f"{x},{y}" for x, y in stroke) for stroke in self.strokes]

    @property
    def is_too_simple(self) -> bool:
        """A dot, a dash, a full stop: nobody's signature."""
        if self.typed:
            return not any(letter.isalpha() for letter in self.typed)
        points = [point for stroke in self.strokes for point in stroke]
        ink = sum(dist(*pair) for stroke in self.strokes for pair in pairwise(stroke))
        width, height = (max(axis) - min(axis) for axis in zip(*points, strict=True))
        return ink < LEAST_INK or width < LEAST_WIDTH or height < LEAST_HEIGHT

    def svg(self) -> str:
        """A picture for paper, made of numbers only."""
        lines = "".join(f'<polyline points="{line}"/>' for line in self.lines)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
            '<g fill="none" stroke="#141a26" stroke-width="4" stroke-linecap="round"'
            f' stroke-linejoin="round">{lines}</g></svg>'
        )


def _point(text: str) -> tuple[int, int]:
    x, y = text.split(",")
    return int(x), int(y)
