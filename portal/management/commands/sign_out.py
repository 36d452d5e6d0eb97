"""End sessions at once: of one person, or of everybody."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts import owner_of
from portal.models import Guest


class Command(BaseCommand):
    help = "Sign somebody out of all browsers, or everybody: staff and customers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", help="whose sessions end")
        parser.add_argument("--everybody", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["email"]) == options["everybody"]:
            raise CommandError("Name an e-mail address, or --everybody.")
        if options["everybody"]:
            ended = Session.objects.count()
            Session.objects.all().delete()
            UserSession.objects.all().delete()
            Guest.objects.all().delete()
        else:
            user = owner_of(options["email"])
            if user is None:
                raise CommandError("Nobody signs in with this address.")
            sessions = UserSession.objects.filter(user=user)
            ended = len(sessions)
            for session in sessions:
                session.end()
        self.stdout.write(f"Sessions ended: {ended}")
