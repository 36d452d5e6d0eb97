"""A link that ended: its contact gets a new one by e-mail, and nobody learns anything else."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import admission, sending, tasks
from portal.models import Email, Knock, Link
from tests.portal.opened import link_to, nothing_happened, open_estimate, open_invoice

pytestmark = pytest.mark.django_db


def ask(client: Client, token: str):
    return client.post(reverse("portal:link-new", args=[token]))


def work() -> None:
    """What the worker does with every knock."""
    for knock in Knock.objects.waiting(timezone.now()):
        admission.answer(knock.pk, now=timezone.now)


def ended(document, by: str = "time") -> Link:
    """The addressee's link, ended yesterday."""
    link, yesterday = link_to(document), timezone.now() - timedelta(days=1)
    field = {"time": "expires_at", "hand": "revoked_at"}[by]
    Link.objects.filter(pk=link.pk).update(**{field: yesterday})
    return Link.objects.get(pk=link.pk)


# spec 110
@pytest.mark.parametrize("make", [open_estimate, open_invoice])
def test_a_link_that_ended_by_time_is_replaced_by_a_new_one_in_the_mailbox(client, make):
    document = make()
    old = ended(document)

    answer = ask(client, old.token)
    work()

    email, new = Email.objects.get(), Link.objects.live(timezone.now()).get()
    assert answer.url == reverse("portal:link-asked")
    assert email.to == document.contact.email
    assert new.url in email.text
    assert client.get(f"/p/{new.token}/").status_code == 200
    assert client.get(f"/p/{old.token}/").status_code == 404


def test_the_page_of_a_dead_link_offers_a_new_one(client):
    old = ended(open_estimate())

    page = client.get(f"/p/{old.token}/")

    assert "Send me a new link" in page.text
    assert reverse("portal:link-new", args=[old.token]) in page.text


# spec 104
def test_every_token_gets_the_same_answer(client):
    tokens = ["unknown", "A" * 43, ended(open_estimate()).token, link_to(open_invoice()).token]
    tokens.append(ended(open_invoice(), by="hand").token)

    answers = [ask(client, token) for token in tokens]

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/new-link/")}
    for answer in answers:
        del answer.headers["X-Request-ID"]  # Each request has a name of its own.
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert Knock.objects.count() == len(tokens)


def test_asking_writes_and_mails_nothing_in_the_request_itself(client):
    old = ended(open_estimate())

    ask(client, old.token)

    assert not Email.objects.exists()
    assert Link.objects.count() == 1


@pytest.mark.parametrize("by", ["hand", "draft", "live", "unknown"])
def test_only_time_can_be_turned_back(client, by):
    document = open_estimate(status="draft" if by == "draft" else "sent")
    link = link_to(document) if by in {"live", "unknown"} else ended(document, "hand")
    if by == "draft":
        Link.objects.update(revoked_at=None, expires_at=timezone.now() - timedelta(days=1))

    ask(client, "unknown" if by == "unknown" else link.token)
    work()

    assert not Email.objects.exists()


def test_a_contact_whose_newest_link_was_switched_off_gets_none_for_an_older_one(client):
    document = open_estimate()
    old = ended(document)
    link_to(document).revoke(now=timezone.now())

    ask(client, old.token)
    work()

    assert not Email.objects.exists()
    assert not Link.objects.live(timezone.now()).exists()


def test_a_link_that_staff_replaced_stays_off_when_its_time_comes(client):
    document, now = open_estimate(), timezone.now()
    leaked = link_to(document)
    leaked.revoke(now=now - timedelta(days=2))
    Link.objects.filter(pk=leaked.pk).update(expires_at=now - timedelta(days=1))
    link_to(document)

    ask(client, leaked.token)
    work()

    assert not Email.objects.exists()


def test_an_old_link_leads_to_the_live_one_that_replaced_it(client):
    document = open_estimate()
    old = ended(document)
    newer = link_to(document)

    ask(client, old.token)
    work()

    assert newer.url in Email.objects.get().text


# spec 118
def test_beyond_five_times_an_hour_nothing_more_is_sent_and_nobody_is_told(client):
    document = open_estimate()
    old = ended(document)

    answers = []
    for _again in range(7):
        answers.append(ask(client, old.token))
        work()

    assert {answer.url for answer in answers} == {"/new-link/"}
    assert Email.objects.count() == Knock.PER_SUBJECT


# spec 118
def test_one_address_cannot_ask_for_everybody(client):
    for number in range(Knock.PER_ADDRESS):
        ask(client, f"guess-{number}")
    old = ended(open_estimate())

    ask(client, old.token)
    work()

    assert not Email.objects.exists()


def test_an_hour_later_one_may_ask_again(client):
    old = ended(open_estimate())
    for _again in range(7):
        ask(client, old.token)
    Knock.objects.update(asked_at=timezone.now() - timedelta(hours=2))

    ask(client, old.token)
    work()

    assert Email.objects.count() == 1


def test_a_knock_is_answered_once_however_often_a_worker_wakes(client):
    ask(client, ended(open_estimate()).token)
    knock = Knock.objects.get()

    for _again in range(3):
        admission.answer(knock.pk, now=timezone.now)

    assert Email.objects.count() == 1


def test_the_sweep_finds_a_knock_whose_wake_up_was_lost(client):
    ask(client, ended(open_estimate()).token)
    tasks.answer.huey.flush()

    tasks.sweep.call_local()

    [queued] = tasks.answer.huey.pending()
    assert queued.args == (Knock.objects.get().pk,)
    tasks.answer.huey.flush()


def test_the_e_mail_leaves_with_the_new_address(client, mailoutbox):
    ask(client, ended(open_estimate()).token)
    tasks.answer.call_local(Knock.objects.get().pk)

    sending.send(Email.objects.get().pk, now=timezone.now)

    assert "new link" in mailoutbox[0].subject
    assert Link.objects.live(timezone.now()).get().url in mailoutbox[0].body


def test_looking_at_the_address_leads_back_and_changes_nothing(client):
    old = ended(open_estimate())

    answer = client.get(reverse("portal:link-new", args=[old.token]))

    assert answer.url == f"/p/{old.token}/"
    assert nothing_happened()
    assert not Knock.objects.exists()


def test_knocks_are_forgotten_after_two_days(client):
    ask(client, "unknown")
    Knock.objects.update(asked_at=timezone.now() - timedelta(days=3))
    ask(client, "unknown")

    tasks.forget.call_local()

    assert Knock.objects.count() == 1


def test_sessions_that_ended_are_forgotten(client):
    client.session.save()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    Client().session.save()

    tasks.forget.call_local()

    assert Session.objects.count() == 1
