"""The top bar: the bell rings without reloading, and the search box is one key away."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People
from tests.demo import Visitor

pytestmark = pytest.mark.browser


def look_again(page):
    """What the page does by itself every half minute, and whenever its tab comes to the front."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_bell_rings_without_reloading_and_opening_it_reads(people: People):
    page = people.sign_in(people.demo.admin)
    page.locator("[data-bell] summary").click()
    expect(page.locator("#bell-count .count")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("[data-bell] summary")).to_be_focused()

    with Visitor() as customer:
        customer.open(people.demo.links["estimate_2"])
        customer.submit("comment/", text="Is this still valid?", key="0" * 32)
    look_again(page)

    expect(page.locator("#bell-count .count")).to_contain_text("2")
    expect(page.locator("#announcer")).to_contain_text("2")
    page.locator("[data-bell] summary").click()
    panel = page.locator("#bell-panel")
    expect(panel).to_contain_text("Is this still valid?")
    expect(panel.locator(".badge")).to_have_count(2)
    expect(page.locator("#bell-count .count")).to_have_count(0)
    expect(panel.locator(".badge")).to_have_count(2)  # What was new stays marked while one reads.
    panel.locator(".timeline a").first.click()
    expect(page.locator("h1")).to_contain_text("EST-")


def test_the_bell_fits_a_phone(people: People):
    page = people.sign_in(people.demo.staff, viewport={"width": 390, "height": 844})

    page.locator("[data-bell] summary").click()
    expect(page.locator("#bell-panel .timeline")).to_be_visible()

    box = page.locator("#bell-panel").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_one_key_searches_and_the_arrows_lead_on(people: People):
    page = people.sign_in(people.demo.admin)

    page.keyboard.press("/")
    expect(page.locator("#search-words")).to_be_focused()
    page.keyboard.type("northwind")
    found = page.locator("#search-found a")
    expect(found.first).to_contain_text("Northwind Robotics")
    page.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(found).to_have_count(0)
    expect(page.locator("#search-words")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/search/\?q=northwind$"))
    expect(page.locator("main")).to_contain_text("olivia@northwind.example")


def test_a_sign_in_code_is_in_the_mailbox_though_no_page_waited_for_it(people: People):
    page = people.arrive()
    page.goto(f"{people.demo.books}/accounts/login/code/")
    page.locator("input[name=email]").fill(people.demo.admin["email"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/code/confirm/")

    mailbox = people.arrive()
    mailbox.goto(f"{people.demo.books}/demo/mailbox/")
    letter = mailbox.locator("main a").filter(has_text=people.demo.admin["email"]).first
    for _ in range(60):
        if letter.count():
            break
        mailbox.wait_for_timeout(500)
        mailbox.reload()
    letter.click()
    code = re.search(
        r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]*)\s*$", mailbox.locator("main").inner_text(), re.M
    )
    assert code is not None
    page.locator("input[name=code]").fill(code[1])
    page.keyboard.press("Enter")

    page.wait_for_url("**/o/*/")
