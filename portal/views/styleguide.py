"""Every component of the design on one page, for those who build pages; only under DEBUG."""

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The components, around an organisation that is only made up."""
    acme = SimpleNamespace(name="株式会社アクメ・ソリューションズ", slug="acme")
    northwind = SimpleNamespace(name="Northwind Traders", slug="northwind")
    context = {
        "organisation": acme,
        "organisations": [acme, northwind],
        "membership": SimpleNamespace(is_admin=True),
        "section": "settings",
    }
    return render(request, "styleguide.html", context)
