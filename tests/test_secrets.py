"""What a run leaves on the disk and in the logs opens nothing: no token, key, password or code.

A demo lives through everything that deals in secrets; then each secret that was seen is looked for
in every byte of the database, its log of writes, Huey's file and what the processes printed.
"""

import re
import sys
import time
import uuid
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from urllib.parse import urlencode

import pytest

from tests.demo import Visitor, running_demo
from tests.factories import PASSWORD
from tests.leaks import TOKENS, leaks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="The demo looks after itself on Linux."),
]

ZOHO = "/o/minato/settings/integrations/zoho/cliq"
STRIPE = {
    "publishable_key": "pk_test_everybodyMayKnow1",
    "secret_key": "sk_test_nobodyMayKnow2345",
    "webhook_secret": "whsec_nobodyMayKnow6789",
}
GUEST = "olivia@northwind.example"
# In letters: what opens something, and the codes that stand alone on a line.
LINKS = re.compile(r"/(?:p|invitations|password/reset/key|confirm-email)/([\w:-]{12,})/")
CODES = re.compile(r"^ *([0-9]{6}|[A-Z0-9]{3,4}-[A-Z0-9]{3,4}) *$", re.MULTILINE)


def live(demo) -> None:
    """Everything that deals in secrets, once."""
    with Visitor() as admin, Visitor() as customer, Visitor() as stranger:
        admin.open(f"{demo.books}/accounts/login/")
        admin.submit("", login=demo.admin["email"], password=demo.admin["password"])
        leaving = admin.session.get(
            f"{demo.books}{ZOHO}/authorise/", allow_redirects=False, timeout=60
        )
        back = demo.sandbox.consent(leaving.headers["Location"], demo.admin["email"])
        page = admin.open(f"{demo.books}/zoho/cliq/callback/?{urlencode(back)}")
        channel = re.search(r'name="channel_id" value="([^"]+)"', page)
        assert channel is not None
        both = {"notifications_enabled": "on", "chat_bar_enabled": "on"}
        admin.submit(f"{ZOHO}/connect/", channel_id=channel[1], **both)
        admin.open(f"{demo.books}/o/minato/settings/payments/")
        admin.submit("", **STRIPE, takes_cards="on")
        admin.open(f"{demo.books}/o/minato/settings/users/")
        admin.submit("", email="aiko@example.com", role="staff")
        customer.open(demo.links["estimate"])
        customer.submit(f"{demo.links['estimate']}comment/", text="Hello", key=uuid.uuid4())
        for page, told in (
            ("/enter/", {"email": GUEST}),
            ("/accounts/login/code/", {"email": demo.staff["email"]}),
            ("/accounts/password/reset/", {"email": demo.staff["email"]}),
        ):
            stranger.open(f"{demo.books}{page}")
            stranger.submit("", **told)
        stranger.open(f"{demo.books}/accounts/login/")
        stranger.submit("", login=demo.admin["email"], password=PASSWORD)


def letters(data: Path) -> str:
    """Every e-mail that was sent, its lines as they were before they were folded."""
    files = sorted((data / "mail").glob("*"))
    return "\n".join(file.read_text(errors="replace").replace("=\n", "") for file in files)


def until(condition) -> None:
    ends_at = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < ends_at, "it has not come true"
        time.sleep(0.2)


def test_nothing_that_is_kept_opens_anything(tmp_path, capfd):
    data = tmp_path / "data"
    with running_demo(data) as demo, closing(connect(data / "books.sqlite3")) as reader:
        reader.execute("SELECT 1 FROM sqlite_master")  # While one reads, the log of writes stays.
        live(demo)
        until(lambda: "Hello" in str(demo.sandbox.posted()))
        until(lambda: len(CODES.findall(letters(data))) >= 2 and "reset/key" in letters(data))
        kept = {file.name: file.read_bytes() for file in data.glob("*sqlite3*")}
    printed = "".join(capfd.readouterr()).encode()
    kept |= {f"{file.name}, after": file.read_bytes() for file in data.glob("*sqlite3*")}
    keys = dict(line.split("=", 1) for line in (data / "keys").read_text().splitlines())
    mailed = letters(data)
    tokens = {
        one.decode()
        for file in (data / "cliq").rglob("*")
        if file.is_file()
        for one in TOKENS.findall(file.read_bytes())
    }
    codes = set(CODES.findall(mailed))
    links = set(LINKS.findall(mailed)) | {url.split("/p/")[1][:-1] for url in demo.links.values()}
    secrets = tokens | links | {PASSWORD, demo.admin["password"], demo.staff["password"]}
    secrets |= {STRIPE["secret_key"], STRIPE["webhook_secret"], *keys.values()}

    assert len(tokens) >= 2, "the tokens of the sandbox have another shape"
    assert len(links) >= 6
    assert len(codes) >= 2
    assert {"books.sqlite3", "books.sqlite3-wal", "huey.sqlite3"} <= kept.keys()
    assert STRIPE["publishable_key"].encode() in b"".join(kept.values())  # It would be found.
    printed_in_vain = secrets - told_to(demo)
    found = leaks(secrets, kept) + leaks(printed_in_vain, {"what was printed": printed})
    found += [
        f"the code {code} in {where}"
        for where, content in {**kept, "what was printed": printed}.items()
        for code in codes
        if re.search(rb"(?<![\w-])" + code.encode() + rb"(?![\w-])", content)
    ]
    assert found == []


def told_to(demo) -> set[str]:
    """What the demo prints on purpose, in its own line."""
    links = {url.split("/p/")[1][:-1] for url in demo.links.values()}
    return links | {demo.admin["password"], demo.staff["password"]}
