"""The first organisation and its admin; everybody else is invited."""

import os
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any, TextIO

from babel.numbers import UnknownCurrencyError, validate_currency
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from ...accounts import create_account, owner_of
from ...models import Organisation, User
from ...models.users import validate_time_zone

QUESTIONS = {
    "organisation": "Name of the organisation",
    "name": "Your name",
    "email": "Your e-mail address",
}


class Command(BaseCommand):
    help = "Make the first organisation and its admin; asks for what the options don't say."
    stealth_options = ("stdin",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", help="name of the organisation")
        parser.add_argument("--name", help="the admin's name")
        parser.add_argument("--email", help="the admin's e-mail address")
        parser.add_argument(
            "--language", default="en", choices=[code for code, _ in settings.LANGUAGES]
        )
        parser.add_argument("--time-zone", default="UTC", help="such as Asia/Tokyo (UTC)")
        parser.add_argument("--currency", default="USD", help="ISO 4217, such as JPY (USD)")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input; it may also stand in SETUP_PASSWORD",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if Organisation.objects.exists():
            raise CommandError(
                "There is an organisation already. Invite people in its Settings › Users."
            )
        for name, question in QUESTIONS.items():
            options[name] = options[name] or input(f"{question}: ").strip()
        _refuse_nonsense(options)
        user = User(email=options["email"], name=options["name"])
        stdin = options.get("stdin", sys.stdin) if options["password_stdin"] else None
        organisation = _found(options, _password(user, stdin))
        self.stdout.write(f"{organisation} is ready: sign in at {settings.SITE_URL}")


def _refuse_nonsense(options: dict[str, Any]) -> None:
    """Stop with a sentence before anything is written."""
    try:
        validate_email(options["email"])
        validate_time_zone(options["time_zone"])
        validate_currency(options["currency"])
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    except UnknownCurrencyError as error:
        raise CommandError(f"There is no currency {options['currency']!r}.") from error
    if not options["organisation"] or not options["name"]:
        raise CommandError("The organisation and its admin need names.")
    if owner_of(options["email"]):
        raise CommandError(f"{options['email']} has an account already.")


def _password(user: User, stdin: TextIO | None) -> str:
    """The admin's password, as strict as the pages are about it."""
    password = os.environ.get("SETUP_PASSWORD", "")
    if stdin:
        password = stdin.readline().rstrip("\n")
    elif not password:
        password = getpass("Password: ")
        if getpass("Once more: ") != password:
            raise CommandError("The two passwords differ.")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password


@transaction.atomic
def _found(options: dict[str, Any], password: str) -> Organisation:
    preferences = {"language": options["language"], "time_zone": options["time_zone"]}
    admin = create_account(options["email"], options["name"], password, **preferences)
    return Organisation.objects.create_with_admin(
        options["organisation"], admin, currency=options["currency"], **preferences
    )
