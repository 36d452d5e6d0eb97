"""What Django and django-allauth say, in our words."""

import gettext
from pathlib import Path

import allauth
import django
import pytest
from django.conf import settings
from django.utils import translation

from portal.allauth_words import WORDS

JA = "locale/ja/LC_MESSAGES/django.mo"
THEIRS = [
    Path(allauth.__file__).parent / JA,
    Path(django.__file__).parent / "contrib/auth" / JA,
]
ENGLISH = settings.BASE_DIR / "books_cliq/words/en/LC_MESSAGES/django.mo"


def catalogue(path):
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def known_words():
    return set().union(*(catalogue(path)._catalog for path in THEIRS))


def test_they_still_say_what_we_say_otherwise():
    english = {words for words in catalogue(ENGLISH)._catalog if isinstance(words, str) and words}

    assert set(WORDS) - known_words() == set()
    assert english - known_words() == set()


def test_japanese_has_one_word_for_signing_in():
    with translation.override("ja"):
        said = [translation.gettext(words) for words in WORDS]

    assert [words for words in said if "ログイン" in words or "あなた" in words] == []
    assert not set(WORDS) & set(said)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("Two-Factor Authentication", "Two-step sign-in"), ("Email", "E-mail address")],
)
def test_english_has_one_word_for_one_thing(theirs, ours):
    with translation.override("en"):
        assert translation.gettext(theirs) == ours
