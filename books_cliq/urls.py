"""Every address of the project."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from portal.views.styleguide import styleguide

urlpatterns = [
    path("", include("portal.urls")),
    path("", include("integrations.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set-language"),
    # Passkeys, codes and the limits on guessing hold for operators, too.
    path("admin/login/", secure_admin_login(admin.site.login)),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
