"""Every address of the project answers every person as tests/access_rows.py says."""

import re

import pytest
from django.db import transaction
from django.test import Client

from portal.demo.mailbox import letters
from tests import access_rows
from tests.access_world import HOME, ZOHO, World, write_letter
from tests.portal.guests import come_in
from tests.test_gets import ROUTES

pytestmark = pytest.mark.django_db


PARTS = 4

Row = tuple[str, str, dict[str, str]]


def table(text: str, below: str = "") -> list[Row]:
    """The rows of a table: route, method, and an answer for each person."""
    heading, *lines = text.strip("\n").splitlines()
    rows = []
    for line in lines:
        route, method, *answers = line.split()
        people = heading.split()
        route = below + ("" if route == "(empty)" else route)
        rows.append((route, method, dict(zip(people, answers, strict=True))))
    return rows


ROWS = [
    *table(access_rows.MEMBERS),
    *table(access_rows.DOCUMENTS.replace("{}", "estimates")),
    *table(access_rows.DOCUMENTS.replace("{}", "invoices")),
    *table(access_rows.ESTIMATES),
    *table(access_rows.INVOICES),
    *table(access_rows.CHAT, f"{HOME}chat/"),
    *table(access_rows.ZOHO, ZOHO),  # Last, because it ends with disconnecting at Zoho itself.
    *table(access_rows.LINKS),
    *table(access_rows.GUESTS, "home/<slug:organisation>/<int:pk>/"),
    *table(access_rows.ANYBODY),
    *table(access_rows.ACCOUNTS, "accounts/"),
    *table(access_rows.OPERATORS, "admin/"),
]
# There in development only.
ONLY_DEBUG = {"styleguide/"} - set(ROUTES)
# Who gets in here needs what only a longer way gives; other tests go it.
ELSEWHERE = {
    "o/<slug:organisation>/settings/logo/",
    "accounts/2fa/recovery-codes/",
    "accounts/zoho/login/",
    "accounts/zoho/login/callback/",
    "admin/(?P<url>.*)$",
    "admin/autocomplete/",
    "admin/r/<path:content_type_id>/<path:object_id>/",
    "accounts/2fa/recovery-codes/download/",
    "accounts/2fa/totp/deactivate/",
    "accounts/3rdparty/login/error/",
    "accounts/social/connections/",
    "accounts/social/login/cancelled/",
    "accounts/social/login/error/",
    "accounts/social/signup/",
    "pay/stripe/<str:account>/webhook/",
    "profile/sessions/<int:pk>/end/",
    "zoho/cliq/callback/",
}
# The operators' pages of one kind of row are Django's, and alike.
MODEL_PAGES = re.compile(r"admin/\w+/\w+/(<path:object_id>/)?(\w+/)?$")


def test_every_address_has_its_rows():
    named = {(route, method) for route, method, _answers in ROWS}
    ours = [route for route in ROUTES if not MODEL_PAGES.match(route)]

    missing = {(route, method) for route in ours for method in ("GET", "POST")} - named

    assert sorted(missing) == []
    assert sorted({route for route, _method in named} - set(ROUTES) - ONLY_DEBUG) == []
    assert len(named) == len(ROWS)


def test_every_address_lets_somebody_in():
    welcome = {"200", "204", "302"}
    open_to_somebody = ELSEWHERE | {
        route for route, _method, who in ROWS if welcome & set(who.values())
    }

    assert sorted({route for route, _method, _who in ROWS} - open_to_somebody) == []


@pytest.fixture
def world(connection, cliq, settings, tmp_path):
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = str(tmp_path)
    write_letter(str(tmp_path))
    world = World(connection, cliq)
    world.words["letter"] = letters()[0].name
    return world


@pytest.mark.parametrize(
    "rows",
    [pytest.param(ROWS[n::PARTS], id=str(n)) for n in range(PARTS)],
)
def test_everybody_gets_what_the_rows_say(world, rows):
    wrong = []
    for route, method, expected in [row for row in rows if row[0] not in ONLY_DEBUG]:
        found = {who: answer(world, route, method, who) for who in expected}
        if found != expected:
            wrong.append(f"{route} {method}: {' '.join(found.values())}, not {expected}")

    assert not wrong, "\n".join(["", *wrong])


def answer(world, route, method, who):
    """What the person gets; whatever it changed is undone."""
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        if who in world.users:
            client.force_login(world.users[who])
        if who in world.guests and "<str:token>" not in route:
            come_in(client, world.guests[who])
        target = filled(route, world.address(route, who))
        ask = client.post if method == "POST" else client.get
        response = ask(target, world.forms.get(route, {}))
        transaction.set_rollback(True)
    if response.status_code == 302 and "/login/?next=" in response["Location"]:
        return "login"
    return str(response.status_code)


def filled(route, words):
    """The route with a word in every gap."""
    path = re.sub(r"(?<!P)<(?:\w+:)?(\w+)>", lambda gap: str(words.get(gap[1], "x")), route)
    path = re.sub(r"\(\?P<\w+>(portal)?[^)]*\)+", lambda gap: gap[1] or "x", path)
    return "/" + re.sub(r"[\^$\\]|\\Z|\?$", "", path)
