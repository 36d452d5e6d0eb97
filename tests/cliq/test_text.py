"""Customers' words in Cliq: readable, and unable to do anything.  # spec 66, 145"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.cliq.text import cut, one_line, plain

FAMILY = "👨\u200d👩\u200d👧"
FLAG = "🇯🇵"
THUMB = "👍🏽"
ACCENTED = "e\u0301"


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        # Mentions
        ("{@all}", "｛＠all｝"),
        ("{@163315760}", "｛＠163315760｝"),
        ("{@ann@example.com}", "｛＠ann@example.com｝"),
        ("{#O1974}", "｛#O1974｝"),
        ("{\u200b@all}", "｛＠all｝"),
        ("@all hi @Ann", "＠all hi ＠Ann"),
        ("[Ann](zohoid:163315760)", "［Ann］(zohoid:163315760)"),
        ("[Ann](mail:ann@example.com)", "［Ann］(mail:ann@example.com)"),
        # Links and buttons
        ("[Pay now](https://evil.example)", "［Pay now］(https：//evil.example)"),
        ("[Yes]($1)", "［Yes］($1)"),
        ("]\u200d(x)", "］(x)"),
        ("https://evil.example/?a=1&b=2", "https：//evil.example/?a=1&b=2"),
        ("javascript://x", "javascript：//x"),
        ("www.evil.example WWW.Evil.example", "www．evil.example WWW．Evil.example"),
        # Markup
        ("*bold* _it_ ~no~ __under__", "＊bold＊ ＿it＿ ～no～ ＿＿under＿＿"),
        ("`code` ```block```", "｀code｀ ｀｀｀block｀｀｀"),
        ("# Paid\n## Paid\n 　### Paid", "＃ Paid\n＃＃ Paid\n 　＃＃＃ Paid"),
        ("!quote\n> quote", "！quote\n＞ quote"),
        ("a\n---\nb\n=====", "a\n－－－\nb\n＝＝＝＝＝"),
        # What is only a sign stays one
        ("Wow! Order #12, 5 > 3, a-b, (x) & <b>", "Wow! Order #12, 5 > 3, a-b, (x) & <b>"),
        ("ann.lee+x@example.com", "ann.lee+x@example.com"),
        ("-1 degree, -- yes", "-1 degree, -- yes"),
        # What cannot be seen, or turns round what can
        ("a\x00b\x1b[31mc\x7f\x9f", "ab［31mc"),
        ("\u202ecod.exe\u202c \u2066x\u2069 \u200fy\u061c", "cod.exe x y"),
        ("in\u200bvis\u2060ib\ufeffle\u00ad", "invisible"),
        ("A\U000e0041\U000e0042B", "AB"),
        ("\u3164\u2800\u115f", ""),
        ("a\u200db\u200c", "ab"),
        ("a\ud800b", "ab"),
        ("a\tb\u00a0c", "a b c"),
        ("one\r\ntwo\u2028three\x0bfour\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("one\n\n\n\n\n\ntwo", "one\n\ntwo"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
        # Real names and words
        ("髙橋 𠮷男　様 ①㈱", "髙橋 𠮷男　様 ①㈱"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        (f"{FAMILY} {FLAG} {THUMB} ❤️", f"{FAMILY} {FLAG} {THUMB} ❤️"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Zoë O'Brien-Łukasz", "Zoë O'Brien-Łukasz"),
    ],
)
def test_hostile_words_are_shown_and_do_nothing(hostile, shown):
    assert plain(hostile) == shown


@given(st.text())
def test_no_words_keep_anything_that_cliq_would_act_on(text):
    shown = plain(text)

    assert not set(shown) & set("*_~`[]{}\u200b\u202e\x00\r")
    assert "://" not in shown
    assert not re.search(r"^\s*[#!>]", shown, re.MULTILINE)
    assert not re.search(r"(?<![\w.+-])@", shown)
    shown.encode()


def test_more_text_than_is_ever_shown_is_not_even_looked_at():
    shown = plain("\u200b" * 4_000 + "rest")

    assert shown == "…"


@given(st.text())
def test_defusing_twice_changes_nothing_more(text):
    assert plain(plain(text)) == plain(text)


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_a_name_is_one_line_of_its_length(text, limit):
    shown = one_line(text, limit)

    assert "\n" not in shown
    assert len(shown) <= limit


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("with space", 6, "with…"),
        (f"ab{ACCENTED}c", 4, "ab…"),
        (f"a{FAMILY}", 5, "a…"),
        (f"a{FLAG}b", 3, "a…"),
        (f"a{THUMB}b", 3, "a…"),
        ("𠮷𠮷𠮷", 2, "𠮷…"),
        ("x", 1, "x"),
        ("xy", 1, "…"),
    ],
)
def test_what_is_seen_as_one_sign_is_not_cut_through(text, limit, shown):
    assert cut(text, limit) == shown
