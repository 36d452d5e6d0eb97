"""Staff and customers with the keyboard alone, and the focus never out of sight."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.benchmarks.click_to_cliq import connect
from tests.browser.conftest import People
from tests.demo import Demo, quick_demo

pytestmark = pytest.mark.browser

FAR = 90  # no control is further than so many steps of the Tab key
# Where the focus is: on what is looked for? And can it be seen, outlined and uncovered?
FOCUS = """(wanted) => {
  const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const seen = document.elementFromPoint(box.left + box.width / 2, (top + bottom) / 2);
  const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const isBare = seen && (it.contains(seen) || seen.contains(it));
  return {
    found: it.matches(wanted),
    hidden: it !== document.body && !(isOutlined && isBare) && it.outerHTML.slice(0, 160),
  };
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One in English, connected: keys are the same in every language."""
    with quick_demo(tmp_path_factory.mktemp("demo")) as demo:
        connect(demo)
        yield demo


class Keyboard:
    """Somebody without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page, self.press = page, page.keyboard.press

    def reach(self, wanted: str) -> None:
        """Tab on to a control, and see the focus at each step."""
        for _step in range(FAR):
            self.press("Tab")
            focus = self.page.evaluate(FOCUS, wanted)
            assert not focus["hidden"], f"{self.page.url}: {focus['hidden']}"
            if focus["found"]:
                return
        raise AssertionError(f"No way with Tab to {wanted} on {self.page.url}.")

    def follow(self, wanted: str, to: str | re.Pattern[str]) -> None:
        """Open a link or press a button, and wait for the page that it leads to."""
        self.reach(wanted)
        self.press("Enter")
        self.page.wait_for_url(to)

    def write(self, field: str, words: str) -> None:
        """Type into a field, over whatever it holds."""
        self.reach(field)
        self.press("ControlOrMeta+a")
        self.page.keyboard.type(words)


def test_staff_need_no_mouse(people: People) -> None:
    page = people.arrive()
    page.goto(f"{people.demo.books}/accounts/login/")
    keys = Keyboard(page)
    keys.write("[name=login]", people.demo.admin["email"])
    keys.write("[name=password]", people.demo.admin["password"])
    keys.press("Enter")
    page.wait_for_url("**/o/*/")

    an_estimate_is_written_and_sent(keys)
    a_dialog_keeps_the_focus_and_gives_it_back(keys)
    a_payment_is_recorded(keys)


def an_estimate_is_written_and_sent(keys: Keyboard) -> None:
    keys.follow(".nav a[href$='/estimates/']", "**/estimates/")
    keys.follow(".page-head a.primary", "**/estimates/new/")
    keys.follow(".link-row", "**/estimates/new/?customer=*")
    keys.write("[name$='-0-name']", "Design of a shop")
    keys.write("[name$='-0-rate']", "480000")
    keys.follow("form.stack button.primary", re.compile(r"/estimates/EST-\d+/$"))
    keys.follow(".page-head a[href$='/send/']", "**/send/")
    keys.follow("button[name=preview]", "**/send/")
    expect(keys.page.locator("#preview")).to_be_visible()
    keys.follow(".form-actions .primary", re.compile(r"/estimates/EST-\d+/$"))
    expect(keys.page.locator(".page-head .badge.info")).to_be_visible()


def a_dialog_keeps_the_focus_and_gives_it_back(keys: Keyboard) -> None:
    keys.follow(".gear", "**/settings/")
    keys.follow("main a[href$='/integrations/zoho/']", "**/zoho/")
    keys.follow("main a[href$='/zoho/cliq/']", "**/cliq/")
    keys.reach("[commandfor=disable-notifications]")
    keys.press("Enter")
    expect(keys.page.locator("#disable-notifications")).to_be_visible()
    for _step in range(6):
        keys.press("Tab")
        where = keys.page.evaluate(FOCUS, "#disable-notifications *, body")
        assert where["found"], "the focus left the dialog"
    keys.press("Escape")
    expect(keys.page.locator("#disable-notifications")).to_be_hidden()
    expect(keys.page.locator("[commandfor=disable-notifications]").first).to_be_focused()


def a_payment_is_recorded(keys: Keyboard) -> None:
    keys.follow(".nav a[href$='/invoices/']", "**/invoices/")
    keys.follow(".tabs a[href*=overdue]", "**/invoices/?*overdue*")
    keys.follow("main .row-link", re.compile(r"/invoices/INV-\d+/$"))
    keys.follow(".page-head a[href$='/payment/']", "**/payment/")
    keys.follow("main button.primary", re.compile(r"/payments/\d+/$"))
    expect(keys.page.locator(".flash.ok")).to_be_visible()


def test_customers_need_no_mouse(people: People) -> None:
    page, links = people.arrive(), people.demo.links
    keys = Keyboard(page)
    page.goto(links["estimate"])
    keys.follow("a[href$='/accept/']", "**/accept/")
    keys.write("[name=name]", "髙橋 美咲")
    keys.reach("[name=way]")
    keys.press("ArrowRight")
    keys.write("[name=typed]", "髙橋 美咲")
    keys.follow("main button.primary", links["estimate"])
    expect(page.locator(".stamp.ok")).to_contain_text("髙橋 美咲")

    keys.write("#comments textarea", "12月に納品できますか。")
    keys.reach("#comments form button")
    keys.press("Enter")
    expect(page.locator("#comments .thread")).to_contain_text("12月に納品できますか。")

    page.goto(links["invoice"])
    keys.follow("a[href$='/pay/']", "**/pay/")
    keys.follow("main button.primary", "**/pay/test/**")
    keys.follow("button[value=succeed]", "**/pay/return/**")
    expect(page.locator(".stamp.ok")).to_be_visible()
