"""The pictures of docs/admins.md and docs/customers.md, taken from the running product.

`python -m tests.guide [--out docs/images]`
"""

import argparse
import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.click_to_cliq import click
from tests.browser.conftest import ARGUMENTS
from tests.demo import Demo, Visitor, running_demo
from tests.pages import sights_of

SIZE = {"width": 1180, "height": 820}
PHONE = {"width": 390, "height": 780}
OFFERS = {"en": "estimate_2", "ja": "estimate"}


def sign_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.books}/accounts/login/")
    page.locator("input[name=login]").fill(demo.admin["email"])
    page.locator("input[name=password]").fill(demo.admin["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/*/")


def take(page: Page, demo: Demo, out: Path) -> None:
    """Walk the way of the guide and keep a picture of each stop."""

    def picture(name: str) -> None:
        page.wait_for_load_state("domcontentloaded")
        page.screenshot(path=out / f"{name}.png")

    sign_in(page, demo)
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("main").get_by_role("link", name="Zoho services").click()
    picture("zoho-services")
    page.get_by_role("link", name="Connect").click()
    page.get_by_label(demo.admin["email"]).check()
    picture("consent")
    page.locator("button[value=accept]").click()
    page.get_by_role("switch", name="Enable Books notifications in Zoho Cliq").check()
    page.get_by_role("switch", name="Enable the Zoho Cliq chat bar in Books").check()
    page.get_by_role("radio", name=re.compile("#sales")).check()
    picture("choose-a-channel")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_role("heading", level=1).wait_for()
    with Visitor() as customer:
        click(customer, demo, demo.links["estimate"], "12月に納品できますか。")
    page.reload()
    picture("details")
    page.goto(f"{demo.cliq}/channels/sales")
    page.locator(".message").first.wait_for()
    picture("channel")


def take_portal(browser: Browser, demo: Demo, out: Path) -> None:
    """What customers see on a phone, in each language."""
    guest = sights_of(demo).cookies["guest"]
    for language, offer in OFFERS.items():
        context = browser.new_context(viewport=PHONE, locale=language)  # type: ignore[arg-type]
        context.add_cookies([spoken(language, demo), *guest])  # type: ignore[list-item]
        page, ending = context.new_page(), "" if language == "en" else f".{language}"
        for name, address in {
            "estimate": demo.links[offer],
            "accept": f"{demo.links[offer]}accept/",
            "home": f"{demo.books}/home/minato/",
        }.items():
            page.goto(address)
            page.screenshot(path=out / f"portal-{name}{ending}.png")
        context.close()


def spoken(language: str, demo: Demo) -> dict[str, str]:
    return {"name": "django_language", "value": language, "url": demo.books}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running_demo(Path(data)) as demo,
        sync_playwright() as playwright,
    ):
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        context = browser.new_context(viewport=SIZE, locale="en")  # type: ignore[arg-type]
        context.add_cookies([spoken("en", demo)])  # type: ignore[list-item]
        take(context.new_page(), demo, options.out)
        take_portal(browser, demo, options.out)
        browser.close()


if __name__ == "__main__":
    main()
