"""An admin sets the organisation up: every page of the settings, and what customers see of it."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tests.factories import picture

pytestmark = pytest.mark.browser


def violations(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_settings_can_be_read_by_everybody(people: People, scheme: str) -> None:
    page = people.sign_in(people.demo.admin, color_scheme=scheme)
    settings = f"{page.url}settings/"
    page.goto(settings)
    names = [
        link.get_attribute("href") or ""
        for link in page.locator("main a.link-row").all()
        if "integrations" not in (link.get_attribute("href") or "")
    ]
    assert len(names) == 10

    for address in [settings, f"{settings}letters/invoice_letter/en/", *names]:
        page.goto(address if address.startswith("http") else people.demo.books + address)
        assert violations(page) == [], address
        page.set_viewport_size({"width": 390, "height": 844})
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, address
        page.set_viewport_size({"width": 1280, "height": 900})


def test_logo_and_colour_reach_the_customer(people: People, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(picture((80, 40)))
    page = people.sign_in(people.demo.admin)
    page.goto(f"{page.url}settings/profile/")
    page.locator("input[name=logo]").set_input_files(tmp_path / "logo.png")
    page.locator("form[enctype] button").click()
    expect(page.locator("img.brand-logo")).to_be_visible()
    page.locator("input[name=accent]").fill("#B42318")
    page.locator(".form-actions .btn.primary").click()
    expect(page.locator("input[name=accent]")).to_have_value("#b42318")

    customer = people.arrive()
    customer.goto(people.demo.links["invoice"])

    logo = customer.locator(".portal-header img.brand-logo")
    expect(logo).to_have_js_property("naturalWidth", 80)
    button = customer.locator(".btn.primary.big")
    expect(button).to_have_css("background-color", re.compile(r"rgb\(180, 35, 24\)"))
    assert violations(customer) == []
