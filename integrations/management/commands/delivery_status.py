"""How delivery to Cliq is doing."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from integrations.delivery import Status, status

FIGURES = {
    "lanes": "Lanes",
    "due": "Due now",
    "later": "Due later",
    "held": "Held until a repair",
    "failed": "Failed",
    "uncertain": "Perhaps sent",
    "oldest_seconds": "Oldest waits for seconds",
}


class Command(BaseCommand):
    help = "Print what waits in the lanes to Cliq, what is held, and what has failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one line for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        told = status(timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(told), cls=DjangoJSONEncoder))
        else:
            self._print(told)

    def _print(self, told: Status) -> None:
        for name, label in FIGURES.items():
            self.stdout.write(f"{label:<26}{getattr(told, name):>8}")
        for lane in told.waiting:
            figures = f"{lane.due} due, {lane.later} later, {lane.held} held"
            until = f", waits until {lane.waits_until}" if lane.waits_until else ""
            self.stdout.write(f"Lane {lane.account}: {figures}{until}")
