"""*Discuss in Cliq*: a card of what one looks at, in a chat that one picks."""

import uuid

import pytest

from integrations.models import Discussion
from tests.factories import ContactFactory, CustomerFactory, make_estimate, make_invoice

from .conftest import page

HANA, KENJI = "hana@minato.example", "kenji@minato.example"


@pytest.fixture
def estimate(connected):
    customer = CustomerFactory(organisation=connected.organisation, name="A*cme* {@all}")
    return make_estimate(contact=ContactFactory(customer=customer), expiry_date=None)


@pytest.fixture
def discuss(client, hana, connected, work):
    """Put a card of something into #sales; the answer."""

    def discuss(kind, key, chat_id=connected.chat_id, **told):
        told = {"chat_id": chat_id, "text": "", "client_id": uuid.uuid4()} | told
        address = page("chat-discuss", hana, kind, key)
        client.get(address)
        work()
        answer = client.post(address, told)
        work()
        return answer

    return discuss


def test_a_card_goes_into_the_chosen_chat_and_the_page_says_so(
    client, hana, cliq, connected, discuss, estimate
):
    # spec 149
    answer = discuss("estimates", estimate.number, text="Can we go lower?")

    (posted,) = cliq.posted("sales")
    payload = posted["payload"]
    assert payload["text"] == "Can we go lower?"
    assert estimate.number in payload["card"]["title"]
    url = payload["buttons"][0]["action"]["data"]["web"]
    assert url.endswith(f"/estimates/{estimate.number}/")
    rows = str(payload["slides"])
    assert "A＊cme＊" in rows
    shown = client.get(answer["Location"]).content.decode()
    assert 'data-chat-go="' in shown
    assert "#sales" in shown
    assert Discussion.objects.get().user == hana.user


def test_invoices_and_customers_are_discussed_too(client, cliq, discuss, estimate):
    invoice = make_invoice(contact=estimate.contact)

    first = discuss("invoices", invoice.number)
    second = discuss("customers", estimate.customer_id)

    titles = [posted["payload"]["card"]["title"] for posted in cliq.posted("sales")]
    assert invoice.number in titles[0]
    assert "A＊cme＊ ｛＠all｝" in titles[1]
    assert "#sales" in client.get(first["Location"]).content.decode()
    assert "#sales" in client.get(second["Location"]).content.decode()


def test_sent_twice_it_arrives_once(cliq, discuss, estimate):
    client_id = uuid.uuid4()

    discuss("estimates", estimate.number, client_id=client_id)
    discuss("estimates", estimate.number, client_id=client_id)

    assert len(cliq.posted("sales")) == 1
    assert Discussion.objects.count() == 1


def test_only_a_chat_that_one_may_write_in_is_taken(cliq, discuss, estimate):
    others = cliq.add_channel("#others", members=[KENJI])

    answer = discuss("estimates", estimate.number, chat_id=others["chat_id"])

    assert answer.status_code == 422
    assert cliq.posted() == []


def test_chats_of_others_are_not_even_named(client, kenji, cliq, consent, discuss, estimate, work):
    notes = cliq.add_channel("#my notes", members=[HANA])
    answer = discuss("estimates", estimate.number, chat_id=notes["chat_id"])
    assert "#my notes" in client.get(answer["Location"]).content.decode()
    consent(kenji, name="chat-authorise")
    client.get(page("chat", kenji))
    work()

    shown = client.get(answer["Location"]).content.decode()

    assert "#my notes" not in shown
    assert "Not discussed yet." in shown


def test_without_an_account_it_leads_to_connecting(client, kenji, connected, estimate):
    client.force_login(kenji.user)

    answer = client.get(page("chat-discuss", kenji, "estimates", estimate.number))

    assert answer["Location"].startswith(page("chat-authorise", kenji))


@pytest.mark.parametrize("kind", ["estimates", "invoices", "customers", "payments"])
def test_outsiders_and_inventions_find_nothing(client, hana, outsider, connected, estimate, kind):
    assert client.get(page("chat-discuss", hana, kind, "nothing")).status_code == 404
    assert client.get(page("chat-discuss", hana, kind, "99999")).status_code == 404
    client.force_login(outsider.user)
    address = page("chat-discuss", hana, "estimates", estimate.number)
    assert client.get(address).status_code == 404


def test_cliq_down_is_said(client, hana, cliq, connected, estimate, work):
    cliq.will("bad_gateway", path="/api/*", times=5)
    address = page("chat-discuss", hana, "estimates", estimate.number)

    first = client.get(address).content.decode()
    work()
    second = client.get(address).content.decode()

    assert "being fetched" in first
    assert "cannot be reached" in second


def test_without_the_bar_nothing_is_offered(client, hana, connected, estimate):
    client.post(page("cliq-switch", hana, "chat_bar"), {"value": "off"})
    detail = f"/o/{hana.organisation.slug}/estimates/{estimate.number}/"

    assert "Discuss in Cliq" not in client.get(detail).content.decode()
    assert client.get(page("chat-discuss", hana, "estimates", "x")).status_code == 404
