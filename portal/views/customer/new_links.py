"""A link that opens nothing any more: its contact may have a new one by e-mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ... import tasks
from ...browsers import network_of
from ...limits import limited
from ...models import Knock, hashed
from .door import guarded


@require_http_methods(["GET", "HEAD", "POST"])
@limited("code")
def link_new(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a new link; the answer is the same for every token, and goes to the mailbox."""
    if request.method != "POST":
        return guarded(redirect("portal:link", token))
    knock = Knock.objects.note(
        Knock.Kind.LINK, hashed(token), ip_address=network_of(request), now=timezone.now()
    )
    tasks.wake_for(knock.pk)
    return guarded(redirect("portal:link-asked"))


@require_safe
def link_asked(request: HttpRequest) -> HttpResponse:
    return guarded(render(request, "portal/customer/link_asked.html"))
