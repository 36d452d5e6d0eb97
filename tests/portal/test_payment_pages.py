"""What staff see and do with money: record, apply, give back, undo, send the receipt."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from portal.models import Email, Event, Invoice, Payment
from portal.sending import message_of
from tests.factories import ContactFactory, MembershipFactory, make_visitor, record_payment
from tests.portal.opened import open_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership():
    return MembershipFactory(user__name="Kenji Tanaka")


@pytest.fixture
def contact(membership):
    return ContactFactory(customer__organisation=membership.organisation)


@pytest.fixture
def books(client, membership):
    client.force_login(membership.user)
    return client


def page_of(row, page: str) -> str:
    """The staff address of one of the row's pages."""
    name = {Invoice: "invoice", Payment: "payment"}.get(type(row), "customer")
    key = row.number if isinstance(row, Invoice) else row.pk
    return reverse(f"portal:{name}-{page}", args=[row.organisation.slug, key])


def sent(books, address: str, **typed: object):
    """Fill in the form of a page, as far as its own proposals are not good enough, and send it."""
    form = books.get(address).context["form"]
    proposed = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in (proposed | typed).items() if value is not None}
    return books.post(address, data)


def current(row):
    return type(row).objects.get(pk=row.pk)


def test_recording_proposes_the_balance_and_pays_it(books, contact, membership):
    invoice = open_invoice(contact=contact)

    answer = sent(books, page_of(invoice, "payment"), method="cash", reference_number="R-7")

    payment = Payment.objects.get()
    assert answer.url == page_of(payment, "detail")
    assert (payment.amount, payment.method, payment.reference_number) == (11_000, "cash", "R-7")
    assert (payment.recorded_by, payment.number) == (membership.user, "PMT-000001")
    assert current(invoice).status == Invoice.Status.PAID


# spec 38, 103
def test_it_stands_in_the_history_with_who_recorded_it_and_is_no_event(books, contact):
    invoice = open_invoice(contact=contact)

    sent(books, page_of(invoice, "payment"), amount="4000")
    history = books.get(page_of(invoice, "detail")).text

    assert "A payment of ¥4,000 was recorded." in history
    assert "Kenji Tanaka" in history
    assert not Event.objects.exists()


# spec 86
def test_too_much_is_shown_as_credit_and_used_for_another_invoice(books, contact):
    paid, following = open_invoice(contact=contact), open_invoice(contact=contact)
    sent(books, page_of(paid, "payment"), amount="15000")

    customer = books.get(page_of(contact.customer, "detail"))
    offer = books.get(page_of(following, "detail"))
    answer = sent(books, page_of(following, "credit"))

    assert "¥4,000" in customer.text
    assert page_of(following, "credit") in offer.text
    assert answer.url == page_of(following, "detail")
    assert current(following).balance == 7_000
    credit_used = "¥4,000 of the customer&#x27;s credit was applied."
    assert credit_used in books.get(page_of(following, "detail")).text


# spec 76
def test_a_form_sent_twice_leads_to_the_one_payment(books, contact):
    invoice = open_invoice(contact=contact)
    address = page_of(invoice, "payment")
    form = books.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}

    first, second = books.post(address, data), books.post(address, data)

    assert first.url == second.url
    assert "recorded already" in books.get(second.url).text
    assert Payment.objects.count() == 1


def test_what_was_decided_on_an_old_balance_is_refused_and_keeps_what_was_typed(books, contact):
    invoice = open_invoice(contact=contact)
    address = page_of(invoice, "payment")
    form = books.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}
    record_payment(current(invoice), 1_000)

    refused = books.post(address, data | {"note": "By courier"})
    retried = {name: refused.context["form"][name].value() for name in data}
    accepted = books.post(address, retried | {"amount": "10000"})

    assert refused.status_code == 422
    assert "Somebody changed the balance" in refused.text
    assert "By courier" in refused.text
    assert accepted.status_code == 302
    assert current(invoice).balance == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": "0"}, "greater than or equal to 1"),
        ({"amount": "-5"}, "greater than or equal to 1"),
        ({"amount": "10.5"}, "no more than 0 decimal places"),
        ({"amount": "many"}, "Enter a number"),
        ({"day": "2999-01-01"}, "This day has not come yet."),
        ({"method": "gold"}, "gold is not one of the available choices"),
    ],
)
def test_a_mistake_is_explained_and_records_nothing(books, contact, typed, words):
    invoice = open_invoice(contact=contact)

    answer = sent(books, page_of(invoice, "payment"), **typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert not Payment.objects.exists()


# spec 75
def test_an_invoice_being_paid_online_says_so_instead(books, contact):
    invoice = open_invoice(contact=contact)
    Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=timezone.now())

    for page in ("payment", "credit"):
        answer = books.get(page_of(invoice, page), follow=True)

        assert "paying this invoice online at the moment" in answer.text
    assert page_of(invoice, "payment") not in books.get(page_of(invoice, "detail")).text


