"""Writing an invoice with the keyboard: rows come, go and move, and the totals follow."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_an_invoice_is_written_without_reloading(people):
    page = people.sign_in(people.demo.admin)
    page.goto(f"{page.url}invoices/new/")
    page.locator("main a.link-row").first.click()
    cell = lambda name, place: page.locator(f"[name=lines-{place}-{name}]")  # noqa: E731

    for place, (name, rate) in enumerate([("One", "1000"), ("Two", "2000"), ("Gone", "5")]):
        cell("name", place).fill(name)
        cell("rate", place).fill(rate)
    expect(page.locator("#lines-1-amount")).to_contain_text("2,000")
    cell("name", 1).press("Alt+ArrowUp")
    expect(cell("name", 1)).to_be_focused()
    page.locator("[data-row]:has([name=lines-2-name]) [data-row-remove]").click()
    cell("rate", 0).press("Enter")
    expect(cell("name", 3)).to_be_focused()
    cell("name", 3).fill("Three")
    cell("rate", 3).fill("30")
    expect(page.locator("#totals .grand")).to_contain_text("3,333")
    page.locator(".form-actions .btn.primary").click()

    names = page.locator(".paper tbody td:first-child")
    expect(names).to_contain_text(["Two", "One", "Three"])
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("details[name=acts] summary").click()
    box = page.locator("details[name=acts] .menu-list").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
