"""A real browser at a real demo, in English and in Japanese."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.benchmarks.click_to_cliq import connect
from tests.demo import Demo, quick_demo
from tests.pages import Sights, sights_of
from tests.sandbox import running_sandbox

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds: the machine may have much else to do

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class People:
    """Opens browsers of people who don't know each other, and hears what their consoles say."""

    browser: Browser
    demo: Demo
    language: str
    complaints: list[str]
    contexts: list[BrowserContext]

    def arrive(self, **how: Any) -> Page:
        """A page in a private window of its own."""
        how.setdefault("viewport", {"width": 1280, "height": 900})
        context = self.browser.new_context(locale=self.language, **how)
        context.set_default_timeout(PATIENCE)
        cookie = {"name": "django_language", "value": self.language, "url": self.demo.books}
        context.add_cookies([cookie])  # type: ignore[list-item]
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def sign_in(self, who: dict[str, str], **how: Any) -> Page:
        """A page of somebody who has signed in and sees the dashboard."""
        page = self.arrive(**how)
        page.goto(f"{self.demo.books}/accounts/login/")
        page.locator("input[name=login]").fill(who["email"])
        page.locator("input[name=password]").fill(who["password"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/o/*/")
        return page

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")


@pytest.fixture(scope="module", params=["en", "ja"])
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """A demo of its own for each language, as the README's first command starts it.

    The Japanese one brings no sandbox: it is told of a Cliq that runs already.
    """
    with ExitStack() as running:
        environment = dict(os.environ)
        if request.param == "ja":
            cliq = running.enter_context(running_sandbox(data=tmp_path_factory.mktemp("cliq")))
            environment["CLIQ_SANDBOX_URL"] = cliq.url
        data = tmp_path_factory.mktemp("demo")
        demo = running.enter_context(quick_demo(data, environment=environment))
        demo.language = request.param
        yield demo


@pytest.fixture(scope="session")
def connected_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo, connected to Cliq, for all who only look."""
    with quick_demo(tmp_path_factory.mktemp("demo")) as demo:
        connect(demo)
        yield demo


@pytest.fixture(scope="session")
def sights(connected_demo: Demo) -> Sights:
    """Every page of it, and who may open it."""
    return sights_of(connected_demo)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failed test shows what its people saw last, for who can't watch it fail."""
    outcome: Any = yield
    report = outcome.get_result()
    people = getattr(item, "funcargs", {}).get("people")
    if report.when == "call" and report.failed and people:
        report.sections += [
            (f"Seen at {page.url}", page.locator("body").inner_text(timeout=5000))
            for context in people.contexts
            for page in context.pages
        ]


@pytest.fixture
def people(browser: Browser, demo: Demo) -> Iterator[People]:
    people = People(browser, demo, demo.language, complaints=[], contexts=[])
    yield people
    for context in people.contexts:
        context.close()
    assert people.complaints == []
