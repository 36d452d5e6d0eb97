"""Every address of the project."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from portal.views.styleguide import styleguide


@require_safe
@cache_control(max_age=86_400)
def icon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the icon of what is no page of ours: a PDF, a file, a bare error."""
    return redirect(static("favicon.svg"))


urlpatterns = [
    path("", include("portal.urls")),
    path("", include("integrations.urls")),
    path("accounts/", include("allauth.urls")),
    path("favicon.ico", icon),
    path("language/", set_language, name="set-language"),
    # Passkeys, codes and the limits on guessing hold for operators, too.
    path("admin/login/", secure_admin_login(admin.site.login)),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))

handler500 = "books_cliq.errors.broken"
