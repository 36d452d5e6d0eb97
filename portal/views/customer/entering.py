"""How customers come in: their address, then the code that we mail there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ... import tasks
from ...browsers import network_of
from ...forms.entering import CodeForm, MailboxForm
from ...guests import guest_of, knock_of, let_in, let_out, remember_knock
from ...limits import limited
from ...models import Knock, Organisation
from ...sent import plain
from .door import guarded


@require_http_methods(["GET", "HEAD", "POST"])
@limited("code")
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for a code; whatever the address, the next page is the same."""
    slug = plain(request.GET.get("at", ""))
    organisation = Organisation.objects.filter(slug=slug).first()
    form = MailboxForm(request.POST or None)
    if form.is_valid():
        return guarded(_ask_for_code(request, form.cleaned_data["email"], organisation))
    if request.method != "POST" and guest_of(request):
        return guarded(redirect("portal:home-list"))
    context = {"form": form, "organisation": organisation}
    status = 422 if request.method == "POST" else 200
    return guarded(render(request, "portal/customer/enter.html", context, status=status))


def _ask_for_code(
    request: HttpRequest, email: str, organisation: Organisation | None
) -> HttpResponse:
    knock = Knock.objects.note(
        Knock.Kind.CODE,
        email,
        organisation=organisation,
        ip_address=network_of(request),
        now=timezone.now(),
    )
    tasks.wake_for(knock.pk)
    response = redirect("portal:enter-code")
    remember_knock(response, knock)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@limited("code")
def enter_code(request: HttpRequest) -> HttpResponse:
    """Type the code; a link would be opened by whatever scans the e-mail."""
    knock = knock_of(request)
    if knock is None:
        return guarded(redirect("portal:enter"))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        now = timezone.now()
        if knock.open_with(form.cleaned_data["code"], now=now):
            response = redirect(_place_of(knock))
            let_in(request, response, knock.about, now=now)
            return guarded(response)
        form.add_error("code", _("This code is not right, or it has ended."))
    context = {"form": form, "knock": knock, "organisation": knock.organisation}
    status = 422 if request.method == "POST" else 200
    return guarded(render(request, "portal/customer/enter_code.html", context, status=status))


def _place_of(knock: Knock) -> str:
    if knock.organisation is None:
        return reverse("portal:home-list")
    return reverse("portal:home-of", args=[knock.organisation.slug])


@require_POST
def enter_out(request: HttpRequest) -> HttpResponse:
    """Sign out, here and for whoever copied the cookie."""
    response = redirect("portal:enter")
    let_out(request, response, now=timezone.now())
    return guarded(response)
