"""What `manage.py demo` runs before it starts anything; of no use by itself."""

import json
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ...demo.seed import seed


class Command(BaseCommand):
    help = "Part of `demo`: prepare the database, the static files and the company."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented customers belong into the demo: run `manage.py demo`.")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        self.stdout.write(json.dumps(seed(timezone.now())))
