"""The main job, end to end: a customer's click reaches the Cliq channel."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People

pytestmark = pytest.mark.browser

WORDS = {
    "en": {
        "gear": "Settings",
        "services": "Zoho services",
        "connect": "Connect",
        "details": "View details",
        "chat_bar": "Enable the Zoho Cliq chat bar in Books",
        "notifications": "Enable Books notifications in Zoho Cliq",
        "disable": "Disable",
        "comment": "Comment",
        "accept": "Accept",
        "decline": "Decline",
        "pay": re.compile("^Pay"),
        "succeed": "Let the payment succeed",
        "skipped": "Notifications were off",
    },
    "ja": {
        "gear": "設定",
        "services": "Zohoサービス",
        "connect": "接続",
        "details": "詳細の表示",
        "chat_bar": "Books内のZoho Cliqチャットバーを有効にする",
        "notifications": "Zoho CliqでのBooks通知を有効にする",
        "disable": "無効",
        "comment": "コメント",
        "accept": "承認",
        "decline": "却下",
        "pay": re.compile("支払"),
        "succeed": "支払いを成功させる",
        "skipped": "通知はオフでした",
    },
}
# The organisation's language is Japanese, whoever looks: sales read one language.
WHO = "株式会社髙橋商事の髙橋 美咲様"
ANOTHER = "Northwind Robotics, Inc.のOlivia Brown様"


def in_channel(page: Page) -> list[str]:
    """The messages that one sees in the channel, whole, without their markers."""
    texts = page.locator(".message .text").all_inner_texts()
    return [re.sub(r"\s*・照会番号 [0-9A-Z]{8}$", "", re.sub(r"\n+", "\n", text)) for text in texts]


def button_of(page: Page, number: int) -> str:
    link = page.locator(".message").nth(number).get_by_role("link", name="Booksで開く")
    return link.get_attribute("href") or ""


def connect(admin: Page, words: dict, account: str) -> None:
    admin.get_by_role("link", name=words["gear"]).click()
    admin.get_by_role("main").get_by_role("link", name=words["services"]).click()
    admin.get_by_role("link", name=words["connect"]).click()
    admin.get_by_label(account).check()
    admin.locator("button[value=accept]").click()
    admin.get_by_role("switch", name=words["chat_bar"]).check()
    admin.get_by_role("switch", name=words["notifications"]).check()
    admin.get_by_role("radio", name=re.compile("#sales")).check()
    admin.get_by_role("button", name=words["connect"], exact=True).click()
    expect(admin.get_by_role("switch", name=words["notifications"])).to_be_checked()


def view(customer: Page, link: str) -> None:
    customer.goto(link)
    with customer.expect_response("**/view/"):
        customer.mouse.move(300, 300)


def comment(customer: Page, words: dict, text: str) -> None:
    customer.locator("#comments textarea").fill(text)
    customer.get_by_role("button", name=words["comment"]).click()
    expect(customer.locator("#comments")).to_contain_text(text)


def answer(customer: Page, button: str, name: str, reason: str = "") -> None:
    customer.get_by_role("link", name=button).click()
    customer.locator("input[name=name]").fill(name)
    if reason:
        customer.locator("textarea[name=reason]").fill(reason)
    customer.get_by_role("button", name=button).click()
    expect(customer.locator(".stamp")).to_contain_text(name)


def pay(customer: Page, words: dict) -> None:
    customer.get_by_role("link", name=words["pay"]).first.click()
    customer.get_by_role("button", name=words["pay"]).click()
    customer.get_by_role("button", name=words["succeed"]).click()
    customer.wait_for_url("**/pay/return/**")


def number_and_amount(customer: Page) -> tuple[str, str]:
    number = re.search(r"(EST|INV)-\d+", customer.locator("h1").inner_text())
    amount = customer.locator(".amount").first.inner_text()
    assert number is not None
    return number[0], amount.strip()


def test_what_customers_do_appears_in_the_channel(people: People) -> None:
    words = WORDS[people.language]
    six_acts_become_six_messages(people, words)
    a_refusal_comes_with_its_reason(people, words)
    what_happens_while_notifications_are_off_stays_in_books(people, words)


def six_acts_become_six_messages(people: People, words: dict) -> None:
    demo = people.demo
    admin = people.sign_in(demo.admin)
    connect(admin, words, demo.admin["email"])
    channel = people.arrive()
    channel.goto(f"{demo.cliq}/channels/sales")

    customer = people.arrive()
    view(customer, demo.links["estimate"])
    estimate, offer = number_and_amount(customer)
    comment(customer, words, "12月に納品できますか。")
    answer(customer, words["accept"], "髙橋 美咲")
    view(customer, demo.links["invoice"])
    invoice, owed = number_and_amount(customer)
    comment(customer, words, "本日支払います。")
    pay(customer, words)

    expect(channel.locator(".message")).to_have_count(6, timeout=90_000)
    assert in_channel(channel) == [
        f"{WHO}が見積書{estimate}（{offer}）を表示しました。",
        f"{WHO}が見積書{estimate}（{offer}）にコメントしました。\n│ 12月に納品できますか。",
        f"{WHO}が見積書{estimate}（{offer}）を承認しました。\n署名：髙橋 美咲",
        f"{WHO}が請求書{invoice}（{owed}）を表示しました。",
        f"{WHO}が請求書{invoice}（{owed}）にコメントしました。\n│ 本日支払います。",
        f"{WHO}が請求書{invoice}に対して{owed}を支払いました。\n全額支払い済みです。残額はありません。"
        "\n支払い方法：テスト決済",
    ]
    admin.goto(button_of(channel, 2))
    assert urlsplit(admin.url).path.endswith(f"/estimates/{estimate}/")
    expect(admin.get_by_role("heading", level=1)).to_contain_text(estimate)
    admin.goto(button_of(channel, 5))
    assert urlsplit(admin.url).path.endswith(f"/invoices/{invoice}/")


def a_refusal_comes_with_its_reason(people: People, words: dict) -> None:
    channel, customer = people.arrive(), people.arrive()
    channel.goto(f"{people.demo.cliq}/channels/sales")

    view(customer, people.demo.links["estimate_2"])
    estimate, offer = number_and_amount(customer)
    answer(customer, words["decline"], "髙橋 美咲", "予算を超えています。")

    expect(channel.locator(".message")).to_have_count(8, timeout=90_000)
    assert in_channel(channel)[7] == (
        f"{ANOTHER}が見積書{estimate}（{offer}）を却下しました。"
        "\n回答者：髙橋 美咲\n理由：\n│ 予算を超えています。"
    )


def what_happens_while_notifications_are_off_stays_in_books(people: People, words: dict) -> None:
    channel, customer = people.arrive(), people.arrive()
    channel.goto(f"{people.demo.cliq}/channels/sales")
    admin = people.sign_in(people.demo.admin)
    admin.get_by_role("link", name=words["gear"]).click()
    admin.get_by_role("main").get_by_role("link", name=words["services"]).click()
    admin.get_by_role("link", name=words["details"]).click()
    admin.get_by_role("switch", name=words["notifications"]).click()
    admin.get_by_role("dialog").get_by_role("button", name=words["disable"]).click()
    expect(admin.get_by_role("switch", name=words["notifications"])).not_to_be_checked()

    view(customer, people.demo.links["invoice_2"])
    comment(customer, words, "これは届きません。")
    admin.reload()
    expect(admin.get_by_role("main")).to_contain_text(words["skipped"])
    expect(channel.locator(".message")).to_have_count(8)

    admin.get_by_role("switch", name=words["notifications"]).check()
    expect(admin.get_by_role("switch", name=words["notifications"])).to_be_checked()
    comment(customer, words, "これは届きます。")
    expect(channel.locator(".message")).to_have_count(9, timeout=90_000)
    assert "これは届きます。" in in_channel(channel)[8]
