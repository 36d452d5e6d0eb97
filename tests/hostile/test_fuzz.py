"""No address gives way, whatever is sent: no server error, nothing of a neighbour's changed.

The addresses come from the URLconf, the fields from the forms of its own pages, so that a new
one is tried by itself. There are too many pairs to try them all: each run takes a sample that
moves on from field to field.
"""

import os
import re
from collections import defaultdict
from itertools import chain, islice
from pathlib import Path

import pytest

from portal.demo.mailbox import letters
from tests.access_world import World, write_letter
from tests.test_gets import ROUTES

from .attacks import Attacks, encoded, people
from .neighbour import Neighbour
from .values import BODIES, FORM, HEADERS, VALUES

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent.parent
READ = re.compile(r'\.GET(?:\.get\(|\.getlist\(|\[)"(\w+)"')
# Every word that some view reads from a query, and what Zoho and Django's operators' pages read.
QUERY = {
    name
    for app in ("portal", "integrations")
    for path in (ROOT / app).rglob("*.py")
    for name in READ.findall(path.read_text())
} | {"code", "error", "location", "accounts-server", "next", "o", "e", "_changelist_filters"}

GAPS = re.compile(r"(?<!P)<(?:\w+:)?(\w+)>")
# As they stand in an address: what a browser would quote is quoted.
WORDS = {
    "nul": "a%00b",
    "no utf-8": "%FF%C0%80",
    "surrogate": "%ED%A0%80",
    "int64": str(2**63),
    "digits": "9" * 4_000,
    "zero": "0",
    "long": "a" * 5_000,
    "dots": "%2E%2E",
    "line": "a%0D%0Ab",
    "percent": "%25s%25n",
    "astral": "%F4%8F%BF%BF",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "space": "%20",
}


@pytest.fixture
def attacks(connection, cliq, settings, tmp_path):
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = str(tmp_path)
    write_letter(str(tmp_path))
    world = World(connection, cliq)
    world.words["letter"] = letters()[0].name
    attacks = Attacks(world)
    yield attacks
    assert not attacks.failures, attacks.told()


def is_name(name, value):
    """A field that may name a row."""
    names = {"member", "contact", "customer", "invoice", "tax", "event", "person", "key", "message"}
    return value.isdigit() or bool(names & set(re.split(r"\W|_|\d", name)))


# One in so many is tried; FUZZ_STEP=23 tries thirteen times as many, in as many times the time.
STEP = int(os.environ.get("FUZZ_STEP", "307"))


def forms_by_route(attacks):
    """Method and address -> the fields that the project's own pages send there."""
    found = defaultdict(dict)
    for route in ROUTES:
        for who in people(route):
            for target, method, fields in attacks.forms(route, who):
                found[method, target] |= fields
    for route, fields in attacks.world.forms.items():
        found["post", route] |= fields
    return found


def posts(route, form):
    """What may be sent to an address: each field wrong, missing, twice; then all of them wrong."""
    whole = list(form.items())
    yield "POST", "as it is", fields(whole)
    for name in form:
        rest = [pair for pair in whole if pair[0] != name]
        yield "POST", f"no {name}", fields(rest)
        for what, value in VALUES.items():
            yield "POST", f"{name}: {what}", fields([*rest, (name, value)])
            yield "POST", f"{name}: {what}, twice", fields([(name, value), *whole])
    for what, value in VALUES.items():
        yield "POST", f"all: {what}", fields([(name, value) for name in form])


def gets(route, form):
    """What may stand in a query: each word wrong, then all of them."""
    for what, value in VALUES.items():
        for name in form:
            yield "GET", f"{name}: {what}", {"QUERY_STRING": encoded([(name, value)])}
        everything = encoded([(name, value) for name in QUERY | set(form)])
        yield "GET", f"all: {what}", {"QUERY_STRING": everything}


def others(route):
    """Bodies, headers and methods that no browser sends, and words that no address has."""
    for what, (body, kind) in BODIES.items():
        yield "POST", what, {"data": body, "content_type": kind}
    for what, headers in HEADERS.items():
        yield "GET", what, {"headers": headers}
        yield "POST", what, {"headers": headers}
    for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        yield method, method, {}
    for gap in dict.fromkeys(GAPS.findall(route)):
        for what, word in WORDS.items():
            yield "GET", f"{gap}: {what}", {"words": {gap: word}}
            yield "POST", f"{gap}: {what}", {"words": {gap: word}}


def fields(pairs):
    return {"data": encoded(pairs), "content_type": FORM}


def test_no_address_gives_way_and_a_neighbour_loses_nothing(attacks):
    neighbour = Neighbour()
    forms = forms_by_route(attacks)

    for place, route in enumerate(ROUTES):
        everything = chain(
            posts(route, forms["post", route]), gets(route, forms["get", route]), others(route)
        )
        # Begun elsewhere at each address, so that each value comes up at some of them.
        for method, what, how in islice(everything, place % STEP, None, STEP):
            for who in people(route):
                attacks.ask(method, route, who, what, **how)

    attacks.watch(neighbour)
    for place, route in enumerate(ROUTES):
        who = people(route)[-1]
        if who == "operator":
            continue  # They work in no organisation, and look after all.
        ids = neighbour.ids[place % len(neighbour.ids) :: len(neighbour.ids) if STEP > 99 else 3]
        for method, what, how in trespasses(route, forms["post", route], neighbour, ids):
            attacks.ask(method, route, who, what, **how)


def trespasses(route, form, neighbour, ids):
    """Another organisation's numbers in the gaps of an address, and in fields that name a row."""
    whole = list(form.items())
    if theirs := neighbour.words_for(route):
        yield "GET", "their address", {"words": theirs}
        yield "POST", "their address", {"words": theirs, **fields(whole)}
    for one in ids:
        named = [(name, one if is_name(name, value) else value) for name, value in whole]
        if named != whole:
            yield "POST", f"their {one}", fields(named)
