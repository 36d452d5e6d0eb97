"""Every page of a demo, for those who take pictures of them or hold them against rules.

`python -m tests.pages` runs in the demo's own environment, makes what only few pages show (a new
organisation, an invitation, guests) and says as JSON who opens which address.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Literal

from tests.demo import ROOT, Demo

Who = Literal["nobody", "admin", "sales", "guest", "namesake", "knocker"]


@dataclass(frozen=True)
class Sight:
    """A page as somebody sees it; `press` is what they open on it."""

    name: str
    address: str
    who: Who = "admin"
    press: str = ""


@dataclass(frozen=True)
class Sights:
    """Every page, and the cookies of everybody."""

    pages: list[Sight]
    cookies: dict[str, list[dict[str, str]]]


def sights_of(demo: Demo) -> Sights:
    """The pages of a running demo."""
    said = subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, "-m", "tests.pages", demo.books],
        cwd=ROOT,
        env=demo.environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(said.stdout)
    return Sights([Sight(**sight) for sight in found["pages"]], found["cookies"])


ACCOUNT = {
    "sign-in": "login/",
    "sign-in-code": "login/code/",
    "sign-up": "signup/",
    "inactive": "inactive/",
    "password-reset": "password/reset/",
    "password-reset-sent": "password/reset/done/",
    "password-reset-wrong": "password/reset/key/1-wrong/",
    "password-reset-finished": "password/reset/key/done/",
    "email-sent": "confirm-email/",
    "email-wrong": "confirm-email/wrong/",
    "zoho-cancelled": "3rdparty/login/cancelled/",
    "sign-in-zoho": "zoho/login/",
}
OWN_ACCOUNT = {
    "sign-out": "logout/",
    "password": "password/change/",
    "emails": "email/",
    "sessions": "sessions/",
    "two-step": "2fa/",
    "two-step-app": "2fa/totp/activate/",
    "passkeys": "2fa/webauthn/",
    "passkeys-add": "2fa/webauthn/add/",
    "reauthenticate": "reauthenticate/",
    "zoho-accounts": "3rdparty/",
    "zoho-link": "zoho/login/?process=connect",
}
MENUS = {
    "menu-account": ".topbar summary.avatar",
    "menu-organisations": "summary.switcher",
    "menu-bell": "[data-bell] summary",
}
DIALOGS = {
    "cliq-disconnect": "[data-dialog=disconnect]",
    "cliq-disable-notifications": "[commandfor=disable-notifications]",
    "cliq-disable-chat-bar": "[commandfor=disable-chat-bar]",
}
SETTINGS = (
    "profile",
    "documents",
    "taxes",
    "terms",
    "portal",
    "letters",
    "payments",
    "security",
    "audit",
)


def books_pages(home: str) -> list[Sight]:
    """The pages of an organisation that need no row of its own."""
    lists = ("customers", "estimates", "invoices", "payments")
    zoho = "settings/integrations/zoho/"
    addresses = {
        "dashboard": "",
        "dashboard-dollars": "?currency=USD",
        "search": "search/?q=a",
        "search-none": "search/?q=nothing-like-it",
        "search-empty": "search/",
        "notifications": "notifications/",
        "notifications-preferences": "notifications/preferences/",
        **{name: f"{name}/" for name in lists},
        **{f"{name}-none": f"{name}/?q=nothing-like-it" for name in lists},
        "customer-new": "customers/new/",
        "customer-import": "customers/import/",
        "document-customer": "invoices/new/",
        "settings": "settings/",
        **{f"settings-{name}": f"settings/{name}/" for name in SETTINGS},
        "settings-letter": "settings/letters/estimate_letter/ja/",
        "users": "settings/users/",
        "zoho-services": zoho,
        "cliq": f"{zoho}cliq/",
        "cliq-channel": f"{zoho}cliq/?change=channel",
        "cliq-deliveries": f"{zoho}cliq/deliveries/",
        "not-found": "nothing/",
    }
    opened = [Sight(name, home, press=press) for name, press in MENUS.items()]
    asked = [Sight(name, f"{home}{zoho}cliq/", press=press) for name, press in DIALOGS.items()]
    return [Sight(name, home + address) for name, address in addresses.items()] + opened + asked


def own_pages() -> list[Sight]:
    """The front doors, and what belongs to whoever has come in."""
    front = {
        "landing": "/",
        "open-in-books": "/go/UNKNOWN/",
        "portal-unknown": "/p/unknown/",
        "portal-asked": "/new-link/",
        "door": "/enter/",
        "door-of-organisation": "/enter/?at=minato",
        "invitation-wrong": "/invitations/wrong/",
        "mailbox": "/demo/mailbox/",
    }
    return [
        *(Sight(name, address, "nobody") for name, address in front.items()),
        *(Sight(name, f"/accounts/{path}", "nobody") for name, path in ACCOUNT.items()),
        Sight("profile", "/profile/"),
        *(Sight(name, f"/accounts/{path}") for name, path in OWN_ACCOUNT.items()),
        Sight("door-code", "/enter/code/", "knocker"),
        Sight("home-places", "/home/", "namesake"),
    ]


def new_pages(home: str) -> list[Sight]:
    """What an organisation shows on its first day."""
    addresses = {
        "dashboard": "",
        "customers": "customers/",
        "estimates": "estimates/",
        "invoices": "invoices/",
        "payments": "payments/",
        "notifications": "notifications/",
        "search": "search/?q=a",
        "document-customer": "invoices/new/",
        "settings": "settings/",
        "taxes": "settings/taxes/",
        "payments-settings": "settings/payments/",
        "audit": "settings/audit/",
        "users": "settings/users/",
        "cliq": "settings/integrations/zoho/cliq/",
        "cliq-deliveries": "settings/integrations/zoho/cliq/deliveries/",
    }
    return [Sight(f"new-{name}", home + address) for name, address in addresses.items()]


def main() -> None:
    import django

    django.setup()
    from tests.rare_pages import cookies, rare_pages

    pages = chain(
        books_pages("/o/minato/"), own_pages(), new_pages("/o/fresh-start/"), rare_pages()
    )
    said = {"pages": [asdict(sight) for sight in pages], "cookies": cookies(sys.argv[1])}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
