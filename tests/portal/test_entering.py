"""How customers come in: with a code that is mailed, typed, and good once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import admission, sending
from portal.models import Email, Guest, Knock
from tests.factories import ContactFactory, MembershipFactory
from tests.portal.guests import ask_for_code, come_in, home_of, mailed_code

pytestmark = pytest.mark.django_db

CODE = "/enter/code/"


@pytest.fixture
def contact():
    return ContactFactory(email="Hanako@Customer.example")


def type_code(client: Client, code: str):
    return client.post(CODE, {"code": code})


# spec 119, 120
def test_the_right_code_opens_the_home_once(client, contact):
    ask_for_code(client, "hanako@customer.example")
    code = mailed_code()

    answer = type_code(client, code)

    assert Email.objects.get().to == "Hanako@Customer.example"
    assert client.get(answer.url, follow=True).request["PATH_INFO"] == home_of(contact)
    assert Guest.objects.get().email == "hanako@customer.example"


# spec 120
def test_a_code_opens_once(client, contact):
    ask_for_code(client, contact.email)
    code = mailed_code()
    copied = Client()
    copied.cookies = client.cookies.copy()
    type_code(client, code)

    answer = type_code(copied, code)

    assert answer.status_code == 422
    assert Guest.objects.count() == 1


def test_a_code_is_forgotten_once_it_is_mailed(client, contact, mailoutbox):
    ask_for_code(client, contact.email)
    code = mailed_code()
    email = Email.objects.get()

    sending.send(email.pk, now=timezone.now)

    email.refresh_from_db()
    assert code in mailoutbox[0].body
    assert (email.status, email.text, email.html) == ("sent", "", "")


# spec 119
def test_looking_at_the_pages_uses_no_code_up(client, contact):
    ask_for_code(client, contact.email)
    code = mailed_code()

    for _scanner in range(5):
        client.get(CODE)
        client.head(CODE)

    assert type_code(client, code).status_code == 302


# spec 120
def test_a_code_lives_ten_minutes(client, contact):
    ask_for_code(client, contact.email)
    code = mailed_code()
    Knock.objects.update(asked_at=timezone.now() - timedelta(minutes=10, seconds=1))

    assert type_code(client, code).status_code == 422


# spec 120
def test_five_wrong_tries_end_a_code(client, contact):
    ask_for_code(client, contact.email)
    code = mailed_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    for _again in range(Knock.TRIES):
        assert "not right" in type_code(client, wrong).text
    answer = type_code(client, code)

    assert answer.status_code == 422
    assert not Guest.objects.exists()


@pytest.mark.parametrize("spelling", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_a_code_may_be_typed_in_any_way(client, contact, spelling):
    ask_for_code(client, contact.email)
    code = mailed_code()

    assert type_code(client, spelling.format(code[:3], code[3:])).status_code == 302


def test_a_code_may_be_typed_in_wide_digits(client, contact):
    ask_for_code(client, contact.email)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in mailed_code())

    assert type_code(client, wide).status_code == 302


# spec 120
def test_an_unknown_address_gets_the_same_answers_and_no_e_mail(contact):
    known, unknown = Client(), Client()

    first = [ask_for_code(known, contact.email), ask_for_code(unknown, "nobody@example.com")]
    for knock in Knock.objects.all():
        admission.answer(knock.pk, now=timezone.now)
    second = [known.get(CODE), unknown.get(CODE)]
    third = [type_code(known, "000000x"), type_code(unknown, "000000x")]

    assert len({(answer.status_code, answer.url) for answer in first}) == 1
    pages = {page(answer, known) for answer in second[:1] + third[:1]}
    assert {page(answer, unknown) for answer in second[1:] + third[1:]} == pages
    assert [email.to for email in Email.objects.all()] == [contact.email]


def page(answer, _client) -> tuple[int, bool, bool]:
    return answer.status_code, "Type the code" in answer.text, "not right" in answer.text


def test_a_code_is_good_in_the_browser_that_asked_for_it_only(client, contact):
    ask_for_code(client, contact.email)
    code = mailed_code()

    assert type_code(Client(), code).url == reverse("portal:enter")


def test_the_code_is_stored_as_a_keyed_hash_only(client, contact):
    ask_for_code(client, contact.email)
    code = mailed_code()

    knock = Knock.objects.values().get()

    assert code not in str(knock)
    assert len(knock["code_hash"]) == 64


def test_a_code_that_was_never_mailed_does_not_exist(client):
    ask_for_code(client, "nobody@example.com")
    admission.answer(Knock.objects.get().pk, now=timezone.now)

    assert type_code(client, "").status_code == 422
    assert type_code(client, "000000").status_code == 422


# spec 118
def test_a_mailbox_gets_five_codes_an_hour(client, contact):
    for _again in range(8):
        ask_for_code(client, contact.email)
        admission.answer(Knock.objects.latest("pk").pk, now=timezone.now)

    assert Email.objects.count() == Knock.PER_SUBJECT


# spec 118
def test_strangers_who_ask_for_a_mailbox_do_not_shut_its_owner_out(client, contact):
    def ask(browser):
        ask_for_code(browser, contact.email)
        admission.answer(Knock.objects.latest("pk").pk, now=timezone.now)

    stranger = Client(REMOTE_ADDR="203.0.113.9")
    for _again in range(Knock.PER_SUBJECT + 1):
        ask(stranger)
    ask(client)
    assert Email.objects.count() == Knock.PER_SUBJECT + 1

    for last in range(Knock.PER_SUBJECT_IN_ALL):
        ask(Client(REMOTE_ADDR=f"198.51.100.{last}"))
    assert Email.objects.count() == Knock.PER_SUBJECT_IN_ALL


def test_an_organisations_door_sends_codes_to_its_own_contacts_only(client, contact):
    elsewhere = ContactFactory()
    slug = contact.customer.organisation.slug

    for email in (contact.email, elsewhere.email):
        ask_for_code(client, email, at=slug)
        admission.answer(Knock.objects.latest("pk").pk, now=timezone.now)

    assert [email.to for email in Email.objects.all()] == [contact.email]


def test_something_that_is_no_address_is_refused_and_kept_in_the_form(client):
    answer = ask_for_code(client, "hanako at customer")

    assert answer.status_code == 422
    assert "hanako at customer" in answer.text
    assert not Knock.objects.exists()


def test_signing_out_ends_the_session_for_a_copied_cookie_too(client, contact):
    come_in(client, contact.email)
    copied = Client()
    copied.cookies = client.cookies.copy()

    client.post("/enter/out/")

    assert client.get(home_of(contact)).status_code == 302
    assert copied.get(home_of(contact)).status_code == 302


def test_signing_in_anew_gives_a_new_key_and_ends_the_old_one(client, contact):
    come_in(client, contact.email)
    old = Client()
    old.cookies = client.cookies.copy()
    ask_for_code(client, contact.email)

    type_code(client, mailed_code())

    assert client.get(home_of(contact)).status_code == 200
    assert old.get(home_of(contact)).status_code == 302


def test_a_session_ends_after_a_week(client, contact):
    guest = come_in(client, contact.email)
    Guest.objects.filter(pk=guest.pk).update(expires_at=timezone.now())

    assert client.get(home_of(contact)).status_code == 302


def test_an_invented_cookie_opens_nothing(client, contact):
    guest = come_in(client, contact.email)
    forger = Client()
    forger.cookies["guest"] = guest.key_hash

    assert forger.get(home_of(contact)).status_code == 302


def test_whoever_loses_the_address_on_file_is_out_at_once(client, contact):
    come_in(client, contact.email)
    contact.email = "successor@customer.example"
    contact.save(update_fields=["email"])

    assert client.get(home_of(contact)).status_code == 404


def test_the_cookie_is_out_of_reach_of_scripts_and_apart_from_staffs(client, contact):
    staff = MembershipFactory(organisation=contact.customer.organisation)
    client.force_login(staff.user)
    before = client.cookies["sessionid"].value
    ask_for_code(client, contact.email)

    type_code(client, mailed_code())
    cookie = client.cookies["guest"]
    client.post("/enter/out/")

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.cookies["sessionid"].value == before
    assert client.get(reverse("portal:profile")).status_code == 200


def test_staff_are_no_guests_of_their_customers(client, contact):
    client.force_login(MembershipFactory(organisation=contact.customer.organisation).user)

    answer = client.get(home_of(contact))

    assert answer.url == f"/enter/?at={contact.customer.organisation.slug}"


def test_an_address_that_folds_to_another_is_not_that_other(client):
    ContactFactory(email="mike@customer.example")

    ask_for_code(client, "mıke@customer.example")
    admission.answer(Knock.objects.get().pk, now=timezone.now)

    assert not Email.objects.exists()


def test_an_organisation_that_does_not_exist_changes_nothing_about_the_door(client):
    assert client.get("/enter/?at=nobody").status_code == 200
    assert client.get("/enter/?at=%00").status_code == 200


# spec 117
@pytest.mark.parametrize("address", ["/enter/", "/new-link/"])
def test_the_doors_are_kept_out_of_caches_and_search(client, address):
    answer = client.get(address)

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
