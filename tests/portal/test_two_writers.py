"""Two people write on one draft: the second one is told, and loses nothing."""

import pytest
from django.urls import reverse

from tests.factories import ContactFactory, MembershipFactory, make_estimate, make_invoice

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("make", [make_estimate, make_invoice], ids=["estimate", "invoice"]),
]


@pytest.fixture
def kenji():
    return MembershipFactory(user__name="Kenji Tanaka")


@pytest.fixture
def draft(make, kenji):
    contact = ContactFactory(customer__organisation=kenji.organisation)
    return make(contact=contact, status="draft", sent_at=None)


@pytest.fixture
def books(client, kenji):
    """The browser of a colleague of Kenji's."""
    client.force_login(MembershipFactory(organisation=kenji.organisation).user)
    return client


def page(document, name="edit"):
    slug = document.organisation.slug
    return reverse(f"portal:{document.KIND}-{name}", args=[slug, document.number])


def written(document, version, **fields):
    """The form as a browser sends it, written on a version of the draft."""
    return {
        "contact": document.contact_id,
        "issue_date": "2026-11-23",
        "currency": "JPY",
        "payment_terms": "net_30",
        "known_version": version,
        "lines-TOTAL_FORMS": 1,
        "lines-INITIAL_FORMS": 0,
        "lines-0-name": "Mine",
        "lines-0-quantity": "1",
        "lines-0-rate": "7000",
        "lines-0-tax": "",
    } | fields


def save_as(member, client, document, **fields):
    document.refresh_from_db()
    client.force_login(member.user)
    return client.post(page(document), written(document, document.version, **fields))


def test_the_second_one_to_save_is_told_who_was_quicker_and_what_differs(
    books, client, draft, kenji
):
    opened = books.get(page(draft))
    save_as(kenji, client, draft, notes="From Kenji", **{"lines-0-name": "Theirs"})

    refused = books.post(page(draft), written(draft, 1, notes="<b>My own</b>"))

    draft.refresh_from_db()
    assert 'name="known_version" value="1"' in opened.text
    assert refused.status_code == 409
    assert "Kenji Tanaka saved this draft while you were writing" in refused.text
    assert (draft.notes, draft.lines.get().name, draft.version) == ("From Kenji", "Theirs", 2)
    rows = {row.label: (row.newest, row.mine) for row in refused.context["differences"]}
    assert rows["Notes to the customer"] == ("From Kenji", "<b>My own</b>")
    assert rows["Item 1"] == ("Theirs · 1 × 7000", "Mine · 1 × 7000")
    assert "&lt;b&gt;My own&lt;/b&gt;</textarea>" in refused.text


def test_saving_again_is_refused_again_until_one_decides(books, client, draft, kenji):
    save_as(kenji, client, draft, notes="From Kenji")
    mine = written(draft, 1, notes="My own")

    again = [books.post(page(draft), mine).status_code for _ in range(2)]
    decided = books.post(page(draft), mine | {"overwrite": "2"})

    draft.refresh_from_db()
    assert again == [409, 409]
    assert decided.url == page(draft, "detail")
    assert (draft.notes, draft.lines.get().name, draft.version) == ("My own", "Mine", 3)


def test_deciding_over_one_version_does_not_overwrite_the_next(books, client, draft, kenji):
    save_as(kenji, client, draft, notes="From Kenji")
    save_as(kenji, client, draft, notes="Kenji again")

    refused = books.post(page(draft), written(draft, 1, overwrite="2"))

    draft.refresh_from_db()
    assert refused.status_code == 409
    assert draft.notes == "Kenji again"


def test_a_page_that_knows_no_version_overwrites_nothing(books, draft):
    refused = books.post(page(draft), written(draft, ""))

    draft.refresh_from_db()
    assert refused.status_code == 409
    assert draft.lines.get().name == "Consulting"


def test_a_draft_that_was_sent_meanwhile_keeps_what_one_typed(books, draft, kenji):
    type(draft).objects.filter(pk=draft.pk).update(status="sent")

    refused = books.post(page(draft), written(draft, 1, notes="My own"))

    draft.refresh_from_db()
    assert refused.status_code == 409
    assert "This is no longer a draft" in refused.text
    assert "My own</textarea>" in refused.text
    assert "Save mine anyway" not in refused.text
    assert draft.notes == ""


def test_one_writer_saves_as_often_as_they_like(client, draft, kenji):
    answers = [save_as(kenji, client, draft, notes=f"{number}") for number in range(3)]

    draft.refresh_from_db()
    assert {answer.status_code for answer in answers} == {302}
    assert (draft.notes, draft.version, draft.written_by) == ("2", 4, kenji.user)
