"""What the demo's processes find in their environment."""

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cryptography.fernet import Fernet


@dataclass(frozen=True)
class Place:
    """Where the demo keeps its things and at which addresses it answers."""

    data: Path
    port: int
    given_cliq_url: str = ""

    @property
    def books_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def cliq_port(self) -> int:
        return self.port + 1

    @property
    def cliq_url(self) -> str:
        return self.given_cliq_url or f"http://localhost:{self.cliq_port}"

    @property
    def ports(self) -> list[int]:
        """Those that the demo itself is going to listen at."""
        return [self.port] if self.given_cliq_url else [self.port, self.cliq_port]

    def clear(self) -> None:
        """Start over; what else lies in the directory stays."""
        for name in ("mail", "static", "cliq"):
            shutil.rmtree(self.data / name, ignore_errors=True)
        for pattern in ("books.sqlite3*", "huey.sqlite3*", "keys"):
            for path in self.data.glob(pattern):
                path.unlink()

    def environment(self) -> dict[str, str]:
        """Production's settings in small; what stands in somebody's .env must not interfere."""
        data = self.data
        return {
            **os.environ,
            **self._keys(),
            "DJANGO_SETTINGS_MODULE": "books_cliq.settings",
            "DEBUG": "false",
            "DEMO": "true",
            "PAYMENTS_TEST_PROVIDER": "true",
            "SITE_URL": self.books_url,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "SECURE_SSL_REDIRECT": "false",
            "SECURE_HSTS_SECONDS": "0",
            "BEHIND_TLS_PROXY": "false",
            "DATABASE_URL": f"sqlite:///{quote(str(data / 'books.sqlite3'))}",
            "HUEY_URL": f"sqlite:///{data / 'huey.sqlite3'}",
            "EMAIL_URL": f"filemail:///{data / 'mail'}",
            "DEFAULT_FROM_EMAIL": "Books <books@example.com>",
            "STATIC_ROOT": str(data / "static"),
            # The sandbox takes any; with these, *Sign in with Zoho* is offered.
            "ZOHO_CLIENT_ID": os.environ.get("ZOHO_CLIENT_ID") or "1000.DEMO",
            "ZOHO_CLIENT_SECRET": os.environ.get("ZOHO_CLIENT_SECRET") or "demo",
            "ZOHO_REGION": "sandbox",
            "CLIQ_SANDBOX_URL": self.cliq_url,
            "LOG_LEVEL": "WARNING",
        }

    def _keys(self) -> dict[str, str]:
        """Keys of this directory's own: with others, links and tokens could not be decrypted."""
        path = self.data / "keys"
        if not path.exists():
            path.touch(mode=0o600)
            secret, fernet = secrets.token_urlsafe(50), Fernet.generate_key().decode()
            path.write_text(f"SECRET_KEY={secret}\nFIELD_ENCRYPTION_KEYS={fernet}\n")
        lines = path.read_text().splitlines()
        return {name: value for name, _, value in (line.partition("=") for line in lines)}
