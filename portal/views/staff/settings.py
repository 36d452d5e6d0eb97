"""Settings: the page behind the gear."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ...access import admin_of, login_required
from ...forms.organisations import PaperForm


@login_required
@require_safe
def hub(request: HttpRequest, organisation: str) -> HttpResponse:
    """What an admin can set."""
    admin_of(request, organisation)
    return render(request, "portal/staff/settings.html", {"section": "settings"})


@login_required
@require_http_methods(["GET", "POST"])
def paper_settings(request: HttpRequest, organisation: str) -> HttpResponse:
    """Numbers, tax and what stands on every document."""
    place = admin_of(request, organisation).organisation
    form = PaperForm(request.POST if request.method == "POST" else None, instance=place)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("The settings are saved."))
        return redirect("portal:paper-settings", organisation)
    context = {"section": "settings", "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/settings_paper.html", context, status=status)
