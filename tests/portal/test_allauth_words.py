"""What django-allauth says, in our words."""

import gettext
from pathlib import Path

import allauth
from django.utils import translation

from portal.allauth_words import WORDS

THEIRS = Path(allauth.__file__).parent / "locale/ja/LC_MESSAGES/django.mo"


def test_allauth_still_says_what_we_say_otherwise():
    with THEIRS.open("rb") as file:
        known = gettext.GNUTranslations(file)

    assert [words for words in WORDS if known.gettext(words) == words] == []


def test_japanese_has_one_word_for_signing_in():
    with translation.override("ja"):
        said = [translation.gettext(words) for words in WORDS]

    assert [words for words in said if "ログイン" in words or "あなた" in words] == []
    assert not set(WORDS) & set(said)
