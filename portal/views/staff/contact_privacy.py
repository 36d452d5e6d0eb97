"""One person's data: handed over, or erased."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ... import erasure, exports
from ...access import admin_of, customer_for, login_required
from ...models import Act, Contact, Membership


class EraseForm(forms.Form):
    """How much is erased, and that it is meant."""

    with_words = forms.BooleanField(
        label=gettext_lazy("Erase their comments and files, too"), required=False
    )
    is_sure = forms.BooleanField(label=gettext_lazy("I know that this cannot be undone"))


@login_required
@require_safe
def contact_privacy(request: HttpRequest, organisation: str, pk: int, contact: int) -> HttpResponse:
    """What can be done about a person's data, and what stays."""
    _membership, person = _found(request, organisation, pk, contact)
    return _page(request, person, EraseForm())


@login_required
@require_POST
def contact_export(request: HttpRequest, organisation: str, pk: int, contact: int) -> HttpResponse:
    """Everything that is known about them, as a ZIP."""
    membership, person = _found(request, organisation, pk, contact)
    with transaction.atomic():
        content, kind = exports.of_contact(person), Act.Kind.CONTACT_EXPORTED
        Act.objects.note_by(membership, kind, now=timezone.now(), about=str(person.customer))
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="contact-{person.pk}.zip"'
    return response


@login_required
@require_POST
def contact_erase(request: HttpRequest, organisation: str, pk: int, contact: int) -> HttpResponse:
    """Erase them, if it is meant."""
    membership, person = _found(request, organisation, pk, contact)
    form = EraseForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form, status=422)
    with_words = form.cleaned_data["with_words"]
    erasure.erase(person, membership, with_words=with_words, now=timezone.now())
    messages.success(request, _("The contact is erased."))
    return redirect("portal:customer-detail", organisation, pk)


def _found(
    request: HttpRequest, organisation: str, pk: int, contact: int
) -> tuple[Membership, Contact]:
    """A person at a customer's, for admins."""
    membership = admin_of(request, organisation)
    customer = customer_for(membership, pk)
    return membership, get_object_or_404(customer.contacts, pk=contact)


def _page(
    request: HttpRequest, contact: Contact, form: EraseForm, status: int = 200
) -> HttpResponse:
    context = {"section": "customers", "contact": contact, "form": form}
    return render(request, "portal/staff/contact_privacy.html", context, status=status)
