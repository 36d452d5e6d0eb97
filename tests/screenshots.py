"""Pictures of every page, to be looked at: widths, themes and languages.

`python -m tests.screenshots --out screenshots [--only settings] [--widths 1280 390]`
"""

import argparse
import itertools
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.click_to_cliq import click, connect
from tests.browser.conftest import ARGUMENTS
from tests.demo import Demo, Visitor, running_demo

HEIGHTS = {1280: 900, 390: 844}
HOME = ["estimates", "invoices", "pay", "payments", "statement", "profile"]
GUEST = "olivia@northwind.example"


def staff_pages(demo: Demo, page: Page) -> dict[str, str]:
    """Name and address of every page of Books, found by following its own links."""
    page.goto(demo.books)
    home = page.url
    settings = f"{home}settings/"
    cliq = f"{settings}integrations/zoho/cliq/"
    found = {
        "dashboard": home,
        "dashboard-dollars": f"{home}?currency=USD",
        "notifications": f"{home}notifications/",
        "notifications-preferences": f"{home}notifications/preferences/",
        "search": f"{home}search/?q=a",
        "search-none": f"{home}search/?q=nothing-like-it",
        "search-empty": f"{home}search/",
        "customers": f"{home}customers/",
        "estimates": f"{home}estimates/",
        "estimates-none": f"{home}estimates/?q=nothing-like-it",
        "invoices": f"{home}invoices/",
        "payments": f"{home}payments/",
        "settings": settings,
        "settings-documents": f"{settings}documents/",
        "settings-profile": f"{settings}profile/",
        "settings-taxes": f"{settings}taxes/",
        "settings-terms": f"{settings}terms/",
        "settings-portal": f"{settings}portal/",
        "settings-letters": f"{settings}letters/",
        "settings-letter": f"{settings}letters/estimate_letter/ja/",
        "settings-audit": f"{settings}audit/",
        "settings-payments": f"{settings}payments/",
        "users": f"{settings}users/",
        "zoho-services": f"{settings}integrations/zoho/",
        "cliq": cliq,
        "cliq-channel": f"{cliq}?change=channel",
        "cliq-deliveries": f"{cliq}deliveries/",
        "profile": f"{demo.books}/profile/",
        "mailbox": f"{demo.books}/demo/mailbox/",
        "passwords": f"{demo.books}/accounts/password/change/",
        "two-step": f"{demo.books}/accounts/2fa/",
        "not-found": f"{home}nothing/",
    }
    for name, listing in (
        ("customer", "customers/"),
        ("estimate", "estimates/"),
        ("invoice", "invoices/"),
        ("payment", "payments/?q=BW-3301"),
    ):
        page.goto(home + listing)
        first = page.locator("main table a, main .list a").first.get_attribute("href") or ""
        found[name] = f"{demo.books}{first}"
    found["customer-import"] = f"{home}customers/import/"
    found["customer-new"] = f"{home}customers/new/"
    for act in ("edit", "delete"):
        found[f"customer-{act}"] = f"{found['customer']}{act}/"
    for kind in ("estimate", "invoice"):
        found[f"{kind}-send"] = f"{found[kind]}send/"
        customer = found["customer"].rstrip("/").rpartition("/")[2]
        found[f"{kind}-new"] = f"{home}{kind}s/new/?customer={customer}"
        found[f"{kind}-preview"] = f"{found[kind]}preview/"
        found[f"{kind}-links"] = f"{found[kind]}links/"
        number = found[kind].rstrip("/").rpartition("/")[2]
        found[f"{kind}-discuss"] = f"{home}chat/discuss/{kind}s/{number}/"
    found["document-customer"] = f"{home}invoices/new/"
    page.goto(f"{home}invoices/?state=draft")
    draft = page.locator("main table a").first.get_attribute("href") or ""
    for act in ("edit", "delete"):
        found[f"invoice-{act}"] = f"{demo.books}{draft}{act}/"
    page.goto(f"{home}estimates/?state=invoiced")
    signed = page.locator("main table a").first.get_attribute("href") or ""
    found["estimate-certificate"] = f"{demo.books}{signed}certificate/"
    page.goto(f"{home}estimates/?state=sent")
    sent = page.locator("main table a").first.get_attribute("href") or ""
    found["estimate-decline"] = f"{demo.books}{sent}step/decline/"
    page.goto(f"{home}invoices/?state=overdue")
    overdue = page.locator("main table a").first.get_attribute("href") or ""
    found["invoice-remind"] = f"{demo.books}{overdue}remind/"
    found["invoice-payment"] = f"{demo.books}{overdue}payment/"
    for act in ("refund", "void", "send"):
        found[f"payment-{act}"] = f"{found['payment']}{act}/"
    page.goto(f"{home}invoices/?q=Brightwater&state=overdue")
    owed = page.locator("main table a").first.get_attribute("href") or ""
    found["invoice-with-credit"] = f"{demo.books}{owed}"
    found["invoice-credit"] = f"{demo.books}{owed}credit/"
    page.goto(found["invoice-with-credit"])
    payer = page.locator(".page-head p a").first.get_attribute("href") or ""
    found["customer-with-credit"] = f"{demo.books}{payer}"
    found["customer-payment"] = f"{demo.books}{payer}payment/"
    return found


