"""Whatever Zoho answers, each call ends with a record that can be kept, or with a CliqError.

The good answers have the shapes of Zoho's documents; each of their values is replaced by each of
the wrong ones. One pair in eleven is tried; with FUZZ_STEP=1 in the environment, all.
"""

import gzip
import json
import os
import resource
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from integrations.cliq import oauth
from integrations.cliq.client import CliqClient
from integrations.cliq.errors import CliqError, CliqTimeout, CliqUnavailable
from integrations.cliq.http import MAX_BYTES, Request, send
from integrations.cliq.regions import region

STEP = int(os.environ.get("FUZZ_STEP", "11"))
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
LAST = {"sender_id": "7", "sender_name": "Ann", "time": NOON_MS, "text": "Hi", "message_id": "1_2"}
CHANNEL = {
    "channel_id": "O19",
    "chat_id": "CT_16",
    "unique_name": "sales",
    "name": "#Sales",
    "level": "organization",
    "status": "created",
    "joined": True,
    "pinned": False,
    "participant_count": 12,
    "unread_message_count": 3,
    "current_user_role": "super_admin",
    "admin_permission": {"send_message": True},
    "organization_id": "4435792",
    "last_message_info": LAST | {"content": {"text": "Hi"}},
}
CHAT = {
    "chat_id": "22",
    "name": "Ann",
    "chat_type": "dm",
    "participant_count": 2,
    "recipients_summary": [{"user_id": "8", "name": "Ann"}],
    "last_message_info": LAST,
}
ACTION = {"type": "open.url", "data": {"web": "https://books.example/"}}
CONTENT = {
    "text": "Hello {@8}",
    "file": {"id": "f1", "name": "a.pdf", "type": "application/pdf", "dimensions": {"size": 9}},
    "card": {"title": "INV-1", "buttons": []},
    "slides": [
        {"type": "table", "data": {"headers": ["Fact"], "rows": [{"Fact": "Total"}]}},
        {"type": "label", "data": [{"Due": "today"}]},
    ],
    "buttons": [{"label": "Open", "type": "+", "action": ACTION}],
}
SENDER = {"name": "Ann", "id": "8"}
MESSAGE = {"id": "1_2", "time": NOON_MS, "type": "text", "sender": SENDER, "content": CONTENT}
USER = {"zuid": "8", "full_name": "Ann", "email_id": "ann@a.example", "organization_id": "44"}
MEMBER = {"user_id": "8", "name": "Ann"}
PROFILE = {"ZUID": "8", "Email": "ann@a.example", "Display_Name": "Ann"}
TOKENS = {"access_token": "1000.a", "refresh_token": "1000.r", "expires_in": 3600}
ERROR = {"code": "operation_failed", "message": "No", "error": {"code": "a", "message": "b"}}

