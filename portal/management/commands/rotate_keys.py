"""Give every encrypted value the newest of FIELD_ENCRYPTION_KEYS."""

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Model, TextField, Value
from django.db.models.functions import Cast

from portal.models.fields import EncryptedTextField, fernet

BATCH = 500
SECRETS = {"secret", "seed"}  # of an authenticator app, and of recovery codes


class Command(BaseCommand):
    help = "Encrypt again, with the first of FIELD_ENCRYPTION_KEYS, what older keys encrypted."

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0
        for model, field in encrypted_columns():
            rotated, failed = rotate(model, field)
            unreadable += failed
            told = f", {failed} no key opens" if failed else ""
            self.stdout.write(f"{model._meta.label}.{field}: {rotated} encrypted again{told}")
        rotated, failed = rotate_second_factors()
        unreadable += failed
        self.stdout.write(f"Second factors: {rotated} encrypted again, {failed} no key opens")
        if unreadable:
            raise CommandError(
                f"No key opens {unreadable} values: keep the old keys in FIELD_ENCRYPTION_KEYS, "
                "behind the newest, until this command succeeds."
            )


def rotate_second_factors() -> tuple[int, int]:
    """Encrypt again what the library keeps as JSON; how many, and how many no key opens.

    Locked one by one: a recovery code that is used meanwhile stays used.
    """
    rotated = failed = 0
    for pk in Authenticator.objects.values_list("pk", flat=True):
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
            secrets = factor.data.keys() & SECRETS if factor else set()
            try:
                for name in secrets:
                    factor.data[name] = fernet().rotate(factor.data[name].encode()).decode()
            except InvalidToken:
                failed += 1
                continue
            if secrets:
                factor.save(update_fields=["data"])
                rotated += 1
    return rotated, failed


def encrypted_columns() -> Iterator[tuple[type[Model], str]]:
    """Every column of the project that is encrypted at rest."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.name


def rotate(model: type[Model], field: str) -> tuple[int, int]:
    """Encrypt a column's values again; how many, and how many no key opens.

    A value that somebody writes meanwhile has the newest key already and is left alone.
    """
    rotated = failed = 0
    rows = model._default_manager.annotate(raw=Cast(field, TextField())).exclude(raw="")
    for pk, raw in rows.order_by("pk").values_list("pk", "raw").iterator(BATCH):
        try:
            renewed = fernet().rotate(raw.encode()).decode()
        except InvalidToken:
            failed += 1
            continue
        value = Value(renewed, output_field=TextField())
        rotated += rows.filter(pk=pk, raw=raw).update(**{field: value})
    return rotated, failed
