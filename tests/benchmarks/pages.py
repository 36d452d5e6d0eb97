"""How do the invoice list and a document's page bear many documents, beside a bare Django view?

`python -m tests.benchmarks.pages [--documents 1000 100000] [--requests 300]`

One process, one thread, the whole middleware, on SQLite in a temporary folder or on DATABASE_URL's
server (in a test database of its own). The bare view has the same session and one query.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.urls import path, reverse  # noqa: E402

from books_cliq.urls import urlpatterns as own_addresses  # noqa: E402
from portal.models import Invoice, LineItem, Organisation  # noqa: E402
from tests.factories import ContactFactory, MembershipFactory, make_invoice  # noqa: E402

BATCH = 5000


def bare(request: HttpRequest) -> HttpResponse:
    """The least that a signed-in page can do."""
    name = Organisation.objects.values_list("name", flat=True).first()
    return HttpResponse(f"{request.user}: {name}")


urlpatterns = [*own_addresses, path("bare/", bare)]


def fill(first: Invoice, documents: int) -> None:
    """As many invoices as wanted, a line in each, over three years and all states."""
    statuses = [status for status in Invoice.Status.values if status != "draft"]
    start = Invoice.objects.count()
    for begin in range(start, documents, BATCH):
        rows = [
            Invoice(
                organisation=first.organisation,
                customer=first.customer,
                contact=first.contact,
                number=f"INV-{number + 1:06d}",
                issue_date=date(2024, 1, 1) + timedelta(days=number % 1000),
                due_date=date(2024, 2, 1) + timedelta(days=number % 1000),
                currency="JPY",
                status=statuses[number % len(statuses)],
                subtotal=10_000,
                tax_total=1000,
                total=11_000,
                balance=11_000,
            )
            for number in range(begin, min(begin + BATCH, documents))
        ]
        saved = Invoice.objects.bulk_create(rows)
        LineItem.objects.bulk_create(
            LineItem(invoice=row, name="Consulting", rate=10_000, tax_percent=10) for row in saved
        )


def measure(get: Callable[[], HttpResponse], requests: int) -> tuple[float, float]:
    """Requests a second and the 99th percentile in milliseconds."""
    for _ in range(20):
        assert get().status_code == 200
    times = []
    for _ in range(requests):
        begun = time.perf_counter()
        get()
        times.append(time.perf_counter() - begun)
    return requests / sum(times), statistics.quantiles(times, n=100)[98] * 1000


def run(counts: list[int], requests: int) -> None:
    member = MembershipFactory(admin=True)
    contact = ContactFactory(customer__organisation=member.organisation)
    invoice = make_invoice(contact=contact)
    client = Client()
    client.force_login(member.user)
    slug = member.organisation.slug
    pages = {
        "bare view": "/bare/",
        "invoice list": reverse("portal:invoice-list", args=[slug]),
        "document page": reverse("portal:invoice-detail", args=[slug, invoice.number]),
    }
    print(f"{'documents':>9}  {'page':<14}{'req/s':>8}{'of bare':>9}{'p99 ms':>9}")
    for documents in counts:
        fill(invoice, documents)
        base = 0.0
        for name, address in pages.items():
            rate, p99 = measure(lambda: client.get(address), requests)  # noqa: B023
            base = base or rate
            print(f"{documents:>9}  {name:<14}{rate:>8.0f}{rate / base:>9.2f}{p99:>9.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--requests", type=int, default=300)
    options = parser.parse_args()
    settings.ROOT_URLCONF = __name__ if __name__ != "__main__" else "tests.benchmarks.pages"
    settings.ALLOWED_HOSTS = ["testserver"]  # The tests' environment would copy every context.
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        run(options.documents, options.requests)
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
