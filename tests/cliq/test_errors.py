"""Every row of api.md 6.2 (Cliq) and 1.9 (accounts server), as the error that it means."""

import json
from datetime import timedelta

import pytest

from integrations.cliq.answers import raise_for_accounts, raise_for_status
from integrations.cliq.errors import (
    ChannelUnavailable,
    ClientMisconfigured,
    CliqAmbiguous,
    CliqError,
    CliqFault,
    CliqRefused,
    CliqThrottled,
    CliqTimeout,
    CliqUnauthorized,
    CliqUnavailable,
    CliqUnknown,
    CodeExpired,
    GrantDead,
    NeedsReconnect,
    ScopeMissing,
    StoredIdGone,
)
from integrations.cliq.http import Answer

HTML = b"<html><title>502 Bad Gateway</title></html>"
TECHNICAL = "Sorry, we couldn't process your request due to a technical error."
NO_PERMISSION = (
    "The user does not have enough permission or possibly not a user of the respective "
    "organization to access the resource."
)


def answer(status, body=b"", headers=None):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, headers or {}, raw)


def error_of(status, body=b"", headers=None, *, is_repeatable=False):
    with pytest.raises(CliqError) as caught:
        raise_for_status(answer(status, body, headers), is_repeatable=is_repeatable)
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"message": "Request was rejected because of invalid AuthToken."}, CliqUnauthorized),
        (401, {"code": "oauthtoken_invalid", "message": "no"}, CliqUnauthorized),
        (401, HTML, CliqUnauthorized),
        (401, {"code": "oauthtoken_scope_invalid"}, ScopeMissing),
        (403, {"message": NO_PERMISSION}, ChannelUnavailable),
        (403, {"code": "access_denied", "message": "no"}, ChannelUnavailable),
        (403, {"code": "chat_access_denied"}, ChannelUnavailable),
        (403, b"", ChannelUnavailable),
        (400, {"code": "channel_archived", "message": "It is archived."}, ChannelUnavailable),
        (400, {"code": "request_limit_exceeded", "message": "slow"}, CliqThrottled),
        (400, {"message": "You have exceeded the URL throttle limits."}, CliqThrottled),
        (429, {"message": "Too many requests within a certain time frame."}, CliqThrottled),
        (429, {"code": "rate_limit_exceeded"}, CliqThrottled),
        (429, HTML, CliqThrottled),
        (429, b"", CliqThrottled),
        (400, {"code": "extra_key_found"}, CliqRefused),
        (400, {"code": "extra_param_found"}, CliqRefused),
        (400, {"code": "param_missing"}, CliqRefused),
        (400, {"code": "input_pattern_mismatch"}, CliqRefused),
        (400, {"error": {"code": "invalid.inputs.submitted", "message": "no"}}, CliqRefused),
        (400, {"code": "operation_failed", "message": TECHNICAL}, CliqAmbiguous),
        (400, {"message": TECHNICAL}, CliqAmbiguous),
        (500, {"code": "operation_failed", "message": TECHNICAL}, CliqAmbiguous),
        (404, {"code": "request_url_invalid"}, CliqRefused),
        (405, {"code": "request_method_invalid"}, CliqRefused),
        (405, b"", CliqRefused),
        (406, b"", CliqRefused),
        (404, {"code": "message_not_found"}, StoredIdGone),
        (404, {"code": "chat_not_found"}, StoredIdGone),
        (400, {"code": "thread_chatid_invalid"}, StoredIdGone),
        (404, {"message": "The URL you've sent is wrong."}, ChannelUnavailable),
        (400, {"code": "external_communication_not_supported"}, ChannelUnavailable),
        (403, {"code": "external_communication_not_supported"}, ChannelUnavailable),
        (400, {"code": "121_orgmem_message"}, ChannelUnavailable),
        (400, {"code": "nobody_has_seen_this", "message": "Hm."}, CliqUnknown),
        (400, b"", CliqUnknown),
        (409, {"message": "Hm."}, CliqUnknown),
        (500, {"message": "Cliq server encountered an error."}, CliqFault),
        (502, HTML, CliqFault),
        (503, b"", CliqFault),
        (403, HTML, CliqFault),
        (400, HTML, CliqFault),
        (302, b"", CliqFault),
        (200, HTML, CliqFault),
        (200, b'{"message_id": "1599', CliqFault),
        (200, {"error": "nobody_has_seen_this"}, CliqFault),
        (200, {"code": "request_limit_exceeded", "message": "slow"}, CliqThrottled),
    ],
)
def test_what_cliq_says_is_named_after_what_to_do(status, body, kind):
    error = error_of(status, body)

    assert type(error) is kind
    assert error.http_status == status


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"message_id": "1_2"}),
        (200, {"id": "1_2", "message": "Posted."}),
        (200, {"data": {"code": "busy", "message": "In a meeting"}}),
        (200, []),
        (200, b""),
        (204, b""),
    ],
)
def test_a_success_is_no_error(status, body):
    raise_for_status(answer(status, body), is_repeatable=False)


