"""The customer pays several invoices at once, from their home."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...customer_access import GuestRequest, invoices_of, payments_under_way_of
from ...limits import limited
from ...models import Invoice, Payment
from ...money import ZERO
from ...payments import ProviderUnavailable, provider_for
from ...payments.ending import cancel
from ...sent import plain
from .home import at_home, home_of, shown
from .leaving import leave

UNAVAILABLE = 503


@dataclass(frozen=True)
class Basket:
    """What can be paid together: the invoices of one currency, and which of them are chosen."""

    currency: str
    invoices: list[Invoice]
    chosen: list[Invoice]

    @property
    def sum(self) -> Decimal:
        return sum((invoice.balance for invoice in self.chosen), ZERO)


@require_http_methods(["GET", "HEAD", "POST"])
@at_home
def home_pay(request: GuestRequest) -> HttpResponse:
    if "sum" in request.POST:  # of what is ticked at the moment
        _chosen(request)
        return _page(request)
    return _act(request) if request.method == "POST" else _page(request)


@limited("pay")
def _act(request: GuestRequest) -> HttpResponse:
    if "cancel" in request.POST:
        return _cancel(request, timezone.now())
    return _start(request, _chosen(request), timezone.now())


def _page(request: GuestRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """What can be chosen; of the currency that was chosen from, as it was chosen."""
    return shown(
        request,
        "pay",
        status=status,
        baskets=_baskets(request),
        leaving=request.GET.get("go"),
        pending=payments_under_way_of(request.contact).with_invoices().order_by("pk"),
        problem=problem,
        provider=provider_for(request.contact.customer.organisation),
    )


def _baskets(request: GuestRequest) -> list[Basket]:
    payable = invoices_of(request.contact).payable().with_customers()
    rows = payable.order_by("currency", "due_date", "pk")
    asked, numbers = request.POST.get("currency"), request.POST.getlist("invoice")
    baskets = []
    for currency, group in groupby(rows, key=lambda row: row.currency):
        invoices = list(group)
        is_open = currency != asked
        chosen = [row for row in invoices if is_open or row.number in numbers]
        baskets.append(Basket(currency, invoices, chosen))
    return baskets


def _chosen(request: GuestRequest) -> list[Invoice]:
    """What the form names, or 404 if any of it is somebody else's or of another currency."""
    numbers = set(map(plain, request.POST.getlist("invoice")))
    theirs = invoices_of(request.contact).filter(currency=plain(request.POST.get("currency", "")))
    chosen = list(theirs.filter(number__in=numbers).with_customers())
    if len(chosen) != len(numbers):
        raise Http404
    return chosen


def _start(request: GuestRequest, chosen: list[Invoice], now: datetime) -> HttpResponse:
    """Begin to pay all that is due of what was chosen, and leave for the provider."""
    provider = provider_for(request.contact.customer.organisation)
    if provider is None:
        return _page(request)
    if not chosen:
        return _page(request, _("Please choose at least one invoice."), 422)
    try:
        payment = Payment.objects.start(
            dict.fromkeys(chosen), None, contact=request.contact, provider=provider.name, now=now
        )
    except (Invoice.NothingDue, Invoice.PaymentPending):
        words = _("Meanwhile something was paid, or is being paid. Please choose once more.")
        return _page(request, words, 409)
    page = f"{home_of(request.contact, 'pay')}?go={payment.reference}"
    return leave(request, payment, provider, page) or _unreachable(request)


def _cancel(request: GuestRequest, now: datetime) -> HttpResponse:
    pending = payments_under_way_of(request.contact).filter(reference=plain(request.POST["cancel"]))
    payment = pending.select_related("organisation").first()
    try:
        if payment and cancel(payment, now):
            messages.info(request, _("The payment was cancelled. Nothing was charged."))
    except ProviderUnavailable:
        return _unreachable(request)
    return redirect(home_of(request.contact, "pay"))


def _unreachable(request: GuestRequest) -> HttpResponse:
    words = _("The payment page cannot be reached at the moment. Nothing was charged.")
    return _page(request, words, UNAVAILABLE)
