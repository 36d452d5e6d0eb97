"""The chat bar: everywhere in Books where it is enabled, with the viewer's own account."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations import tasks
from integrations.models import Attempt, ChatPost, Connection, Grant, HiddenBar, Snapshot

from .conftest import page

BAR = 'id="chat"'
KENJI = "kenji@minato.example"
HANA = "hana@minato.example"


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def books(hana):
    return f"/o/{hana.organisation.slug}/customers/"


@pytest.fixture
def room(connected, hana):
    """The address of #sales in the bar."""
    return page("chat-messages", hana, connected.chat_id)


@pytest.fixture
def say(client, connected, hana, work):
    """Say something in #sales and let the workers work; the post."""

    def say(text="Hello", client_id=None):
        told = {"text": text, "client_id": client_id or uuid.uuid4()}
        answer = client.post(page("chat-send", hana, connected.chat_id), told)
        work()
        assert answer.status_code == 204
        return ChatPost.objects.get(client_id=told["client_id"])

    return say


def stale():
    """Time has passed since Cliq was asked."""
    Snapshot.objects.update(due_at=timezone.now(), leased_until=timezone.now())


def test_it_stands_on_every_page_while_it_is_enabled(client, hana, connected, books):
    assert BAR in text_of(client.get(books))


def test_it_is_absent_where_it_is_disabled(client, hana, connected, books):
    client.post(page("cliq-switch", hana, "chat_bar"), {"value": "off"})

    assert BAR not in text_of(client.get(books))
    assert client.get(page("chat", hana)).status_code == 404
    assert client.post(page("chat-choice", hana)).status_code == 404


def test_it_is_absent_without_a_connection(client, hana, books):
    client.force_login(hana.user)

    assert BAR not in text_of(client.get(books))


def test_somebody_hides_it_for_themselves_and_shows_it_again(client, hana, kenji, connected, books):
    # spec 149
    hidden = client.post(page("chat-choice", hana), {"next": books}, follow=True)

    assert BAR not in text_of(hidden)
    assert "Show the chat bar" in text_of(hidden)
    client.force_login(kenji.user)
    assert BAR in text_of(client.get(books))
    client.force_login(hana.user)
    assert BAR in text_of(
        client.post(page("chat-choice", hana), {"show": "yes", "next": books}, follow=True)
    )
    assert not HiddenBar.objects.exists()


def test_it_is_there_for_colleagues_without_cliq_account(client, kenji, connected, books):
    client.force_login(kenji.user)

    panel = client.get(page("chat", kenji))

    assert BAR in text_of(client.get(books))
    assert "Connect your Cliq account" in text_of(panel)
    assert "#sales" not in text_of(panel)


def test_nobody_reads_or_writes_with_somebody_elses_grant(
    client, kenji, hana, cliq, connected, room, work
):
    client.get(room)
    work()
    client.force_login(kenji.user)
    cliq.forget_requests()

    read = client.get(room)
    sent = client.post(
        page("chat-send", kenji, connected.chat_id), {"text": "Hi", "client_id": uuid.uuid4()}
    )
    work()

    assert "Connect your Cliq account" in text_of(read)
    assert "Connect your Cliq account" in text_of(sent)
    assert cliq.requests(path="/api/*") == []


def test_outsiders_find_nothing(client, outsider, hana, connected, room):
    client.force_login(outsider.user)
    told = {"text": "Hello", "client_id": uuid.uuid4()}

    assert client.get(page("chat", hana)).status_code == 404
    assert client.get(room).status_code == 404
    assert client.post(page("chat-send", hana, connected.chat_id), told).status_code == 404
    assert client.get(page("chat-people", hana), {"q": "ken"}).status_code == 404
    assert client.get(page("chat-file", hana, "f1")).status_code == 404
    assert client.post(page("chat-choice", hana)).status_code == 404


def test_signed_out_meanwhile_gets_no_sign_in_page_into_the_bar(client, hana, connected):
    client.logout()

    assert client.get(page("chat", hana)).status_code == 401


