"""The customer's home: everything that an organisation and they have with each other."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ...customer_access import (
    GuestRequest,
    contact_for,
    contacts_of,
    estimates_of,
    invoices_of,
    payments_of,
)
from ...forms.entering import ContactProfileForm
from ...guests import mailbox_of
from ...models import Contact, Estimate, Invoice, Link
from ...payments import provider_for
from ..staff.pages import page_of
from .door import guarded, shown_in

NEWEST = 5

HomePage = Callable[..., HttpResponse]


def at_home(view: Callable[..., HttpResponse]) -> HomePage:
    """Open the view to whoever has proved the contact's mailbox; others prove it first."""

    @wraps(view)
    def page(request: HttpRequest, organisation: str, pk: int, **words: Any) -> HttpResponse:
        guest = cast(GuestRequest, request)
        try:
            guest.contact = contact_for(request, organisation, pk)
        except Http404:
            if mailbox_of(request):
                raise
            return guarded(redirect(_door(organisation)))
        with shown_in(request, guest.contact.language, guest.contact.customer.organisation):
            response = view(guest, **words)
            response["Content-Language"] = translation.get_language()
        return guarded(response)

    return page


def _door(organisation: str = "") -> str:
    return reverse("portal:enter", query={"at": organisation} if organisation else None)


@require_safe
def home_list(request: HttpRequest, organisation: str = "") -> HttpResponse:
    """Where the mailbox is known; straight on where there is one place only."""
    if not mailbox_of(request):
        return guarded(redirect(_door(organisation)))
    contacts = list(contacts_of(request, organisation) or contacts_of(request))
    if len(contacts) == 1:
        return guarded(redirect(home_of(contacts[0])))
    return guarded(render(request, "portal/customer/home_list.html", {"contacts": contacts}))


def home_of(contact: Contact, page: str = "page") -> str:
    """The address of a page of the contact's home."""
    slug = contact.customer.organisation.slug
    return reverse(f"portal:home-{page}", args=[slug, contact.pk])


def shown(request: GuestRequest, section: str, status: int = 200, **words: Any) -> HttpResponse:
    """A page of the home, with what its frame needs."""
    contact = request.contact
    context = {
        "contact": contact,
        "customer": contact.customer,
        "has_other_places": Contact.objects.at_mailbox(contact.email).count() > 1,
        "organisation": contact.customer.organisation,
        "section": section,
        **words,
    }
    return render(request, f"portal/customer/home/{section}.html", context, status=status)


@require_safe
@at_home
def home_page(request: GuestRequest) -> HttpResponse:
    """What is owed, what waits for an answer, and what came last."""
    contact = request.contact
    organisation, invoices = contact.customer.organisation, invoices_of(contact)
    today = organisation.date_of(timezone.now())
    owing = invoices.owing()
    waiting = estimates_of(contact).answerable(today)
    return shown(
        request,
        "page",
        owed=owing.sums("balance"),
        overdue=invoices.overdue(today).sums("balance"),
        owing=owing.order_by("due_date", "pk").with_customers()[:NEWEST],
        waiting=waiting.latest_first().with_customers()[:NEWEST],
        invoices=invoices.latest_first().with_customers()[:NEWEST],
        payments=payments_of(contact).latest_first().with_invoices()[:NEWEST],
        newest=NEWEST,
        can_pay=provider_for(organisation) is not None,
    )


@require_safe
@at_home
def home_estimates(request: GuestRequest) -> HttpResponse:
    estimates = estimates_of(request.contact).latest_first().with_customers()
    return shown(request, "estimates", page=page_of(request, estimates))


@require_safe
@at_home
def home_invoices(request: GuestRequest) -> HttpResponse:
    invoices = invoices_of(request.contact).latest_first().with_customers()
    can_pay = provider_for(request.contact.customer.organisation) is not None
    page = page_of(request, invoices)
    is_several = can_pay and sum(invoice.is_owing for invoice in page) > 1
    return shown(request, "invoices", page=page, can_pay=can_pay, is_several=is_several)


@require_safe
@at_home
def home_payments(request: GuestRequest) -> HttpResponse:
    payments = payments_of(request.contact).latest_first().with_invoices()
    return shown(request, "payments", page=page_of(request, payments))


@require_POST
@at_home
def home_open(
    request: GuestRequest, number: str, kind: type[Estimate] | type[Invoice]
) -> HttpResponse:
    """Go on to a document by the contact's own link, as if it had come by e-mail."""
    contact = request.contact
    documents = estimates_of(contact) if kind is Estimate else invoices_of(contact)
    document = get_object_or_404(documents.with_customers(), number=number)
    link = Link.objects.renew(document, contact, now=timezone.now())
    is_to_pay = kind is Invoice and "pay" in request.POST
    return redirect("portal:link-pay" if is_to_pay else "portal:link", link.token)


@require_http_methods(["GET", "HEAD", "POST"])
@at_home
def home_profile(request: GuestRequest) -> HttpResponse:
    """What the contact may change about themselves; their address is what proves them."""
    contact = Contact.objects.get(pk=request.contact.pk)  # The form must not rename the page.
    form = ContactProfileForm(request.POST or None, instance=contact)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        response = redirect(home_of(request.contact, "profile"))
        # What the browser was told before would win over the choice made here.
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return response
    return shown(request, "profile", status=422 if form.errors else 200, form=form)
