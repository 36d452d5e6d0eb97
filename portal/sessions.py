"""Sessions whose content nobody reads in the database: codes stand there while they are awaited."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends import db

from .models.fields import encrypt, fernet


class SessionStore(db.SessionStore):
    """Signed as Django does it, then encrypted; a session that no key opens is an empty one."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return encrypt(super().encode(session_dict))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            plain: bytes | str = fernet().decrypt(session_data).decode()
        except InvalidToken:  # Written before sessions were encrypted.
            plain = session_data
        return super().decode(plain)
