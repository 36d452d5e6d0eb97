"""The product as operators run it: web server, worker, or both, in one command."""

import http.client
import os
import signal
import tempfile
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ...migrated import is_migrated
from ...processes import ChildDied, Children, Stopped, requests_by

WEB, WORKER = "The web server", "The worker"
# A worker finishes the call that it has begun, which takes half a minute at most.
STOP_SECONDS = 40
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  And where to ask then.
# Where /healthz finds which of our starts it belongs to.
GENERATION = "SERVE_GENERATION"


class Command(BaseCommand):
    help = (
        "Serve the site. SIGTERM and Ctrl-C finish what was begun; SIGHUP takes up new code and "
        "settings without refusing anybody."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", nargs="?", choices=["all", "web", "worker"], default="all")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen at (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen at (8000)")
        parser.add_argument("--web-processes", type=int, default=2, help="its processes (2)")
        parser.add_argument("--web-threads", type=int, default=4, help="threads of each (4)")
        parser.add_argument("--threads", type=int, default=4, help="lanes worked on at a time (4)")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_half_installed(options["part"])
        commands = commands_of(options)
        with (
            tempfile.TemporaryDirectory(prefix="books-") as figures,
            requests_by(signal.SIGINT, signal.SIGTERM) as stopping,
            requests_by(signal.SIGHUP) as reloading,
            Children(environment_of(figures), stopping, STOP_SECONDS) as children,
        ):
            for name, command in commands.items():
                children.start(name, *command)
            try:
                while True:
                    children.wait(0.2)
                    if reloading.is_set():
                        reloading.clear()
                        if not reload(children, commands, options):
                            self.stderr.write("The new web server did not start: see above.")
            except ChildDied as error:
                raise CommandError(f"{error} Everything else was stopped.") from error
            except Stopped:
                return


def refuse_half_installed(part: str) -> None:
    """Stop with a sentence where every task or every page would fail."""
    if not is_migrated():
        raise CommandError("The database is not up to date: run `python manage.py migrate` first.")
    connection.close()
    is_collected = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    if part != "worker" and not settings.DEBUG and not is_collected:
        raise CommandError(
            "There are no collected static files: run `python manage.py collectstatic --noinput`."
        )


def environment_of(figures: str) -> dict[str, str]:
    """What we were given ourselves; what stands in .env the children read there, as it is then."""
    given = {name: told for name, told in os.environ.items() if name not in settings.READ_FROM_FILE}
    return {**given, "PROMETHEUS_MULTIPROC_DIR": figures}


def commands_of(options: dict[str, Any]) -> dict[str, list[str]]:
    """What to run for the part that was asked for."""
    web = [
        *("-m", "granian", "--interface", "wsgi", "--host", options["host"]),
        *("--port", str(options["port"]), "--workers", str(options["web_processes"])),
        *("--blocking-threads", str(options["web_threads"]), "--workers-kill-timeout", "30"),
        *("--respawn-failed-workers", "--log-level", "warning", "books_cliq.wsgi:application"),
    ]
    worker = ["manage.py", "worker", "--threads", str(options["threads"])]
    parts = {"web": {WEB: web}, "worker": {WORKER: worker}, "all": {WEB: web, WORKER: worker}}
    return parts[options["part"]]


def reload(children: Children, commands: dict[str, list[str]], options: dict[str, Any]) -> bool:
    """Start everything anew beside the old, which leaves when the new answers; False if it won't.

    Both listen at the same port meanwhile. Granian's own reload ends its processes after a fixed
    time, whether their successors answer or not.
    """
    generation = str(int(children.environment.get(GENERATION, "0")) + 1)
    children.environment[GENERATION] = generation
    is_up = partial(answers_as, generation, options["host"], options["port"])
    if WEB in commands and not children.replace(WEB, *commands[WEB], is_up=is_up):
        return False
    if WORKER in commands:
        children.replace(WORKER, *commands[WORKER])
    return True


def answers_as(generation: str, host: str, port: int) -> bool:
    """Whether this start of the web server answers, beside earlier ones or not."""
    asked = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=2)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().headers["X-Generation"] == generation
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
