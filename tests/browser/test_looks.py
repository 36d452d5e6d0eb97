"""How the product looks to those who zoom, dislike motion, or build pages from its components."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.demo import ROOT, Demo, free_ports, running_server
from tests.pages import Sights

pytestmark = pytest.mark.browser

SIZES = {1280: 900, 390: 844}
# Half of 1280 by 900: what zooming to 200 % leaves of a small laptop's window.
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
KEY_PAGES = [
    "dashboard",
    "customers",
    "customer-detail",
    "invoices",
    "invoice-sent",
    "estimate-draft-edit",
    "estimate-sent-send",
    "zoho-services",
    "cliq",
    "cliq-deliveries",
    "portal-estimate-sent",
    "portal-accept",
    "portal-invoice-sent",
    "portal-pay",
    "home",
    "sign-in",
]
# Frames around pages, and marks that only scripts and lists of documents set.
NO_COMPONENT = {"flashes", "htmx-indicator", "htmx-request", "portal-narrow", "viewed"}
VISIBLE = """(names) => names.filter((name) =>
  [...document.getElementsByClassName(name)].some((it) => it.checkVisibility()))"""
# What a control shows to whoever points at its middle; another thing there covers it.
COVERED = """() => [...document.querySelectorAll(
  "main :is(a[href], button, input, select, textarea, summary, [tabindex='0'])")].filter((it) => {
    if (it.disabled || !it.checkVisibility({visibilityProperty: true})) return false;
    it.focus();
    const box = it.getBoundingClientRect();
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const seen = document.elementFromPoint(box.left + box.width / 2, (top + bottom) / 2);
    return !(seen && (it.contains(seen) || seen.contains(it)));
  }).map((it) => it.outerHTML.slice(0, 120))"""


@pytest.fixture
def arrive(browser: Browser, connected_demo: Demo, sights: Sights) -> Iterator[Any]:
    """Open windows of one's own kind, as somebody."""
    contexts = []

    def arrive(who: str = "admin", language: str = "en", **how: Any) -> Page:
        context = browser.new_context(locale=language, **how)
        context.set_default_timeout(PATIENCE)
        words = {"name": "django_language", "value": language, "url": connected_demo.books}
        context.add_cookies([words, *sights.cookies.get(who, [])])
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def style_guide(connected_demo: Demo) -> Iterator[str]:
    """Its address, on a server of our own: it is shown under DEBUG only, and the demo is not."""
    port, environment = free_ports(), connected_demo.environment | {"DEBUG": "true"}
    command = ["runserver", "--noreload", f"127.0.0.1:{port}"]
    with running_server(*command, port=port, environment=environment):
        yield f"http://127.0.0.1:{port}/styleguide/"


def components() -> list[str]:
    """The classes that begin the rules of the stylesheets' layers of components."""
    sheets = "".join((ROOT / "static" / name).read_text() for name in ("books.css", "chat.css"))
    layers = "".join(re.findall(r"^@layer components \{.*?^\}", sheets, re.MULTILINE | re.DOTALL))
    selectors = ",".join(re.findall(r"^  (\.[^{]+) \{", layers, re.MULTILINE))
    names = re.findall(r"(?:^|,)\s*\.([\w-]+)", selectors)
    return sorted(set(names) - NO_COMPONENT)


def visible(page: Page, names: list[str]) -> set[str]:
    return set(page.evaluate(VISIBLE, names))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_style_guide_shows_every_component(
    arrive: Any, style_guide: str, tmp_path: Path, language: str, theme: str
) -> None:
    page = arrive(language=language, color_scheme=theme)
    page.goto(style_guide)

    page.locator(".page-head .menu summary").click()
    seen = visible(page, components())
    page.keyboard.press("Escape")
    page.locator("[data-filter]").fill("no such channel")
    page.locator("[data-toggle=chat]").first.click()
    seen |= visible(page, components())
    page.locator("[data-toggle=chat]").first.click()
    page.locator("[data-filter]").fill("")

    assert sorted(set(components()) - seen) == []
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert [found["id"] for found in Axe().run(page).response["violations"]] == []
        picture = page.screenshot(path=tmp_path / f"{width}.png", full_page=True)
        assert len(picture) > 50_000, "the page is almost empty"


def test_whoever_dislikes_motion_sees_none(arrive: Any, style_guide: str) -> None:
    moving = {}
    for wish in ("no-preference", "reduce"):
        page = arrive(reduced_motion=wish)
        page.goto(style_guide)
        page.locator("[commandfor=dialog]").first.click()
        moving[wish] = page.evaluate("document.getAnimations().length")

    assert moving["no-preference"] > 0
    assert moving["reduce"] == 0


def test_zoomed_to_200_percent_nothing_is_cut_off_or_covered(
    arrive: Any, connected_demo: Demo, sights: Sights
) -> None:
    faults, found = [], {sight.name: sight for sight in sights.pages}
    pages = {who: arrive(who, **ZOOMED) for who in ("admin", "guest", "nobody")}
    for name in KEY_PAGES:
        sight = found[name]
        page = pages[sight.who]
        page.goto(f"{connected_demo.books}{sight.address}")
        if wider := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
            faults.append(f"{name}: {wider} px wider than the window")
        faults += [f"{name}: covered: {it}" for it in page.evaluate(COVERED)]

    assert not faults, "\n".join(faults)


def test_a_page_of_books_tells_nobody_that_somebody_looks(
    arrive: Any, connected_demo: Demo, sights: Sights
) -> None:
    page, told = arrive(), []
    page.on("request", lambda request: told.append(f"{request.method} {request.url}"))
    certificate = next(it for it in sights.pages if it.name == "estimate-certificate")

    page.goto(f"{connected_demo.books}{certificate.address}")
    page.mouse.move(60, 60)
    page.wait_for_timeout(300)

    assert [request for request in told if request.startswith("POST")] == []
