"""The conversation below a document, from the customer's side."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from portal.models import Comment, Event, Invoice
from tests.factories import NOON, MembershipFactory
from tests.portal.opened import address, kinds, nothing_happened, open_estimate, open_invoice

pytestmark = pytest.mark.django_db


def comment(client: Client, document, text: str, key: str = ""):
    data = {"text": text, "key": key or str(uuid.uuid4())}
    return client.post(address(document, "link-comment"), data)


@pytest.fixture(params=[open_estimate, open_invoice])
def document(request: pytest.FixtureRequest):
    return request.param()


def test_a_comment_appears_on_the_page_and_in_the_event(client, document):
    answer = comment(client, document, "When can you deliver?")

    assert answer.url == f"{address(document)}#comments"
    assert "When can you deliver?" in client.get(answer.url).text
    assert Event.objects.latest("pk").facts["text"] == "When can you deliver?"


# spec 61
@pytest.mark.parametrize("token", ["", "x", "A" * 43])
def test_nobody_comments_without_a_valid_link(client, token):
    answer = client.post(f"/p/{token}/comment/", {"text": "hi", "key": str(uuid.uuid4())})

    assert answer.status_code == 404
    assert nothing_happened()


# spec 62
def test_the_link_decides_who_wrote(client, document):
    client.post(
        address(document, "link-comment"),
        {"text": "hi", "key": str(uuid.uuid4()), "contact": "1", "name": "The director"},
    )

    assert Comment.objects.get().contact == document.contact


# spec 64
@pytest.mark.parametrize("text", ["", "   ", "\n\r\n", "\u3000", "\u200b\u200d"])
def test_a_comment_that_shows_nothing_is_refused_and_explained(client, document, text):
    answer = comment(client, document, text)

    assert answer.status_code == 422
    assert "the comment is empty" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert nothing_happened()


def test_a_comment_that_is_too_long_is_refused_and_kept_in_the_form(client, document):
    answer = comment(client, document, "a" * 5001)

    assert answer.status_code == 422
    assert "a" * 5001 in answer.text
    assert nothing_happened()


def test_a_line_break_counts_as_one_character(client, document):
    text = "\n".join(["a"] * 2500)

    comment(client, document, text.replace("\n", "\r\n"))

    assert Comment.objects.get().text == text


# spec 65
def test_staffs_replies_are_shown_and_their_notes_are_not(client, document):
    member = MembershipFactory(organisation=document.organisation, user__name="Kenji Tanaka")
    for text, is_internal in [("On 10 December.", False), ("They always ask.", True)]:
        Comment.objects.add_from_staff(
            document, member.user, text, is_internal=is_internal, key=uuid.uuid4(), now=NOON
        )

    page = client.get(address(document)).text

    assert "On 10 December." in page
    assert "Kenji Tanaka" in page
    assert "They always ask." not in page


# spec 66
def test_a_comment_is_kept_as_written_and_shown_as_text(client, document):
    hostile = "<img src=x onerror=alert(1)> {@all} [x](https://evil.example) ＜"

    comment(client, document, hostile)

    assert Comment.objects.get().text == hostile
    assert "&lt;img src=x onerror=alert(1)&gt;" in client.get(address(document)).text


# spec 71
def test_sending_twice_makes_one_comment(client, document):
    key = str(uuid.uuid4())

    comment(client, document, "When?", key)
    comment(client, document, "When?", key)

    assert Comment.objects.count() == 1
    assert kinds().count(f"{document.KIND}.commented") == 1


# spec 71
def test_the_page_offers_a_new_key_each_time(client, document):
    keys = {client.get(address(document)).context["form"]["key"].value() for _ in range(3)}

    assert len(keys) == 3


# spec 73
@pytest.mark.parametrize(
    ("make", "status"),
    [
        (open_estimate, "accepted"),
        (open_estimate, "declined"),
        (open_estimate, "invoiced"),
        (open_invoice, "paid"),
    ],
)
def test_one_can_still_write_when_everything_is_decided(client, make, status):
    comment(client, make(status=status), "Thank you.")

    assert Comment.objects.get().text == "Thank you."


# spec 73
def test_a_cancelled_invoice_takes_no_comments_and_says_why(client):
    answer = comment(client, open_invoice(status=Invoice.Status.VOID), "Why?")

    assert answer.status_code == 409
    assert "was cancelled" in answer.text
    assert nothing_happened()


def test_reloading_the_address_of_a_comment_leads_back(client, document):
    assert client.get(address(document, "link-comment")).url == address(document)


def test_a_comment_of_somebody_who_left_stands_in_the_organisations_name(client, document):
    Comment.objects.create(
        **{document.KIND: document}, text="Welcome back.", created_at=timezone.now()
    )

    page = client.get(address(document)).text

    assert "Welcome back." in page
    assert f'<span class="who">{document.organisation.name}</span>' in page
