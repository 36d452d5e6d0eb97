"""How the secrets of staff's second factors are kept."""

from allauth.mfa.adapter import DefaultMFAAdapter

from .models.fields import fernet


class SecondFactors(DefaultMFAAdapter):
    """Encrypts them with FIELD_ENCRYPTION_KEYS: who reads the database makes no codes."""

    def encrypt(self, text: str) -> str:
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return fernet().decrypt(encrypted_text.encode()).decode()