def test_a_colleague_connects_their_own_account_and_comes_back(
    client, kenji, connected, consent, books, see
):
    arrived = consent(kenji, name="chat-authorise", query=f"?next={books}")

    assert arrived["Location"] == books
    assert Grant.objects.get(user=kenji.user).account.zuid != connected.grant.account.zuid
    assert "#sales" in see(page("chat", kenji))


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_nobody_is_sent_elsewhere_after_connecting(client, kenji, connected, consent, elsewhere):
    arrived = consent(kenji, name="chat-authorise", query=f"?next={elsewhere}")

    assert arrived["Location"] == reverse("portal:dashboard", args=[kenji.organisation.slug])


def test_a_colleague_of_another_cliq_organisation_is_turned_away(
    client, kenji, cliq, connected, consent
):
    cliq.add_account(KENJI, organization_id="999")

    answer = consent(kenji, name="chat-authorise", query="?move=1")

    assert "another Cliq organisation" in text_of(answer)
    assert not Grant.objects.filter(user=kenji.user).exists()


def test_leaving_the_organisation_revokes_and_forgets_the_grant(
    client, kenji, cliq, connected, consent, see, work, django_capture_on_commit_callbacks
):
    consent(kenji, name="chat-authorise")
    see(page("chat", kenji))
    cliq.forget_requests()

    with django_capture_on_commit_callbacks(execute=True):
        kenji.remove()
    work()

    assert not Grant.objects.filter(user=kenji.user).exists()
    assert not Snapshot.objects.filter(grant__user=kenji.user).exists()
    assert len(cliq.requests(path="/oauth/v2/token/revoke")) == 1


def test_the_lists_hold_favourites_first_and_what_is_unread(see, hana, cliq, connected):
    cliq.add_channel("#others", members=[KENJI])
    cliq.add_channel("#zebra", members=[HANA, KENJI])
    cliq.pin("#zebra", HANA)
    direct = cliq.direct_chat(HANA, KENJI)
    cliq.say(direct, KENJI, "One")
    cliq.say(direct, KENJI, "*Two* {@all}")

    panel = see(page("chat", hana))

    assert "#others" not in panel
    assert panel.index("Favourites") < panel.index("#zebra") < panel.index("Recent")
    assert panel.index("Recent") < panel.index("Kenji Tanaka") < panel.index("#sales")
    assert "Two @all" in panel
    assert "</span> 2</span>" in panel


def test_a_colleague_is_found_and_written_to(client, hana, cliq, connected, work):
    found = text_of(client.get(page("chat-people", hana), {"q": "tana"}))
    zuid = cliq.add_account(KENJI, first_name="Kenji", last_name="Tanaka")
    opened = client.post(page("chat-open", hana), {"person": zuid}, follow=True)

    assert "Kenji Tanaka" in found
    assert 'data-chat-open="' in text_of(opened)
    assert "Nobody of this name" in text_of(client.get(page("chat-people", hana), {"q": "zzz"}))


def test_it_shows_the_newest_messages_and_whose_they_are(see, cliq, room):
    cliq.say("sales", KENJI, "Good morning")
    cliq.say("sales", HANA, "Hello")

    shown = see(room)

    assert shown.index("Good morning") < shown.index("Hello")
    assert shown.count('class="message mine') == 1
    assert "Kenji Tanaka" in shown
    assert "/channels/sales" in shown


def test_markup_is_shown_and_mentions_are_names(see, cliq, room, hana):
    zuid = cliq.add_account(KENJI, first_name="Kenji", last_name="Tanaka")
    cliq.say("sales", HANA, f"*bold* `code` {{@{zuid}}}\n!quoted\nhttps://a.example/x")

    shown = see(room)

    assert "<strong>bold</strong> <code>code</code>" in shown
    assert '<span class="mention">@Kenji Tanaka</span>' in shown
    assert "<blockquote>quoted</blockquote>" in shown
    assert '<a href="https://a.example/x" target="_blank" rel="noopener noreferrer">' in shown