@pytest.mark.parametrize(("status", "body"), [(500, b""), (502, HTML), (200, HTML), (301, b"")])
def test_what_may_be_repeated_is_never_in_doubt(status, body):
    error = error_of(status, body, is_repeatable=True)

    assert type(error) is CliqUnavailable


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "90"}, timedelta(seconds=90)),
        ({"Retry-After": "99999999999999999999"}, timedelta(hours=1)),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "²"}, None),
        (
            {
                "Retry-After": "Mon, 23 Nov 2026 10:05:00 GMT",
                "Date": "Mon, 23 Nov 2026 10:00:00 GMT",
            },
            timedelta(minutes=5),
        ),
        (
            {
                "Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT",
                "Date": "Mon, 23 Nov 2026 10:00:00 GMT",
            },
            None,
        ),
        ({"Retry-After": "Mon, 23 Nov 2026 10:05:00 GMT"}, None),
    ],
)
def test_a_throttle_says_how_long_to_wait_if_cliq_does(headers, wait):  # spec 131
    error = error_of(429, b"", headers)

    assert error.retry_after == wait


def test_a_known_refusal_is_told_by_its_code_alone():
    error = error_of(400, {"code": "input_pattern_mismatch", "message": "Ann's secret wish"})

    assert error.code == "input_pattern_mismatch"
    assert error.reason == "HTTP 400 input_pattern_mismatch"


def test_an_unknown_refusal_keeps_its_words_for_whoever_looks_into_it():  # spec 134
    error = error_of(400, {"code": "odd", "message": "Something\nodd"})

    assert error.reason == "HTTP 400 odd Something odd"


def test_no_error_repeats_a_token_or_a_page():
    token = "1000.0123456789abcdef0123456789abcdef.0123456789abcdef0123456789abcdef"

    unknown = error_of(400, {"message": f"Bad token {token}!" + "x" * 9_000})
    page = error_of(502, f"<html>{token}</html>".encode())

    assert "0123456789abcdef" not in unknown.reason + page.reason
    assert len(unknown.reason) <= 200
    assert page.reason == "HTTP 502 not Zoho's own answer"


def accounts_error(status, body, invalid_code=GrantDead):
    with pytest.raises(CliqError) as caught:
        raise_for_accounts(answer(status, body), invalid_code=invalid_code)
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"error": "invalid_code"}, GrantDead),
        (400, {"error": "invalid_grant"}, GrantDead),
        (200, {"error": "invalid_client"}, ClientMisconfigured),
        (200, {"error": "invalid_client_secret"}, ClientMisconfigured),
        (200, {"error": "invalid_redirect_uri"}, ClientMisconfigured),
        (200, {"error": "general_error"}, CliqUnavailable),
        (200, {"error": "access_denied"}, CliqThrottled),
        (200, {"error": "Access Denied", "error_description": "Too many", "status": "failure"},
         CliqThrottled),
        (429, HTML, CliqThrottled),
        (200, HTML, CliqUnavailable),
        (502, HTML, CliqUnavailable),
        (500, b"", CliqUnavailable),
        (200, b"", CliqUnavailable),
        (200, {}, CliqUnavailable),
        (200, [], CliqUnavailable),
        (200, {"access_token": ""}, CliqUnavailable),
        (200, {"access_token": None}, CliqUnavailable),
        (200, {"access_token": 7}, CliqUnavailable),
    ],
)  # fmt: skip
def test_what_the_accounts_server_says_is_named_after_what_to_do(status, body, kind):
    assert type(accounts_error(status, body)) is kind


def test_a_dead_code_is_not_a_dead_grant():
    error = accounts_error(200, {"error": "invalid_code"}, invalid_code=CodeExpired)

    assert type(error) is CodeExpired


def test_too_many_refreshes_wait_out_the_ten_minutes():
    error = accounts_error(200, {"error": "Access Denied"})

    assert error.retry_after == timedelta(minutes=10)


def test_a_token_is_a_success_of_the_accounts_server():
    raise_for_accounts(answer(200, {"access_token": "1000.x"}), invalid_code=GrantDead)


def test_the_tree_lets_a_caller_decide_by_what_to_do():
    assert issubclass(CliqThrottled, CliqUnavailable)
    assert issubclass(CliqFault, CliqTimeout)
    assert issubclass(StoredIdGone, ChannelUnavailable)
    assert {GrantDead, ScopeMissing} <= set(NeedsReconnect.__subclasses__())
    assert not issubclass(CliqTimeout, CliqUnavailable)
