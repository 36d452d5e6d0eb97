"""Who and what is there at the start? A small Cliq organisation, the same every time."""

import json
import re
from typing import Any

from .messages import add_message
from .people import add_account
from .rooms import add_channel, find, join
from .sandbox import Sandbox

FIRST_ACCOUNTS = [
    {"email": "hana.sato@example.com", "first_name": "Hana", "last_name": "Sato"},
    {"email": "kenji.tanaka@example.com", "first_name": "Kenji", "last_name": "Tanaka"},
    {"email": "emma.clark@example.com", "first_name": "Emma", "last_name": "Clark"},
]
COLLEAGUES = [
    *(("aiko", "Aiko", "Mori"), ("daichi", "Daichi", "Ono"), ("ryan", "Ryan", "West")),
    *(("yui", "Yui", "Kato"), ("sho", "Sho", "Ito"), ("olivia", "Olivia", "Palmer")),
    *(("mei", "Mei", "Hayashi"), ("li", "Li", "Jung"), ("takumi", "Takumi", "Abe")),
    *(("scott", "Scott", "Fisher"), ("nao", "Nao", "Ueda"), ("rin", "Rin", "Okada")),
]
SALES_MEMBERS = 12
MANY = 130
# Cliq's own welcome aside, a channel with a history looks like one.
WELCOME = [
    ("aiko", "New quarter, new pipeline. 今期もよろしくお願いします。"),
    ("ryan", "*Let's go!*"),
]


def first_accounts(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Who is offered at the consent page: those given at the start, else the three of ours."""
    accounts: list[dict[str, Any]] = sandbox.store.setting("first_accounts") or FIRST_ACCOUNTS
    return accounts


def plant(sandbox: Sandbox, accounts: list[dict[str, Any]], *, many_channels: bool = False) -> None:
    """The organisation's people and channels."""
    with sandbox.store.transaction():
        offered = [add_account(sandbox, **told)["zuid"] for told in accounts]
        colleagues = [_colleague(sandbox, *about) for about in COLLEAGUES]
        _channels(sandbox, offered, colleagues)
        if many_channels:
            _projects(sandbox, offered)


def _colleague(sandbox: Sandbox, mailbox: str, first_name: str, last_name: str) -> str:
    row = add_account(
        sandbox,
        email=f"{mailbox}@example.com",
        first_name=first_name,
        last_name=last_name,
        offered=False,
    )
    return str(row["zuid"])


def _channels(sandbox: Sandbox, offered: list[str], colleagues: list[str]) -> None:
    host, everybody = colleagues[0], [*offered, *colleagues]

    def add(name: str, unique_name: str, people: list[str], **about: Any) -> None:
        members = {host: "super_admin"} | dict.fromkeys(people, "member")
        add_channel(sandbox, name=name, unique_name=unique_name, members=members, **about)

    sales = [*offered, *colleagues[: max(1, SALES_MEMBERS - len(offered))]]
    add("sales 営業", "sales", [who for who in sales if who != host])
    add("billing 請求", "billing", [*offered, colleagues[1]])
    add("general", "general", everybody[: len(offered) + len(colleagues) - 1])
    readonly = {"send_message": False, "special_mentions": False}
    add("announcements お知らせ", "announcements", offered, permissions=readonly)
    add("old launch", "oldlaunch", offered, status="archived")
    add("design", "design", colleagues[1:5])
    add_channel(
        sandbox,
        name="my notes",
        unique_name="mynotes",
        members=dict.fromkeys(offered[:1], "super_admin"),
        level="private",
    )
    _welcome(sandbox)


def _welcome(sandbox: Sandbox) -> None:
    general = find(sandbox, "general")
    for mailbox, text in WELCOME:
        zuid = sandbox.store.value(
            "SELECT zuid FROM accounts WHERE email = ?", f"{mailbox}@example.com"
        )
        if general:
            add_message(sandbox, general["chat_id"], zuid, {"text": text}, via="page")


def _projects(sandbox: Sandbox, offered: list[str]) -> None:
    """So many channels that a caller needs a second page."""
    for number in range(1, MANY + 1):
        add_channel(
            sandbox,
            name=f"project {number:03}",
            unique_name=f"project{number:03}",
            members=dict.fromkeys(offered, "member"),
        )


def welcome_accounts(sandbox: Sandbox, accounts: list[dict[str, Any]]) -> None:
    """Accounts named at a later start: made if new, and shown into the public channels."""
    for told in accounts:
        known = sandbox.store.row("SELECT 1 FROM accounts WHERE email = ?", told["email"])
        zuid = add_account(sandbox, **told)["zuid"]
        for unique_name in () if known else ("sales", "billing", "general"):
            room = find(sandbox, unique_name)
            if room:
                join(sandbox, room["chat_id"], zuid)


def unique_name(name: str) -> str:
    """A channel's name as Cliq makes its unique name of it: lower case, letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower()) or "channel"


def account_told(text: str) -> dict[str, Any]:
    """An account as the command line names it: JSON, or `email|First|Last`."""
    if text.startswith("{"):
        told: dict[str, Any] = json.loads(text)
        return told
    email, _, name = text.partition("|")
    first_name, _, last_name = name.replace("|", " ").partition(" ")
    return {"email": email, "first_name": first_name, "last_name": last_name}
