"""Settings › Profile: who the organisation is, its logo and its colour."""

import io
import zlib
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from portal import colours, pictures
from portal.mail import document_email
from portal.models import Act, Logo, Organisation
from portal.pdf import document_pdf, receipt_pdf, statement_pdf
from portal.statements import Period, statement_of
from tests.factories import (
    NOON,
    ContactFactory,
    MembershipFactory,
    make_estimate,
    make_invoice,
    make_link,
    picture,
    record_payment,
)

PROFILE = {
    "name": "Harbour Design",
    "email": "office@harbour.example",
    "phone": "045-000-1234",
    "website": "https://harbour.example",
    "postal_code": "〒231-0000",
    "address": "1 Pier Street",
    "language": "ja",
    "time_zone": "Asia/Tokyo",
    "currency": "EUR",
    "accent": "#0B6845",
}


@pytest.fixture
def admin(db):
    return MembershipFactory(admin=True)


@pytest.fixture
def books(client, admin):
    client.force_login(admin.user)
    return client


def address(admin, name="profile-settings"):
    return reverse(f"portal:{name}", args=[admin.organisation.slug])


def upload(books, admin, data, name="logo.png"):
    return books.post(address(admin, "logo-change"), {"logo": SimpleUploadedFile(name, data)})


def test_an_admin_sets_the_profile(books, admin):
    answer = books.post(address(admin), PROFILE)

    assert answer.url == address(admin)
    organisation = Organisation.objects.get(pk=admin.organisation_id)
    expected = PROFILE | {"postal_code": "231-0000", "accent": "#0b6845"}
    assert {name: getattr(organisation, name) for name in PROFILE} == expected
    assert "Harbour Design" in books.get(address(admin)).text


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"name": ""}, "This field is required"),
        ({"email": "office"}, "valid email address"),
        ({"website": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"website": "harbour.example"}, "Enter a valid URL"),
        ({"time_zone": "Mars/Base"}, "Select a valid choice"),
        ({"currency": "XXX"}, "Select a valid choice"),
        ({"language": "fr"}, "Select a valid choice"),
        ({"accent": "red"}, "six digits or letters"),
        ({"accent": "#12345g"}, "six digits or letters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(books, admin, fields, complaint):
    answer = books.post(address(admin), PROFILE | fields)

    assert answer.status_code == 422
    assert complaint in answer.text
    assert "1 Pier Street" in answer.text
    assert not Organisation.objects.filter(address="1 Pier Street").exists()


def test_the_profile_stands_on_paper_and_in_the_portal(books, admin, client):
    books.post(address(admin), PROFILE)
    invoice = make_invoice(contact=ContactFactory(customer__organisation=admin.organisation))
    client.logout()

    page = client.get(make_link(invoice, timezone.now()).url).text

    for words in ("〒231-0000", "https://harbour.example", "045-000-1234"):
        assert words in page


# Two admins, and forms that show more than one of them changes.


def shown(books, admin, name="profile-settings"):
    """What a browser would send back of the page as it is."""
    form = books.get(address(admin, name)).context["form"]
    told = {}
    for field in form:
        told[field.html_name] = field.value() or ""
        told[field.html_initial_name] = field.value() or ""
    return told


def test_of_two_admins_nobody_overwrites_what_the_other_changed(books, admin):
    first, second = shown(books, admin), shown(books, admin)

    books.post(address(admin), first | {"phone": "045-111-1111", "name": "New name"})
    books.post(address(admin), second | {"email": "new@harbour.example"})

    organisation = Organisation.objects.get(pk=admin.organisation_id)
    assert (organisation.phone, organisation.name) == ("045-111-1111", "New name")
    assert organisation.email == "new@harbour.example"
    changes = [change["field"] for act in Act.objects.order_by("pk") for change in act.changes]
    assert changes == [f"portal.organisation.{name}" for name in ("name", "phone", "email")]


def test_what_both_changed_is_the_later_ones_and_the_log_has_both(books, admin):
    first, second = shown(books, admin), shown(books, admin)

    books.post(address(admin), first | {"phone": "1"})
    books.post(address(admin), second | {"phone": "2"})

    values = [(c["old"], c["new"]) for act in Act.objects.order_by("pk") for c in act.changes]
    assert values == [("", "1"), ("1", "2")]


def test_a_mistake_does_not_make_the_page_forget_what_it_showed(books, admin):
    told = shown(books, admin)
    Organisation.objects.update(phone="045-111-1111")

    again = books.post(address(admin), told | {"name": ""})

    hidden = again.context["form"]["phone"].as_hidden(only_initial=True)
    assert "045-111-1111" not in hidden


def test_saving_what_is_there_already_is_no_change(books, admin):
    books.post(address(admin), shown(books, admin))

    assert not Act.objects.exists()


# The logo.


def test_a_logo_is_taken_shown_and_removed(books, admin, client):
    upload(books, admin, picture((1200, 300)))
    organisation = Organisation.objects.get()
    logo = reverse("portal:brand-logo", args=[organisation.logo_digest])

    answer = client.get(logo)

    assert answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.content)).size == (600, 150)
    assert logo in books.get(address(admin)).text
    books.post(address(admin, "logo-remove"))
    assert client.get(logo).status_code == 404
    assert logo not in books.get(address(admin)).text
    kinds = list(Act.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["logo.changed", "logo.removed"]


def test_logo_and_colour_stand_at_the_customers_door(books, admin, client):
    upload(books, admin, picture((40, 20)))
    Organisation.objects.update(accent="#0b6e75")
    organisation = Organisation.objects.get()

    page = client.get(reverse("portal:enter"), {"at": organisation.slug}).text

    assert reverse("portal:brand-logo", args=[organisation.logo_digest]) in page
    assert reverse("portal:brand-colour", args=["#0b6e75"]) in page


def test_another_logo_has_another_address(books, admin):
    upload(books, admin, picture((40, 20)))
    before = Organisation.objects.get().logo_digest

    upload(books, admin, picture((40, 21)))

    assert Organisation.objects.get().logo_digest != before
    assert Logo.objects.count() == 1


def test_nobody_needs_to_sign_in_to_see_a_logo_and_no_cookie_is_set(admin, client):
    Logo.objects.put(admin.organisation, picture())

    answer = client.get(reverse("portal:brand-logo", args=[admin.organisation.logo_digest]))

    assert answer.status_code == 200
    assert not answer.cookies


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_usual_kinds_of_pictures_become_png(kind):
    data = picture((30, 30), kind)

    png = pictures.logo_of(io.BytesIO(data), len(data))

    assert Image.open(io.BytesIO(png)).format == "PNG"


def test_only_pixels_stay():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "made by Kenji")
    for kind, more in (("JPEG", {"exif": exif, "comment": b"secret"}), ("PNG", {"pnginfo": info})):
        data = picture((30, 30), kind, icc_profile=b"profile", **more)
        png = pictures.logo_of(io.BytesIO(data), len(data))

        clean = Image.open(io.BytesIO(png))
        clean.load()

        assert clean.info == {}
        assert not clean.getexif()


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = picture((60, 20), "JPEG", exif=exif)

    png = pictures.logo_of(io.BytesIO(data), len(data))

    assert Image.open(io.BytesIO(png)).size == (20, 60)


def test_a_photograph_is_kept_short():
    out = io.BytesIO()
    Image.effect_noise((900, 300), 90).convert("RGB").save(out, "PNG")

    png = pictures.logo_of(io.BytesIO(out.getvalue()), len(out.getvalue()))

    assert len(png) < 1.2 * pictures.LONG
    assert Image.open(io.BytesIO(png)).size == (600, 200)


def chunk(name, data):
    body = name + data
    return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def bomb(width, height):
    """A PNG that says it is huge, and whose few bytes unfold to nearly nothing."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "empty"),
        (SVG, "no PNG, JPEG or WebP picture"),
        (picture((30, 30), "GIF"), "no PNG, JPEG or WebP picture"),
        (picture((30, 30))[:60], "no PNG, JPEG or WebP picture"),
        (b"GIF89a<script>", "no PNG, JPEG or WebP picture"),
        (b"\0" * (pictures.LARGEST_FILE + 1), "larger than 2 MB"),
        (bomb(5000, 5000), "too many pixels"),
        (bomb(12_000, 12_000), "too many pixels"),
        (bomb(60_000, 60_000), "too many pixels"),
    ],
    ids=["empty", "svg", "gif", "cut", "text", "large", "many", "warned", "bomb"],
)
def test_what_is_no_harmless_picture_is_refused_with_a_reason(books, admin, data, complaint):
    answer = upload(books, admin, data)

    assert answer.status_code == 422
    assert complaint in answer.text
    assert not Logo.objects.exists()


def test_no_file_at_all_is_asked_for(books, admin):
    answer = books.post(address(admin, "logo-change"))

    assert (answer.status_code, "Choose a picture first." in answer.text) == (422, True)


def test_the_logo_stands_on_the_pdf(admin):
    estimate = make_estimate(contact=ContactFactory(customer__organisation=admin.organisation))
    without = document_pdf(estimate)

    Logo.objects.put(estimate.organisation, picture())

    assert b"/Subtype/Image" in document_pdf(estimate)
    assert b"/Subtype/Image" not in without


def test_receipts_and_statements_have_the_letterhead_of_documents(admin):
    organisation = admin.organisation
    contact = ContactFactory(customer__organisation=organisation)
    payment = record_payment(make_invoice(contact=contact))
    statement = statement_of(contact.customer, "JPY", Period(NOON.date(), NOON.date()))
    plain = [receipt_pdf(payment), statement_pdf(statement, contact, made_at=NOON)]

    organisation.accent = "#0b6845"
    coloured = [receipt_pdf(payment), statement_pdf(statement, contact, made_at=NOON)]
    Logo.objects.put(organisation, picture())
    whole = [receipt_pdf(payment), statement_pdf(statement, contact, made_at=NOON)]

    assert all(before != after for before, after in zip(plain, coloured, strict=True))
    assert [b"/Subtype/Image" in paper for paper in [*plain, *whole]] == [False] * 2 + [True] * 2


def test_a_logo_that_was_just_removed_does_not_stop_the_pdf(admin):
    estimate = make_estimate(contact=ContactFactory(customer__organisation=admin.organisation))
    estimate.organisation.logo_digest = "gone"

    assert document_pdf(estimate).startswith(b"%PDF")


# The colour.

COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


@given(COLOURS)
def test_every_colour_becomes_one_that_can_be_read(colour):
    light, dark = colours.on_light(colour), colours.on_dark(colour)

    assert colours.contrast(light, colours.LIGHT) >= colours.READABLE
    assert colours.contrast(dark, colours.DARK) >= colours.READABLE
    assert colours.contrast(colours.ink_on(light), light) >= colours.READABLE
    assert colours.contrast(colours.ink_on(dark), dark) >= colours.READABLE


@given(COLOURS)
def test_every_colour_can_be_read_on_the_tinted_grounds_too(colour):
    light, dark = colours.on_light(colour), colours.on_dark(colour)

    on_light = [colours.contrast(light, ground) for ground in ("#e4f5ed", "#feeceb", "#fff2da")]
    on_dark = [colours.contrast(dark, ground) for ground in ("#11291f", "#341716", "#2d2310")]
    assert min(on_light + on_dark) >= colours.READABLE


@pytest.mark.parametrize("colour", ["#0b6845", "#3d57d6", "#b42318"])
def test_a_colour_that_can_be_read_stays_as_it_is(colour):
    assert colours.on_light(colour) == colour
    assert not colours.is_pale(colour)


def test_contrast_is_what_wcag_says():
    assert round(colours.contrast("#000000", "#ffffff"), 2) == 21
    assert round(colours.contrast("#777777", "#ffffff"), 2) == 4.48


def test_the_darker_one_makes_it_the_paler_it_counts():
    shades = [colours.contrast(f"#{n:02x}{n:02x}{n:02x}", "#ffffff") for n in range(0, 256, 5)]

    assert all(darker > paler for darker, paler in pairwise(shades))


def test_the_portal_takes_the_colour_from_a_stylesheet_of_our_own(books, admin, client):
    books.post(address(admin), PROFILE)
    estimate = make_estimate(contact=ContactFactory(customer__organisation=admin.organisation))
    client.logout()
    sheet = "/brand/0b6845.css"

    page = client.get(make_link(estimate, timezone.now()).url)

    assert f'href="{sheet}"' in page.text
    answer = client.get(sheet)
    assert answer["Content-Type"].startswith("text/css")
    assert "--accent: light-dark(#0b6845, " in answer.text
    assert "style-src 'self'" in page["Content-Security-Policy"]


def test_letters_take_the_colour_too(admin):
    admin.organisation.accent = "#ffe600"
    admin.organisation.save()
    contact = ContactFactory(customer__organisation=admin.organisation)
    invoice = make_invoice(contact=contact)
    words = {"subject": "Hello", "text": "Hello", "by": admin.user, "now": timezone.now()}

    letter = document_email(invoice, contact, make_link(invoice), **words)

    assert admin.organisation.shade in letter.html
    assert "#3d57d6" not in letter.html


@pytest.mark.parametrize("name", ["0B6845", "xyz", "0b68450", "}body{", "0b684"])
def test_no_other_address_gives_a_stylesheet(client, db, name):
    assert client.get(f"/brand/{name}.css").status_code == 404


def test_a_pale_colour_is_taken_and_explained(books, admin):
    books.post(address(admin), PROFILE | {"accent": "#ffe600"})

    page = books.get(address(admin)).text

    assert "#ffe600 is too pale to be read on white" in page
    assert Organisation.objects.get().shade in page
