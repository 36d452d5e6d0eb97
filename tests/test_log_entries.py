"""What strangers type forges no entry of the log, and sign-ins are told in it."""

import json
import logging
import logging.config
import sys
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from books_cliq.logs import logging_to_stderr
from tests.factories import PASSWORD, MembershipFactory


@pytest.fixture
def logged(capsys):
    """What the product's own logging writes about one entry."""
    yield lambda is_json, *entry, **more: written(capsys, is_json, *entry, **more)
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})


def written(capsys, is_json, *entry, **more):
    settings = logging_to_stderr("INFO", is_json=is_json)
    handler = settings["handlers"]["stderr"] | {"stream": sys.stderr}
    logger = {"handlers": ["stderr"], "level": "INFO", "propagate": False}
    del settings["root"]
    settings |= {"handlers": {"stderr": handler}, "loggers": {"tests.logs": logger}}
    logging.config.dictConfig(settings)
    logging.getLogger("tests.logs").warning(*entry, **more)
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("forged", ["\n2026", "\r\n2026", "\u2028 2026", "\x85 2026", "\x1b[2J"])
@pytest.mark.parametrize("is_json", [False, True])
def test_what_strangers_type_begins_no_entry_of_its_own(logged, forged, is_json):
    lines = logged(is_json, "Not Found: %s", f"/x{forged} INFO all is well")

    assert len(lines) == 1
    assert "\x1b" not in lines[0]
    told = json.loads(lines[0])["message"] if is_json else lines[0]
    assert "\\x" in told


def test_what_an_exception_says_begins_no_entry_either(logged):
    try:
        raise ValueError("typed\n2026-11-28 01:00:00 INFO all is well")
    except ValueError:
        first, *rest = logged(False, "It broke", exc_info=True)

    assert first.endswith("It broke")
    assert rest
    assert all(line.startswith("  ") for line in rest)


@pytest.mark.parametrize("is_json", [False, True])
def test_entries_say_when_with_their_offset(logged, is_json):
    [line] = logged(is_json, "Something")

    when = json.loads(line)["asctime"] if is_json else line.split()[0]
    assert datetime.fromisoformat(when).utcoffset() == timedelta(0)


@pytest.mark.django_db
def test_sign_ins_are_logged_by_number_and_address_and_never_in_words(client, caplog):
    user = MembershipFactory().user
    caplog.set_level("INFO", logger="portal.signins")

    client.post(reverse("account_login"), {"login": user.email, "password": "a wrong one"})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_logout"))

    assert [record.getMessage() for record in caplog.records if "portal" in record.name] == [
        "A sign-in was refused from 127.0.0.1",
        f"User {user.pk} signed in from 127.0.0.1 by password",
        f"User {user.pk} signed out from 127.0.0.1",
    ]
    assert user.email not in caplog.text
