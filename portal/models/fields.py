"""Column types of our own."""

from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Undecryptable(Exception):
    """None of FIELD_ENCRYPTION_KEYS opens this value."""


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def fernet() -> MultiFernet:
    """Encrypts with the newest of FIELD_ENCRYPTION_KEYS and decrypts with any of them."""
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypt(text: str) -> str:
    """The text as it is kept at rest."""
    return fernet().encrypt(text.encode()).decode()


def decrypt(kept: str) -> str:
    """What was encrypted; raises InvalidToken if none of the keys opens it."""
    return fernet().decrypt(kept.encode()).decode()


class EncryptedTextField(models.TextField):
    """Text that is plain in Python and encrypted at rest; it can't be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, *args: object) -> str | None:
        if not value:
            return value
        try:
            return decrypt(value)
        except InvalidToken as error:
            raise Undecryptable(
                f"{self.model.__name__}.{self.name}: add the old key to FIELD_ENCRYPTION_KEYS."
            ) from error


class MoneyField(models.DecimalField):
    """An amount in units of the row's currency; three decimals hold every currency's fractions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"] = 16
        kwargs["decimal_places"] = 3
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs
