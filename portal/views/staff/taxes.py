"""Settings › Taxes: the rates to choose from in documents."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ...access import admin_of, login_required
from ...forms.taxes import TaxForm
from ...models import Act, Membership, TaxRate, differences


@login_required
@require_http_methods(["GET", "POST"])
def tax_list(request: HttpRequest, organisation: str) -> HttpResponse:
    """Every rate, and the form that adds another."""
    membership = admin_of(request, organisation)
    form = TaxForm(membership.organisation, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _save(form, membership):
        messages.success(request, _("The tax is added."))
        return redirect("portal:tax-list", organisation)
    taxes = membership.organisation.tax_rates.in_order()
    context = {"section": "settings", "form": form, "taxes": taxes}
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/tax_list.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def tax_edit(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Another name, percentage or mark; documents that exist keep what they have."""
    membership = admin_of(request, organisation)
    tax, sent = _tax(membership, pk), request.POST if request.method == "POST" else None
    name, form = tax.name, TaxForm(membership.organisation, sent, instance=tax)
    if form.is_bound and form.is_valid() and _save(form, membership):
        messages.success(request, _("The tax is saved."))
        return redirect("portal:tax-list", organisation)
    context = {"section": "settings", "form": form, "name": name}
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/tax_form.html", context, status=status)


@login_required
@require_POST
def tax_default(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """New items begin with this rate."""
    membership = admin_of(request, organisation)
    tax = _tax(membership, pk)
    with transaction.atomic():
        before = TaxRate.objects.get(pk=pk)
        tax.make_default()
        _note(Act.Kind.TAX_CHANGED, membership, before, tax)
    messages.success(request, _("New items begin with %(name)s.") % {"name": tax.name})
    return redirect("portal:tax-list", organisation)


@login_required
@require_http_methods(["GET", "POST"])
def tax_delete(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Ask, then take the rate out of the choices."""
    membership = admin_of(request, organisation)
    tax = _tax(membership, pk)
    if request.method != "POST":
        context = {"section": "settings", "tax": tax}
        return render(request, "portal/staff/tax_delete.html", context)
    with transaction.atomic():
        _note(Act.Kind.TAX_DELETED, membership, tax, TaxRate())
        tax.delete()
    messages.success(request, _("The tax is deleted. Documents keep what they have."))
    return redirect("portal:tax-list", organisation)


def _save(form: TaxForm, membership: Membership) -> bool:
    """Write it down, unless a colleague was faster with a tax of the same name."""
    try:
        form.save_as(membership, timezone.now())
    except IntegrityError:
        form.refuse_name()
    return form.is_valid()


def _tax(membership: Membership, pk: int) -> TaxRate:
    """The organisation's rate of this number, or 404."""
    return get_object_or_404(membership.organisation.tax_rates, pk=pk)


def _note(kind: Act.Kind, by: Membership, before: TaxRate, after: TaxRate) -> None:
    names = ["name", "percent", "is_reduced_rate", "is_default"]
    changes = differences(before, after, names)
    if changes:
        now, about = timezone.now(), before.name
        Act.objects.note_by(by, kind, now=now, about=about, changes=changes)
