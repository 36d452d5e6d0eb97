"""What no log may hold: the addresses that open something for whoever knows them."""

import logging
import re
from typing import Any

# Customers' links, payments' references, invitations, and links that reset a password.
SECRETS = re.compile(r"(/(?:p|pay/test|pay/return|invitations|reset/key|confirm-email)/)[^/\s]+")


class WithoutSecrets(logging.Filter):
    """Django names the address of every request that it refuses; the secret part is cut out."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = SECRETS.sub(r"\1…", record.getMessage())
        record.args = ()
        return True


def logging_to_stderr(level: str) -> dict[str, Any]:
    """One line an entry, on standard error, without secrets."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
        "filters": {"without_secrets": {"()": "books_cliq.logs.WithoutSecrets"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["without_secrets"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
    }