def test_cards_files_and_unknown_kinds_are_shown(see, cliq, room, client, hana):
    action = {"type": "open.url", "data": {"web": "https://books.example/1"}}
    card = {
        "text": "Viewed",
        "card": {"title": "INV-1", "theme": "modern-inline"},
        "buttons": [{"label": "Open in Books", "type": "+", "action": action}],
    }
    cliq.tell("messages", channel="sales", email=KENJI, payload=card)
    cliq.share_file("sales", KENJI, "offer.pdf", b"%PDF")
    cliq.say("sales", KENJI, "", type="poll", content={"title": "Lunch?"})

    shown = see(room)

    assert "<strong>INV-1</strong>" in shown
    assert 'href="https://books.example/1"' in shown
    assert "offer.pdf" in shown
    assert "This can only be seen in Cliq." in shown
    file_id = cliq.messages("sales")[1]["content"]["file"]["id"]
    file = client.get(page("chat-file", hana, file_id), {"name": "offer.pdf"})
    assert (file.content, file["Content-Type"]) == (b"%PDF", "application/octet-stream")
    assert file["Content-Disposition"] == 'attachment; filename="offer.pdf"'
    assert client.get(page("chat-file", hana, "nothing")).status_code == 404


def test_history_is_read_upwards_page_by_page(see, cliq, room):
    for number in range(60):
        cliq.say("sales", KENJI, f"message {number:02}")

    newest = see(room)
    first_id = cliq.messages("sales")[10]["message_id"]
    older = see(room, before=first_id)

    assert "message 10" in newest
    assert "message 09" not in newest
    assert "message 09" in older
    assert "message 10" not in older
    assert "This is where it began." in older


def test_what_was_seen_is_marked_as_read(see, client, cliq, connected, hana, room, work):
    cliq.say("sales", KENJI, "Good morning")
    panel = see(page("chat", hana))
    see(room)
    newest = cliq.messages("sales")[-1]["message_id"]

    for _tab in range(3):
        told = client.post(page("chat-read", hana, connected.chat_id), {"message": newest})
        work()

    assert "Unread:" in panel
    assert told.status_code == 204
    assert len(cliq.requests(path="/api/v3/chats/*", method="PUT")) == 1
    assert "Unread:" not in text_of(client.get(page("chat", hana), {"part": "list"}))


def test_it_says_something_as_the_viewer(cliq, connected, say, see, room):
    post = say("On my way\r\nin ten minutes")

    (posted,) = cliq.posted("sales")
    assert posted["payload"]["text"] == "On my way\nin ten minutes"
    assert (post.status, post.message_id) == (ChatPost.Status.SENT, posted["message_id"])
    attempt = Attempt.objects.get()
    assert (attempt.origin, attempt.outcome) == (Attempt.Origin.CHAT, Attempt.Outcome.SENT)
    assert attempt.account == connected.grant.account
    assert see(room).count("On my way") == 1


def test_what_is_said_twice_under_one_id_is_said_once(cliq, say):
    client_id = uuid.uuid4()

    for _tab in range(3):
        say(client_id=client_id)

    assert len(cliq.posted("sales")) == 1


def test_five_thousand_characters_are_the_limit(client, hana, connected, cliq, say):
    say("a\r\n" * 2500)
    told = {"text": "あ" * 5001, "client_id": uuid.uuid4()}
    beyond = client.post(page("chat-send", hana, connected.chat_id), told)

    assert beyond.status_code == 422
    assert "5000" in text_of(beyond)
    assert len(cliq.posted("sales")) == 1


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("throttle", "Cliq asks us to wait."),
        ("forbidden", "not available"),
        ("technical_error", "do not understand"),
    ],
)
def test_what_could_not_be_sent_is_still_there_to_be_tried_again(
    client, hana, cliq, say, see, room, work, trouble, words
):
    # spec 149
    cliq.will(trouble, path="/api/v2/chats/*/message")
    post = say("Important <words>")

    shown = see(room)

    assert words in shown
    assert "Important &lt;words&gt;" in shown
    assert cliq.posted("sales") == []
    Attempt.objects.all().delete()
    Grant.objects.get().account.lock(timezone.now())
    client.post(page("chat-again", hana, post.client_id))
    work()
    assert len(cliq.posted("sales")) == 1


