"""Rows as a large installation has them, to measure on: never in a database that people use."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal.models import Organisation

from ..load import Load


class Command(BaseCommand):
    help = "Fill an empty database with organisations, documents, events and deliveries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisations", type=int, default=1000)
        parser.add_argument("--documents", type=int, default=100_000, help="in all (100,000)")
        parser.add_argument("--events", type=int, default=1_000_000, help="in all (1,000,000)")

    def handle(self, *args: Any, **options: Any) -> None:
        if Organisation.objects.exists():
            raise CommandError("The database holds organisations: use an empty one for this.")
        count = options["organisations"]
        load = Load(
            now=timezone.now(),
            documents=max(options["documents"] // count // 2, 1),
            events=max(options["events"] // count, 1),
        )
        for number in range(count):
            with transaction.atomic():
                load.plant(number)
            if (number + 1) % max(count // 20, 1) == 0:
                self.stdout.write(f"{number + 1} of {count} organisations")
                self.stdout.flush()