HOME = "https://books.example/"
CALLS: dict[str, tuple[Any, Any]] = {
    "channels": (lambda c: list(c.channels()), {"channels": [CHANNEL], "has_more": False}),
    "channel": (lambda c: c.channel("O19"), CHANNEL),
    "post": (lambda c: c.post_to_channel("sales", {"text": "a"}), {"message_id": "1 2"}),
    "messages": (lambda c: c.messages("CT_16", NOON), {"data": [MESSAGE]}),
    "chats": (lambda c: c.chats(), {"chats": [CHAT]}),
    "unread": (lambda c: c.unread("CT_16"), {"data": {"unread_message_count": 3}}),
    "names": (lambda c: c.names("CT_16"), {"members": [MEMBER]}),
    "mark_read": (lambda c: c.mark_read("CT_16", "1_2"), ERROR),
    "open_direct": (lambda c: c.open_direct("8"), {"data": CHAT}),
    "people": (lambda c: c.people("a"), {"data": [USER]}),
    "user": (lambda c: c.user("8"), {"data": USER}),
    "file": (lambda c: asdict(c.file("f1")) and None, ERROR),
    "profile": (lambda c: oauth.profile(c.region, "1000.a"), PROFILE),
    "exchange": (
        lambda c: oauth.exchange_code(c.region, "1000.c", redirect_uri=HOME, now=NOON),
        TOKENS,
    ),
    "refresh": (lambda c: oauth.refresh(c.region, "1000.r", now=NOON), TOKENS),
    "revoke": (lambda c: oauth.revoke(c.region, "1000.r"), ERROR),
}
WRONG: list[Any] = [
    *(None, True, False, 0, -1, 2**70, 1.5, float("inf"), float("nan")),
    *("", "x", "\ud800", "a\x00b", "²", "9" * 5_000, "x" * 3_000, "-1", "9999-12-31", "ä" * 300),
    *([], {}, [[]], [{}], {"a": {}}, [None], {"": ""}),
]
STATUSES = (200, 201, 204, 206, 302, 400, 401, 403, 404, 418, 429, 500, 503, 999)


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside an answer, and to the answer itself."""
    yield way
    inner = value if isinstance(value, dict) else {}
    if isinstance(value, list):
        inner = dict(enumerate(value))
    for name, one in inner.items():
        yield from places(one, (*way, name))


def replaced(answer: Any, way: tuple[Any, ...], wrong: Any) -> Any:
    """The answer with something wrong in one place."""
    if not way:
        return wrong
    changed = deepcopy(answer)
    inner = changed
    for name in way[:-1]:
        inner = inner[name]
    inner[way[-1]] = wrong
    return changed


def words_in(value: Any) -> Iterator[str]:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from words_in(list(pair))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from words_in(one)


def must_end_well(call: Any, client: CliqClient) -> None:
    """The call ends with what can be kept or with a CliqError whose words can be kept."""
    try:
        came = call(client)
    except CliqError as error:
        came = [error.code, error.reason]
    for words in words_in(came):
        assert "\0" not in words
        words.encode()


def ready(scripted_cliq, client, answer, status=200, **headers):
    scripted_cliq.acts.clear()
    scripted_cliq.received.clear()
    scripted_cliq.answers(status, answer, **headers)
    return client


@pytest.mark.parametrize("name", CALLS)
def test_no_wrong_value_breaks_a_call(scripted_cliq, client, name):
    call, good = CALLS[name]
    pairs = list(product(places(good), WRONG))
    for way, wrong in pairs[len(name) % STEP :: STEP]:
        must_end_well(call, ready(scripted_cliq, client, replaced(good, way, wrong)))


BODIES = {
    "nothing": b"",
    "blank": b" \r\n",
    "half": b'{"channels": [{"channel_id": "O1',
    "html": b"<html><body>Bad Gateway</body></html>",
    "brackets": b"[" * 100_000,
    "objects": b'{"a":' * 100_000,
    "digits": b'{"data": ' + b"9" * 10_000 + b"}",
    "utf-16": '{"data": []}'.encode("utf-16"),
    "latin-1": '{"message": "\xe9"}'.encode("latin-1"),
    "a mark": b'\xef\xbb\xbf{"data": []}',
    "nul": b"\x00" * 100,
    "encoded surrogate": b'{"code": "\xed\xa0\x80", "message": "\\ud800\\u0000"}',
    "an error of another kind": b'{"errors": [{"code": 7}], "status": "failure"}',
    "twice": b'{"data": []}{"data": []}',
}


@pytest.mark.parametrize("name", CALLS)
def test_no_status_and_no_body_breaks_a_call(scripted_cliq, client, name):
    call, _good = CALLS[name]
    turn = sorted(CALLS).index(name)
    for place, body in enumerate(BODIES.values()):
        for status in STATUSES[(place + turn) % 5 :: 5]:
            must_end_well(call, ready(scripted_cliq, client, body, status))


HEADERS = {
    "a redirect to nowhere": {"Location": "http://["},
    "a redirect that is no text": {"Location": "\xff\xfe"},
    "a redirect to itself": {"Location": "/"},
    "a wait that is no number": {"Retry-After": "²"},
    "a wait without end": {"Retry-After": "9" * 4_000},
    "a wait before all days": {"Retry-After": "Mon, 01 Jan 0001 00:00:00 +2359", "Date": "x"},
    "a wait in the past": {"Retry-After": "-1"},
    "an unknown charset": {"Content-Type": "application/json; charset=no-such"},
    "an unknown encoding": {"Content-Encoding": "zstd, x-no-such"},
    "gzip that is none": {"Content-Encoding": "gzip"},
    "cookies": {"Set-Cookie": "a=b; Domain=127.0.0.1; Path=/; Max-Age=nan; Expires=\xff"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())
def test_no_header_breaks_a_call(scripted_cliq, client, headers):
    told = {name.replace("-", "_"): value for name, value in headers.items()}
    for (call, good), status in product(CALLS.values(), (200, 302, 429)):
        must_end_well(call, ready(scripted_cliq, client, good, status, **told))


HEADS = {
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500 + b"\r\n",
    "a long header": b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 100_000 + b"\r\n\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
    "a length of words": b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n{}",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "a status of words": b"HTTP/1.1 2e2 OK\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9\r\n",
    "continue for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000,
    "switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    "a folded header": b"HTTP/1.1 200 OK\r\n folded\r\nno colon\r\n\r\n{}",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_no_head_of_an_answer_breaks_a_call(scripted_cliq, client, head):
    for name in ("channels", "post", "refresh", "revoke"):
        scripted_cliq.acts.clear()
        scripted_cliq.says(head)
        must_end_well(CALLS[name][0], client)


BOMB = gzip.compress(b" " * 300_000_000, 9)


@pytest.mark.parametrize("status", [200, 302, 400, 502])
def test_a_bomb_is_given_up_before_it_fills_the_memory(scripted_cliq, client, status):
    scripted_cliq.answers(
        status, BOMB, Content_Encoding="gzip", Location=f"{scripted_cliq.url}/more"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(CliqUnavailable, match="too long"):
        client.channels().__next__()
    with pytest.raises(CliqTimeout, match="too long"):
        client.post_to_channel("sales", {"text": "a"})

    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert kilobytes < 20 * MAX_BYTES // 1000


def test_what_an_answer_sets_goes_with_no_other_request(scripted_cliq):
    scripted_cliq.answers(200, {}, Set_Cookie="session=of-ann; Path=/")

    send(Request("GET", scripted_cliq.url))
    send(Request("GET", scripted_cliq.url))

    assert "Cookie" not in scripted_cliq.received[1].headers


@pytest.mark.parametrize("token", ["1000.日本", "1000.\ud83d", "1000.a\nb"])
def test_a_token_that_no_header_holds_is_an_error_and_not_sent(scripted_cliq, token):
    with pytest.raises(CliqError):
        CliqClient(region("sandbox"), token).chats()

    assert not scripted_cliq.received


def test_half_of_a_pair_becomes_a_sign_and_whole_pairs_stay(scripted_cliq):
    told = r'{"a": "\ud83d\ude00 \ud83d \\u0000 \u0000 \\\u0000 \u00e9 \uDE00\ud83D\uDe00"}'
    scripted_cliq.answers(200, told.encode())

    answer = send(Request("GET", scripted_cliq.url)).json()

    assert answer["a"] == "😀 � \\u0000 � \\� é �😀"
    assert json.loads(json.dumps(answer)) == answer
