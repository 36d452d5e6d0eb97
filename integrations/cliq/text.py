"""How do we show other people's words in Cliq without letting them do anything?

Cliq documents no escape character (api.md 3.3), so what is markup to it is replaced by its
full-width look-alike: ＊ cannot be bold and ［ cannot be a link, however Cliq's parser treats
what stands around them. A zero-width space inside would only be a guess at that parser.
"""

import re
from functools import lru_cache
from unicodedata import category

ELLIPSIS = "…"
# Nobody is shown more than a part of this of one text; the rest is not even looked at.
MOST_SIGNS = 4_000
MOST_MARKS = 4

MARKUP = str.maketrans("*_~`[]{}", "＊＿～｀［］｛｝")
# Headings, quotes and rules are markup at the start of a line only; inside, they are just signs.
LINE_STARTS = str.maketrans("#!>-=", "＃！＞－＝")
LINE_START = re.compile(r"^[ \u3000]*(?:[#!>]+|[-=]{3,})", re.MULTILINE)
# A mention begins a word; the sign inside an address stays, so that addresses can be read.
MENTION = re.compile(r"(?<![\w.+-])@")
WEB_HOST = re.compile(r"\b(www)\.", re.IGNORECASE)

LINE_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
JOINERS = "\u200c\u200d"
# A joiner has work between two letters of a script that needs it, or between two pictures.
IDLE_JOINER = re.compile(
    rf"(?<![^\x00-\x7f{JOINERS}])[{JOINERS}]+|[{JOINERS}]+(?![^\x00-\x7f{JOINERS}])"
)
# Latin, kana and kanji as they are typed every day: nothing among them hides or combines.
UNUSUAL = re.compile(
    r"[^\n\x20-\x7e\u3000-\u3029\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uff01-\uff5e]"
)
# Letters by their class, blank to the eye: a name of nothing else would look like no name.
BLANKS = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
REGIONAL_INDICATORS = ("\U0001f1e6", "\U0001f1ff")
SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")


def plain(text: str) -> str:
    """Other people's text, made unable to mention, link, format, hide or reverse anything.

    Addresses of pages lose their colon to a look-alike, so that Cliq does not make them links:
    staff can still read where they point, and nobody follows one by a slip of the finger.
    """
    if len(text) > MOST_SIGNS:
        return plain(text[:MOST_SIGNS]) + ELLIPSIS
    text = visible(text)
    text = text.replace("://", "：//").translate(MARKUP)
    text = WEB_HOST.sub(r"\1．", text)
    text = MENTION.sub("＠", text)
    text = LINE_START.sub(lambda found: found[0].translate(LINE_STARTS), text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@lru_cache(maxsize=500)  # One message says the same name several times.
def one_line(text: str, limit: int) -> str:
    """Other people's text as a name or a value: plain, on one line, at most `limit` long."""
    return cut(" ".join(plain(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` code points, an ellipsis last where any are missing.

    What is seen as one sign (a letter with its accents, a flag, a family) is not cut through.
    """
    if len(text) <= limit:
        return text
    end = limit - len(ELLIPSIS)
    while end > 0 and limit - end < 40 and _is_one_sign(text[end - 1], text[end]):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def visible(text: str) -> str:
    """The text without what cannot be seen or changes how its neighbours are seen."""
    if not UNUSUAL.search(text):
        return text
    marks = 0
    kept = []
    for sign in LINE_BREAKS.sub("\n", text):
        kind = category(sign)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if sign == "\n" or sign in JOINERS:
            kept.append(sign)
        elif kind == "Zs" or sign == "\t":
            kept.append(sign if sign == "\u3000" else " ")
        elif kind not in ("Cc", "Cf", "Cs") and sign not in BLANKS and marks <= MOST_MARKS:
            kept.append(sign)
    return IDLE_JOINER.sub("", re.sub(rf"([{JOINERS}])[{JOINERS}]+", r"\1", "".join(kept)))


def _is_one_sign(before: str, after: str) -> bool:
    return (
        category(after).startswith("M")
        or after in JOINERS
        or before in JOINERS
        or _between(after, SKIN_TONES)
        or (_between(before, REGIONAL_INDICATORS) and _between(after, REGIONAL_INDICATORS))
    )


def _between(sign: str, ends: tuple[str, str]) -> bool:
    return ends[0] <= sign <= ends[1]
