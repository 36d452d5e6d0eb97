"""The customers' portal in real browsers: signing, deciding at once, coming home on a phone."""

import math
import re
import time
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, People

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DECISIONS = ".timeline .mark:has(use:is([href$='#accept'], [href$='#decline']))"
GUEST = "olivia@northwind.example"


@pytest.fixture
def staff(people: People) -> Page:
    return people.sign_in(people.demo.admin)


def new_estimate(staff: Page) -> str:
    """The link to one more open estimate, made by staff from the first one of the list."""
    staff.goto(urljoin(staff.url, re.sub(r"(/o/[^/]+/).*", r"\1estimates/?state=sent", staff.url)))
    staff.locator("main table a").first.click()
    staff.locator("details:has(form[action$='duplicate/']) > summary").click()
    staff.locator("form[action$='duplicate/'] button").click()
    staff.wait_for_url("**/edit/")
    detail = staff.url.removesuffix("edit/")
    staff.goto(f"{detail}step/send/")
    staff.locator("main button.primary").click()
    staff.goto(f"{detail}links/")
    staff.locator("button[name=contact]").first.click()
    return staff.locator(".copy input").first.input_value()


def sign(page: Page) -> None:
    """Draw something like a signature with the mouse."""
    page.locator("canvas").wait_for()  # The script shows it.
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(50):
        height = box["height"] * (0.5 + 0.35 * math.sin(step / 2))
        page.mouse.move(box["x"] + 30 + step * 4, box["y"] + height)
    page.mouse.up()


def expected(people: People, status: int) -> None:
    """The browser's own note of an answer that is meant to be so."""
    people.complaints[:] = [said for said in people.complaints if str(status) not in said]


def page_with(pages: list[Page], selector: str) -> Page:
    """The one of the pages that comes to show such a thing."""
    ends_at = time.monotonic() + PATIENCE / 1000
    while True:
        for page in pages:
            if page.locator(selector).count():
                return page
        assert time.monotonic() < ends_at, f"no page shows {selector}"
        time.sleep(0.1)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


# spec 30, 33, 47
def test_of_two_browsers_that_decide_at_once_one_wins(people: People, staff: Page) -> None:
    link = new_estimate(staff)
    yes, no = people.arrive(), people.arrive()
    yes.goto(f"{link}accept/")
    no.goto(f"{link}decline/")
    for page in (yes, no):
        page.locator("input[name=name]").fill("Olivia Brown")

    for page in (yes, no):
        page.evaluate("setTimeout(() => document.querySelector('main form').requestSubmit(), 50)")

    for page in (yes, no):
        expect(page.locator(".stamp").first).to_contain_text("Olivia Brown")
    expected(people, 409)
    decided = {page.locator(".stamp").first.get_attribute("class") for page in (yes, no)}
    assert len(decided) == 1
    staff.goto(staff.url.removesuffix("links/"))
    expect(staff.locator(DECISIONS)).to_have_count(1)


# spec 75, 76
def test_of_two_browsers_that_pay_at_once_one_does(people: People, staff: Page) -> None:
    link = people.demo.links["invoice"]
    pages = [people.arrive(), people.arrive()]
    for page in pages:
        page.goto(f"{link}pay/")

    for page in pages:
        page.evaluate("setTimeout(() => document.querySelector('main form').requestSubmit(), 50)")

    late = page_with(pages, "button[name=cancel]")
    early = next(page for page in pages if page is not late)
    expected(people, 409)
    early.locator("button[value=succeed]").dblclick()
    early.wait_for_url("**/pay/return/**")
    late.goto(link)
    expect(late.locator(".portal-main a[href$='/pay/']")).to_have_count(0)
    number = re.search(r"INV-\d+", late.locator("h1").inner_text())
    assert number is not None
    staff.goto(re.sub(r"(/o/[^/]+/).*", rf"\1invoices/{number[0]}/", staff.url))
    expect(staff.locator(".timeline .mark:has(use[href$='#payment'])")).to_have_count(1)


