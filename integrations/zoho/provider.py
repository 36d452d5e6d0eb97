"""Zoho as one of allauth's providers: who a Zoho account is to us."""

from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider

from integrations.cliq.oauth import WHO

from .views import ZohoAdapter


class ZohoAccount(ProviderAccount):
    """A linked Zoho account, shown by its address."""

    def to_str(self) -> str:
        return str(self.account.extra_data.get("email") or self.account.uid)


class ZohoProvider(OAuth2Provider):
    """Allauth's own Zoho provider knows one data centre of nine."""

    id = "zoho"
    name = "Zoho"
    account_class = ZohoAccount
    oauth2_adapter_class = ZohoAdapter

    def get_default_scope(self) -> list[str]:
        return list(WHO)

    def get_callback_url(self) -> str:
        return self.oauth2_adapter_class(self.request).get_callback_url(self.request, self.app)

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["zuid"])


provider_classes = [ZohoProvider]
