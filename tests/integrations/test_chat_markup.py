"""Other people's messages in the chat bar: readable, and harmless.  # spec 66, 145"""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.chat.markup import in_one_line, rendered

NAMES = {"631": "Kenji Tanaka", "632": "<b>Eve</b>\u202e"}
ALLOWED = {
    "p": {},
    "strong": {},
    "em": {},
    "u": {},
    "s": {},
    "code": {},
    "pre": {},
    "blockquote": {},
    "hr": {},
    "span": {"class"},
    "a": {"href", "target", "rel"},
}
HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</p></li></ul><form action=https://evil.example><input name=password>",
    "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](data:text/html,<b>)",
    "[a](https://evil.example/\"onmouseover=alert(1)) https://evil.example/'><script>",
    "[bank.example](https://evil.example/)",
    "[x](//evil.example) [x](/logout) [x](vbscript:x) [x](http://[::1) [x](https://)",
    "*<b>* _<i>_ ~<s>~ `<code>` ```<pre>``` !<q>\n# <h1>",
    '{@<script>} {#<script>} {@all} {@632} [<b>](zohoid:1) [x](mail:"><b>)',
    "\u202egnp.exe\u202c \u2066isolated\u2069 \u200b\u200d\ufeff zero\u200bwidth",
    "x" * 5000,
    "*" * 5000,
    "_" * 5000,
    "`" * 5000,
    "[" * 5000,
    "{@" * 2500,
    "*_~" * 1600,
    "__a" * 1600,
    "https://" * 600,
    "[a](" * 1250,
    "\n" * 5000,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́O̵̹̻̝̳͂̌̌͘",
    "👨‍👩‍👧‍👦 🏳️‍🌈 𠮷野家 ﷽ ⠀ ㅤ",
    "\x00\x01\x1b[31mred\x7f\r\ndone",
    "\ud800 alone",
]


class Seen(HTMLParser):
    """What a browser would make of it: tags, links, text."""

    def __init__(self, html):
        super().__init__()
        self.links, self.text = [], ""
        self.open = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED
        assert {name for name, _value in attrs} <= set(ALLOWED[tag])
        self.links += [value for name, value in attrs if name == "href"]
        if tag != "hr":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def seen(text):
    shown = Seen(rendered(text, NAMES))
    assert shown.open == []
    assert all(link.startswith(("https://", "http://")) for link in shown.links)
    assert not set(shown.text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")
    return shown


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_harmlessly(text):
    seen(text)


@given(st.text(alphabet="*_~`![](){}@#<>&\"'/:. ahttps\n\u202e\u200d", max_size=300))
def test_no_mixture_of_markup_breaks_out(text):
    seen(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "*bold* _it_ ~gone~ __under__",
            "<strong>bold</strong> <em>it</em> <s>gone</s> <u>under</u>",
        ),
        ("a*b*c 2*3*4 snake_case_name", "a*b*c 2*3*4 snake_case_name"),
        ("`*code*`", "<code>*code*</code>"),
        ("*a _b_*", "<strong>a <em>b</em></strong>"),
        (
            "{@631} {@999}",
            '<span class="mention">@Kenji Tanaka</span> <span class="mention">@somebody</span>',
        ),
        ("{@all}", '<span class="mention">@all</span>'),
        ("[Kenji](zohoid:631)", '<span class="mention">Kenji</span>'),
    ],
)
def test_markup_looks_as_in_cliq(text, html):
    assert rendered(text, NAMES) == f"<p>{html}</p>"


def test_blocks_look_as_in_cliq():
    html = rendered("!said\n# Head\n---\n```\na *b*\n```\nend", NAMES)

    assert html == (
        "<blockquote>said</blockquote><p><strong>Head</strong></p><hr><pre>a *b*</pre><p>end</p>"
    )


def test_a_link_says_where_it_leads():
    assert seen("[your bank](https://evil.example/a)").text == "your bank (evil.example)"
    assert seen("https://ok.example/a").text == "https://ok.example/a"
    assert seen("[x](javascript:alert(1))").links == []


def test_a_preview_is_one_line_of_plain_words():
    assert in_one_line("Hi {@631}\nthere \u202e", NAMES, 20) == "Hi @Kenji Tanaka the"
    assert in_one_line("### *Let's* go `<b>` & ~on~", NAMES, 60) == "Let's go <b> & on"