def customer_pages(demo: Demo) -> dict[str, str]:
    links = demo.links
    return {
        "portal-estimate": links["estimate"],
        "portal-accept": f"{links['estimate']}accept/",
        "portal-decline": f"{links['estimate_2']}decline/",
        "portal-invoice": links["invoice"],
        "portal-pay": f"{links['invoice_2']}pay/",
        "portal-unknown": re.sub(r"/p/.*", "/p/unknown/", links["estimate"]),
        "portal-asked": f"{demo.books}/new-link/",
        "portal-enter": f"{demo.books}/enter/?at=minato",
        "sign-in": f"{demo.books}/accounts/login/",
        "password-reset": f"{demo.books}/accounts/password/reset/",
        "landing": f"{demo.books}/",
        "open-in-books": f"{demo.books}/go/UNKNOWN/",
        "sandbox": f"{demo.cliq}/channels/sales",
    }


def come_home(browser: Browser, demo: Demo) -> tuple[str, list[Any]]:
    """The address of a customer's home, and the cookies that open it, got with a mailed code."""
    page = browser.new_page()
    page.goto(f"{demo.books}/enter/")
    page.locator("input[name=email]").fill(GUEST)
    page.keyboard.press("Enter")
    page.wait_for_url("**/enter/code/")
    page.locator("input[name=code]").fill(code_for(demo, GUEST))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/home/.+/\d+/$"))
    address, cookies = page.url, page.context.cookies()
    page.close()
    return address, [cookie for cookie in cookies if cookie["name"] == "guest"]


def code_for(demo: Demo, email: str) -> str:
    """The newest code that was mailed there, as the demo's mailbox shows it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        mailbox = requests.get(f"{demo.books}/demo/mailbox/", timeout=30).text
        for path in re.findall(r'href="(/demo/mailbox/[^"]+)"', mailbox)[:5]:
            letter = requests.get(f"{demo.books}{path}", timeout=30).text
            code = re.search(r"<br>(\d{6})<br>", letter)
            if code and email in letter:
                return code[1]
        time.sleep(0.3)
    raise AssertionError("No code was mailed.")


def looks(browser: Browser, demo: Demo, widths: list[int]) -> Iterator[tuple[str, Page, Page]]:
    """A signed-in page and an anonymous one for each width, theme and language."""
    for width, theme, language in itertools.product(widths, ["light", "dark"], ["en", "ja"]):
        pages = []
        for who in (demo.admin, None):
            context = browser.new_context(
                viewport={"width": width, "height": HEIGHTS.get(width, 900)},
                color_scheme=theme,  # type: ignore[arg-type]
                locale=language,
            )
            cookie = {"name": "django_language", "value": language, "url": demo.books}
            context.add_cookies([cookie])  # type: ignore[list-item]
            page = context.new_page()
            if who:
                page.goto(f"{demo.books}/accounts/login/")
                page.locator("input[name=login]").fill(who["email"])
                page.locator("input[name=password]").fill(who["password"])
                page.keyboard.press("Enter")
                page.wait_for_url("**/o/*/")
                page.reload()
            pages.append(page)
        yield f"{width}-{theme}-{language}", pages[0], pages[1]
        for page in pages:
            page.context.close()


def take(page: Page, address: str, path: Path) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle") if "sandbox" not in path.name else None
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if width > 0:
        print(f"{path}: {width} px wider than the window")


def take_chat(page: Page, demo: Demo, path: Path) -> None:
    """The chat bar with a chat open; the last of a look, for it stays open from page to page."""
    page.goto(demo.books)
    page.locator(".dock-item").click()
    page.locator("#chat-rooms a", has_text="general").first.click()
    page.locator("#chat-composer").wait_for()
    page.locator("#chat-loading").wait_for(state="detached")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--widths", type=int, nargs="+", default=[1280, 390])
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    with (
        tempfile.TemporaryDirectory() as data,
        running_demo(Path(data)) as demo,
        sync_playwright() as playwright,
        Visitor() as customer,
    ):
        connect(demo)
        click(customer, demo, demo.links["estimate"], "12月に納品できますか。")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        home, cookies = come_home(browser, demo)
        for look, staff, anonymous in looks(browser, demo, options.widths):
            everything = [
                *((staff, *pair) for pair in staff_pages(demo, staff).items()),
                *((anonymous, *pair) for pair in customer_pages(demo).items()),
            ]
            at_home = [("home", home), *((f"home-{name}", f"{home}{name}/") for name in HOME)]
            for page, name, address in everything:
                if options.only in name:
                    take(page, address, options.out / name / f"{look}.png")
            if options.only in "chat-bar":
                take_chat(staff, demo, options.out / "chat-bar" / f"{look}.png")
            anonymous.context.add_cookies(cookies)
            for name, address in at_home:
                if options.only in name:
                    take(anonymous, address, options.out / name / f"{look}.png")
        browser.close()


if __name__ == "__main__":
    main()
