"""What the strict CSP and the design system ask of every template."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string

TEMPLATES = settings.BASE_DIR / "templates"
STATIC = settings.BASE_DIR / "static"
# E-mail programs read no stylesheet, so letters bring theirs with them.
PAGES = [page for page in TEMPLATES.rglob("*.html") if "mail" not in page.parts]
LAYERS = ["reset", "tokens", "base", "layout", "components", "utilities"]


def name_of(page: Path) -> str:
    return str(page.relative_to(TEMPLATES))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_holds_nothing_that_the_csp_refuses(page: Path):
    inline = r'\sstyle=|\son\w+="|<style|<script(?![^>]*(\ssrc=|application/json))|hx-on|"data:'

    refused = re.findall(inline, page.read_text())

    assert refused == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_icon_of_a_page_is_in_the_sprite(page: Path):
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))

    wanted = set(re.findall(r'_icon\.html" with name="([\w-]+)"', page.read_text()))

    assert wanted <= drawn


def test_the_stylesheet_stays_in_its_layers_and_readable():
    sheet = (STATIC / "books.css").read_text()

    layers = re.findall(r"^@layer (\w+) \{", sheet, re.MULTILINE)

    assert layers == LAYERS
    assert len(sheet.splitlines()) <= 700
    assert "data:" not in sheet


def test_the_page_for_our_own_errors_needs_no_context():
    page = render_to_string("500.html")

    assert "Something went wrong" in page
    assert "エラーが発生しました" in page


class Invited(forms.Form):
    email = forms.EmailField(help_text="Where the invitation goes.")
    is_admin = forms.BooleanField(required=False)


def test_help_and_error_of_a_field_are_tied_to_it():
    form = Invited({"email": "hana@"})

    drawn = render_to_string("forms/fields.html", {"form": form})

    described = re.search(r'<input[^>]*name="email"[^>]*aria-describedby="([^"]+)"', drawn)
    assert described is not None
    assert described[1].split() == ["id_email_helptext", "id_email_error"]
    for name in described[1].split():
        assert f'id="{name}"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_what_people_typed_is_escaped_where_a_form_comes_back():
    form = Invited({"email": '"><script>alert(1)</script>'})

    drawn = render_to_string("forms/fields.html", {"form": form})

    assert "<script>" not in drawn
