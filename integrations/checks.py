"""Half-configured is said at start, not discovered by a customer."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register()
def zoho_client_is_configured(**kwargs: Any) -> list[CheckMessage]:
    """Warn when only half of the Zoho client is set."""
    if bool(settings.ZOHO_CLIENT_ID) == bool(settings.ZOHO_CLIENT_SECRET):
        return []
    return [
        Warning(
            "Nobody can connect Zoho Cliq: ZOHO_CLIENT_ID and ZOHO_CLIENT_SECRET go together.",
            hint="README.md, “Register the Zoho client”.",
            id="integrations.W001",
        )
    ]


@register()
def zoho_region_is_known(**kwargs: Any) -> list[CheckMessage]:
    """Warn when the client's data centre is none of Zoho's."""
    if settings.ZOHO_REGION in {*settings.DATA_CENTRES, "sandbox"}:
        return []
    return [
        Warning(
            f"ZOHO_REGION is {settings.ZOHO_REGION!r}, which is no data centre of Zoho's.",
            hint="One of " + ", ".join(settings.DATA_CENTRES) + ".",
            id="integrations.W002",
        )
    ]
