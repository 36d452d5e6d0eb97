"""The secrets that a production start asks for."""

from secrets import token_urlsafe
from typing import Any

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print new values of SECRET_KEY and FIELD_ENCRYPTION_KEYS, ready for .env."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"SECRET_KEY={token_urlsafe(50)}")
        self.stdout.write(f"FIELD_ENCRYPTION_KEYS={Fernet.generate_key().decode()}")
