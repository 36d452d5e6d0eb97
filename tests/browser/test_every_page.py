"""Every page of the product: whole, without a complaint, within a phone, and open to everybody."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, ConsoleMessage

from tests.browser.conftest import PATIENCE
from tests.demo import Demo
from tests.pages import Sight, Sights
from tests.test_access import ROWS

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
# Of WCAG 2.2, axe leaves this one to whoever asks: nothing to hit is smaller than 24 px.
RULES = {"rules": {"target-size": {"enabled": True}}}
# What begins left of the window, where nothing can be scrolled to; what readers alone hear may.
LEFT_OUT = """() => [...document.querySelectorAll("body *")].filter((it) => {
    const box = it.getBoundingClientRect();
    const isOut = box.left < -0.5 && box.width > 1 && it.checkVisibility();
    return isOut && !it.closest(".tabs, .table-wrap");
  }).map((it) => it.outerHTML.slice(0, 120))"""
NOT_FOUND = {"not-found", "portal-unknown", "portal-ended", "invitation-wrong"}
# What is no page of ours to look at: files, parts of pages, and Django's admin.
NO_PAGE = re.compile(
    r"^(admin|brand|styleguide)/|/chat/(?!discuss)|/(pdf|export|receipt|files/<int:pk>|<str:file>)/$"
)


def route_of(sight: Sight) -> str:
    """The address as the project writes it; "" where it knows none."""
    try:
        return resolve(urlsplit(sight.address).path).route
    except Resolver404:
        return ""


def one_of_each(sights: Iterable[Sight]) -> list[Sight]:
    """Of staff's pages at one kind of address the last, for they differ by their rows only."""
    kinds = {}
    for sight in sights:
        kinds[route_of(sight) if sight.who == "admin" else sight.name, sight.press] = sight
    return list(kinds.values())


class Looker:
    """One window that takes every page after the other, as whoever may see it."""

    def __init__(self, browser: Browser, demo: Demo, sights: Sights, language: str) -> None:
        self.demo, self.sights, self.language = demo, sights, language
        context = browser.new_context(locale=language, viewport=PHONE, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        self.page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.sight.name}: {error}"))
        self.faults: list[str] = []
        self.sight = Sight("", "", who="nobody")

    def _hear(self, message: ConsoleMessage) -> None:
        is_meant = self.sight.name in NOT_FOUND and "404" in message.text
        if message.type in {"error", "warning"} and not is_meant:
            self.faults.append(f"{self.sight.name}: {message.text}")

    def open(self, sight: Sight) -> None:
        if sight.who != self.sight.who or not self.sight.name:
            self._become(sight.who)
        self.sight = sight
        self.page.goto(f"{self.demo.books}{sight.address}")
        if sight.press:
            self.page.locator(sight.press).first.click()

    def _become(self, who: str) -> None:
        words = {"name": "django_language", "value": self.language, "url": self.demo.books}
        self.page.context.clear_cookies()
        self.page.context.add_cookies([words, *self.sights.cookies.get(who, [])])  # type: ignore[list-item]

    def measure(self) -> None:
        """Nothing hangs out of the window."""
        if wider := self.page.evaluate("document.documentElement.scrollWidth - innerWidth"):
            self.faults.append(f"{self.sight.name}: {wider} px wider than the window")
        self.faults += [f"{self.sight.name}: cut: {it}" for it in self.page.evaluate(LEFT_OUT)]

    def ask_axe(self, theme: Any) -> None:
        self.page.emulate_media(color_scheme=theme)
        for violation in Axe().run(self.page, options=RULES).response["violations"]:
            where = violation["nodes"][0]["html"][:120]
            self.faults.append(f"{self.sight.name}, {theme}: {violation['id']} at {where}")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_whole(
    browser: Browser, connected_demo: Demo, sights: Sights, language: str
) -> None:
    looker = Looker(browser, connected_demo, sights, language)

    # Each language takes the other end, so that two of what there are several are seen.
    for sight in one_of_each(sights.pages if language == "en" else reversed(sights.pages)):
        looker.open(sight)
        looker.measure()
        looker.ask_axe("light")
        looker.ask_axe("dark")

    assert not looker.faults, "\n".join(looker.faults)


def test_every_address_with_a_page_is_among_them(sights: Sights) -> None:
    seen = {route_of(sight) for sight in sights.pages}

    found = {route for route, method, said in ROWS if method == "GET" and "200" in said.values()}
    pages = {route.replace("^", "") for route in found if not NO_PAGE.search(route)}
    assert sorted(pages - seen) == []


def test_every_page_has_a_name_of_its_own(sights: Sights) -> None:
    names = [sight.name for sight in sights.pages]

    assert len(set(names)) == len(names)
