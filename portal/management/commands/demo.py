"""Everything at once, to look at: Books, its worker, and a Cliq to post to."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...demo.catalogue import PEOPLE
from ...demo.environment import Place
from ...processes import STOPS, ChildDied, Children, Stopped, is_in_use, requests_by

WEB_SERVER = (
    "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1",
    "--blocking-threads", "8", "--workers-kill-timeout", "3", "--log-level", "warning",
)  # fmt: skip

# By its name only: the portal knows of no integration.
SANDBOX = ("-m", "integrations.sandbox")


class Command(BaseCommand):
    help = "Run Books with a small company in it, a worker, and a local Zoho Cliq. Ctrl-C stops."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Books; Cliq takes the next one")
        parser.add_argument("--data", type=Path, default=Path("demo-data"), help="where it is kept")
        parser.add_argument("--fresh", action="store_true", help="start over with a new company")
        parser.add_argument("--json", action="store_true", help="print one line of JSON, no text")

    def handle(self, *args: Any, **options: Any) -> None:
        place = Place(options["data"].absolute(), options["port"], settings.CLIQ_SANDBOX_URL)
        _require_free_ports(place)
        place.data.mkdir(parents=True, exist_ok=True)
        if options["fresh"]:
            place.clear()
        with requests_by(*STOPS) as stopping, Children(place.environment(), stopping) as children:
            try:
                company = _start(children, place)
                self.stdout.write(json.dumps(company) if options["json"] else told(place, company))
                self.stdout.flush()
                children.watch()
            except ChildDied as error:
                raise CommandError(f"{error} Everything else was stopped.") from error
            except Stopped:
                return


def _require_free_ports(place: Place) -> None:
    for port in place.ports:
        if is_in_use(port):
            raise CommandError(
                f"Port {port} is in use: stop what listens there, or choose another with --port."
            )


def _start(children: Children, place: Place) -> dict[str, Any]:
    """Start everything, and give what the JSON line says."""
    if not place.given_cliq_url:
        accounts = [word for who in PEOPLE for word in ("--account", who.sandbox_account)]
        place_of_cliq = ("--port", str(place.cliq_port), "--data", str(place.data / "cliq"))
        children.start("The Cliq sandbox", *SANDBOX, *place_of_cliq, *accounts)
    seeded = json.loads(children.finish("The preparation", "manage.py", "seed_demo"))
    children.start("The worker", "manage.py", "worker")
    port = str(place.port)
    children.start("The web server", *WEB_SERVER, "--port", port, "books_cliq.wsgi:application")
    children.wait_until_answering(place.books_url, place.cliq_url)
    return {"books": place.books_url, "cliq": place.cliq_url, **seeded}


def told(place: Place, company: dict[str, Any]) -> str:
    """What people read in place of the JSON line."""
    links = "\n".join(f"    {name:<11} {url}" for name, url in company["links"].items())
    return TEXT.format(place=place, **{**company, "links": links})


TEXT = """
  Books         {books}
    admin       {admin[email]}   {admin[password]}
    staff       {staff[email]}   {staff[password]}
  Zoho Cliq     {cliq}   (a sandbox: watch the channels here)
  E-mails       {books}/demo/mailbox/

  Customers' links. Open them in a private window: signed in as staff, you see a preview only.
{links}

  Connect Cliq as admin: Settings › Integrations › Zoho services.
  Ctrl-C stops everything. What you do is kept in {place.data}; --fresh starts over.
"""
