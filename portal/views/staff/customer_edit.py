"""Changing whom the organisation bills."""

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...access import customer_for, login_required, member_of
from ...forms.customers import ContactFormSet, CustomerForm, save_customer
from ...models import Act, Customer, Membership


@login_required
@require_http_methods(["GET", "POST"])
def customer_new(request: HttpRequest, organisation: str) -> HttpResponse:
    """Write down a new customer."""
    membership = member_of(request, organisation)
    return _edit(request, membership, Customer(organisation=membership.organisation))


@login_required
@require_http_methods(["GET", "POST"])
def customer_edit(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Change a customer and the people there."""
    membership = member_of(request, organisation)
    return _edit(request, membership, customer_for(membership, pk))


def _edit(request: HttpRequest, membership: Membership, customer: Customer) -> HttpResponse:
    name, sent = customer.name, request.POST if request.method == "POST" else None
    place = membership.organisation
    form = CustomerForm(place, sent, instance=customer)
    people = ContactFormSet(
        sent,
        instance=customer,
        prefix="contacts",
        queryset=customer.contacts.order_by("-is_primary", "name", "pk") if customer.pk else None,
    )
    for empty in [people.empty_form, *people.extra_forms]:
        empty.fields["language"].initial = place.language
    if sent is not None and form.is_valid() and people.is_valid():
        try:
            saved = save_customer(form, people, membership)
        except ProtectedError:
            form.add_error(None, _("Documents name a person whom you removed: they must stay."))
        else:
            messages.success(request, _("The customer is saved."))
            return redirect("portal:customer-detail", place.slug, saved.pk)
    context = {
        "section": "customers",
        "customer": customer,
        "name": name,
        "form": form,
        "people": people,
    }
    status = 422 if sent is not None else 200
    return render(request, "portal/staff/customer_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def customer_archive(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Put a customer into the archive, or take it out again; a GET only leads back."""
    customer = customer_for(member_of(request, organisation), pk)
    if request.method == "POST" and customer.is_archived:
        customer.unarchive()
        messages.success(request, _("The customer is back from the archive."))
    elif request.method == "POST":
        customer.archive(now=timezone.now())
        messages.success(request, _("The customer is in the archive; their documents stay."))
    return redirect("portal:customer-detail", organisation, pk)


@login_required
@require_http_methods(["GET", "POST"])
def customer_delete(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Ask once more, then delete a customer whom nothing names."""
    membership = member_of(request, organisation)
    customer = customer_for(membership, pk)
    if request.method != "POST":
        context = {"section": "customers", "customer": customer, "is_in_use": customer.is_in_use}
        return render(request, "portal/staff/customer_delete.html", context)
    try:
        _remove(membership, customer)
    except Customer.InUse:
        messages.error(
            request,
            _("There are documents or payments of this customer, so it can only be archived."),
        )
        return redirect("portal:customer-detail", organisation, pk)
    messages.success(request, _("The customer is deleted."))
    return redirect("portal:customer-list", organisation)


@transaction.atomic
def _remove(membership: Membership, customer: Customer) -> None:
    customer.remove()
    kind, now = Act.Kind.CUSTOMER_DELETED, timezone.now()
    Act.objects.note_by(membership, kind, now=now, about=str(customer))
