"""Somebody who asks for anything, has it undone, and keeps what gave way."""

import copy
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.db import transaction
from django.test import Client

from tests.access_world import World
from tests.portal.guests import come_in
from tests.test_access import filled

from .forms import Form, forms_of
from .neighbour import Neighbour

ROOT = Path(__file__).parent.parent.parent
Fields = list[tuple[str, str]]


def people(route: str) -> list[str]:
    """Whoever gets furthest at the address; a stranger, too, where strangers get in."""
    if route.startswith("o/"):
        return ["admin"]
    if route.startswith("admin/"):
        return ["operator"]
    return ["contact"] if route.startswith(("home/", "p/")) else ["nobody", "admin"]


def encoded(fields: Fields) -> str:
    """Fields as a browser would send them, even where no browser could."""
    return urlencode(fields, errors="surrogatepass")


class Attacks:
    """Requests in somebody's name; what they changed is undone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.neighbour: Neighbour | None = None
        self.failures: dict[str, list[str]] = defaultdict(list)
        self._known: dict[str, Form] = {}
        names = ("nobody", "contact", "admin", "operator")
        self._browsers = {who: self._browser(who) for who in names}

    def watch(self, neighbour: Neighbour) -> None:
        """From now on, nothing of the neighbour's may change."""
        self.neighbour, self._before = neighbour, neighbour.looks()

    def forms(self, route: str, who: str) -> list[tuple[str, str, Form]]:
        """The forms of the page at the address."""
        path = filled(route, self._words(route))
        with transaction.atomic():
            response = self._client(who).get(path)
            transaction.set_rollback(True)
        is_page = response.get("Content-Type", "").startswith("text/html")
        return forms_of(path, response.content.decode()) if is_page else []

    def ask(
        self, method: str, route: str, who: str, what: str, words: Form | None = None, **how: Any
    ) -> int:
        """The status of the answer; a server error and a neighbour's loss are kept."""
        path = filled(route, {**self._words(route), **(words or {})})
        with transaction.atomic():
            try:
                response = self._client(who).generic(method, path, **how)
                b"".join(response)  # A streamed answer is made while it is sent.
                status = response.status_code
            except Exception as error:
                told = f"{type(error).__name__} {error!s:.90} {_place(error)}"
                self._keep(f"{route} {method} {told}", what)
                transaction.set_rollback(True)
                return 500
            if status >= 500:
                self._keep(f"{route} {method} {status}", what)
            if self.neighbour and (lost := self._lost()):
                self._keep(f"{route} {method} changed {lost}", what)
            transaction.set_rollback(True)
        return status

    def _words(self, route: str) -> Form:
        """A word for every gap of the address, as it stands there."""
        if route not in self._known:
            told = self.world.address(route, "contact")
            self._known[route] = {name: quote(str(w), safe=":") for name, w in told.items()}
        return self._known[route]

    def told(self) -> str:
        """What gave way, a line each, with some of what made it."""
        lines = (f"{place} <- {', '.join(what[:6])}" for place, what in self.failures.items())
        return "\n".join(["", *lines])

    def _browser(self, who: str) -> Client:
        """Signed in as somebody, before anything is asked and undone."""
        client = Client()
        if who in self.world.users:
            client.force_login(self.world.users[who])
        if who in self.world.guests:
            come_in(client, self.world.guests[who])
        return client

    def _client(self, who: str) -> Client:
        """Their browser as it was at first."""
        client = Client()
        client.cookies = copy.deepcopy(self._browsers[who].cookies)
        return client

    def _lost(self) -> list[str]:
        assert self.neighbour is not None
        now = self.neighbour.looks()
        return [name for name, rows in now.items() if rows != self._before[name]]

    def _keep(self, place: str, what: str) -> None:
        self.failures[place].append(what)


def _place(error: BaseException) -> str:
    """The last line of ours on the way to the error."""
    trace, place = error.__traceback__, ""
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(str(ROOT)) and "/tests/" not in file:
            place = f"{file.removeprefix(str(ROOT))}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
