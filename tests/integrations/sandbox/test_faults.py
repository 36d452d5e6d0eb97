"""Faults on demand: everything that may go wrong on the way to Cliq."""

import time

import pytest
import requests

from .conftest import HANA

POSTS = "/api/v2/channelsbyname/*/message"


@pytest.mark.parametrize(
    ("do", "status", "said"),
    [
        ("throttle", 400, "request_limit_exceeded"),
        ("too_many", 429, "rate_limit_exceeded"),
        ("access_denied", 200, "Access Denied"),
        ("unauthorized", 401, "oauthtoken_invalid"),
        ("scope_missing", 401, "oauthtoken_scope_invalid"),
        ("forbidden", 403, "access_denied"),
        ("not_found", 404, "wrong"),
        ("technical_error", 400, "operation_failed"),
        ("server_error", 500, "error"),
        ("bad_gateway", 502, "<html>"),
        ("malformed", 200, '{"message_id"'),
    ],
)
def test_a_request_is_answered_with_a_lie_and_the_next_with_the_truth(hana, zoho, do, status, said):
    zoho.will(do, POSTS)

    answer = hana.say()

    assert answer.status_code == status
    assert said in answer.text
    assert zoho.posted() == []
    assert hana.say().status_code == 204
    assert zoho.fault_counts() == {f"{do}.before": 1}


def test_a_refusal_can_say_anything(hana, zoho):
    zoho.will("refuse", POSTS, status=400, code="external_communication_not_supported")
    zoho.will("refuse", POSTS, status=503, body="<p>Maintenance</p>", headers={"Retry-After": "7"})

    assert hana.say().json()["code"] == "external_communication_not_supported"
    answer = hana.say()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert answer.text == "<p>Maintenance</p>"


@pytest.mark.parametrize(("when", "stored"), [("before", 0), ("after", 1)])
def test_a_line_is_dropped_before_or_after_the_message_is_kept(hana, zoho, when, stored):
    zoho.will("drop", POSTS, when=when)

    with pytest.raises(requests.ConnectionError):
        hana.say()

    assert len(zoho.posted()) == stored
    assert zoho.requests(POSTS)[-1]["status"] is None


@pytest.mark.parametrize(("when", "stored"), [("before", 0), ("after", 1)])
def test_cliq_hangs_before_or_after_the_message_is_kept(hana, zoho, when, stored):
    zoho.will("hang", POSTS, when=when, seconds=0.3)

    with pytest.raises(requests.ReadTimeout):
        hana.session.post(
            f"{hana.url}{POSTS.replace('*', 'sales')}", json={"text": "a"}, timeout=0.1
        )

    time.sleep(0.4)
    assert len(zoho.posted()) == stored


def test_what_hangs_over_a_reset_is_not_recorded_after_it(hana, zoho):
    zoho.will("hang", POSTS, seconds=0.3)
    with pytest.raises(requests.ReadTimeout):
        hana.session.post(
            f"{hana.url}{POSTS.replace('*', 'sales')}", json={"text": "a"}, timeout=0.1
        )

    zoho.reset()

    time.sleep(0.4)
    assert zoho.requests() == []


def test_a_hang_may_end_in_keeping_the_message_after_all(hana, zoho):
    zoho.will("hang", POSTS, seconds=0.05, then="answer")

    assert hana.say().status_code == 204
    assert len(zoho.posted()) == 1


def test_a_server_error_may_come_after_the_message_is_kept(hana, zoho):
    zoho.will("server_error", POSTS, when="after")

    assert hana.say().status_code == 500
    assert len(zoho.posted()) == 1


def test_an_answer_may_drip(hana, zoho):
    zoho.will("drip", POSTS, seconds=0.005, when="after")
    started = time.monotonic()

    answer = hana.say(sync_message=True)

    assert time.monotonic() - started > 0.25
    assert "message_id" in answer.json()


def test_faults_choose_their_requests_and_let_some_pass(hana, kenji, zoho):
    zoho.will("throttle", POSTS, account=HANA, skip=1, times=2)

    assert kenji.say().status_code == 204
    assert [hana.say().status_code for _ in range(4)] == [204, 400, 400, 204]
    assert hana.get("/api/v2/channels").status_code == 200


def test_the_accounts_server_has_faults_too(hana, zoho):
    zoho.will("access_denied", "/oauth/v2/token")

    assert hana.refresh()["error"] == "Access Denied"
    assert "access_token" in hana.refresh()


def test_random_faults_are_repeatable_and_counted(hana, zoho):
    def one_run():
        zoho.obey()
        kinds = [{"do": "server_error"}, {"do": "too_many"}]
        zoho.will_at_random(30, seed=7, path=POSTS, faults=kinds)
        return [hana.say().status_code for _ in range(20)], zoho.fault_counts()

    first, counts = one_run()

    assert one_run() == (first, counts)
    assert counts == {
        "server_error.before": first.count(500),
        "too_many.before": first.count(429),
    }
    assert 0 < sum(counts.values()) < 20


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"do": "explode"}, "do: one of"),
        ({"do": "drop", "when": "later"}, "when"),
        ({"do": "drop", "colour": "red"}, "colour"),
        ({}, "do"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(zoho, told, problem):
    answer = requests.post(f"{zoho.url}/sandbox/api/faults", json=told, timeout=30)

    assert answer.status_code == 400
    assert problem in answer.json()["error"]
