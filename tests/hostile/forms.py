"""What the project's own pages send: every form of every page, by the address it goes to."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

Form = dict[str, str]


@dataclass
class _Open:
    action: str
    method: str
    fields: Form = field(default_factory=dict)


class _Forms(HTMLParser):
    """The forms of one page with what stands in their fields."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[_Open] = []
        self._within: _Open | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, told.get("action", ""))
            self._within = _Open(action, told.get("method", "get").lower())
            self.found.append(self._within)
        elif self._within is None:
            return
        elif tag in ("input", "textarea", "button") and told.get("name"):
            self._within.fields.setdefault(told["name"], told.get("value", ""))
        elif tag == "select" and told.get("name"):
            self._select = told["name"]
            self._within.fields.setdefault(self._select, "")
        elif tag == "option" and self._select and "selected" in told:
            self._within.fields[self._select] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = None
        elif tag == "select":
            self._select = ""


def forms_of(address: str, html: str) -> list[tuple[str, str, Form]]:
    """Route, method and fields of every form on a page."""
    reader = _Forms(address)
    reader.feed(html)
    found = []
    for one in reader.found:
        try:
            route = resolve(urlsplit(one.action).path).route
        except Resolver404:
            continue
        fields = {name: value for name, value in one.fields.items() if "csrf" not in name}
        found.append((route, one.method, fields))
    return found