# spec 29, 52
def test_a_double_click_accepts_once_with_what_was_drawn(people: People, staff: Page) -> None:
    link = new_estimate(staff)
    customer = people.arrive(**PHONE)
    customer.goto(f"{link}accept/")
    customer.locator("input[name=name]").fill("Olivia Brown")
    sign(customer)
    assert fits(customer)

    customer.locator("main button.primary").dblclick()

    expect(customer.locator(".stamp svg.signature polyline")).to_have_count(1)
    expect(customer.locator(".stamp")).to_contain_text("Olivia Brown")
    assert fits(customer)
    staff.goto(staff.url.removesuffix("links/"))
    expect(staff.locator(DECISIONS)).to_have_count(1)


# spec 55
def test_one_accepts_and_pays_the_invoice_at_once(people: People, staff: Page) -> None:
    staff.goto(re.sub(r"(/o/[^/]+/).*", r"\1settings/portal/", staff.url))
    staff.locator("select[name=invoice_on_acceptance]").select_option("sent")
    staff.locator("main form button.primary").click()
    staff.locator(".flash.ok").wait_for()
    link, customer = new_estimate(staff), people.arrive(**PHONE)
    customer.goto(link)
    customer.locator("a[href$='/accept/']").click()
    customer.locator("input[name=name]").fill("Olivia Brown")
    sign(customer)
    customer.locator("main button.primary").click()

    customer.locator("a[href$='/pay/']").click()
    customer.locator("main button.primary").click()
    customer.locator("button[value=succeed]").click()

    expect(customer.locator(".stamp.ok")).to_contain_text(re.compile("INV-"))
    customer.goto(link)
    expect(customer.locator(".due .badge.ok")).to_be_visible()
    expect(customer.locator("a[href$='/pay/']")).to_have_count(0)
    assert fits(customer)


# spec 43, 45
def test_one_signs_with_the_keyboard_alone(people: People, staff: Page) -> None:
    link = new_estimate(staff)
    customer = people.arrive()
    customer.goto(f"{link}accept/")
    customer.locator("input[name=name]").focus()
    customer.keyboard.type("Olivia Brown")
    customer.keyboard.press("Tab")
    customer.keyboard.press("ArrowRight")
    customer.keyboard.press("Tab")
    customer.keyboard.type("...")
    customer.keyboard.press("Enter")
    expect(customer.locator("input[name=typed]")).to_have_attribute("aria-invalid", "true")
    expected(people, 422)
    customer.locator("input[name=typed]").fill("Olivia Brown")

    customer.keyboard.press("Enter")

    expect(customer.locator(".stamp .signature.typed")).to_have_text("Olivia Brown")


# spec 43
def test_what_was_drawn_survives_a_missing_name(people: People, staff: Page) -> None:
    customer = people.arrive()
    customer.goto(f"{new_estimate(staff)}accept/")
    sign(customer)
    drawn = customer.locator("input[name=drawn]").input_value()

    customer.locator("main button.primary").click()

    expect(customer.locator("input[name=name]")).to_have_attribute("aria-invalid", "true")
    expected(people, 422)
    assert customer.locator("input[name=drawn]").input_value() == drawn
    customer.locator("[data-sign-clear]").click()
    assert customer.locator("input[name=drawn]").input_value() == ""


# spec 53
def test_after_an_error_the_button_works_again(people: People, staff: Page) -> None:
    customer = people.arrive()
    customer.goto(f"{new_estimate(staff)}accept/")
    customer.locator("input[name=name]").fill("Olivia Brown")
    customer.route("**/accept/", lambda route: route.fulfill(status=500, body="Try again."))
    customer.locator("main button.primary").click()
    expect(customer.locator("body")).to_contain_text("Try again.")
    expected(people, 500)
    customer.unroute("**/accept/")

    customer.go_back()
    customer.locator("input[name=name]").fill("Olivia Brown")
    customer.locator("main button.primary").click()

    expect(customer.locator(".stamp")).to_contain_text("Olivia Brown")


