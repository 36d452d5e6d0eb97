"""The user's own page: name, language, time zone, and how they sign in."""

from typing import cast

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...access import login_required
from ...forms.people import ProfileForm
from ...models import Organisation, User


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What the user can change about themselves, and links to the rest."""
    user = User.objects.get(pk=cast(User, request.user).pk)  # The form must not rename the page.
    form = ProfileForm(request.POST or None, instance=user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        response = redirect("portal:profile")
        # What the browser was told before would win over the choice made here.
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return response
    context = {
        "form": form,
        "organisations": Organisation.objects.of(user),
        "linked_accounts": SocialAccount.objects.filter(user=user).order_by("pk"),
        "providers": get_adapter().list_providers(request),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/accounts/profile.html", context, status=status)
