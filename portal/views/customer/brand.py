"""An organisation's logo and colour, each at an address that names what it holds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from ...colours import stylesheet
from ...models import Logo

FOREVER = "public, max-age=31536000, immutable"  # another picture has another address


@require_safe
def brand_logo(request: HttpRequest, digest: str) -> HttpResponse:
    """The picture of this digest."""
    logo = get_object_or_404(Logo.objects.of_digest(digest)[:1])
    return _kept(HttpResponse(bytes(logo.png), content_type="image/png"))


@require_safe
def brand_colour(request: HttpRequest, colour: str) -> HttpResponse:
    """The colour as a stylesheet; the CSP allows none inside the page."""
    return _kept(HttpResponse(stylesheet(f"#{colour}"), content_type="text/css; charset=utf-8"))


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = FOREVER
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
