"""Money that came another way than online, and credit that is used."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ... import addresses
from ...access import customer_for, document_for, login_required, member_of
from ...forms.payments import CreditForm, CustomerPaymentForm, InvoicePaymentForm
from ...models import Customer, Invoice, Membership, Payment
from ...money import ZERO, money

Form = InvoicePaymentForm | CustomerPaymentForm


@login_required
@require_http_methods(["GET", "POST"])
def invoice_payment(request: HttpRequest, organisation: str, number: str) -> HttpResponse:
    """Record money for one invoice."""
    membership = member_of(request, organisation)
    invoice = document_for(membership, Invoice, number)
    if payment := _known(request, invoice.customer):
        return _recorded(request, payment, is_new=False)
    if refusal := _refusal(request, invoice):
        return refusal
    today = membership.organisation.date_of(timezone.now())
    form = InvoicePaymentForm(invoice, today, request.POST if request.method == "POST" else None)
    if payment := _record(membership, form):
        return _recorded(request, payment)
    context = {"section": "invoices", "document": invoice, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/invoice_payment.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def customer_payment(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Record money for several invoices of one customer at once, or for none yet."""
    membership = member_of(request, organisation)
    customer, today = customer_for(membership, pk), membership.organisation.date_of(timezone.now())
    currencies = _currencies(customer)
    currency = request.GET.get("currency", "")
    currency = currency if currency in currencies else currencies[0]
    form = _customer_form(request, customer, currency, today)
    if payment := _known(request, customer):
        return _recorded(request, payment, is_new=False)
    if payment := _record(membership, form):
        return _recorded(request, payment)
    owing = customer.invoices.owing().filter(currency=currency)
    context = {
        "section": "customers",
        "customer": customer,
        "currency": currency,
        "currencies": currencies,
        "form": form,
        "waiting": owing.exclude(pending_payment=None).with_customers(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/customer_payment.html", context, status=status)


def _currencies(customer: Customer) -> list[str]:
    """Those in which the customer owes something, their own first."""
    owed = customer.invoices.payable().values_list("currency", flat=True).distinct()
    return [customer.currency, *sorted(set(owed) - {customer.currency})]


def _customer_form(
    request: HttpRequest, customer: Customer, currency: str, today: date
) -> CustomerPaymentForm:
    payable = customer.invoices.payable().filter(currency=currency)
    invoices = list(payable.order_by("due_date", "pk").with_customers())
    if request.method != "POST":
        return CustomerPaymentForm(invoices, customer, currency, today)
    form = CustomerPaymentForm(invoices, customer, currency, today, request.POST)
    if "spread" not in request.POST:
        return form
    form.is_valid()
    return CustomerPaymentForm(invoices, customer, currency, today, initial=form.spread())


def _record(membership: Membership, form: Form) -> Payment | None:
    """The payment that the form says, saved; None if it has something to correct."""
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return form.payment().record(form.shares(), by=membership.user, now=timezone.now())
    except (Payment.Changed, Payment.TooMuch, Invoice.NothingDue):
        form.add_error(None, form.STALE)
    except Invoice.PaymentPending:
        form.add_error(None, pending())
    return None


def _known(request: HttpRequest, customer: Customer) -> Payment | None:
    """What this very form recorded already: a second click, or a page that was sent again."""
    return Payment.objects.with_key(customer, request.POST.get("key", ""))


def _recorded(request: HttpRequest, payment: Payment, *, is_new: bool = True) -> HttpResponse:
    if is_new:
        messages.success(request, _("The payment is recorded."))
    else:
        messages.info(request, _("This payment was recorded already, a moment ago."))
    return redirect("portal:payment-detail", payment.organisation.slug, payment.pk)


@login_required
@require_http_methods(["GET", "POST"])
def invoice_credit(request: HttpRequest, organisation: str, number: str) -> HttpResponse:
    """Use what the customer paid too much before."""
    membership = member_of(request, organisation)
    invoice = document_for(membership, Invoice, number)
    if refusal := _refusal(request, invoice):
        return refusal
    sums = Payment.objects.with_credit_for(invoice).sums("unapplied")
    credit = sums[0].amount if sums else ZERO
    if not credit:
        messages.error(request, _("This customer has no credit."))
        return redirect(addresses.of_document(invoice))
    form = CreditForm(invoice, credit, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _apply(membership, form):
        amount = {"amount": money(form.cleaned_data["amount"], invoice.currency)}
        messages.success(request, _("%(amount)s of the credit was applied.") % amount)
        return redirect(addresses.of_document(invoice))
    context = {"section": "invoices", "document": invoice, "credit": credit, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "portal/staff/invoice_credit.html", context, status=status)


def _apply(membership: Membership, form: CreditForm) -> bool:
    amount, now = form.cleaned_data["amount"], timezone.now()
    try:
        Payment.objects.apply_credit(form.invoice, amount, by=membership.user, now=now)
    except (Payment.Changed, Payment.TooMuch, Payment.NotReceived, Invoice.NothingDue):
        form.add_error(None, form.STALE)
    except Invoice.PaymentPending:
        form.add_error(None, pending())
    return form.is_valid()


def _refusal(request: HttpRequest, invoice: Invoice) -> HttpResponse | None:
    """Back to the invoice, if no money can be put on it now."""
    if not invoice.is_owing:
        messages.error(request, _("Nothing is due on this invoice."))
    elif invoice.pending_payment_id:
        messages.error(request, pending())
    else:
        return None
    return redirect(addresses.of_document(invoice))


def pending() -> str:
    """Why an invoice takes no money at the moment."""
    return _(
        "The customer is paying this invoice online at the moment. Wait until that payment ends,"
        " or open it and end it, so that nothing is paid twice."
    )
