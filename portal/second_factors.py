"""How the secrets of staff's second factors are kept."""

from allauth.mfa.adapter import DefaultMFAAdapter

from .models.fields import decrypt, encrypt


class SecondFactors(DefaultMFAAdapter):
    """Encrypts them with FIELD_ENCRYPTION_KEYS: who reads the database makes no codes."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
