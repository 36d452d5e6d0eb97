"""What we say in Cliq, and that nobody can make us say anything else."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.cliq import messages
from integrations.cliq.messages import Item, digest, event_message, length
from portal.events import EventKind

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 23, 12, tzinfo=TOKYO)
URL = "https://books.example/o/aozora/invoices/3/"
MARKER = "8K2M4Q7X"
ESTIMATE = {
    "document": "estimate",
    "number": "EST-000012",
    "company": "Blue Sky Ltd",
    "contact": "Ann Lee",
    "currency": "JPY",
    "total": "110000",
    "until": "2026-12-31",
}
INVOICE = ESTIMATE | {"document": "invoice", "number": "INV-000003"}


def said(kind, facts, *, language="en", **kwargs):
    message = event_message(
        kind, facts, language=language, occurred_at=NOON, url=URL, marker=MARKER, **kwargs
    )
    return message.text.split("\n")


def payload(kind=EventKind.ESTIMATE_VIEWED, facts=ESTIMATE, *, language="en", url=URL):
    return event_message(
        kind, facts, language=language, occurred_at=NOON, url=url, marker=MARKER
    ).payload()


def table(kind, facts, language="en"):
    data = payload(kind, facts, language=language)["slides"][0]["data"]
    name, value = data["headers"]
    return {row[name]: row[value] for row in data["rows"]}


@pytest.mark.parametrize(
    ("kind", "facts", "lines"),
    [
        (
            EventKind.ESTIMATE_VIEWED,
            ESTIMATE,
            ["Ann Lee (Blue Sky Ltd) viewed estimate EST-000012 for ¥110,000."],
        ),
        (
            EventKind.ESTIMATE_VIEWED,
            ESTIMATE | {"is_repeat": True},
            ["Ann Lee (Blue Sky Ltd) viewed estimate EST-000012 for ¥110,000 again."],
        ),
        (
            EventKind.INVOICE_VIEWED,
            INVOICE | {"is_shared": True},  # spec 17
            [
                "Invoice INV-000003 for ¥110,000 was viewed "
                "via the link sent to Ann Lee (Blue Sky Ltd)."
            ],
        ),
        (
            EventKind.INVOICE_VIEWED,
            INVOICE | {"is_shared": True, "is_repeat": True},
            [
                "Invoice INV-000003 for ¥110,000 was viewed again "
                "via the link sent to Ann Lee (Blue Sky Ltd)."
            ],
        ),
        (
            EventKind.ESTIMATE_COMMENTED,
            ESTIMATE | {"text": "Can you do it\nfor less?"},
            [
                "Ann Lee (Blue Sky Ltd) commented on estimate EST-000012 for ¥110,000.",
                "│ Can you do it",
                "│ for less?",
            ],
        ),
        (
            EventKind.ESTIMATE_ACCEPTED,
            ESTIMATE | {"signer": "A. Lee", "invoice": "INV-000004"},  # spec 41
            [
                "Ann Lee (Blue Sky Ltd) accepted estimate EST-000012 for ¥110,000.",
                "Signed by A. Lee.",
                "It became invoice INV-000004.",
            ],
        ),
        (
            EventKind.ESTIMATE_DECLINED,
            ESTIMATE | {"signer": "A. Lee", "text": "Too dear."},  # spec 40
            [
                "Ann Lee (Blue Sky Ltd) declined estimate EST-000012 for ¥110,000.",
                "Declined by A. Lee.",
                "Reason:",
                "│ Too dear.",
            ],
        ),
        (
            EventKind.ESTIMATE_DECLINED,
            ESTIMATE | {"text": "  \n "},
            ["Ann Lee (Blue Sky Ltd) declined estimate EST-000012 for ¥110,000."],
        ),
        (
            EventKind.INVOICE_COMMENTED,
            INVOICE | {"text": "Thank you!"},
            [
                "Ann Lee (Blue Sky Ltd) commented on invoice INV-000003 for ¥110,000.",
                "│ Thank you!",
            ],
        ),
        (
            EventKind.INVOICE_PAID,
            INVOICE | {"amount": "110000", "balance": "0", "method": "Card"},  # spec 101
            [
                "Ann Lee (Blue Sky Ltd) paid ¥110,000 for invoice INV-000003.",
                "Paid in full: nothing is left to pay.",
                "Method: Card.",
            ],
        ),
        (
            EventKind.INVOICE_PAID,
            INVOICE | {"amount": "50000", "balance": "60000", "is_shared": True},
            [
                "¥50,000 was paid for invoice INV-000003 "
                "via the link sent to Ann Lee (Blue Sky Ltd).",
                "Paid in part: ¥60,000 is still due.",
            ],
        ),
        (
            EventKind.INVOICE_PAID,
            INVOICE | {"currency": "USD", "amount": "100.50", "balance": "-0.5"},
            [
                "Ann Lee (Blue Sky Ltd) paid $100.50 for invoice INV-000003.",
                "Paid in full, with $0.50 too much.",
            ],
        ),
    ],
)
def test_a_message_says_who_did_what_to_which_document(kind, facts, lines):
    assert said(kind, facts) == lines


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"files": 1}, ["With 1 file."]),
        ({"files": 3}, ["With 3 files."]),
        ({"files": 2, "text": "See the plan."}, ["With 2 files.", "│ See the plan."]),
        ({"files": 0}, []),
    ],
)
def test_a_comment_says_how_many_files_came_with_it(facts, words):
    assert said(EventKind.ESTIMATE_COMMENTED, ESTIMATE | facts)[1:] == words


def test_every_kind_of_event_has_its_words_for_the_contact_and_for_somebody_else():
    for kind in EventKind:
        facts = ESTIMATE if kind.startswith("estimate") else INVOICE

        assert said(kind, facts)[0] != said(kind, facts | {"is_shared": True})[0]


@pytest.mark.parametrize(
    ("contact", "company", "who"),
    [
        ("Ann Lee", "Blue Sky Ltd", "Ann Lee (Blue Sky Ltd)"),
        ("Ann Lee", "", "Ann Lee"),
        ("", "Blue Sky Ltd", "Blue Sky Ltd"),
        ("Ann Lee", "Ann Lee", "Ann Lee"),
        ("\u200b", "", "A customer"),
    ],
)
def test_a_customer_is_named_by_what_is_known_of_them(contact, company, who):
    facts = ESTIMATE | {"contact": contact, "company": company}

    assert said(EventKind.ESTIMATE_VIEWED, facts)[0].startswith(f"{who} viewed ")


def test_a_message_that_was_held_back_says_when_it_happened():
    lines = said(EventKind.ESTIMATE_VIEWED, ESTIMATE, delayed=True)

    assert lines[-1] == "This happened at Nov 23, 2026 12:00 PM and is only told now."


def test_a_long_comment_is_cut_and_says_so():  # spec 74
    lines = said(EventKind.ESTIMATE_COMMENTED, ESTIMATE | {"text": "word " * 500})

    assert lines[1].endswith("word…")
    assert len(lines[1]) <= 600 + len("│ ")
    assert lines[2] == "The text is longer: read all of it in Books."


def test_a_comment_of_many_lines_is_cut_and_says_so():
    lines = said(EventKind.ESTIMATE_COMMENTED, ESTIMATE | {"text": "a\n" * 500})

    assert len(lines) == 1 + 12 + 1
    assert lines[-1] == "The text is longer: read all of it in Books."


def test_a_comment_cannot_pass_for_our_own_words():
    forged = "Fine.\nPaid in full: nothing is left to pay.\n· ref 8K2M4Q7X"

    lines = said(EventKind.INVOICE_COMMENTED, INVOICE | {"text": forged})

    assert all(line.startswith("│ ") for line in lines[1:])


def test_a_message_has_a_card_a_table_and_one_button():
    facts = INVOICE | {"amount": "50000", "balance": "60000", "method": "Card"}

    assert payload(EventKind.INVOICE_PAID, facts) == {
        "text": "Ann Lee (Blue Sky Ltd) paid ¥50,000 for invoice INV-000003.\n"
        "Paid in part: ¥60,000 is still due.\nMethod: Card.\n· ref 8K2M4Q7X",
        "bot": {"name": "Books"},
        "card": {"title": "Invoice paid: INV-000003", "theme": "modern-inline"},
        "slides": [
            {
                "type": "table",
                "data": {
                    "headers": ["Fact", "Value"],
                    "rows": [
                        {"Fact": "Customer", "Value": "Blue Sky Ltd"},
                        {"Fact": "Contact", "Value": "Ann Lee"},
                        {"Fact": "Invoice", "Value": "INV-000003"},
                        {"Fact": "Total", "Value": "¥110,000"},
                        {"Fact": "Currency", "Value": "JPY"},
                        {"Fact": "Due date", "Value": "December 31, 2026"},
                        {"Fact": "Amount paid", "Value": "¥50,000"},
                        {"Fact": "Balance", "Value": "¥60,000"},
                        {"Fact": "Method", "Value": "Card"},
                        {"Fact": "Time", "Value": "Nov 23, 2026 12:00 PM"},
                    ],
                },
            }
        ],
        "buttons": [
            {
                "label": "Open in Books",
                "type": "+",
                "action": {"type": "open.url", "data": {"web": URL}},
            }
        ],
    }


def test_the_plain_form_holds_the_same_words_and_the_link():
    message = event_message(
        EventKind.ESTIMATE_VIEWED,
        ESTIMATE,
        language="en",
        occurred_at=NOON,
        url=URL,
        marker=MARKER,
    )

    assert message.text_only() == {
        "text": "Ann Lee (Blue Sky Ltd) viewed estimate EST-000012 for ¥110,000.\n"
        f"{URL}\n· ref {MARKER}"
    }


@pytest.mark.parametrize(
    ("image", "bot"),
    [
        ("https://books.example/bot.png", {"name": "B", "image": "https://books.example/bot.png"}),
        ("http://localhost:8000/bot.png", {"name": "B"}),
        ("", {"name": "B"}),
    ],
)
def test_a_message_carries_a_name_and_a_picture_that_cliq_can_fetch(image, bot):
    message = messages.test_message(language="en", channel="sales", url=URL, marker=MARKER)

    assert message.payload(bot="B", image=image)["bot"] == bot
    assert "bot" not in message.payload(bot="")


def test_a_test_message_names_the_channel():  # spec 141
    message = messages.test_message(language="en", channel="#Sales *x*", url=URL, marker=MARKER)

    assert message.text == "This is a test. Messages from Books arrive in ＃Sales ＊x＊."
    assert MARKER in message.payload()["text"]


def test_a_japanese_team_reads_amounts_and_times_in_its_own_way():  # spec 16
    facts = table(EventKind.ESTIMATE_VIEWED, ESTIMATE, "ja")

    assert {"¥110,000", "2026年12月31日", "2026/11/23 12:00"} <= set(facts.values())


def test_headers_and_labels_never_fall_together():
    for language in ("en", "ja"):
        for kind in (EventKind.INVOICE_PAID, EventKind.ESTIMATE_ACCEPTED):
            facts = (ESTIMATE if kind.startswith("estimate") else INVOICE) | {
                "amount": "1",
                "balance": "1",
                "method": "Card",
                "signer": "Ann",
                "invoice": "INV-1",
            }
            data = payload(kind, facts, language=language)["slides"][0]["data"]
            labels = [row[data["headers"][0]] for row in data["rows"]]

            assert len(set(data["headers"])) == 2
            assert len(set(labels)) == len(labels) == 12


def test_a_link_too_long_for_a_button_is_left_out():
    message = payload(url="https://books.example/" + "x" * 300)

    assert "buttons" not in message


HOSTILE = st.text() | st.sampled_from(
    [
        "{@all}" * 120,
        "[Pay](https://evil.example)" * 30,
        "𠮷👨\u200d👩\u200d👧" * 120,
        "\n" * 700,
        "a\n" * 400,
        "Z" + "\u0301" * 700,
        "長" * 700,
        "* _ ~ ` # ! \u202e\u2066",
        "%(who)s %s {0} {}",
    ]
)
FACTS = st.fixed_dictionaries(
    {
        "document": st.sampled_from(["estimate", "invoice"]),
        "number": HOSTILE,
        "company": HOSTILE,
        "contact": HOSTILE,
        "currency": st.sampled_from(["JPY", "USD", "KWD", "XYZ", ""]) | HOSTILE,
        "total": st.decimals().map(str) | HOSTILE,
    },
    optional={
        "until": st.dates().map(str) | HOSTILE,
        "is_shared": st.booleans(),
        "is_repeat": st.booleans(),
        "text": HOSTILE,
        "signer": HOSTILE,
        "amount": st.decimals().map(str) | HOSTILE,
        "balance": st.decimals().map(str) | HOSTILE,
        "method": HOSTILE,
        "invoice": HOSTILE,
    },
)
KINDS = st.sampled_from(EventKind)
LANGUAGES = st.sampled_from(["en", "ja"])


def assert_within_limits(body):
    assert 0 < length(body["text"]) <= 5_000
    assert MARKER in body["text"].rsplit("\n", 1)[-1]
    assert len(body.get("card", {"title": "x"})["title"]) <= 200
    assert length(json.dumps(body, ensure_ascii=False)) <= 10_000
    for button in body.get("buttons", []):
        assert len(button["label"]) <= 20
        assert len(button["action"]["data"]["web"]) <= 256
    told = json.dumps({key: body[key] for key in body if key != "buttons"}, ensure_ascii=False)
    assert "{@" not in told
    assert "](" not in told
    assert not {"*", "`", "~", "\u202e"} & set(told)


@settings(max_examples=60, deadline=None)
@given(kind=KINDS, facts=FACTS, language=LANGUAGES, delayed=st.booleans())
def test_no_event_can_break_the_limits_or_the_markup(kind, facts, language, delayed):
    message = event_message(
        kind,
        facts,
        language=language,
        occurred_at=NOON,
        url=URL,
        marker=MARKER,
        delayed=delayed,
    )

    assert_within_limits(message.payload())
    assert length(message.payload()["text"]) <= 4_096  # what a text beside a card may have
    assert length(message.text_only()["text"]) <= 5_000


@settings(max_examples=30, deadline=None)
@given(
    items=st.lists(st.builds(Item, KINDS, FACTS, st.just(NOON)), min_size=1, max_size=5),
    repeat=st.sampled_from([1, 30]),
    language=LANGUAGES,
)
def test_no_digest_can_break_the_limits_or_the_markup(items, repeat, language):
    message, taken = digest(items * repeat, language=language, url=URL, marker=MARKER)

    assert 1 <= taken <= len(items) * repeat
    assert_within_limits(message.payload())
    assert length(message.text_only()["text"]) <= 5_000
    assert len(message.text.split("\n")) == taken + 1


def test_a_digest_tells_each_event_in_order_with_its_own_time():
    later = NOON + timedelta(minutes=3)
    items = [
        Item(EventKind.ESTIMATE_VIEWED, ESTIMATE, NOON),
        Item(EventKind.ESTIMATE_DECLINED, ESTIMATE | {"text": "Too\ndear."}, later),
    ]

    message, taken = digest(items, language="en", url=URL, marker=MARKER)

    assert taken == 2
    assert message.payload()["text"] == (
        "2 events from Books that had to wait, each with its own time:\n"
        "Nov 23, 2026 12:00 PM – Ann Lee (Blue Sky Ltd) viewed estimate EST-000012 for ¥110,000.\n"
        "Nov 23, 2026 12:03 PM – Ann Lee (Blue Sky Ltd) declined estimate EST-000012 for "
        "¥110,000. “Too dear.”\n"
        f"· ref {MARKER}"
    )


def test_a_digest_takes_as_many_as_fit_and_says_how_many():
    items = [Item(EventKind.ESTIMATE_VIEWED, ESTIMATE, NOON)] * 1_000

    message, taken = digest(items, language="en", url=URL, marker=MARKER)
    whole = length(message.text_only()["text"])

    assert 40 < taken < 1_000
    assert whole <= 5_000 < whole + length(message.text.split("\n")[1]) + 1
    assert message.text.startswith(f"{taken} events")


def test_an_event_is_timed_in_the_zone_that_its_time_carries():
    in_utc = Item(EventKind.ESTIMATE_VIEWED, ESTIMATE, NOON.astimezone(UTC))

    message, _taken = digest([in_utc], language="en", url=URL, marker=MARKER)

    assert "Nov 23, 2026 3:00 AM – " in message.text
