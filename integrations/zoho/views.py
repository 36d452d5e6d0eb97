"""Out to Zoho's sign-in and back, at the data centre where the person lives."""

import logging
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from integrations.cliq import oauth
from integrations.cliq.errors import CliqError
from integrations.cliq.regions import home_region

logger = logging.getLogger(__name__)


class ZohoAdapter(OAuth2Adapter):
    """Starts where our client is registered, and ends where the callback's location says."""

    provider_id = "zoho"
    access_token_url = ""  # The callback decides it, checked against the table.

    @property
    def authorize_url(self) -> str:
        try:
            return f"{home_region().accounts_url}/oauth/v2/auth"
        except CliqError as error:
            raise OAuth2Error(error.reason) from error

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        # Zoho compares it byte by byte with what was registered.
        return settings.SITE_URL + reverse("zoho_callback")

    def get_access_token_data(
        self,
        request: HttpRequest,
        app: SocialApp,
        client: OAuth2Client,
        pkce_code_verifier: str | None = None,
    ) -> dict[str, Any]:
        """Ask who has come, in place of fetching a token: none is kept, not even in the session."""
        try:
            region, code = oauth.code_in(request.GET.dict())
            profile = oauth.sign_in(region, code, redirect_uri=client.callback_url)
        except CliqError as error:
            logger.warning("Sign-in with Zoho failed: %s", error.reason)
            raise OAuth2Error(error.reason) from error
        return {
            "zuid": profile.zuid,
            "email": profile.email,
            "name": profile.display_name,
            "location": region.name,
        }

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        return SocialToken()

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        person = kwargs["response"]
        known = SocialAccount.objects.filter(provider=self.provider_id, uid=person["zuid"]).first()
        # Nobody promises that data centres don't number their accounts alike.
        if known and known.extra_data.get("location") != person["location"]:
            raise OAuth2Error("this account's number belongs to another data centre's account")
        return self.get_provider().sociallogin_from_response(request, person)


@require_GET
def oauth2_login(request: HttpRequest) -> HttpResponse:
    """Leave for Zoho from a page of ours; whoever comes from elsewhere is asked first.

    A form can't do it: Chromium applies our `form-action 'self'` to the redirect, too. Without
    the question, another site could start linking its own Zoho account to the user's.
    """
    _require_client()
    process = AuthProcess.CONNECT if request.GET.get("process") == "connect" else AuthProcess.LOGIN
    if not _comes_from_here(request):
        return render(request, "integrations/zoho_leave.html", {"process": process})
    consent = {"prompt": "consent"} if process == AuthProcess.CONNECT else {}
    provider = get_adapter().get_provider(request, ZohoAdapter.provider_id)
    response = provider.redirect(
        request,
        process,
        next_url=get_next_redirect_url(request),
        auth_params={"access_type": "online", **consent},
    )
    return cast(HttpResponse, response)


@require_GET
def oauth2_callback(request: HttpRequest) -> HttpResponse:
    """Come back from Zoho: the state in the session says what for."""
    _require_client()
    return cast(HttpResponse, _callback(request))


_callback = OAuth2CallbackView.adapter_view(ZohoAdapter)


def _require_client() -> None:
    if not get_adapter().list_apps(None, provider=ZohoAdapter.provider_id):
        raise Http404


def _comes_from_here(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    # Browsers send no Sec-Fetch-Site over plain HTTP, but our pages have their address sent.
    try:
        referer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # "http://[" is no address.
        return False
    return referer.netloc == request.get_host()
