"""Channels, people and their ids (cliq/api.md §2, §5.3)."""

import pytest

from .conftest import HANA, KENJI


def test_a_channel_has_three_ids_and_documented_types(hana):
    [sales] = hana.get("/api/v2/channels", name="sales").json()["channels"]

    assert sales["unique_name"] == "sales"
    assert sales["channel_id"].startswith("O")
    assert sales["chat_id"].startswith("CT_")
    assert sales["participant_count"] == 12
    assert sales["total_message_count"] == "0"
    assert sales["unread_message_count"] == 0
    assert sales["member_permission"]["send_message"] is True


def test_the_filters_that_a_picker_needs(hana):
    def names(**filters):
        rows = hana.get("/api/v2/channels", **filters).json()["channels"]
        return [row["unique_name"] for row in rows]

    mine = ["sales", "billing", "general", "announcements", "mynotes"]
    assert names(joined="true", status="created") == mine
    assert names(joined="false") == ["design"]
    assert names(status="archived") == ["oldlaunch"]
    assert names(level="private") == ["mynotes"]
    assert names(pinned="true") == []


def test_a_private_channel_is_nobody_elses(kenji):
    rows = kenji.get("/api/v2/channels", level="private").json()["channels"]

    assert rows == []


def test_long_lists_come_in_pages(hana, zoho):
    zoho.reset(many_channels=True)
    hana.carry(zoho.grant(HANA, "ZohoCliq.Channels.READ")["access_token"])
    filters = {"joined": "true", "status": "created", "limit": 100}

    first = hana.get("/api/v2/channels", **filters).json()
    second = hana.get("/api/v2/channels", next_token=first["next_token"], **filters).json()

    assert (len(first["channels"]), first["has_more"]) == (100, True)
    assert (len(second["channels"]), second["has_more"]) == (35, False)
    assert "next_token" not in second
    names = {row["unique_name"] for row in first["channels"] + second["channels"]}
    assert len(names) == 135


def test_a_made_up_page_token_is_a_technical_error(hana):
    answer = hana.get("/api/v2/channels", next_token="2fd152c0c1b5ee5b")

    assert answer.status_code == 400
    assert answer.json()["code"] == "operation_failed"
    assert "technical error" in answer.json()["message"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "0"}, "extra_param_found"),
        ({"limit": "101"}, "input_pattern_mismatch"),
        ({"limit": "many"}, "input_pattern_mismatch"),
        ({"joined": "yes"}, "input_pattern_mismatch"),
        ({"status": "gone"}, "input_pattern_mismatch"),
        ({"level": "public"}, "input_pattern_mismatch"),
        ({"order_by": "name"}, "input_pattern_mismatch"),
    ],
)
def test_undocumented_parameters_are_refused(hana, query, code):
    answer = hana.get("/api/v2/channels", **query)

    assert answer.status_code == 400
    assert answer.json()["code"] == code


def test_a_channel_is_found_by_its_own_kind_of_id_only(hana):
    [sales] = hana.get("/api/v2/channels", name="sales").json()["channels"]

    by_id = hana.get(f"/api/v2/channels/{sales['channel_id']}")
    by_name = hana.get("/api/v2/channelsbyname/sales")
    wrong = hana.get(f"/api/v2/channels/{sales['chat_id']}")

    assert by_id.json() == by_name.json() == sales
    assert wrong.status_code == 400
    assert hana.get("/api/v2/channels/O1").status_code == 404


def test_a_changed_channel_is_seen(hana, zoho):
    zoho.rename("sales", "#sales team")
    zoho.permit("sales", allowed=False)

    sales = hana.get("/api/v2/channelsbyname/sales").json()

    assert sales["name"] == "#sales team"
    assert sales["member_permission"]["send_message"] is False


def test_members_are_listed_with_their_roles(hana):
    [billing] = hana.get("/api/v2/channels", name="billing").json()["channels"]

    members = hana.get(f"/api/v2/channels/{billing['channel_id']}/members").json()["members"]

    roles = {member["email_id"]: member["user_role"] for member in members}
    assert roles[HANA] == "member"
    assert roles["aiko@example.com"] == "super_admin"
    assert len(roles) == 5


def test_colleagues_are_searched_and_found(hana, zoho):
    zoho.add_account("stranger@example.org", organization_id="99")

    found = hana.get("/api/v2/users", search="kenji").json()

    assert [user["email_id"] for user in found["data"]] == [KENJI]
    one = hana.get(f"/api/v2/users/{KENJI}").json()["data"]
    assert one["full_name"] == "Kenji Tanaka"
    assert hana.get("/api/v2/users/stranger@example.org").status_code == 404
    assert hana.get("/api/v2/users", search="stranger").json()["data"] == []


def test_what_is_not_a_call_is_said_so(hana):
    assert hana.get("/api/v2/channel").json()["code"] == "request_url_invalid"
    wrong = hana.call("DELETE", "/api/v2/channels")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "request_method_invalid")
    assert hana.call("POST", "/api/v2/channelsbyname/sales/messages").status_code == 404
