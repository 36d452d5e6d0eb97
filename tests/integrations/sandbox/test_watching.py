"""The pages on which a person watches and writes."""

import pytest
import requests

from .conftest import HANA, KENJI

HOSTILE = '<script>alert(1)</script> [x](javascript:alert(1)) "onclick=" {@<b>all</b>}'
HOSTILE_WEB = {"web": "https://a/?<script>"}


@pytest.fixture
def browser():
    with requests.Session() as session:
        session.trust_env = False
        yield session


def page(browser, zoho, path="/channels/sales", **headers):
    return browser.get(f"{zoho.url}{path}", headers=headers, timeout=30)


def test_a_channel_is_seen_as_in_cliq(hana, zoho, browser):
    hana.say(
        f"*Ann* viewed [INV-0042](https://books.example/i/42) {{@{hana.zuid}}}",
        bot={"name": "Books"},
        card={"title": "Invoice viewed", "theme": "modern-inline"},
        slides=[
            {
                "type": "table",
                "data": {"headers": ["Fact"], "rows": [{"Fact": "¥110,000", "Other": "dropped"}]},
            }
        ],
        buttons=[
            {
                "label": "Open in Books",
                "type": "+",
                "action": {"type": "open.url", "data": {"web": "https://books.example/i/42"}},
            }
        ],
    )

    text = page(browser, zoho).text

    assert "<b>Books</b> <small>(Hana Sato)</small>" in text
    assert "<strong>Ann</strong>" in text
    assert '<span class="mention">@Hana Sato</span>' in text
    assert "<h3>Invoice viewed</h3>" in text
    assert "<td>¥110,000</td>" in text
    assert "dropped" not in text
    assert 'href="https://books.example/i/42" target="_blank" rel="noopener noreferrer"' in text
    assert "Open in Books</a>" in text


def test_hostile_words_stay_words(hana, zoho, browser):
    hana.say(
        HOSTILE,
        bot={"name": "<i>Books"},
        card={"title": "<img src=x>", "theme": "modern-inline"},
        slides=[{"type": "label", "data": [{"<u>": "<s>"}]}, {"type": "list", "data": ["<li>"]}],
        buttons=[
            {"label": "<b>", "type": "+", "action": {"type": "open.url", "data": HOSTILE_WEB}}
        ],
    )

    answer = page(browser, zoho)

    for harm in ("<script>alert", "<i>Books", "<img", "<u>", "<s>", "?<script", 'href="javascript'):
        assert harm not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_markup_becomes_html(hana, zoho, browser):
    hana.say(
        "# Title\n!quoted\n---\n`{@all}` _it_ ~no~ __under__\n```\n*raw*\n```\n2*3*4 snake_case_x"
    )

    text = page(browser, zoho).text

    for piece in (
        '<p class="heading">Title</p>',
        "<blockquote>quoted</blockquote>",
        "<hr>",
        "<code>{@all}</code>",
        "<em>it</em>",
        "<s>no</s>",
        "<u>under</u>",
        "<pre>*raw*</pre>",
        "2*3*4 snake_case_x",
    ):
        assert piece in text


def test_a_person_writes_on_the_page(zoho, browser):
    kenji = next(one for one in zoho.state()["accounts"] if one["email"] == KENJI)
    told = {"account": kenji["zuid"], "text": "お疲れさまです"}

    answer = browser.post(f"{zoho.url}/channels/sales", data=told, timeout=30)

    assert "お疲れさまです" in answer.text
    [message] = zoho.messages("sales")
    assert (message["email"], message["via"]) == (KENJI, "page")


def test_nobody_writes_where_they_are_not(zoho, browser):
    stranger = zoho.add_account("stranger@example.com")

    browser.post(f"{zoho.url}/channels/sales", data={"account": stranger, "text": "Hi"}, timeout=30)

    assert zoho.messages("sales") == []


def test_an_unchanged_conversation_is_not_sent_again(hana, zoho, browser):
    tag = page(browser, zoho).headers["ETag"]

    assert page(browser, zoho, **{"If-None-Match": tag}).status_code == 304
    hana.say()
    assert page(browser, zoho, **{"If-None-Match": tag}).status_code == 200


def test_long_conversations_come_in_pieces(zoho, browser):
    for number in range(101):
        zoho.say("sales", HANA, f"number {number:03}")

    text = page(browser, zoho).text

    assert "number 100" in text
    assert "number 000" not in text
    assert "?before=" in text
    assert (
        "number 000"
        in page(browser, zoho, f"/channels/sales?before={text.split('?before=')[1][:1]}0").text
    )


@pytest.mark.parametrize(
    "path", ["/", "/channels/general", "/sandbox/", "/static/sandbox.css", "/static/sandbox.js"]
)
def test_every_page_answers(zoho, browser, path):
    assert page(browser, zoho, path).status_code == 200


def test_pages_speak_both_languages(zoho, browser):
    assert "操作パネル" in page(browser, zoho, "/sandbox/", **{"Accept-Language": "ja,en"}).text
    assert "Controls" in page(browser, zoho, "/sandbox/?lang=en", **{"Accept-Language": "ja"}).text


def test_what_is_not_there_is_not_found(zoho, browser):
    for path in ("/nothing", "/channels/nowhere", "/static/../server.py", "/sandbox/api/nothing"):
        assert page(browser, zoho, path).status_code == 404


def test_the_buttons_of_the_controls_do_what_they_say(zoho, browser):
    path = f"{zoho.url}/sandbox"
    browser.post(f"{path}/archive", data={"channel": "sales"}, timeout=30)
    browser.post(f"{path}/permit", data={"channel": "billing", "allowed": "false"}, timeout=30)
    told = {"do": "throttle", "times": "2", "when": "before", "path": "/api/*/message"}
    browser.post(f"{path}/faults", data=told, timeout=30)

    state = zoho.state()

    channels = {channel["unique_name"]: channel for channel in state["channels"]}
    assert channels["sales"]["status"] == "archived"
    assert channels["billing"]["permissions"]["member"]["send_message"] is False
    assert state["faults"]["queued"][0]["times"] == 2


def test_other_sites_cannot_push_the_buttons(zoho, browser):
    headers = {"Origin": "https://evil.example"}

    answer = browser.post(f"{zoho.url}/sandbox/api/reset", headers=headers, timeout=30)

    assert answer.status_code == 403
    assert page(browser, zoho, "/", Host="evil.example:80").status_code == 421
