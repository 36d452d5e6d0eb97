"""Connecting: to Zoho's consent page, back, and the form after it."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection as database
from django.urls import reverse

from integrations.models import Account, Connection, Grant
from integrations.views.oauth import COOKIE

from .conftest import page

CALLBACK = "/zoho/cliq/callback/"


def test_an_admin_connects_a_channel(client, hana, sales, consent):
    arrived = consent(hana)
    form = client.get(arrived["Location"])
    told = {"chat_bar_enabled": "on", "notifications_enabled": "on"}

    answer = client.post(
        page("cliq-connect", hana), told | {"channel_id": sales["channel_id"]}, follow=True
    )

    assert b"#sales" in form.content
    connection = Connection.objects.with_grants().get()
    assert connection.is_enabled
    assert connection.is_working
    assert (connection.channel, connection.chat_id) == ("sales", sales["chat_id"])
    assert connection.channel_members == 2
    assert connection.grant.user == hana.user
    assert connection.grant.account.data_centre == "sandbox"
    assert b"Zoho Cliq is connected." in answer.content


def test_the_tokens_are_not_readable_in_the_database(hana, sales, consent):
    # spec 142
    consent(hana)

    grant = Grant.objects.get()

    with database.cursor() as cursor:
        cursor.execute("SELECT refresh_token, access_token FROM integrations_grant")
        stored = cursor.fetchone()
    assert grant.refresh_token not in stored
    assert grant.access_token not in stored


def test_the_tokens_are_never_shown_again(client, hana, connected):
    # spec 142
    grant = connected.grant

    pages = [client.get(page("cliq", hana)), client.get(page("zoho-services", hana))]

    for shown in pages:
        assert grant.refresh_token.encode() not in shown.content
        assert grant.access_token.encode() not in shown.content


def test_leaving_asks_for_a_lasting_consent_and_sends_no_secret(client, hana, settings):
    client.force_login(hana.user)

    answer = client.get(page("cliq-authorise", hana))

    assert answer.status_code == 302
    assert "prompt=consent" in answer["Location"]
    assert "access_type=offline" in answer["Location"]
    assert settings.ZOHO_CLIENT_SECRET not in answer["Location"]
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"error": "access_denied"}, "access was refused"),
        ({"code": ""}, "not complete"),
        ({"accounts-server": "https://accounts.zoho.com.evil.example"}, "did not come from"),
        ({"location": "us"}, "did not come from"),
        ({"code": "1000.invented"}, "took too long"),
    ],
)
def test_each_failure_says_what_happened_and_keeps_nothing(
    hana, sales, cliq, consent, changed, words
):
    # spec 143
    cliq.forget_requests()

    answer = consent(hana, **changed)

    assert words in answer.content.decode()
    assert page("cliq-authorise", hana) in answer.content.decode()
    assert not Grant.objects.exists()


def test_no_secret_leaves_for_an_unknown_accounts_server(hana, cliq, consent):
    # spec 143
    cliq.forget_requests()

    consent(hana, **{"accounts-server": "https://accounts.zoho.com.evil.example"})

    assert cliq.requests(path="/oauth/v2/token") == []


def test_a_person_who_says_no_reads_why_nothing_is_connected(hana, consent):
    answer = consent(hana, decision="deny")

    assert "access was refused" in answer.content.decode()
    assert not Grant.objects.exists()


def test_a_forged_state_is_turned_away(hana, cliq, consent):
    # spec 143
    cliq.forget_requests()

    answer = consent(hana, state="forged")

    assert answer.status_code == 400
    assert cliq.requests(path="/oauth/v2/token") == []
    assert not Grant.objects.exists()


def test_a_code_cannot_be_used_again(client, hana, cliq, sales):
    # spec 143
    client.force_login(hana.user)
    back = cliq.consent(client.get(page("cliq-authorise", hana))["Location"], hana.user.email)
    client.get(CALLBACK, back)

    replayed = client.get(CALLBACK, back)

    assert replayed.status_code == 400
    assert Grant.objects.count() == 1


def test_somebody_else_cannot_come_back_with_the_consent(client, hana, kenji, cliq):
    client.force_login(hana.user)
    back = cliq.consent(client.get(page("cliq-authorise", hana))["Location"], hana.user.email)
    cookie = client.cookies[COOKIE]
    client.force_login(kenji.user)
    client.cookies[COOKIE] = cookie.value

    answer = client.get(CALLBACK, back)

    assert answer.status_code == 400
    assert not Grant.objects.exists()


def test_a_consent_that_took_more_than_its_time_is_turned_away(client, hana, cliq, consent):
    client.force_login(hana.user)
    back = cliq.consent(client.get(page("cliq-authorise", hana))["Location"], hana.user.email)
    cliq.advance(121)

    answer = client.get(CALLBACK, back)

    assert "took too long" in answer.content.decode()


def test_a_grant_without_refresh_token_is_not_kept(hana, cliq, consent):
    # spec 143
    cliq.quirks(omit_refresh_token=True)

    answer = consent(hana)

    assert "one hour only" in answer.content.decode()
    assert not Grant.objects.exists()


def test_a_grant_of_another_zoho_account_is_ended_and_both_are_named(hana, cliq, consent):
    answer = consent(hana, email="kenji@minato.example")

    text = answer.content.decode()
    assert "hana@minato.example" in text
    assert "kenji@minato.example" in text
    assert "Link your Zoho account" in text
    assert not Grant.objects.exists()
    assert not Account.objects.exists()
    assert len(cliq.requests(path="/oauth/v2/token/revoke")) == 1


def test_a_linked_zoho_account_may_have_another_address(hana, cliq, sales, consent):
    zuid = cliq.add_account("h.sato@zoho.example", channels=["sales"])
    SocialAccount.objects.create(user=hana.user, provider="zoho", uid=zuid)

    consent(hana, email="h.sato@zoho.example")

    assert Grant.objects.get().account.zuid == zuid


def test_the_address_may_differ_in_capitals(hana, cliq, consent):
    hana.user.emailaddress_set.update(email="Hana@Minato.example")

    consent(hana, email="hana@minato.example")

    assert Grant.objects.exists()


def test_an_address_that_was_never_confirmed_does_not_count(hana, consent):
    hana.user.emailaddress_set.update(verified=False)

    consent(hana)

    assert not Grant.objects.exists()


def test_connecting_again_ends_the_old_refresh_token(hana, cliq, connected, consent):
    old = connected.grant.refresh_token

    consent(hana)

    grant = Grant.objects.get()
    assert grant.refresh_token != old
    assert len(cliq.requests(path="/oauth/v2/token/revoke")) == 1


def test_connecting_again_repairs_the_connection(client, hana, connected, consent):
    connected.grant.end(Grant.Status.DEAD, "gone", connected.connected_at)
    connected.refresh_from_db()
    assert connected.health == Connection.Health.NEEDS_RECONNECT

    answer = consent(hana)

    assert answer["Location"] == page("cliq", hana)
    connection = Connection.objects.with_grants().get()
    assert connection.is_working
    assert connection.grant.status == Grant.Status.ACTIVE
    assert connection.channel == "sales"


def test_in_another_organisation_of_cliqs_the_channel_is_chosen_anew(connected):
    Connection.objects.update(cliq_organisation_id="100", notifications_enabled=False)
    connection = Connection.objects.with_grants().get()
    grant = connection.grant
    grant.cliq_organisation_id = "200"

    connection.use(grant)

    connection.refresh_from_db()
    assert (connection.channel, connection.channel_id, connection.chat_id) == ("", "", "")
    assert connection.cliq_organisation_id == "200"


def test_an_organisation_that_cliq_does_not_tell_is_the_one_that_is_known(connected):
    Connection.objects.update(cliq_organisation_id="100")
    connection = Connection.objects.with_grants().get()
    connection.grant.cliq_organisation_id = ""

    connection.use(connection.grant)

    connection.refresh_from_db()
    assert (connection.cliq_organisation_id, connection.channel) == ("100", "sales")


def test_another_admin_takes_over_with_the_form(client, hana, kenji, sales, connected, consent):
    kenji.change_role("admin")

    arrived = consent(kenji)
    form = client.get(arrived["Location"])
    told = {"notifications_enabled": "on", "channel_id": sales["channel_id"]}
    before = Connection.objects.get().grant_id
    client.post(page("cliq-connect", kenji), told)

    assert form.context["form"]["channel_id"].value() == sales["channel_id"]
    assert before == connected.grant_id
    assert Connection.objects.with_grants().get().grant.user == kenji.user


def test_another_cliq_organisation_needs_a_second_yes(client, hana, cliq, connected, consent):
    cliq.add_account("hana@minato.example", first_name="Hana", organization_id="999")
    before = connected.grant.refresh_token

    refused = consent(hana)
    kept = Grant.objects.get().refresh_token
    allowed = consent(hana, query="?move=1")

    assert "another Cliq organisation" in refused.content.decode()
    assert kept == before
    assert allowed["Location"] == page("cliq", hana) + "?change=account"
    connection = Connection.objects.get()
    assert connection.health == Connection.Health.NEEDS_ACCOUNT
    assert connection.grant is None


def test_zoho_out_of_reach_is_no_crash(hana, cliq, consent):
    cliq.will("bad_gateway", path="/oauth/v2/token")

    answer = consent(hana)

    assert "cannot be reached" in answer.content.decode()
    assert not Grant.objects.exists()


def test_throttled_by_the_accounts_server_means_waiting(hana, cliq, consent):
    cliq.will("access_denied", path="/oauth/v2/token")

    answer = consent(hana)

    assert "asks us to wait" in answer.content.decode()


def test_an_installation_without_client_says_what_is_missing(client, hana, settings):
    settings.ZOHO_REGION, settings.ZOHO_CLIENT_ID = "us", ""
    client.force_login(hana.user)

    start = client.get(page("cliq", hana))
    leaving = client.get(page("cliq-authorise", hana))

    assert "ZOHO_CLIENT_ID" in start.content.decode()
    assert "does not know this installation" in leaving.content.decode()


def test_a_visit_to_the_callback_changes_nothing(client, hana):
    client.force_login(hana.user)

    answer = client.get(reverse("integrations:cliq-callback"))

    assert answer.status_code == 400
    assert not Grant.objects.exists()


@pytest.mark.parametrize("name", ["cliq", "cliq-authorise", "zoho-services"])
def test_only_admins_of_the_organisation_get_there(client, hana, kenji, outsider, name):
    # spec 142
    for membership in (kenji, outsider):
        client.force_login(membership.user)

        assert client.get(page(name, hana)).status_code == 404


@pytest.mark.parametrize(
    "name", ["cliq-connect", "cliq-channel", "cliq-kinds", "cliq-test", "cliq-disconnect"]
)
def test_only_admins_of_the_organisation_change_it(client, connected, hana, kenji, outsider, name):
    # spec 142
    for membership in (kenji, outsider):
        client.force_login(membership.user)

        assert client.post(page(name, hana)).status_code == 404
    assert Connection.objects.get().grant_id == connected.grant_id
