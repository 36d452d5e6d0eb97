"""E-mails: the row is the truth, a worker sends it, once."""

import smtplib
import threading
from datetime import timedelta

import pytest
from django.core import mail as post
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.utils import timezone

from portal import mail, sending, tasks
from portal.models import Comment, Email, Invitation, Membership
from tests.conftest import Clock
from tests.factories import NOON, ContactFactory, MembershipFactory, make_invoice, make_link

HOSTILE = "Evil\r\nBcc: victim@example.com"

pytestmark = pytest.mark.django_db


class Refusing(BaseEmailBackend):
    """A mail server that wants nothing; the test chooses its answer."""

    answer: Exception

    def send_messages(self, email_messages):
        raise self.answer


@pytest.fixture
def refusing(settings):
    """Every e-mail fails with the given exception."""

    def refuse(answer):
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        Refusing.answer = answer

    return refuse


@pytest.fixture
def member():
    return MembershipFactory(user__email="hana@minato.example")


@pytest.fixture
def invoice(member):
    contact = ContactFactory(
        customer__organisation=member.organisation, email="kenji@customer.example"
    )
    return make_invoice(contact=contact)


@pytest.fixture
def email(invoice, member):
    return mail.document_email(
        invoice,
        invoice.contact,
        make_link(invoice),
        subject="Invoice",
        text="Please pay.",
        by=member.user,
        now=NOON,
    )


def at(moment=NOON):
    return Clock(moment)


def test_a_due_email_leaves_once(email):
    sending.send(email.pk, now=at())
    sending.send(email.pk, now=at())

    email.refresh_from_db()
    assert [message.to for message in post.outbox] == [["kenji@customer.example"]]
    assert (email.status, email.sent_at) == (Email.Status.SENT, NOON)


def test_an_email_is_not_sent_before_its_time(email):
    sending.send(email.pk, now=at(NOON - timedelta(seconds=1)))

    assert post.outbox == []


def test_of_two_workers_one_sends(email):
    first, second = (Email.objects.get(pk=email.pk) for _ in range(2))

    assert first.claim(NOON)
    assert not second.claim(NOON)


def test_a_worker_that_died_gives_the_email_back(email):
    email.claim(NOON)

    sending.send(email.pk, now=at(NOON + Email.LEASE - timedelta(seconds=1)))
    assert post.outbox == []
    sending.send(email.pk, now=at(NOON + Email.LEASE))
    assert len(post.outbox) == 1


def test_an_outage_is_retried_with_growing_waits_and_then_given_up(email, refusing):
    refusing(smtplib.SMTPServerDisconnected("gone"))
    now = NOON

    for wait in Email.WAITS:
        sending.send(email.pk, now=at(now))
        email.refresh_from_db()
        assert (email.status, email.due_at) == (Email.Status.PENDING, now + wait)
        assert "SMTPServerDisconnected" in email.error
        now = email.due_at
    sending.send(email.pk, now=at(now))

    email.refresh_from_db()
    assert email.status == Email.Status.FAILED


def test_an_address_that_does_not_exist_is_not_tried_again(email, refusing):
    refusing(smtplib.SMTPRecipientsRefused({email.to: (550, b"no such user")}))

    sending.send(email.pk, now=at())

    email.refresh_from_db()
    assert (email.status, email.error) == (Email.Status.FAILED, "SMTPRecipientsRefused 550")


def test_a_server_that_asks_for_patience_is_tried_again(email, refusing):
    refusing(smtplib.SMTPRecipientsRefused({email.to: (451, b"greylisted")}))

    sending.send(email.pk, now=at())

    email.refresh_from_db()
    assert (email.status, email.tries) == (Email.Status.PENDING, 1)


def test_a_servers_words_do_not_reach_our_pages(email, refusing):
    refusing(smtplib.SMTPDataError(554, b"refused: http://spam.example/secret-link"))

    sending.send(email.pk, now=at())

    email.refresh_from_db()
    assert email.error == "SMTPDataError 554"


def test_our_own_bug_is_loud_and_stops_nothing_else(email, refusing, caplog):
    refusing(RuntimeError("a bug"))

    sending.send(email.pk, now=at())

    email.refresh_from_db()
    assert (email.status, email.error) == (Email.Status.PENDING, "RuntimeError")
    assert f"E-mail {email.pk} broke" in caplog.text