def test_staff_end_an_online_payment_after_a_question_and_record_other_money(books, contact):
    invoice = open_invoice(contact=contact)
    start = Payment.objects.start
    payment = start(invoice, make_visitor(invoice), provider="test", now=timezone.now())

    question = books.get(page_of(payment, "end"))
    ended = books.post(page_of(payment, "end"), follow=True)
    again = books.post(page_of(payment, "end"), follow=True)

    assert "began to pay" in question.text
    assert ">Online payment</a>" in question.text  # the way back: it has no number yet
    assert "Ended by Kenji Tanaka." in ended.text
    assert "nothing to end" in again.text
    assert sent(books, page_of(invoice, "payment")).status_code == 302
    assert current(payment).status == Payment.Status.ABANDONED
    assert current(invoice).balance == 0


@pytest.mark.parametrize("status", ["draft", "paid", "void"])
def test_where_nothing_is_due_there_is_nothing_to_record(books, contact, status):
    invoice = open_invoice(contact=contact, status=status)

    answer = books.get(page_of(invoice, "payment"), follow=True)

    assert "Nothing is due on this invoice." in answer.text


def test_one_sum_pays_the_oldest_invoices_first(books, contact):
    newer = open_invoice(contact=contact)
    older = open_invoice(contact=contact, due_date="2026-01-31")
    address = page_of(contact.customer, "payment")
    form = books.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}

    proposed = books.post(address, data | {"amount": "15000", "spread": "1"}).context["form"]
    spread = {name: proposed[name].value() for name in proposed.fields}
    books.post(address, {name: value for name, value in spread.items() if value})

    assert (current(older).balance, current(newer).balance) == (0, 7_000)
    assert Payment.objects.get().allocations.count() == 2


def test_parts_may_not_come_to_more_than_the_sum(books, contact):
    open_invoice(contact=contact)

    answer = sent(books, page_of(contact.customer, "payment"), amount="10999")

    assert answer.status_code == 422
    assert "The parts come to more than the amount." in answer.text
    assert not Payment.objects.exists()


def test_a_part_may_not_be_more_than_is_due(books, contact):
    invoice = open_invoice(contact=contact)
    part = {f"part-{invoice.pk}": "11001", "amount": "20000"}

    answer = sent(books, page_of(contact.customer, "payment"), **part)

    assert "At most ¥11,000 can be applied" in answer.text
    assert not Payment.objects.exists()


def test_money_before_any_invoice_is_credit(books, contact):
    sent(books, page_of(contact.customer, "payment"), amount="500")

    assert Payment.objects.get().unapplied == 500


def test_invoices_in_another_currency_are_paid_on_a_page_of_their_own(books, contact):
    yen, dollars = open_invoice(contact=contact), open_invoice(contact=contact, currency="USD")
    address = page_of(contact.customer, "payment")

    page = books.get(address)
    sent(books, f"{address}?currency=USD")

    assert "?currency=USD" in page.text
    assert (current(yen).balance, current(dollars).balance) == (11_000, 0)
    assert Payment.objects.get().currency == "USD"


def test_a_refund_says_what_went_back_to_whom_it_is_due(books, contact):
    invoice = open_invoice(contact=contact)
    payment = record_payment(invoice, 15_000)

    answer = sent(
        books,
        page_of(payment, "refund"),
        source=str(invoice.pk),
        amount="3000",
        note="Chair returned",
    )
    page = books.get(answer.url).text

    assert current(invoice).balance == 3_000
    assert "¥3,000 was refunded to the customer." in page
    assert "Chair returned" in page
    assert "Kenji Tanaka" in page
    assert "Partially refunded" in page
    assert "¥3,000 was refunded" in books.get(page_of(invoice, "detail")).text


def test_a_refund_of_more_than_there_is_is_refused(books, contact):
    payment = record_payment(open_invoice(contact=contact), 15_000)

    answer = sent(books, page_of(payment, "refund"), source="credit", amount="4001")

    assert answer.status_code == 422
    assert "There is ¥4,000 to give back." in answer.text
    assert current(payment).refunded == 0


def test_a_refund_sent_twice_is_refused_the_second_time(books, contact):
    payment = record_payment(open_invoice(contact=contact), 15_000)
    address = page_of(payment, "refund")
    form = books.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    first = books.post(address, data | {"amount": "100", "source": "credit"})
    second = books.post(address, data | {"amount": "100", "source": "credit"})

    assert (first.status_code, second.status_code) == (302, 422)
    assert current(payment).refunded == 100


