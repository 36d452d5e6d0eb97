from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Books and portal")

    def ready(self) -> None:
        from . import checks, signins  # noqa: F401, PLC0415  (checks register by being imported)

        signins.connect()
