"""Settings › E-mail texts: letters in the organisation's own words."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal.audit import Row
from portal.letters import PLACEHOLDERS, Wording, proposed, standard, unknown
from portal.models import Act, LetterText
from tests.factories import ContactFactory, MembershipFactory, make_estimate, make_invoice

KINDS = LetterText.Kind.values
VALUES = dict.fromkeys(PLACEHOLDERS, "value")


@pytest.fixture
def admin(db):
    return MembershipFactory(admin=True, user__name="Hana Sato")


@pytest.fixture
def books(client, admin):
    client.force_login(admin.user)
    return client


@pytest.fixture
def contact(admin):
    return ContactFactory(customer__organisation=admin.organisation, language="en")


def address(admin, kind="invoice_letter", language="en", name="edit"):
    return reverse(f"portal:letter-{name}", args=[admin.organisation.slug, kind, language])


def own(organisation, **fields):
    fields = {"kind": "invoice_letter", "language": "en", "subject": "S", "text": "T"} | fields
    return LetterText.objects.create(organisation=organisation, **fields)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_our_own_letters_know_their_placeholders(kind, language):
    wording = standard(kind, language)

    assert unknown(wording.subject) == unknown(wording.text) == []
    assert "{number}" in wording.subject
    for name in ("contact", "number", "amount", "until", "sender", "organisation"):
        assert f"{{{name}}}" in wording.text


def test_the_two_languages_differ():
    assert "お世話になって" in standard("invoice_letter", "ja").text
    assert "Dear" in standard("invoice_letter", "en").text


def test_a_letter_is_filled_with_the_documents_data(admin, contact):
    invoice = make_invoice(contact=contact, due_date=date(2026, 12, 31))

    wording = proposed(invoice, contact, admin.user)

    assert wording.subject == f"Invoice {invoice.number} from {admin.organisation.name}"
    for words in ("Dear Hanako Yamazaki,", "¥11,000", "December 31, 2026", "Hana Sato"):
        assert words in wording.text
    assert "{" not in wording.text


def test_a_reminder_names_what_is_still_due(admin, contact):
    invoice = make_invoice(contact=contact)
    invoice.balance = 4000

    assert "¥4,000" in proposed(invoice, contact, admin.user, "reminder").text
    assert "¥11,000" in proposed(invoice, contact, admin.user).text


def test_without_a_day_its_line_is_left_out(admin, contact):
    estimate = make_estimate(contact=contact, expiry_date=None)

    text = proposed(estimate, contact, admin.user).text

    assert "It is valid until" not in text
    assert "\n\n\n" not in text
    assert "Kind regards," in text


def test_a_paid_invoice_asks_for_nothing(admin, contact):
    invoice = make_invoice(contact=contact)
    invoice.status, invoice.balance = "paid", 0

    assert "Please pay" not in proposed(invoice, contact, admin.user).text


def test_the_organisations_own_text_goes_first_in_its_language_only(admin, contact):
    own(admin.organisation, subject="Bill {number}", text="Hi {contact}: {amount}")
    own(MembershipFactory().organisation, subject="Foreign", text="Foreign")
    invoice = make_invoice(contact=contact)
    japanese = ContactFactory(customer=contact.customer, language="ja")

    english = proposed(invoice, contact, admin.user)

    assert (english.subject, english.text) == (
        f"Bill {invoice.number}",
        "Hi Hanako Yamazaki: ¥11,000",
    )
    assert "お世話になって" in proposed(invoice, japanese, admin.user).text
    assert "According to our books" in proposed(invoice, contact, admin.user, "reminder").text


def test_it_is_what_the_send_page_proposes(books, admin, contact):
    own(admin.organisation, subject="Bill {number}", text="Hi {contact}")
    invoice = make_invoice(contact=contact)

    arguments = [admin.organisation.slug, invoice.number]
    form = books.get(reverse("portal:invoice-send", args=arguments)).context["form"]

    assert (form["subject"].value(), form["text"].value()) == (
        f"Bill {invoice.number}",
        "Hi Hanako Yamazaki",
    )


def test_names_are_letters_and_no_placeholders(admin, contact):
    contact.name = "{amount} {contact.name} <b>"
    own(admin.organisation, text="Hi {contact}")

    text = proposed(make_invoice(contact=contact), contact, admin.user).text

    assert text == "Hi {amount} {contact.name} <b>"


@given(st.text(st.sampled_from("{}ab number\n"), max_size=60))
def test_any_text_can_be_filled(text):
    filled = Wording("", text).filled(VALUES).text

    assert all(f"{{{name}}}" not in filled for name in PLACEHOLDERS)


def test_an_admin_words_a_letter(books, admin):
    answer = books.post(address(admin), {"subject": "Bill {number}", "text": "Hi\r\n{contact}"})

    assert answer.url == address(admin)
    text = LetterText.objects.get()
    assert (text.subject, text.text) == ("Bill {number}", "Hi\n{contact}")
    act = Act.objects.get()
    assert (act.kind, act.about) == ("letter.changed", "invoice_letter en")
    assert act.changes[0]["old"] == standard("invoice_letter", "en").subject
    assert Row.of(act).about == "Invoice (English)"


def test_the_same_letter_is_changed_again(books, admin):
    for subject in ("One {number}", "Two {number}"):
        books.post(address(admin), {"subject": subject, "text": "Hi"})

    assert LetterText.objects.get().subject == "Two {number}"


def test_of_two_admins_each_keeps_their_own_field(books, admin):
    form = books.get(address(admin)).context["form"]
    told = {field.html_name: field.value() for field in form}
    told |= {field.html_initial_name: field.value() for field in form}

    books.post(address(admin), told | {"subject": "New subject"})
    books.post(address(admin), told | {"text": "New text"})

    text = LetterText.objects.get()
    assert (text.subject, text.text) == ("New subject", "New text")


@pytest.mark.parametrize("field", ["subject", "text"])
@pytest.mark.parametrize("wrong", ["{customer}", "{number.__class__}", "{0}", "{ number }"])
def test_an_unknown_placeholder_is_named_and_nothing_is_lost(books, admin, field, wrong):
    sent = {"subject": "Bill", "text": "Hello there"} | {field: f"Words {wrong}"}

    answer = books.post(address(admin), sent)

    assert answer.status_code == 422
    assert f"There is no placeholder {wrong}." in answer.text
    assert f"Words {wrong}" in answer.text
    assert not LetterText.objects.exists()


def test_single_braces_are_letters(books, admin):
    books.post(address(admin), {"subject": "a { b", "text": "{} } {"})

    assert LetterText.objects.get().text == "{} } {"


def test_a_preview_has_a_documents_data_and_saves_nothing(books, admin, contact):
    invoice = make_invoice(contact=contact)
    sent = {"subject": "Bill {number}", "text": "<b>{contact}</b>", "preview": "1"}

    page = books.post(address(admin), sent)

    assert page.status_code == 200
    assert f"Bill {invoice.number}" in page.text
    assert "&lt;b&gt;Hanako Yamazaki&lt;/b&gt;" in page.text
    assert not LetterText.objects.exists()


def test_a_preview_without_any_document_says_so(books, admin):
    page = books.post(address(admin), {"subject": "B {number}", "text": "T", "preview": "1"}).text

    assert "There is no document of this kind yet" in page


def test_the_standard_text_comes_back(books, admin):
    own(admin.organisation, subject="Mine")

    books.post(address(admin, name="restore"))
    books.post(address(admin, name="restore"))

    assert not LetterText.objects.exists()
    act = Act.objects.get()
    assert (act.kind, act.changes[0]["old"]) == ("letter.restored", "Mine")
    form = books.get(address(admin)).context["form"]
    assert form["subject"].value() == standard("invoice_letter", "en").subject


@pytest.mark.parametrize(("kind", "language"), [("receipt", "en"), ("invoice_letter", "fr")])
def test_there_are_no_other_letters(books, admin, kind, language):
    assert books.get(address(admin, kind, language)).status_code == 404


def test_the_list_says_which_are_ones_own(books, admin):
    own(admin.organisation)

    page = books.get(reverse("portal:letter-list", args=[admin.organisation.slug])).text

    assert page.count("Own text") == 1
    assert page.count("<strong>") >= len(KINDS) * 2
