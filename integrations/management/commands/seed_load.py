"""Rows as a large installation has them, to measure on: never in a database that people use."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal.models import Organisation

from ..copies import multiply
from ..load import Load
from ..load_acts import Acts

PLANTED = 10  # organisations that are made row by row; the others are copies of them


class Command(BaseCommand):
    help = "Fill an empty database with organisations, documents, events and deliveries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisations", type=int, default=1000, help="tens (1,000)")
        parser.add_argument("--documents", type=int, default=100_000, help="in all (100,000)")
        parser.add_argument("--events", type=int, default=1_000_000, help="in all (1,000,000)")

    def handle(self, *args: Any, **options: Any) -> None:
        if Organisation.objects.exists():
            raise CommandError("The database holds organisations: use an empty one for this.")
        count = options["organisations"]
        planted = min(count, PLANTED)
        if count < 1 or count % planted:
            raise CommandError("Beyond ten organisations, ask for tens of them.")
        now = timezone.now()
        load = Load(now, documents=max(options["documents"] // count // 2, 1))
        with transaction.atomic():
            places = [load.plant(number) for number in range(planted)]
            Acts(now, events=max(options["events"] // count, 1)).happen(places)
        self.say(f"{planted} organisations made, {count} to be")
        multiply(count // planted, self.say)

    def say(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()
