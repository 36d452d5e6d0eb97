"""The chat bar in real browsers: two colleagues, their tabs, and everything that goes wrong."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.benchmarks.click_to_cliq import connect
from tests.browser.conftest import PATIENCE, People

pytestmark = pytest.mark.browser

ROOM = "billing"  # where no notification is posted
POSTS = "/api/v2/chats/*/message"
# What a browser says of its own accord when the line is cut, as a test does on purpose.
CUT = re.compile("ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")


@pytest.fixture(scope="module")
def connected(demo: Any) -> Any:
    connect(demo)
    return demo


@pytest.fixture
def office(people: People, connected: Any) -> Iterator[People]:
    connected.sandbox.obey()
    yield people
    people.complaints[:] = [words for words in people.complaints if not CUT.search(words)]


def opener(page: Page) -> Locator:
    return page.locator(".dock-item")


def open_room(page: Page, name: str = ROOM) -> Locator:
    """Open the bar, and a channel in it; its thread."""
    if opener(page).get_attribute("aria-expanded") != "true":
        opener(page).click()
    page.locator("#chat-rooms a", has_text=name).click()
    expect(page.locator("#chat-room h2")).to_contain_text(name)
    expect(page.locator("#chat-composer")).to_be_visible()
    expect(page.locator("#chat-loading")).to_have_count(0)
    return page.locator("#chat-scroll")


def write(page: Page, text: str) -> None:
    page.locator("#chat-text").fill(text)
    page.locator("#chat-text").press("Enter")


def arrived(people: People, text: str) -> int:
    return sum(m["payload"].get("text") == text for m in people.demo.sandbox.messages(ROOM))


def test_two_colleagues_talk_to_each_other(office: People) -> None:
    hana, kenji = office.sign_in(office.demo.admin), office.sign_in(office.demo.staff)
    opener(kenji).click()
    kenji.locator("#chat .empty a").click()
    kenji.get_by_label(office.demo.staff["email"]).check()
    kenji.locator("button[value=accept]").click()
    kenji.wait_for_url("**/o/*/")
    hers, his = open_room(hana), open_room(kenji)

    write(kenji, "*Good* morning <b>Hana</b>")
    expect(his.locator(".message.mine", has_text="Good morning <b>Hana</b>")).to_be_visible()
    theirs = hers.locator(".message:not(.mine)", has_text="Good morning")
    expect(theirs.locator("strong")).to_have_text("Good")
    write(hana, "Morning")
    expect(his.locator(".message:not(.mine)", has_text="Morning").last).to_be_visible()

    assert arrived(office, "Morning") == 1


def test_tabs_show_the_same_and_lose_nothing(office: People) -> None:
    first = office.sign_in(office.demo.admin)
    open_room(first)
    first.locator("#chat-text").fill("half a thought")
    second = first.context.new_page()
    second.goto(first.url)

    expect(second.locator("#chat-text")).to_have_value("half a thought")
    second.locator("#chat-text").fill("")
    write(second, "said in the second tab")

    expect(first.locator("#chat-text")).to_have_value("")
    said = first.locator("#chat-scroll .message", has_text="said in the second tab")
    expect(said).to_have_count(1)
    opener(second).click()
    expect(first.locator("#chat")).to_be_hidden()
    first.reload()
    expect(first.locator("#chat")).to_be_hidden()


def test_what_is_written_offline_is_sent_once_when_the_line_is_back(office: People) -> None:
    page = office.sign_in(office.demo.admin)
    thread = open_room(page)
    page.context.set_offline(True)

    write(page, "from the tunnel")
    expect(thread.locator(".unsent", has_text="from the tunnel")).to_be_visible()
    page.context.set_offline(False)

    expect(thread.locator("li[id^=message]", has_text="from the tunnel")).to_have_count(1)
    expect(thread.locator(".unsent")).to_have_count(0)
    assert arrived(office, "from the tunnel") == 1


def test_what_cliq_refuses_is_tried_again(office: People) -> None:
    page = office.sign_in(office.demo.admin)
    thread = open_room(page)
    office.demo.sandbox.will("forbidden", path=POSTS)

    write(page, "once more")
    failed = thread.locator(".failed", has_text="once more")
    expect(failed).to_be_visible()
    page.reload()
    failed.locator("[data-chat-act]").first.click()

    expect(thread.locator("li[id^=message]", has_text="once more")).to_have_count(1)
    assert arrived(office, "once more") == 1


def test_an_answer_that_got_lost_doubles_nothing(office: People) -> None:
    page = office.sign_in(office.demo.admin)
    thread = open_room(page)
    office.demo.sandbox.will("drop", path=POSTS, when="after")

    write(page, "exactly once")

    expect(thread.locator("li[id^=message]", has_text="exactly once")).to_have_count(1)
    assert arrived(office, "exactly once") == 1


def test_cliq_away_is_said_in_the_bar_and_the_page_works(office: People) -> None:
    page = office.sign_in(office.demo.admin)
    thread = open_room(page)
    write(page, "before the outage")
    expect(thread.locator("li[id^=message]", has_text="before the outage")).to_have_count(1)
    office.demo.sandbox.will("bad_gateway", path="/api/*", times=1000)

    expect(page.locator("#chat-notice .alert")).to_be_visible()
    expect(thread).to_contain_text("before the outage")
    office.demo.sandbox.obey()
    page.locator(".sidebar .nav a").nth(1).click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#chat-scroll")).to_contain_text("before the outage")


def test_the_keyboard_does_everything(office: People) -> None:
    page = office.sign_in(office.demo.admin)
    opener(page).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chat-search")).to_be_focused()
    page.locator("#chat-rooms a", has_text=ROOM).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chat-text")).to_be_focused()
    expect(page.locator("#chat-loading")).to_have_count(0)
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")

    said = page.locator("#chat-scroll .message.mine", has_text="one")
    expect(said.locator("p", has_text="two")).to_be_visible()
    violations = Axe().run(page, context="#chat").response["violations"]
    assert [one["id"] for one in violations] == []
    page.keyboard.press("Escape")
    expect(page.locator("#chat")).to_be_hidden()
    expect(opener(page)).to_be_focused()


def test_on_a_phone_it_is_a_sheet_with_targets_for_fingers(office: People) -> None:
    how = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = office.sign_in(office.demo.admin, **how)
    expect(page.locator("#chat")).to_be_hidden()
    opener(page).tap()
    page.locator("#chat-rooms a", has_text=ROOM).tap()
    expect(page.locator("#chat-composer")).to_be_visible()

    box = page.locator("#chat").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    for control in page.locator(
        "#chat-room :is(header button, header a, #chat-composer button)"
    ).all():
        size = control.bounding_box()
        assert size is None or min(size["width"], size["height"]) >= 44
    page.locator("[data-chat-view=list]").tap()
    expect(page.locator("#chat-rooms")).to_be_visible()
    sizes = [link.bounding_box() for link in page.locator("#chat-rooms a").all()]
    assert all(size and size["height"] >= 44 for size in sizes)


def test_near_the_limit_one_is_told(office: People) -> None:
    page = office.sign_in(office.demo.admin)
    open_room(page)

    page.locator("#chat-text").fill("a" * 4990)
    expect(page.locator("#chat-letters")).to_contain_text("4,990")
    page.locator("#chat-text").fill("a" * 5001)

    expect(page.locator("#chat-composer button")).to_be_disabled()
    page.locator("#chat-text").press("Enter")
    expect(page.locator("#chat-text")).to_have_value("a" * 5001)
    page.locator("#chat-text").fill("")


def test_a_grant_that_ended_is_said_and_connected_again(office: People) -> None:
    page = office.sign_in(office.demo.admin)
    office.demo.sandbox.revoke(office.demo.admin["email"])
    opener(page).click()

    # The lists are young: they are asked for again within 45 seconds.
    expect(page.locator("#chat .empty a")).to_be_visible(timeout=2 * PATIENCE)
    page.locator("#chat .empty a").click()
    page.get_by_label(office.demo.admin["email"]).check()
    page.locator("button[value=accept]").click()
    page.wait_for_url("**/o/*/")
    open_room(page)
