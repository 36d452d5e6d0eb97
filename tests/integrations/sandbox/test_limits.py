"""Limits and locks (cliq/api.md §6.1)."""

from tests.sandbox import running_sandbox

from .conftest import HANA, Caller


def posts(caller, count):
    return [caller.say().status_code for _ in range(count)]


def test_the_51st_post_in_a_minute_locks_the_person_for_ten(hana, zoho):
    assert posts(hana, 50) == [204] * 50

    answer = hana.say()
    assert (answer.status_code, answer.json()["code"]) == (400, "request_limit_exceeded")
    zoho.advance(599)
    assert hana.say().status_code == 400
    zoho.advance(1)
    assert hana.say().status_code == 204
    assert len(zoho.posted("sales")) == 51


def test_the_count_is_the_persons_over_all_tokens_and_doors(hana, kenji, zoho):
    other = Caller(zoho, HANA)
    chat_id = zoho.direct_chat(HANA, "aiko@example.com")
    posts(hana, 25)

    with other.session:
        for _ in range(25):
            other.call("POST", f"/api/v2/chats/{chat_id}/message", json={"text": "Hi"})
        assert other.say().json()["code"] == "request_limit_exceeded"

    assert kenji.say().status_code == 204


def test_fifty_every_minute_is_allowed_for_ever(hana, zoho):
    for _ in range(2):
        assert posts(hana, 50) == [204] * 50
        zoho.advance(60)

    [report] = [line for line in zoho.state()["limits"] if line["limit"] == "post"]
    assert (report["peak"], report["refused"], report["locked_for"]) == (50, 0, 0)


def test_a_chat_is_read_fifteen_times_a_minute(hana, zoho):
    chat_id = zoho.direct_chat(HANA, "aiko@example.com")
    statuses = [hana.get(f"/api/v2/chats/{chat_id}/messages").status_code for _ in range(16)]

    assert statuses == [200] * 15 + [400]
    assert hana.say().status_code == 204
    zoho.advance(300)
    assert hana.get(f"/api/v2/chats/{chat_id}/messages").status_code == 200


def test_a_lock_can_be_ordered_and_lifted(hana, zoho):
    zoho.lock(HANA)
    assert hana.say().json()["code"] == "request_limit_exceeded"

    zoho.unlock(HANA)

    assert hana.say().status_code == 204


def test_windows_and_locks_shrink_with_the_time_scale():
    with running_sandbox(time_scale=600) as zoho:
        hana = Caller(zoho, HANA)
        with hana.session:
            zoho.lock(HANA)
            [report] = zoho.state()["limits"]
            assert 0 < report["locked_for"] <= 1
            zoho.advance(1)
            assert hana.say().status_code == 204
