"""The demo's mailbox page."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

pytestmark = pytest.mark.django_db

OURS = "http://localhost:8000/p/token-of-43_characters/"


@pytest.fixture
def sent(settings, tmp_path):
    """Two e-mails, as Django's file backend leaves them."""
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = str(tmp_path)
    backend = get_connection(
        "django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path)
    )
    for subject, text in (("見積書 EST-000001", f"こちら:\n{OURS}\n"), ("<b>Hello</b>", HOSTILE)):
        message = EmailMultiAlternatives(subject, text, "Books <a@b.example>", ["c@d.example"])
        message.attach_alternative("<p>HTML</p>", "text/html")
        backend.send_messages([message])
    return tmp_path


HOSTILE = (
    "<script>alert(1)</script> http://evil.example/ http://localhost:8000.evil.example/x\n"
    'http://localhost:8000/"onclick="x'
)


def letters_of(client):
    page = client.get(reverse("portal:mailbox")).text
    return [part.split('"')[0] for part in page.split('href="')[1:] if "/demo/mailbox/" in part]


def test_the_mailbox_lists_every_e_mail(client, sent):
    page = client.get(reverse("portal:mailbox"))

    assert page.status_code == 200
    assert "見積書 EST-000001" in page.text
    assert "&lt;b&gt;Hello&lt;/b&gt;" in page.text
    assert "c@d.example" in page.text


def test_an_e_mail_is_text_with_links_to_ourselves(client, sent):
    pages = [client.get(address).text for address in letters_of(client) if address[-2].isdigit()]

    text = "".join(pages)
    assert f'<a href="{OURS}">{OURS}</a>' in text
    assert "<p>HTML</p>" not in text


def test_hostile_words_stay_words(client, sent):
    pages = [client.get(address).text for address in letters_of(client) if address[-2].isdigit()]

    text = "".join(pages)
    assert "<script>alert(1)</script>" not in text
    assert 'href="http://evil' not in text
    assert 'href="http://localhost:8000.evil' not in text
    assert "onclick=&quot;x" in text


def test_an_empty_mailbox_says_so(client, settings, tmp_path):
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = str(tmp_path)

    assert "No e-mail yet" in client.get(reverse("portal:mailbox")).text
    assert client.get(reverse("portal:mailbox-message", args=["none"])).status_code == 404


def test_a_pdf_can_be_opened(client, settings, tmp_path):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    message = EmailMultiAlternatives("Hello", "Text", to=["kenji@customer.example"])
    message.attach("INV-000001.pdf", b"%PDF-1.7", "application/pdf")
    message.send()

    (address,) = [one for one in letters_of(client) if one[-2].isdigit()]
    file = client.get(f"{address}INV-000001.pdf/")

    assert f'href="{address}INV-000001.pdf/"' in client.get(address).text
    assert (file.content, file["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert client.get(f"{address}other.pdf/").status_code == 404


def test_outside_the_demo_there_is_no_mailbox(client, sent, settings):
    settings.DEMO = False

    assert client.get(reverse("portal:mailbox")).status_code == 404
    assert client.get(reverse("portal:mailbox-message", args=["x"])).status_code == 404