def test_an_email_that_no_key_opens_waits_for_the_key(email):
    with database.cursor() as cursor:
        cursor.execute("UPDATE portal_email SET text = 'nonsense' WHERE id = %s", [email.pk])

    sending.send(email.pk, now=at())

    row = Email.objects.without_contents().get(pk=email.pk)
    assert (row.status, row.error) == (Email.Status.PENDING, "Undecryptable")


def test_the_sweep_finds_what_no_worker_was_told_of(email, settings):
    tasks.sweep.call_local()

    queued = tasks.send.huey.pending()
    assert [task.args for task in queued][-1:] == [(email.pk,)]
    tasks.send.huey.flush()


def test_an_email_comes_from_the_organisation_and_answers_go_to_people(email, invoice, member):
    without_address = sending.message_of(Email.objects.get(pk=email.pk))
    member.organisation.email = "books@minato.example"
    member.organisation.save()
    with_address = sending.message_of(Email.objects.get(pk=email.pk))

    assert without_address.from_email == f"{member.organisation.name} <books@localhost>"
    assert without_address.reply_to == ["hana@minato.example"]
    assert with_address.reply_to == ["books@minato.example"]


def test_names_and_subjects_cannot_add_headers(invoice, member):
    invoice.organisation.name = f'{HOSTILE}" <forged@example.com>'
    invoice.organisation.save()

    email = mail.document_email(
        invoice,
        invoice.contact,
        make_link(invoice),
        subject=HOSTILE,
        text="Hello",
        by=member.user,
        now=NOON,
    )
    sending.send(email.pk, now=at())

    message = post.outbox[0].message()
    assert message["Bcc"] is None
    assert message["Subject"] == "Evil Bcc: victim@example.com"
    assert "\n" not in message["From"]
    assert message["From"].endswith("<books@localhost>")
    assert post.outbox[0].recipients() == ["kenji@customer.example"]


def test_a_letter_is_written_in_html_and_text_and_its_words_are_escaped(invoice, member):
    link = make_link(invoice)

    email = mail.document_email(
        invoice,
        invoice.contact,
        link,
        subject="Invoice",
        text="<b>Dear</b>\nKenji & Co",
        by=member.user,
        now=NOON,
    )

    assert "&lt;b&gt;Dear&lt;/b&gt;<br>Kenji &amp; Co" in email.html
    assert "<b>Dear</b>\nKenji & Co" in email.text
    assert link.url in email.text
    assert f'href="{link.url}"' in email.html


def test_a_reply_is_escaped_in_the_mail(invoice, member):
    # spec 66
    comment = Comment.objects.create(
        invoice=invoice, user=member.user, text="<script>x</script>", created_at=NOON
    )

    email = mail.reply_email(comment, invoice.contact, make_link(invoice), now=NOON)

    assert "<script>" not in email.html
    assert "<script>x</script>" in email.text


def test_an_email_is_written_in_its_readers_language(invoice, member):
    invoice.contact.language = "ja"
    invoice.contact.save()
    comment = Comment.objects.create(
        invoice=invoice, user=member.user, text="了解です。", created_at=NOON
    )

    email = mail.reply_email(comment, invoice.contact, make_link(invoice), now=NOON)

    assert '<html lang="ja">' in email.html


def test_what_stands_in_an_email_is_encrypted_at_rest(email):
    with database.cursor() as cursor:
        cursor.execute("SELECT text, html FROM portal_email WHERE id = %s", [email.pk])
        text, html = cursor.fetchone()

    assert "Please pay." not in text + html
    assert "/p/" not in text + html


def test_an_invitation_carries_its_link(member):
    invitation, token = Invitation.objects.invite(
        member.organisation,
        "new@minato.example",
        Membership.Role.STAFF,
        by=member.user,
        now=NOON,
    )

    email = mail.invitation_email(invitation, token, now=NOON)

    assert email.to == "new@minato.example"
    assert f"/invitations/{token}/" in email.text
    assert f"/invitations/{token}/" in email.html
    assert member.user.name in email.html


def test_an_engine_that_fails_costs_no_email(caplog):
    unpicklable = threading.Lock()

    tasks.wake(unpicklable)

    assert "the sweep will" in caplog.text


def test_the_task_sends(email):
    Email.objects.update(due_at=timezone.now())

    tasks.send.call_local(email.pk)

    assert len(post.outbox) == 1
