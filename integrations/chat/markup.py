"""How does a message of Cliq's look? Its markup as safe HTML (api.md 3.3).

Everything is escaped; a link leads to the web or stays text, and says where it leads.
"""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from urllib.parse import urlsplit

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..cliq.text import visible

# No pattern may run over another's beginning: 5,000 stars must not take a minute.
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\{(?P<sign>[@#])(?P<who>[^{}\s]{1,80})\}"
    r"|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>[^()\s]{1,2000})\)"
    r"|(?P<url>https?://[^\s<>\"'`*（）「」【】]{1,2000})"
    r"|(?<![\w*])\*(?=\S)(?P<bold>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])__(?=\S)(?P<under>[^_\n]+)(?<=\S)__(?![\w_])"
    r"|(?<![\w_])_(?=\S)(?P<italic>[^_\n]+)(?<=\S)_(?![\w_])"
    r"|(?<![\w~])~(?=\S)(?P<strike>[^~\n]+)(?<=\S)~(?![\w~])"
)
TAGS = {"bold": "strong", "under": "u", "italic": "em", "strike": "s"}
OPEN_TAGS = {name: f"<{tag}>{{}}</{tag}>" for name, tag in TAGS.items()}
EVERYBODY = {"all", "available", "participants", "here", "team"}
PEOPLE = ("zohoid:", "mail:")
DEPTH = 4
FENCE = "```"


def rendered(text: str, names: Mapping[str, str]) -> SafeString:
    """A whole text: blocks of code, quotes, headings, rules, and lines in between."""
    parts = visible(text).strip("\n").split(FENCE)
    if len(parts) % 2 == 0:  # An opening without its end is only three characters.
        parts[-2:] = [FENCE.join(parts[-2:])]
    return _joined(
        format_html("<pre>{}</pre>", part.strip("\n")) if place % 2 else _lines(part, names)
        for place, part in enumerate(parts)
    )


def in_one_line(text: str, names: Mapping[str, str], limit: int) -> str:
    """The text as a preview: no markup, mentions as names, one line."""
    line = " ".join(visible(text).replace(FENCE, " ").split())[: 4 * limit]
    return unescape(strip_tags(_line(line, names)))[:limit]


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _lines(text: str, names: Mapping[str, str]) -> SafeString:
    """Lines of the same kind together: a paragraph of them, or one quote."""
    shown: list[SafeString] = []
    for line in text.strip("\n").split("\n") if text.strip("\n") else []:
        shown.append(_line(line, names))
    return _joined(shown)


def _line(line: str, names: Mapping[str, str]) -> SafeString:
    if line.strip() == "---":
        return format_html("<{}>", "hr")
    if line.startswith("!"):
        return format_html("<blockquote>{}</blockquote>", _inline(line[1:].lstrip(), names))
    if heading := re.match(r"#{1,3} +(?=\S)", line):
        return format_html("<p><strong>{}</strong></p>", _inline(line[heading.end() :], names))
    return format_html("<p>{}</p>", _inline(line, names))


def _inline(text: str, names: Mapping[str, str], depth: int = DEPTH) -> SafeString:
    """One line, its emphasis, code, links and mentions rendered; everything else escaped."""
    parts, end = [], 0
    for match in INLINE.finditer(text) if depth else ():
        parts += [format_html("{}", text[end : match.start()]), _piece(match, names, depth)]
        end = match.end()
    return _joined([*parts, format_html("{}", text[end:])])


def _piece(match: re.Match[str], names: Mapping[str, str], depth: int) -> SafeString:
    kind = match.lastgroup or ""
    if kind == "code":
        return format_html("<code>{}</code>", match["code"])
    if kind == "who":
        shown = _name(match["who"], names) if match["sign"] == "@" else _("a channel")
        return format_html('<span class="mention">{}{}</span>', match["sign"], shown)
    if kind == "target":
        return _link(match["target"], match["label"])
    if kind == "url":
        return _link(match["url"], match["url"])
    return format_html(OPEN_TAGS[kind], _inline(match[kind], names, depth - 1))


def _name(who: str, names: Mapping[str, str]) -> str:
    """Whom a mention means, as far as we know."""
    if who in EVERYBODY:
        return who
    return visible(names.get(who, "")) or _("somebody")


def _link(target: str, label: str) -> SafeString:
    """A link where it leads to the web, with the host where the label hides it."""
    if target.startswith(PEOPLE):
        return format_html('<span class="mention">{}</span>', label)
    host = _host(target)
    if not host:
        return format_html("[{}]({})", label, target)
    link = format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>', target, label
    )
    is_open = host in label.lower()
    return link if is_open else format_html('{} <span class="host">({})</span>', link, host)


def _host(target: str) -> str:
    """The host of a page of the web; "" for anything else."""
    try:
        parts = urlsplit(target)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""
