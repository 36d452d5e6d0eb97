"""How does Cliq's markup look? A message's text as safe HTML (cliq/api.md §3.3)."""

import re
from collections.abc import Iterable, Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\{(?P<sign>[@#])(?P<who>[^{}\s]+)\}"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<target>[^()\s]+)\)"
    r"|(?P<url>https?://[^\s<>\"'）」】]+)"
    r"|(?<![\w*])\*(?=\S)(?P<bold>[^*\n]+?)(?<=\S)\*(?![\w*])"
    r"|(?<!\w)__(?=\S)(?P<under>[^\n]+?)(?<=\S)__(?!\w)"
    r"|(?<!\w)_(?=\S)(?P<italic>[^_\n]+?)(?<=\S)_(?!\w)"
    r"|(?<![\w~])~(?=\S)(?P<strike>[^~\n]+?)(?<=\S)~(?![\w~])"
)
TAGS = {"bold": "strong", "under": "u", "italic": "em", "strike": "s"}
OPEN_TAGS = {name: f"<{tag}>{{}}</{tag}>" for name, tag in TAGS.items()}
DEPTH = 4


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def inline(text: str, names: Mapping[str, str], depth: int = DEPTH) -> SafeString:
    """One line, its emphasis, code, links and mentions rendered; everything else escaped."""
    parts, end = [], 0
    for match in INLINE.finditer(text) if depth else ():
        parts += [format_html("{}", text[end : match.start()]), _piece(match, names, depth)]
        end = match.end()
    return joined([*parts, format_html("{}", text[end:])])


def _piece(match: re.Match[str], names: Mapping[str, str], depth: int) -> SafeString:
    kind = match.lastgroup or ""
    if kind == "code":
        return format_html("<code>{}</code>", match["code"])
    if kind == "who":
        who = names.get(match["who"], match["who"])
        return format_html('<span class="mention">{}{}</span>', match["sign"], who)
    if kind == "target":
        return _link(match["target"], match["label"])
    if kind == "url":
        return _link(match["url"], match["url"])
    return format_html(OPEN_TAGS[kind], inline(match[kind], names, depth - 1))


def _link(target: str, label: str) -> SafeString:
    """A link where it leads to the web or to a mailbox; otherwise its text as it was written."""
    if target.startswith(("zohoid:", "mail:")):
        return format_html('<span class="mention">{}</span>', label)
    if not target.startswith(("https://", "http://", "mailto:", "tel:")):
        return format_html("[{}]({})", label, target)
    link = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
    return format_html(link, target, label)


def rendered(text: str, names: Mapping[str, str]) -> SafeString:
    """A whole text: blocks of code, quotes, headings, rules, and lines in between."""
    parts = text.replace("\r\n", "\n").split("```")
    if len(parts) % 2 == 0:  # An opening without its end is only three characters.
        parts[-2:] = ["```".join(parts[-2:])]
    return joined(
        format_html("<pre>{}</pre>", part.strip("\n")) if place % 2 else _lines(part, names)
        for place, part in enumerate(parts)
    )


def _lines(text: str, names: Mapping[str, str]) -> SafeString:
    lines = text.strip("\n").split("\n") if text.strip("\n") else []
    return joined(_line(line, names) for line in lines)


def _line(line: str, names: Mapping[str, str]) -> SafeString:
    heading = re.match(r"#{1,3} +(?=\S)", line)
    if line.strip() == "---":
        return format_html("<{}>", "hr")
    if line.startswith("!"):
        return format_html("<blockquote>{}</blockquote>", inline(line[1:].lstrip(), names))
    if heading:
        return format_html('<p class="heading">{}</p>', inline(line[heading.end() :], names))
    return format_html("<p>{}</p>", inline(line, names))
