"""Background work: deliveries to Cliq, e-mails, sweeps."""

import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules
from huey.contrib.djhuey import HUEY


class Command(BaseCommand):
    help = "Run the worker. SIGTERM lets it finish what it has begun."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=4, help="lanes worked on at a time (4)")

    def handle(self, *args: Any, **options: Any) -> None:
        # It tells of every task as it comes and goes; what matters stands in the rows.
        logging.getLogger("huey").setLevel(logging.WARNING)
        autodiscover_modules("tasks")
        consumer = HUEY.create_consumer(
            workers=options["threads"],
            # Without these, SQLite's polling slows down to once in ten seconds.
            initial_delay=0.1,
            max_delay=0.1,
            backoff=1.0,
            # By default Huey drops its tasks on SIGTERM, which is what supervisors send.
            graceful_signal="TERM",
            shutdown_timeout=30,
        )
        consumer.run()
