"""One person's data is handed over or erased; what was agreed and paid stays."""

import io
import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import notices, sending, tasks
from portal.access import events_for
from portal.events import EventKind
from portal.mail import link_email
from portal.models import (
    Act,
    Attachment,
    Comment,
    Contact,
    Email,
    Event,
    Guest,
    Link,
    Membership,
    Visit,
)
from portal.uploads import Upload
from tests.factories import ContactFactory, MembershipFactory, make_visitor
from tests.portal.guests import come_in
from tests.portal.opened import open_estimate, open_invoice

pytestmark = pytest.mark.django_db

NAME, EMAIL, PHONE = "Hanako Yamazaki-Stone", "hanako@takahashi.example", "03-9876-5432"
WORDS, BROWSER, ADDRESS = "Is delivery on Sunday included?", "Hanakos browser", "198.51.100.7"


@pytest.fixture
def admin():
    return MembershipFactory(admin=True)


@pytest.fixture
def books(client, admin):
    client.force_login(admin.user)
    return client


@pytest.fixture
def person(admin):
    """Somebody who did everything that one can do."""
    now = timezone.now()
    contact = ContactFactory(
        customer__organisation=admin.organisation,
        name=NAME,
        email=EMAIL,
        phone=PHONE,
        is_primary=True,
    )
    estimate, other = open_estimate(contact=contact), open_estimate(contact=contact)
    visitor = make_visitor(estimate, browser=BROWSER, ip_address=ADDRESS, user_agent=BROWSER)
    Visit.objects.confirm(estimate, visitor, now=now)
    Comment.objects.add_from_customer(
        estimate,
        visitor,
        WORDS,
        key=uuid.uuid4(),
        now=now,
        uploads=[Upload("plan.pdf", "application/pdf", b"%PDF plan")],
    )
    accepted = make_visitor(other, ip_address=ADDRESS)
    other.accept(accepted, name=NAME, now=now)
    link_email(visitor.link, now=now)
    Act.objects.note_by(admin, Act.Kind.LINK_MADE, now=now, document=estimate, about=NAME)
    come_in(Client(), EMAIL)
    return contact


def address(person, name="contact-privacy"):
    customer = person.customer
    return reverse(f"portal:{name}", args=[customer.organisation.slug, customer.pk, person.pk])


def erase(books, person, **more):
    return books.post(address(person, "contact-erase"), {"is_sure": "on", **more})


