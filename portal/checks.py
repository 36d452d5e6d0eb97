"""Half-installed is said at start, not discovered by a customer."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from .pdf.press import FONTS


@register()
def fonts_are_installed(**kwargs: Any) -> list[CheckMessage]:
    """Refuse to start without the fonts of PDFs."""
    if any(FONTS.glob("NotoSansCJKjp-*.otf")):
        return []
    hint = "They are part of the repository; portal/pdf/fonts/make.sh makes them anew."
    return [Error(f"The fonts of PDFs are missing in {FONTS}.", hint=hint, id="portal.E001")]


@register(deploy=True)
def hosts_are_named(**kwargs: Any) -> list[CheckMessage]:
    """Warn where any host name will do: links in e-mails about accounts begin with it."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Name the hosts; monitors are answered whatever host they ask for."
    return [Warning("ALLOWED_HOSTS lets anybody choose.", hint=hint, id="portal.W002")]


@register()
def font_folders_exist(**kwargs: Any) -> list[CheckMessage]:
    """Warn of folders in PDF_FONT_PATH that are not there."""
    return [
        Warning(f"PDF_FONT_PATH names {folder!r}, which is no folder.", id="portal.W001")
        for folder in settings.PDF_FONT_PATH
        if not Path(folder).is_dir()
    ]