def test_what_failed_can_be_discarded(client, hana, cliq, say):
    cliq.will("forbidden", path="/api/v2/chats/*/message")
    post = say()

    client.post(page("chat-discard", hana, post.client_id))

    assert not ChatPost.objects.exists()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_message_whose_answer_never_came_is_neither_lost_nor_said_twice(
    cliq, say, see, room, work, when
):
    cliq.will("drop", path="/api/v2/chats/*/message", when=when)
    post = say("Only once")
    assert post.status == ChatPost.Status.CALLED
    Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=1))

    stale()
    see(room)

    post.refresh_from_db()
    arrived = {"after": ChatPost.Status.SENT, "before": ChatPost.Status.FAILED}
    assert post.status == arrived[when]
    assert len(cliq.posted("sales")) == (1 if when == "after" else 0)


def test_a_message_that_stays_in_doubt_is_for_its_writer_to_decide(
    client, hana, cliq, say, see, room, connected
):
    cliq.will("drop", path="/api/v2/chats/*/message", when="before")
    post = say("Perhaps")
    cliq.will("bad_gateway", path="/api/v2/chats/*/messages", times=9)
    assert "we make sure that it arrives once" in see(room)

    Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=11))
    stale()
    assert "Look there before you send it again" in see(room)
    client.post(page("chat-again", hana, post.client_id))

    post.refresh_from_db()
    assert post.status == ChatPost.Status.WAITING


def test_a_message_in_doubt_cannot_be_said_again_at_once(client, hana, cliq, say):
    cliq.will("drop", path="/api/v2/chats/*/message", when="after")
    post = say("Perhaps")

    client.post(page("chat-again", hana, post.client_id))
    client.post(page("chat-discard", hana, post.client_id))

    post.refresh_from_db()
    assert post.status == ChatPost.Status.CALLED


def test_what_was_said_is_known_for_long_and_its_words_are_not(say, cliq):
    post = say("Only once")
    ChatPost.objects.update(created_at=timezone.now() - timedelta(days=3))

    tasks.forget_chat.call_local()
    said_again = say("Only once", post.client_id)

    assert (said_again.pk, said_again.payload) == (post.pk, "")
    assert len(cliq.posted("sales")) == 1
    ChatPost.objects.update(created_at=timezone.now() - timedelta(days=61))
    tasks.forget_chat.call_local()
    assert not ChatPost.objects.exists()


# spec 118
def test_a_message_waits_while_the_budget_is_spent_for_a_moment(say, cliq, connected, work):
    account = Grant.objects.get().account
    for _post in range(40):
        Attempt.objects.create(account=account, origin="delivery", started_at=timezone.now())

    post = say("A moment")

    assert post.status == ChatPost.Status.WAITING
    assert post.leased_until > timezone.now()
    Attempt.objects.all().delete()
    ChatPost.objects.update(leased_until=timezone.now())
    tasks.sweep_chat.call_local()
    work()
    assert len(cliq.posted("sales")) == 1


def test_a_lock_of_minutes_is_said_in_words(say, connected, see, room):
    account = Grant.objects.get().account
    account.lock(timezone.now() + timedelta(minutes=9))

    say("Later")

    assert "Try again in 9 minutes" in see(room)


def test_a_message_whose_task_was_lost_is_sent_by_the_sweep(client, hana, connected, cliq, work):
    told = {"text": "Hello", "client_id": uuid.uuid4()}
    client.post(page("chat-send", hana, connected.chat_id), told)

    tasks.sweep_chat.call_local()
    work()

    assert len(cliq.posted("sales")) == 1


def test_a_token_refused_by_cliq_is_renewed_and_the_message_sent_once(cliq, say):
    cliq.expire_tokens()

    assert say().status == ChatPost.Status.SENT
    assert len(cliq.posted("sales")) == 1


def test_looking_writes_nothing_that_anybody_sees(client, hana, room, see):
    before = Attempt.objects.count(), list(Grant.objects.values_list("token_version"))

    see(page("chat", hana))
    see(room)

    assert (Attempt.objects.count(), list(Grant.objects.values_list("token_version"))) == before


def test_the_connection_stays_when_a_consent_is_withdrawn(see, hana, cliq, connected):
    cliq.revoke(HANA)
    cliq.expire_tokens()

    panel = see(page("chat", hana))

    assert "no longer accepts your consent" in panel
    assert page("chat-authorise", hana) in panel
    assert Connection.objects.get().chat_bar_enabled
