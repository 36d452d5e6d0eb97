"""Pictures of every page, to be looked at: widths, themes and languages.

`python -m tests.screenshots --out screenshots [--only settings] [--looks 390-dark-ja]`
"""

import argparse
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.click_to_cliq import click, connect
from tests.browser.conftest import ARGUMENTS
from tests.demo import Demo, Visitor, running_demo
from tests.pages import Sight, Sights, sights_of

HEIGHTS = {"1280": 900, "390": 844}
LOOKS = ["-".join(look) for look in itertools.product(HEIGHTS, ["light", "dark"], ["en", "ja"])]


def windows(browser: Browser, looks: list[str]) -> Iterator[tuple[str, Page]]:
    """A window for each look: width, theme and language."""
    for look in looks:
        width, theme, language = look.split("-")
        context = browser.new_context(
            viewport={"width": int(width), "height": HEIGHTS[width]},
            color_scheme=theme,  # type: ignore[arg-type]
            locale=language,
        )
        yield look, context.new_page()
        context.close()


def become(page: Page, sight: Sight, sights: Sights, demo: Demo, look: str) -> None:
    """Show the cookies of whoever sees the page, and of nobody else."""
    cookie = {
        "name": "django_language",
        "value": look.rpartition("-")[2],
        "url": demo.books,
    }
    page.context.clear_cookies()
    page.context.add_cookies([cookie, *sights.cookies.get(sight.who, [])])  # type: ignore[list-item]


def take(page: Page, sight: Sight, demo: Demo, path: Path) -> None:
    page.goto(f"{demo.books}{sight.address}")
    page.wait_for_load_state("networkidle")
    if sight.press:
        page.locator(sight.press).first.click()
        page.wait_for_timeout(400)
    shoot(page, path, is_whole=not sight.press)
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if width > 0:
        print(f"{path}: {width} px wider than the window")


def shoot(page: Page, path: Path, is_whole: bool = False) -> None:
    """A picture of the window, made as high as the page if all of it is wanted.

    A picture of more than the window shows its bars in the middle.
    """
    size = page.viewport_size
    if is_whole and size:
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": height})
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    if size:
        page.set_viewport_size(size)


def take_chat(page: Page, demo: Demo, path: Path) -> None:
    """The chat bar with a chat open; the last of a look, for it stays open from page to page."""
    page.goto(demo.books)
    page.locator(".dock-item").click()
    page.locator("#chat-rooms a", has_text="general").first.click()
    page.locator("#chat-composer").wait_for()
    page.locator("#chat-loading").wait_for(state="detached")
    shoot(page, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--looks", nargs="+", choices=LOOKS, default=LOOKS)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as data,
        running_demo(Path(data)) as demo,
        sync_playwright() as playwright,
        Visitor() as customer,
    ):
        connect(demo)
        click(customer, demo, demo.links["estimate"], "12月に納品できますか。")
        sights = sights_of(demo)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        for look, page in windows(browser, options.looks):
            for sight in sights.pages:
                if options.only in sight.name:
                    become(page, sight, sights, demo, look)
                    take(page, sight, demo, options.out / sight.name / f"{look}.png")
            if options.only in "sandbox":
                page.goto(f"{demo.cliq}/channels/sales")
                shoot(page, options.out / "sandbox" / f"{look}.png", is_whole=True)
            if options.only in "chat-bar":
                become(page, Sight("chat-bar", "/"), sights, demo, look)
                take_chat(page, demo, options.out / "chat-bar" / f"{look}.png")
        browser.close()


if __name__ == "__main__":
    main()