def places_of(*words):
    """Which columns of the whole database hold one of the words."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            rows = model._base_manager.annotate(shown=Cast(field.name, TextField()))
            if field.get_internal_type() == "BinaryField":
                continue
            for shown in rows.values_list("shown", flat=True):
                if any(word in str(shown) for word in words):
                    found.add(f"{model.__name__}.{field.name}")
    return found


def test_an_export_holds_everything_and_nothing_that_opens_something(books, person):
    token = Link.objects.first().token

    answer = books.post(address(person, "contact-export"))

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    told = json.loads(archive.read("contact.json"))
    assert told["contact"]["email"] == EMAIL
    assert told["visits"][0]["ip_address"] == ADDRESS
    assert told["comments"][0]["text"] == WORDS
    assert told["answers"][0]["name"] == NAME
    assert {act["kind"] for act in told["acts"]} >= {"estimate.viewed", "estimate.accepted"}
    assert len(told["emails"]) == 1
    [file] = [name for name in archive.namelist() if name.startswith("files/")]
    assert archive.read(file) == b"%PDF plan"
    assert token not in json.dumps({**told, "emails": []})
    assert Act.objects.filter(kind=Act.Kind.CONTACT_EXPORTED).exists()


def test_after_erasing_only_the_evidence_names_the_person(books, person):
    before = places_of(NAME, EMAIL, PHONE, BROWSER, ADDRESS)

    erase(books, person)

    assert {"Contact.name", "Event.facts", "Visit.user_agent", "Act.about"} <= before
    after = places_of(NAME, EMAIL, PHONE, BROWSER, ADDRESS)
    assert after == {"Answer.name", "Answer.ip_address"}
    assert Act.objects.latest("pk").kind == Act.Kind.CONTACT_ERASED


def test_what_colleagues_were_told_by_e_mail_forgets_the_person(books, admin, person):
    admin.listen(Membership.Emails.EACH, tuple(EventKind), 8, now=timezone.now())
    notices.tell(timezone.now())
    told = Email.objects.filter(to=admin.user.email)
    told.update(status="sent", sent_at=timezone.now())
    assert any(NAME in email.subject for email in told)
    others = Email.objects.create(
        organisation=admin.organisation,
        to=admin.user.email,
        subject="The connection to Cliq broke",
        text="Please repair it.",
        status="sent",
        created_at=timezone.now(),
        due_at=timezone.now(),
    )

    erase(books, person)

    assert told.count() > 2
    for email in told.exclude(pk=others.pk):
        assert NAME not in email.subject + email.text + email.html
    others.refresh_from_db()
    assert others.text == "Please repair it."


def test_an_e_mail_that_no_key_opens_any_more_keeps_nobody_from_being_erased(books, admin, person):
    row = Email.objects.create(
        organisation=admin.organisation,
        to=admin.user.email,
        subject="Yesterday",
        text="?",
        status="sent",
        created_at=timezone.now(),
        due_at=timezone.now(),
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portal_email SET text = 'garbage' WHERE id = %s", [row.pk])

    assert erase(books, person).status_code == 302
    assert not Contact.everybody.filter(name=NAME).exists()


def test_their_words_and_files_stay_unless_they_are_erased_too(books, person):
    erase(books, person)

    assert Comment.objects.filter(text=WORDS).exists()
    assert Attachment.objects.exists()


def test_their_words_and_files_can_be_erased_too(books, person):
    erase(books, person, with_words="on")

    assert places_of(WORDS) == set()
    assert not Attachment.objects.exists()
    assert Comment.objects.get().text == "Erased"


def test_documents_and_the_history_stay_and_open(books, person):
    documents = list(person.customer.estimates.all())
    events = Event.objects.count()

    erase(books, person)

    assert Event.objects.count() == events
    for document in documents:
        page = books.get(
            reverse("portal:estimate-detail", args=[document.organisation.slug, document.number])
        )
        assert page.status_code == 200
        assert "Erased contact" in page.text
    certificate = reverse(
        "portal:certificate", args=[documents[1].organisation.slug, documents[1].number]
    )
    assert NAME in books.get(certificate).text


def test_what_they_did_is_still_told_to_the_colleague_who_has_the_customer(books, person):
    organisation = person.customer.organisation
    colleague = MembershipFactory(organisation=organisation, role=Membership.Role.ASSIGNED)
    colleague.customers.add(person.customer)
    before = events_for(colleague).count()

    erase(books, person)

    assert before == events_for(colleague).count() > 0


def test_who_is_erased_can_open_nothing_any_more(books, person):
    links = list(Link.objects.filter(contact=person))

    erase(books, person)

    visitor = Client()
    for link in links:
        assert visitor.get(reverse("portal:link", args=[link.token])).status_code == 404
    assert not Guest.objects.exists()


def test_a_mailbox_that_is_somebody_elses_too_stays_theirs(books, person):
    ContactFactory(email=EMAIL)

    erase(books, person)

    assert Guest.objects.filter(email=EMAIL).exists()


def test_nobody_writes_to_who_is_erased(books, person):
    waiting = Email.objects.get(contact=person)
    erase(books, person)
    Email.objects.filter(pk=waiting.pk).update(status="pending", due_at=timezone.now())

    sending.send(waiting.pk, now=timezone.now)

    waiting.refresh_from_db()
    assert waiting.status == Email.Status.FAILED
    assert mail.outbox == []


def test_another_person_comes_first_then(books, person):
    other = ContactFactory(customer=person.customer)

    erase(books, person)

    other.refresh_from_db()
    assert other.is_primary
    assert list(person.customer.contacts.all()) == [other]


def test_nothing_is_erased_by_mistake(books, person):
    asked = books.get(address(person))
    unsure = books.post(address(person, "contact-erase"), {"with_words": "on"})

    assert asked.status_code == 200
    assert unsure.status_code == 422
    assert Contact.objects.filter(name=NAME).exists()


def test_erasing_reaches_nobody_elses_rows(books, person):
    stranger = ContactFactory(name=NAME, email=EMAIL)
    invoice = open_invoice(contact=stranger)
    Visit.objects.confirm(invoice, make_visitor(invoice, user_agent=BROWSER), now=timezone.now())

    erase(books, person, with_words="on")

    stranger.refresh_from_db()
    assert (stranger.name, stranger.email) == (NAME, EMAIL)
    assert Visit.objects.get(contact=stranger).user_agent == BROWSER
    assert Link.objects.get(contact=stranger).revoked_at is None


# What the worker forgets


def test_traces_are_forgotten_after_the_days_that_are_set(person, settings):
    settings.TRACE_DAYS = 30
    long_ago = timezone.now() - timedelta(days=31)
    Visit.objects.update(last_seen_at=long_ago)
    Email.objects.update(status="sent", sent_at=long_ago)

    tasks.forget.call_local()

    assert not Visit.objects.exclude(ip_address=None, user_agent="").exists()
    assert not Email.objects.exclude(text="").exists()
    assert Email.objects.filter(to=EMAIL).exists()


def test_what_never_left_is_forgotten_too(person, settings):
    settings.TRACE_DAYS = 30
    Email.objects.update(status="failed", created_at=timezone.now() - timedelta(days=31))

    tasks.forget.call_local()

    assert not Email.objects.exclude(text="").exists()


def test_traces_are_kept_until_then(person, settings):
    settings.TRACE_DAYS = 30
    young = timezone.now() - timedelta(days=29)
    Visit.objects.update(last_seen_at=young)
    Email.objects.update(status="sent", sent_at=young)

    tasks.forget.call_local()

    assert Visit.objects.filter(ip_address=ADDRESS).exists()
    assert not Email.objects.filter(text="").exists()


def test_sessions_that_ended_leave_no_address_behind(books):
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))

    tasks.forget.call_local()

    assert not Session.objects.exists()
    assert not UserSession.objects.exists()
