"""Every call of the client against the sandbox, and both sides of it against Zoho's documents."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.cliq import messages, oauth
from integrations.cliq.client import CliqClient
from integrations.cliq.errors import (
    ChannelUnavailable,
    CliqAmbiguous,
    CliqError,
    CliqFault,
    CliqRefused,
    CliqThrottled,
    CliqTimeout,
    CliqUnauthorized,
    CodeExpired,
    ConsentDenied,
    GrantDead,
    NoRefreshToken,
    ScopeMissing,
    UntrustedAccountsServer,
)
from integrations.cliq.http import Request, send
from integrations.cliq.regions import region
from portal.events import EventKind
from tests import contract

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANN, BEN = "ann@example.com", "ben@example.com"
REDIRECT = "http://localhost:8000/callback/"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FACTS = {
    "document": "invoice",
    "number": "INV-000003",
    "company": "株式会社青空商事",
    "contact": "{@all} [山田](https://evil.example) 太郎",
    "currency": "JPY",
    "total": "110000",
    "until": "2026-12-31",
    "amount": "50000",
    "balance": "60000",
    "method": "Card",
    "text": "*{@all}*\n[Pay](https://evil.example)\u202e",
}


@pytest.fixture
def zuid(cliq, settings):
    settings.CLIQ_ANSWER_SECONDS = 5
    cliq.add_account(BEN)
    return cliq.add_account(ANN)


@pytest.fixture
def sales(cliq, zuid):
    return cliq.add_channel("#sales", unique_name="sales", members=[ANN, BEN])


@pytest.fixture
def as_ann(cliq, sales):
    return CliqClient(region("sandbox"), cliq.grant(ANN, *oauth.ADMIN_SCOPES)["access_token"])


def authorisation_url():
    return oauth.authorisation_url(
        region("sandbox"), redirect_uri=REDIRECT, scopes=oauth.ADMIN_SCOPES, state="s"
    )


def granted(cliq):
    where, code = oauth.code_in(cliq.consent(authorisation_url(), ANN))
    return oauth.exchange_code(where, code, redirect_uri=REDIRECT, now=NOW)


def notification(kind=EventKind.INVOICE_PAID):
    return messages.event_message(
        kind, FACTS, language="en", occurred_at=NOW, url="https://books.example/i/3", marker="M"
    )


def test_a_person_grants_and_is_known_and_renewed_and_forgotten(cliq, zuid):
    where = region("sandbox")

    tokens = granted(cliq)
    renewed = oauth.refresh(where, tokens.refresh_token, now=NOW)
    profile = oauth.profile(where, renewed.access_token)

    assert profile.zuid == zuid
    assert profile.email == ANN
    assert oauth.revoke(where, tokens.refresh_token) is True
    assert oauth.revoke(where, tokens.refresh_token) is True
    with pytest.raises(GrantDead):
        oauth.refresh(where, tokens.refresh_token, now=NOW)


def test_a_code_buys_nothing_twice_or_late(cliq, zuid):
    where, used = oauth.code_in(cliq.consent(authorisation_url(), ANN))
    oauth.exchange_code(where, used, redirect_uri=REDIRECT, now=NOW)
    where, late = oauth.code_in(cliq.consent(authorisation_url(), ANN))
    cliq.advance(121)

    for code in (used, late):
        with pytest.raises(CodeExpired):
            oauth.exchange_code(where, code, redirect_uri=REDIRECT, now=NOW)


def test_a_person_who_says_no_grants_nothing(cliq, zuid):
    with pytest.raises(ConsentDenied):
        oauth.code_in(cliq.consent(authorisation_url(), ANN, "deny"))


def test_a_way_back_that_names_another_server_is_refused(cliq, zuid):
    cliq.quirks(accounts_server="http://evil.example")

    with pytest.raises(UntrustedAccountsServer):
        oauth.code_in(cliq.consent(authorisation_url(), ANN))


def test_a_grant_without_refresh_token_is_none(cliq, zuid):
    cliq.quirks(omit_refresh_token=True)

    with pytest.raises(NoRefreshToken):
        granted(cliq)


def test_milliseconds_are_read_as_seconds(cliq, zuid):
    cliq.quirks(expires_in_ms=True)

    assert granted(cliq).expires_at == NOW + timedelta(seconds=3540)


def test_an_eleventh_refresh_in_ten_minutes_waits(cliq, zuid):
    tokens = granted(cliq)
    for _refresh in range(10):
        oauth.refresh(region("sandbox"), tokens.refresh_token, now=NOW)

    with pytest.raises(CliqThrottled) as caught:
        oauth.refresh(region("sandbox"), tokens.refresh_token, now=NOW)

    assert caught.value.retry_after == timedelta(minutes=10)


def test_a_channel_is_found_and_posted_to_and_read(cliq, sales, as_ann):
    (listed,) = as_ann.channels()
    full, plain = notification(), notification(EventKind.INVOICE_COMMENTED)

    first = as_ann.post_to_channel(listed.unique_name, full.payload())
    second = as_ann.post_to_chat(listed.chat_id, plain.text_only())
    read = as_ann.messages(listed.chat_id, LONG_AGO)

    assert next(iter(as_ann.channels())) == as_ann.channel(sales["channel_id"])
    assert (listed.member_count, listed.may_post, listed.joined) == (2, True, True)
    assert [message.id for message in read] == [first, second]
    assert [message.text for message in read] == [
        full.payload()["text"],
        plain.text_only()["text"],
    ]


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_cliq_takes_every_message_in_full_and_in_plain(cliq, as_ann, kind, language):
    url = "https://books.example/i/3"
    event = messages.event_message(
        kind, FACTS, language=language, occurred_at=NOW, url=url, marker="M", delayed=True
    )
    items = [messages.Item(kind, FACTS, NOW)] * 500
    digest, _taken = messages.digest(items, language=language, url=url, marker="M")
    test = messages.test_message(language=language, channel="{@all}", url=url, marker="M")

    for message in (event, digest, test):
        as_ann.post_to_channel("sales", message.payload(image="https://books.example/b.png"))
        as_ann.post_to_channel("sales", message.text_only())

    posted = cliq.posted("sales")
    assert len(posted) == 6
    assert not any(message["mentions"] for message in posted)


def test_every_page_of_channels_is_fetched(cliq, zuid, as_ann):
    for number in range(104):
        cliq.add_channel(f"#c{number}", members=[ANN])
    cliq.add_channel("#old", unique_name="old", members=[ANN])
    cliq.archive("old")
    cliq.add_channel("#not mine", members=[BEN])

    channels = list(as_ann.channels())

    assert len({channel.channel_id for channel in channels}) == 105
    assert all(channel.joined and channel.status == "created" for channel in channels)


def test_a_channel_where_one_may_not_write_says_so(cliq, sales, as_ann):
    cliq.permit("sales", allowed=False)

    assert as_ann.channel(sales["channel_id"]).may_post is False


def test_a_colleague_is_written_to_and_found(cliq, zuid, as_ann):
    assert as_ann.post_to_buddy(BEN, {"text": "Hello"})
    chats = as_ann.chats()
    person = as_ann.user(zuid)

    assert [chat.kind for chat in chats] == ["dm"]
    assert (person.email, bool(person.organization_id)) == (ANN, True)


@pytest.mark.undocumented
@pytest.mark.parametrize(
    "quirk",
    [
        {"message_id_key": "id"},
        {"message_id_key": "data"},
        {"message_id_form": "%20"},
        {"message_id_form": " "},
        {"content_as_string": True},
        {"newest_first": True},
        {"users_key": "users"},
        {"wrap_channel": True},
    ],
    ids=str,
)
def test_what_the_documents_leave_open_makes_no_difference(cliq, sales, zuid, as_ann, quirk):
    cliq.quirks(**quirk)

    posted = [as_ann.post_to_channel("sales", {"text": text}) for text in ("one", "two")]
    read = as_ann.messages(sales["chat_id"], LONG_AGO)

    assert [message.id for message in read] == posted
    assert [message.text for message in read] == ["one", "two"]
    assert as_ann.channel(sales["channel_id"]).unique_name == "sales"
    assert as_ann.user(zuid).zuid == zuid


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"do": "throttle"}, CliqThrottled),
        ({"do": "too_many", "headers": {"Retry-After": "60"}}, CliqThrottled),
        ({"do": "unauthorized"}, CliqUnauthorized),
        ({"do": "scope_missing"}, ScopeMissing),
        ({"do": "forbidden"}, ChannelUnavailable),
        ({"do": "not_found"}, ChannelUnavailable),
        ({"do": "technical_error"}, CliqAmbiguous),
        ({"do": "server_error"}, CliqFault),
        ({"do": "bad_gateway"}, CliqFault),
        ({"do": "malformed"}, CliqFault),
        ({"do": "drop"}, CliqTimeout),
        ({"do": "drop", "when": "after"}, CliqTimeout),
        ({"do": "hang", "seconds": 4}, CliqTimeout),
        ({"do": "hang", "seconds": 4, "when": "after"}, CliqTimeout),
        ({"do": "drip", "seconds": 1}, CliqTimeout),
    ],
    ids=str,
)
def test_trouble_is_named_after_what_to_do(cliq, as_ann, settings, fault, kind):
    settings.CLIQ_ANSWER_SECONDS = 1.5
    cliq.will(**fault)

    with pytest.raises(CliqError) as caught:
        as_ann.post_to_channel("sales", {"text": "Hello"})

    assert type(caught.value) is kind


@pytest.mark.undocumented
def test_what_cliq_would_not_take_is_refused(as_ann):
    for payload in ({"text": "x" * 5_001}, {"text": "x", "colour": "red"}, {"card": {}}):
        with pytest.raises(CliqRefused):
            as_ann.post_to_channel("sales", payload)


def test_a_channel_that_went_away_is_told_from_a_passing_trouble(cliq, as_ann):
    cliq.archive("sales")

    with pytest.raises(ChannelUnavailable):
        as_ann.post_to_channel("sales", {"text": "Hello"})


def test_the_51st_post_in_a_minute_is_locked_out(cliq, as_ann):
    for _post in range(50):
        as_ann.post_to_channel("sales", {"text": "Hello"})

    with pytest.raises(CliqThrottled) as caught:
        as_ann.post_to_channel("sales", {"text": "Hello"})

    assert len(cliq.posted("sales")) == 50
    assert caught.value.http_status == 400


def test_every_exchange_is_as_zoho_documents_it(cliq, sales, zuid, as_ann):
    if reason := contract.missing():
        pytest.skip(reason)
    tokens = granted(cliq)
    client = CliqClient(region("sandbox"), tokens.access_token)

    oauth.refresh(region("sandbox"), tokens.refresh_token, now=NOW)
    oauth.profile(region("sandbox"), tokens.access_token)
    list(client.channels())
    client.channel(sales["channel_id"])
    for kind in EventKind:
        client.post_to_channel("sales", notification(kind).payload())
    client.post_to_chat(sales["chat_id"], notification().text_only())
    client.post_to_buddy(BEN, notification().text_only())
    client.messages(sales["chat_id"], LONG_AGO, until=NOW + timedelta(days=9_999), limit=9)
    client.chats(limit=9)
    client.user(zuid)
    oauth.revoke(region("sandbox"), tokens.refresh_token)

    exchanges = cliq.requests()
    assert contract.check_all(exchanges) == len(exchanges) >= 19


@pytest.mark.undocumented
def test_the_contract_would_notice_a_request_that_zoho_does_not_document(cliq, sales, as_ann):
    if reason := contract.missing():
        pytest.skip(reason)
    url = f"{cliq.url}/api/v2/chats/{sales['chat_id']}/messages"
    send(Request("GET", url, token="1000.x", params={"from": 0}, is_repeatable=True))

    with pytest.raises(AssertionError, match="from"):
        contract.check_all(cliq.requests())
