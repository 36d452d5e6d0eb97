"""Below /accounts/, where allauth includes every provider's addresses."""

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from .provider import ZohoProvider

urlpatterns = default_urlpatterns(ZohoProvider)
