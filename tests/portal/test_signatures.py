"""Signing an estimate: drawn or typed, optional or required, kept with the acceptance."""

import io

import pytest
from django.db import DatabaseError, connection
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from portal import sending
from portal.models import Answer, Email, Estimate
from portal.pdf import document_pdf
from portal.signatures import HEIGHT, LONGEST, WIDTH, Signature, Unreadable
from tests.factories import NOON, ContactFactory, make_visitor
from tests.portal.opened import address, nothing_happened, open_estimate

DRAWN = "20,120 60,40 100,200 140,60 200,150 260,90;300,100 340,160 380,80"


@pytest.fixture
def estimate(db):
    return open_estimate()


@pytest.fixture
def strict(db):
    """An estimate of an organisation whose customers sign."""
    contact = ContactFactory(customer__organisation__signature_required=True)
    return open_estimate(contact=contact, terms="Half in advance.")


def accept(client, estimate: Estimate, **fields: str):
    data = {"name": "Hanako Yamazaki", "revision": estimate.revision} | fields
    return client.post(address(estimate, "link-accept"), data)


# spec 43
@pytest.mark.parametrize("fields", [{}, {"way": "typed"}, {"way": "drawn"}, {"typed": "  "}])
def test_a_required_signature_that_is_missing_is_asked_for(client, strict, fields):
    answer = accept(client, strict, **fields)

    assert answer.status_code == 422
    assert "Please sign" in answer.text
    assert "Hanako Yamazaki" in answer.text
    assert nothing_happened()


# spec 43
@pytest.mark.parametrize(
    "fields",
    [
        {"way": "drawn", "drawn": "10,10"},
        {"way": "drawn", "drawn": "10,10 12,12;200,100"},
        {"way": "drawn", "drawn": "0,100 600,100"},
        {"way": "typed", "typed": "..."},
        {"way": "typed", "typed": "－"},
    ],
)
def test_a_signature_that_is_too_simple_is_refused_and_kept_in_the_form(client, strict, fields):
    answer = accept(client, strict, **fields)

    assert answer.status_code == 422
    assert "too little for a signature" in answer.text
    assert f'value="{fields[fields["way"]]}"' in answer.text
    assert nothing_happened()


# spec 43
@pytest.mark.parametrize(
    "drawn",
    [
        "<svg onload=alert(1)>",
        "1,2 3",
        "1,2  3,4",
        "601,10 20,20",
        "10,241 20,20",
        "1e3,2",
        "-1,5 4,4",
        "１,２ ３,４",
        "1,1\n2,2",
        "1,1 " * 6000,
    ],
)
def test_strokes_that_our_page_never_sends_are_refused(client, strict, drawn):
    answer = accept(client, strict, way="drawn", drawn=drawn)

    assert answer.status_code == 422
    assert "could not be read" in answer.text
    assert nothing_happened()


# spec 46, 48
def test_a_drawn_signature_is_kept_with_the_acceptance(client, strict):
    accept(client, strict, way="drawn", drawn=DRAWN)

    answer = Answer.objects.get()
    assert answer.signature == f"drawn {DRAWN}"
    assert (answer.ip_address, answer.terms) == ("127.0.0.1", "Half in advance.")
    assert Estimate.objects.get().status == "accepted"


# spec 45
def test_a_typed_signature_counts_as_much(client, strict):
    page = client.get(accept(client, strict, way="typed", typed="林").url)

    assert Answer.objects.get().signature == "typed 林"
    assert "林" in page.text


# spec 12, 45
def test_without_script_one_types(client, strict):
    accept(client, strict, typed="Hanako Yamazaki")

    assert Answer.objects.get().signed == Signature(typed="Hanako Yamazaki")


def test_a_signature_may_be_left_out_where_none_is_required(client, estimate):
    accept(client, estimate)

    assert Answer.objects.get().signed is None


def test_only_the_chosen_way_counts(client, estimate):
    accept(client, estimate, way="typed", typed="Hanako", drawn=DRAWN)

    assert Answer.objects.get().signed == Signature(typed="Hanako")


# spec 51
def test_the_terms_stand_before_the_signature(client, strict):
    page = client.get(address(strict, "link-accept")).text

    assert page.index("Half in advance.") < page.index("data-sign")


# spec 52
def test_the_signature_shows_as_lines_of_numbers(client, estimate):
    page = client.get(accept(client, estimate, way="drawn", drawn=DRAWN).url)

    first, second = DRAWN.split(";")
    assert f'<polyline points="{first}" />' in page.text
    assert f'<polyline points="{second}" />' in page.text
    assert "Your copy as PDF" in page.text


# spec 66
def test_a_typed_signature_is_shown_as_text(client, estimate):
    page = client.get(accept(client, estimate, typed="<b>Hanako</b>").url)

    assert "&lt;b&gt;Hanako&lt;/b&gt;" in page.text


# spec 52
def test_the_customer_gets_a_copy_by_e_mail(client, estimate, mailoutbox):
    accept(client, estimate, way="typed", typed="Hanako S.")

    sending.send(Email.objects.get().pk, now=lambda: Email.objects.get().due_at)

    [copy] = mailoutbox
    [(name, pdf, kind)] = copy.attachments
    assert copy.to == [estimate.contact.email]
    assert "accepted by Hanako Yamazaki" in copy.body
    assert (name, kind) == (f"{estimate.number}.pdf", "application/pdf")
    assert "Hanako S." in text_of(pdf)


# spec 54
def test_a_copy_that_cannot_be_written_stops_no_acceptance(client, estimate):
    def emails_are_broken(execute, sql, params, many, context):
        if "portal_email" in sql and sql.startswith("INSERT"):
            raise DatabaseError("The disk is full.")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(emails_are_broken):
        answer = accept(client, estimate)

    assert answer.status_code == 302
    assert Estimate.objects.get().status == "accepted"
    assert not Email.objects.exists()


# spec 50
@pytest.mark.parametrize("signature", [f"drawn {DRAWN}", "typed Hanako S."])
def test_the_signature_is_on_the_revision_that_was_signed_and_no_other(estimate, signature):
    estimate.accept(make_visitor(estimate), name="Hanako", signature=signature, now=NOON)
    signed = document_pdf(estimate)
    Estimate.objects.update(status="sent", revision=2)
    revised = Estimate.objects.get()

    unsigned = document_pdf(revised)

    assert len(signed) > len(unsigned)
    assert "Accepted" in text_of(signed)
    assert "Accepted" not in text_of(unsigned)
    assert "Hanako S." not in text_of(unsigned)


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@given(st.text(max_size=200))
def test_whatever_is_sent_is_read_or_refused(text):
    try:
        signature = Signature.drawn(text)
    except Unreadable:
        return
    assert Signature.stored(str(signature)) == signature


points = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))


@given(st.lists(st.lists(points, min_size=1, max_size=20), min_size=1, max_size=20))
def test_strokes_survive_being_stored(strokes):
    signature = Signature(strokes=tuple(map(tuple, strokes)))

    assert len(str(signature)) < LONGEST
    assert Signature.stored(str(signature)) == signature
    assert isinstance(signature.is_too_simple, bool)