def test_files_go_with_a_comment_and_come_back_as_downloads(people: People, staff: Page) -> None:
    customer = people.arrive(**PHONE)
    customer.goto(new_estimate(staff))
    plan = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page = {"name": "page.html", "mimeType": "text/html", "buffer": b"<p>"}
    customer.set_input_files("input[type=file]", [plan, page])
    customer.locator("#comments textarea").fill("Two files.")
    customer.locator("#comments form button").click()
    expect(customer.locator("#comments .errorlist")).to_contain_text("plan.pdf, page.html")
    expect(customer.locator("#comments textarea")).to_have_value("Two files.")
    expected(people, 422)

    customer.set_input_files("input[type=file]", [plan])
    customer.locator("#comments form button").click()

    with customer.expect_download() as download:
        customer.locator("#comments .files a").click()
    assert download.value.suggested_filename == "plan.pdf"
    assert fits(customer)


# spec 101, 119
def test_a_customer_comes_home_with_a_code_and_pays_all_at_once(people: People) -> None:
    customer = at_home(people)
    home = customer.url
    assert fits(customer)
    for link in customer.locator("nav.tabs a").all():
        customer.goto(urljoin(customer.url, link.get_attribute("href") or ""))
        assert fits(customer)
    customer.goto(home)
    customer.locator("button[name=pay]").first.click()
    expect(customer.locator(".pay-amount")).to_be_visible()

    customer.goto(home)
    customer.locator("a[href$='/pay/']").click()
    the_sum_follows_what_is_chosen(customer)
    customer.locator("form[data-sum] button.primary").first.click()
    customer.locator("button[value=succeed]").click()
    expect(customer.locator(".stamp.ok")).to_be_visible()
    customer.locator(".actions a.primary").click()
    customer.wait_for_url(home)

    customer.locator("form[action='/enter/out/'] button").click()
    customer.goto(f"{people.demo.books}/home/")
    expect(customer.locator("input[name=email]")).to_be_visible()


def the_sum_follows_what_is_chosen(customer: Page) -> None:
    basket = customer.locator("form[data-sum]").first
    total, first = basket.locator("output"), basket.locator("input[name=invoice]").first
    everything = total.inner_text()
    assert fits(customer)
    first.uncheck()
    expect(total).not_to_have_text(everything)
    first.check()
    expect(total).to_have_text(everything)


def at_home(people: People) -> Page:
    """The guest's phone, let in with a mailed code."""
    customer, mailbox = people.arrive(**PHONE), people.arrive()
    earlier = newest_letter(people, mailbox)
    customer.goto(people.demo.links["invoice_2"])
    customer.locator("p.phone-only a").click()
    customer.locator("input[name=email]").fill(GUEST)
    customer.keyboard.press("Enter")
    customer.locator("input[name=code]").fill(newest_code(people, mailbox, earlier))
    customer.keyboard.press("Enter")
    customer.wait_for_url(re.compile(r"/home/.+/\d+/$"))
    return customer


def newest_letter(people: People, mailbox: Page) -> str:
    """Where the demo's mailbox shows what came last; "" while nothing came."""
    mailbox.goto(f"{people.demo.books}/demo/mailbox/")
    letters = mailbox.locator("main a")
    return (letters.first.get_attribute("href") or "") if letters.count() else ""


def newest_code(people: People, mailbox: Page, earlier: str) -> str:
    """The code in the first letter after the earlier one, as soon as the worker has been there."""
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        if newest_letter(people, mailbox) != earlier:
            mailbox.locator("main a").first.click()
            code = re.search(r"^\d{6}$", mailbox.locator("main").inner_text(), re.MULTILINE)
            if code:
                return code[0]
        time.sleep(0.3)
    raise AssertionError("No code was mailed.")