def test_void_asks_first_and_makes_the_invoice_due_again(books, contact):
    invoice = open_invoice(contact=contact)
    payment = record_payment(invoice)

    question = books.get(page_of(payment, "void"))
    before = current(invoice).balance
    answer = books.post(page_of(payment, "void"))

    assert "entered by mistake" in question.text
    assert (before, current(invoice).balance) == (0, 11_000)
    assert "INV-000001 owes ¥11,000 again." in books.get(answer.url).text
    assert "declared void" in books.get(page_of(invoice, "detail")).text


def test_what_came_online_cannot_be_declared_void(books, contact):
    invoice = open_invoice(contact=contact)
    now = timezone.now()
    payment = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=now)
    payment.settle(provider_id="1", method="card", now=now)

    answer = books.post(page_of(payment, "void"), follow=True)

    assert "cannot be declared void" in answer.text
    assert current(payment).status == Payment.Status.SUCCEEDED


def words_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_receipt_speaks_the_customers_language(books, membership):
    contact = ContactFactory(
        customer__organisation=membership.organisation, language="ja", name="髙﨑 𠮷子"
    )
    payment = record_payment(open_invoice(contact=contact), 15_000, contact=contact)

    answer = books.get(page_of(payment, "receipt"))

    text = words_of(answer.content)
    assert answer["Content-Disposition"] == 'inline; filename="PMT-000001.pdf"'
    for word in ("領収書", "PMT-000001", "髙﨑 𠮷子 様", "¥15,000", "INV-000001", "¥4,000"):
        assert word in text


def test_a_void_receipt_says_so(books, contact, membership):
    payment = record_payment(open_invoice(contact=contact))
    payment.void(by=membership.user, now=timezone.now())

    assert "Void" in words_of(books.get(page_of(payment, "receipt")).content)


def test_what_never_arrived_has_no_receipt(books, contact):
    invoice = open_invoice(contact=contact)
    now = timezone.now()
    payment = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=now)

    assert books.get(page_of(payment, "receipt")).status_code == 404
    assert books.get(page_of(payment, "send")).status_code == 404


def test_the_receipt_is_emailed_with_the_pdf_attached(books, contact):
    payment = record_payment(open_invoice(contact=contact), contact=contact)

    answer = sent(books, page_of(payment, "send"))

    email = Email.objects.get()
    name, pdf, kind = message_of(email).attachments[0]
    assert email.to == contact.email
    assert "We have received your payment of ¥11,000" in email.text
    assert (name, kind) == ("PMT-000001.pdf", "application/pdf")
    assert "PMT-000001" in words_of(pdf)
    assert contact.email in books.get(answer.url).text


# spec 76
def test_two_clicks_on_send_are_one_email(books, contact):
    payment = record_payment(open_invoice(contact=contact), contact=contact)
    address = page_of(payment, "send")
    form = books.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}

    for _click in range(2):
        books.post(address, data)

    assert Email.objects.count() == 1


def test_the_list_is_narrowed_by_state_and_words(books, contact, membership):
    kept = record_payment(open_invoice(contact=contact), reference_number="WIRE-9")
    undone = record_payment(open_invoice(contact=contact))
    undone.void(by=membership.user, now=timezone.now())
    address = reverse("portal:payment-list", args=[membership.organisation.slug])

    def found(query: str) -> set[Payment]:
        return set(books.get(f"{address}?{query}").context["page"].object_list)

    assert found("") == {kept, undone}
    assert found("state=void") == {undone}
    assert found("q=wire-9") == {kept}
    assert found("q=INV-000002") == {undone}
    assert found(f"q={contact.customer.name}") == {kept, undone}
    assert found("q=nothing") == set()
    assert found("state=invented") == {kept, undone}


def test_the_number_of_the_next_payment_is_a_setting(client, membership, contact):
    organisation = membership.organisation
    organisation.payment_prefix, organisation.payment_next_number = "RCT-", 40
    organisation.save()

    payment = record_payment(open_invoice(contact=current(contact)))

    assert payment.number == "RCT-000040"


def test_a_key_of_another_organisation_finds_nothing(books, contact):
    foreign = record_payment(open_invoice())
    invoice = open_invoice(contact=contact)

    answer = sent(books, page_of(invoice, "payment"), key=str(foreign.key))

    assert answer.status_code == 302
    assert current(invoice).balance == 0
    assert Payment.objects.filter(key=foreign.key).count() == 2


@pytest.mark.parametrize("key", ["", "nonsense"])
def test_a_form_without_its_key_records_nothing(books, contact, key):
    answer = sent(books, page_of(open_invoice(contact=contact), "payment"), key=key)

    assert answer.status_code == 422
    assert not Payment.objects.exists()


def test_dollars_are_recorded_to_the_cent(books, contact):
    invoice = open_invoice(contact=contact, currency="USD")

    sent(books, page_of(invoice, "payment"), amount="10.05")

    assert current(invoice).balance == Decimal("10989.95")
