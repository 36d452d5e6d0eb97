"""Files that come with comments: looked at, kept with them, and only ever downloads."""

import io
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal import sending
from portal.models import Attachment, Comment, Email, Event
from portal.uploads import LARGEST, clean_name
from tests.factories import MembershipFactory
from tests.portal.opened import address, link_to, nothing_happened, open_estimate, open_invoice

pytestmark = pytest.mark.django_db


def zipped(*names: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return kept.getvalue()


def broken(good: bytes, bad: bytes) -> bytes:
    """A letter of Word's whose table of contents makes no sense."""
    return zipped("[Content_Types].xml", "word/document.xml").replace(good, bad)


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
GOOD = {
    "plan.pdf": (b"%PDF-1.7 ...", "application/pdf"),
    "photo.PNG": (PNG, "image/png"),
    "photo.jpg": (b"\xff\xd8\xff\xe0 ...", "image/jpeg"),
    "photo.jpeg": (b"\xff\xd8\xff\xe1 ...", "image/jpeg"),
    "photo.webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    "photo.heic": (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
    "note.txt": ("納品は12月。".encode(), "text/plain"),
    "list.csv": ("a,b\r\n髙橋,1".encode("cp932", "replace"), "text/csv"),
    "letter.docx": (
        zipped("[Content_Types].xml", "word/document.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "sheet.xlsx": (
        zipped("[Content_Types].xml", "xl/workbook.xml"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "all.zip": (zipped("a.txt"), "application/zip"),
}


def file(name: str = "plan.pdf", content: bytes = b"%PDF-1.7", kind: str = "text/html"):
    """What a browser sends; the type that it claims means nothing."""
    return SimpleUploadedFile(name, content, content_type=kind)


def comment(client: Client, document, *files, text: str = "Here it is.", key: str = ""):
    data = {"text": text, "key": key or str(uuid.uuid4()), "attachments": list(files)}
    return client.post(address(document, "link-comment"), data)


def address_of(document, attachment: Attachment) -> str:
    return reverse("portal:link-file", args=[link_to(document).token, attachment.pk])


@pytest.fixture
def estimate():
    return open_estimate()


@pytest.fixture
def staff(estimate):
    client = Client()
    client.force_login(MembershipFactory(organisation=estimate.organisation).user)
    return client


def reply(staff: Client, document, *files, **fields: str):
    data = {"text": "See here.", "key": str(uuid.uuid4()), "attachments": list(files)} | fields
    slug = document.organisation.slug
    return staff.post(reverse("portal:estimate-comment", args=[slug, document.number]), data)


# spec 69
@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_comes_back_as_a_download_of_its_own_type(client, estimate, name):
    content, content_type = GOOD[name]

    page = client.get(comment(client, estimate, file(name, content)).url)
    answer = client.get(address_of(estimate, Attachment.objects.get()))

    assert name in page.text
    assert answer.content == content
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in answer["Cache-Control"]


# spec 69
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.html", b"<script>", "cannot be attached"),
        ("picture.svg", b"<svg/>", "cannot be attached"),
        ("program.exe", b"MZ", "cannot be attached"),
        ("none", b"%PDF-1.7", "cannot be attached"),
        ("page.pdf", b"<html>", "not what its ending says"),
        ("photo.png", b"%PDF-1.7", "not what its ending says"),
        ("photo.jpg", PNG, "not what its ending says"),
        ("photo.webp", b"RIFF....WAVE", "not what its ending says"),
        ("photo.heic", b"\x00\x00\x00\x18ftypmp42", "not what its ending says"),
        ("note.txt", b"MZ\x00\x00", "not what its ending says"),
        ("letter.docx", zipped("word/document.xml"), "not what its ending says"),
        ("sheet.xlsx", zipped("[Content_Types].xml", "word/x"), "not what its ending says"),
        ("letter.docx", b"PK\x03\x04 cut off", "not what its ending says"),
        ("letter.docx", broken(b"PK\x01\x02", b"PK??"), "not what its ending says"),
        ("letter.docx", broken(b"\x14\x03\x14\x00", b"\x14\x03\xf0\x00"), "not what its ending"),
        ("all.zip", b"PK\x03\x04 cut off", "not what its ending says"),
        ("empty.pdf", b"", "is empty"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_the_words_stay(client, estimate, name, content, words):
    answer = comment(client, estimate, file("good.pdf"), file(name, content), text="Two files.")

    assert answer.status_code == 422
    assert words in answer.text
    assert "Two files." in answer.text
    assert f"Please choose the files again: good.pdf, {name}" in answer.text
    assert nothing_happened()


# spec 69
def test_a_file_that_is_too_large_is_refused(client, estimate):
    answer = comment(client, estimate, file(content=b"%PDF-" + b"x" * LARGEST))

    assert answer.status_code == 422
    assert "plan.pdf is larger than 10 MB" in answer.text
    assert nothing_happened()


def test_five_files_are_the_most(client, estimate):
    too_many = comment(client, estimate, *(file(f"{n}.pdf") for n in range(6)))
    just_right = comment(client, estimate, *(file(f"{n}.pdf") for n in range(5)))

    assert "up to 5 files" in too_many.text
    assert just_right.status_code == 302
    assert Attachment.objects.count() == 5


def test_good_files_have_to_be_chosen_again_when_the_words_are_too_many(client, estimate):
    answer = comment(client, estimate, file(), text="a" * 5001)

    assert answer.status_code == 422
    assert "Please choose the files again: plan.pdf" in answer.text
    assert nothing_happened()


# spec 64
def test_a_file_says_enough_without_words(client, estimate):
    page = client.get(comment(client, estimate, file(), text="  ").url)

    assert Comment.objects.get().text == ""
    assert "plan.pdf" in page.text
    assert '<div class="bubble">' not in page.text


# spec 69
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/plan.pdf", "plan.pdf"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ("..pdf", "pdf"),
        (".hidden.pdf", "hidden.pdf"),
        ("inv\u202efdp.pdf", "invfdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("  two   spaces .pdf", "two spaces .pdf"),
        ("見積\u3000図面.pdf", "見積 図面.pdf"),
        ("", "file"),
        ("/", "file"),
    ],
)
def test_a_name_has_no_path_and_nothing_that_nobody_sees(given, kept):
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending():
    name = clean_name("あ" * 300 + ".pdf")

    assert len(name) == 120
    assert name.endswith(".pdf")


# spec 66
def test_a_hostile_name_is_shown_as_text_and_breaks_no_header(client, estimate):
    page = client.get(comment(client, estimate, file('<b>"x"</b>.pdf')).url)
    answer = client.get(address_of(estimate, Attachment.objects.get()))

    assert "<b>" not in page.text.split("<main")[1]
    assert "\n" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment; filename=")


# spec 67, 111
def test_a_file_opens_by_the_link_to_its_own_document_only(client, estimate):
    comment(client, estimate, file())
    foreign = open_invoice(contact=estimate.contact)
    [attachment] = Attachment.objects.all()

    assert client.get(address_of(estimate, attachment)).status_code == 200
    assert client.get(address_of(foreign, attachment)).status_code == 404
    assert client.get(reverse("portal:link-file", args=["x", attachment.pk])).status_code == 404


# spec 67
def test_no_form_can_name_a_file_of_somebody_else(client, estimate):
    comment(client, estimate, file())
    [attachment] = Attachment.objects.all()
    other = open_estimate()

    data = {"text": "hi", "key": str(uuid.uuid4()), "attachments": attachment.pk}
    client.post(address(other, "link-comment"), data)

    assert Attachment.objects.at(other).count() == 0
    assert Attachment.objects.get().comment.contact == estimate.contact


# spec 65
def test_files_of_internal_notes_never_reach_customers(client, estimate, staff):
    reply(staff, estimate, file("margin.pdf"), is_internal="on")
    [attachment] = Attachment.objects.all()
    slug = estimate.organisation.slug
    inside = reverse("portal:estimate-file", args=[slug, estimate.number, attachment.pk])

    assert "margin.pdf" not in client.get(address(estimate)).text
    assert client.get(address_of(estimate, attachment)).status_code == 404
    assert staff.get(address_of(estimate, attachment)).status_code == 404
    assert staff.get(inside).content == b"%PDF-1.7"


# spec 65, 72
def test_a_colleagues_file_reaches_the_customer_and_the_e_mail_says_so(client, estimate, staff):
    reply(staff, estimate, file("offer.pdf"), file("plan.pdf"), text="")

    page = client.get(address(estimate)).text
    email = sending.message_of(Email.objects.get())

    assert "offer.pdf" in page
    assert "2 files came with it" in email.body
    assert email.attachments == []


def test_a_colleagues_bad_file_loses_nothing(staff, estimate):
    answer = reply(staff, estimate, file("page.html", b"<p>"), text="As promised.")

    assert answer.status_code == 422
    assert "As promised." in answer.text
    assert "page.html: files of this kind cannot be attached." in answer.text
    assert not Comment.objects.exists()


def test_staff_of_another_organisation_find_no_file(client, estimate):
    comment(client, estimate, file())
    stranger = Client()
    stranger.force_login(MembershipFactory().user)
    slug, pk = estimate.organisation.slug, Attachment.objects.get().pk

    answer = stranger.get(reverse("portal:estimate-file", args=[slug, estimate.number, pk]))

    assert answer.status_code == 404


# spec 71
def test_sending_twice_keeps_the_files_once(client, estimate):
    key = str(uuid.uuid4())

    comment(client, estimate, file(), key=key)
    comment(client, estimate, file(), key=key)

    assert Attachment.objects.count() == 1


def test_the_event_says_how_many_files_came(client, estimate):
    comment(client, estimate, file(), file("other.pdf"), text="")
    comment(client, estimate, text="No file.")

    commented = Event.objects.filter(kind="estimate.commented").order_by("pk")
    facts = [(event.facts.get("files"), event.facts.get("text")) for event in commented]
    assert facts == [(2, None), (None, "No file.")]


def test_showing_a_conversation_reads_no_file(client, estimate, django_assert_max_num_queries):
    for _number in range(3):
        comment(client, estimate, file(), file("other.pdf"))
    target = address(estimate)

    with django_assert_max_num_queries(7) as queries:
        Client().get(target)

    assert not any('"content"' in query["sql"] for query in queries)
