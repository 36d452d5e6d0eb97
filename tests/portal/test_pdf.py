"""Documents on paper: what they say, in which letters, and who may fetch them."""

import io
from decimal import Decimal

import pytest
from django.core.checks import run_checks
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from portal.models import Estimate, Invoice
from portal.pdf import document_pdf
from portal.pdf.parties import recipient
from tests.factories import (
    NOON,
    ContactFactory,
    MembershipFactory,
    UserFactory,
    line,
    make_estimate,
    make_invoice,
    make_visitor,
)
from tests.portal.opened import address, nothing_happened, open_estimate, open_invoice

pytestmark = pytest.mark.django_db


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def japanese(**customer):
    return ContactFactory(
        name="髙﨑 𠮷子",
        language="ja",
        customer__name="㈱髙﨑①",
        customer__country="JP",
        customer__postal_code="105-0011",
        **customer,
    )


def test_it_is_an_archivable_pdf_with_a_title():
    pdf = PdfReader(io.BytesIO(document_pdf(make_invoice())))

    assert pdf.metadata["/Title"] == "Invoice INV-000001"
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf.trailer["/Root"]["/Metadata"].get_data()


def test_it_speaks_the_customers_language_and_writes_rare_letters():
    (text,) = pages(document_pdf(make_invoice(contact=japanese())))

    assert "請求書" in text
    assert "㈱髙﨑①" in text
    assert "髙﨑 𠮷子 様" in text
    assert "〒105-0011" in text
    assert "2026年12月31日" in text
    assert "Invoice" not in text


def test_a_part_payment_stands_on_paper():
    invoice = make_invoice()
    invoice.subtract(Decimal(3_000), now=NOON)

    (text,) = pages(document_pdf(invoice))

    assert "Paid so far −¥3,000" in text
    assert "Balance due ¥8,000" in text


def test_a_person_is_addressed_and_a_company_only_without_one():
    contact = japanese()
    (text,) = pages(document_pdf(make_invoice(contact=contact)))

    assert "御中" not in text
    with translation.override("ja"):
        assert recipient(contact.customer, None)[0] == "㈱髙﨑① 御中"


def test_hostile_text_is_printed_letter_by_letter():
    # spec 66
    words = '#panic("x") *bold* $x$ <b> @you [a](b) \\ "'
    estimate = make_estimate(lines=[line(name=words)], notes=f"{words}\n#let x = 1")

    (text,) = pages(document_pdf(estimate))

    assert '#panic("x") *bold* $x$ <b> @you [a](b)' in text
    assert "#let x = 1" in text


def test_letters_that_no_font_has_are_marked_and_never_break_it():
    estimate = make_estimate(lines=[line(name="Tea 😀 한 \x07\ufffe\u202e Ł")])

    (text,) = pages(document_pdf(estimate))

    assert "Tea 〓 〓" in text
    assert "Ł" in text


def test_sixty_lines_take_three_pages_each_with_its_heading_and_number():
    lines = [line(name=f"Item {number}") for number in range(60)]

    texts = pages(document_pdf(make_invoice(lines=lines)))

    assert all("Unit price" in text for text in texts)
    assert all(f"Page {n} of {len(texts)}" in text for n, text in enumerate(texts, start=1))
    assert "Item 59" in texts[-1]
    assert "¥660,000" in texts[-1]


def test_sums_stand_per_rate_with_the_reduced_one_marked():
    lines = [line(), line(tax_percent=8, is_reduced_rate=True)]
    invoice = make_invoice(lines=lines, discount_percent=Decimal(10))

    (text,) = pages(document_pdf(invoice))

    assert "Tax (10%) on ¥9,000" in text
    assert "Tax (8%) on ¥9,000 ※" in text
    assert "※ Reduced tax rate" in text


def test_an_accepted_estimate_says_by_whom():
    # spec 52
    estimate = open_estimate()
    estimate.accept(make_visitor(estimate), name="Hanako Yamazaki", now=estimate.created_at)

    (text,) = pages(document_pdf(estimate))

    assert "by Hanako Yamazaki on" in text


def test_another_revision_is_not_signed():
    # spec 50
    estimate = open_estimate()
    estimate.accept(make_visitor(estimate), name="Hanako Yamazaki", now=estimate.created_at)
    estimate.revision = 2

    (text,) = pages(document_pdf(estimate))

    assert "by Hanako Yamazaki" not in text


def test_the_same_document_gives_the_same_bytes():
    invoice = make_invoice()

    assert document_pdf(invoice) == document_pdf(invoice)


def test_the_customer_fetches_it_and_that_is_no_view(client):
    # spec 20, 113
    answer = client.get(address(open_invoice(), "link-pdf"))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="INV-000001.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF")
    assert nothing_happened()


def test_an_unknown_link_has_no_pdf(client):
    # spec 104, 113
    assert client.get(reverse("portal:link-pdf", args=["unknown"])).status_code == 404


def test_a_cancelled_invoice_has_no_pdf(client):
    # spec 59
    invoice = open_invoice()
    where = address(invoice, "link-pdf")
    Invoice.objects.update(status=Invoice.Status.VOID)

    answer = client.get(where)

    assert answer["Content-Type"].startswith("text/html")
    assert "¥" not in answer.text


def staff_address(document):
    return reverse(f"portal:{document.KIND}-pdf", args=["minato", document.number])


@pytest.fixture
def draft():
    contact = ContactFactory(customer__organisation__slug="minato")
    return make_estimate(contact=contact, status=Estimate.Status.DRAFT, sent_at=None)


def test_staff_fetch_drafts_marked_so(client, draft):
    client.force_login(MembershipFactory(organisation=draft.organisation).user)

    answer = client.get(staff_address(draft))

    assert answer["Content-Disposition"] == 'inline; filename="EST-000001.pdf"'
    assert "Draft" in pages(answer.content)[0]


def test_outsiders_find_nothing(client, draft):
    # spec 113
    client.force_login(UserFactory())

    assert client.get(staff_address(draft)).status_code == 404


def test_a_font_folder_that_is_not_there_is_said_at_start(settings):
    settings.PDF_FONT_PATH = ["/nowhere"]

    assert [message.id for message in run_checks()] == ["portal.W001"]
