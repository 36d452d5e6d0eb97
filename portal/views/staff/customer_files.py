"""Customers in and out as CSV files."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ...access import customers_for, login_required, member_of
from ...customer_csv import (
    COLUMNS,
    EXAMPLE,
    REQUIRED,
    Reading,
    Unreadable,
    decoded,
    read,
    write,
    written,
)
from ...models import Membership

SHOWN = 200


class FileForm(forms.Form):
    """The file to look at."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )


@login_required
@require_http_methods(["GET", "POST"])
def customer_import(request: HttpRequest, organisation: str) -> HttpResponse:
    """Take a file, show what it holds, and save it only if all of it is right."""
    membership = member_of(request, organisation)
    if request.method != "POST":
        return _page(request, FileForm())
    try:
        text = _text(request)
        reading = read(text, membership) if text else None
    except Unreadable as error:
        form = FileForm(request.POST, request.FILES)
        form.add_error(None, str(error))
        return _page(request, form)
    if reading is None:
        return _page(request, FileForm(request.POST, request.FILES))
    if reading.problems or "text" not in request.POST:
        return _page(request, FileForm(), text, reading)
    return _save(request, membership, reading)


def _text(request: HttpRequest) -> str:
    """What the preview sent back, or else the uploaded file."""
    if "text" in request.POST:
        return request.POST["text"]
    file = request.FILES.get("file")
    return decoded(file.read()) if file else ""


def _save(request: HttpRequest, membership: Membership, reading: Reading) -> HttpResponse:
    count = write(reading, membership)
    text = ngettext("%(count)s customer is imported.", "%(count)s customers are imported.", count)
    messages.success(request, text % {"count": count})
    return redirect("portal:customer-list", membership.organisation.slug)


def _page(
    request: HttpRequest, form: FileForm, text: str = "", reading: Reading | None = None
) -> HttpResponse:
    is_wrong = form.is_bound or bool(reading and reading.problems)
    context = {
        "section": "customers",
        "form": form,
        "text": text,
        "reading": reading,
        "problems": reading.problems[:SHOWN] if reading else [],
        "sample": [about for about, _people in list(reading.customers.values())[:10]]
        if reading
        else [],
        "columns": COLUMNS,
        "example": EXAMPLE,
        "required": REQUIRED,
    }
    status = 422 if is_wrong else 200
    return render(request, "portal/staff/customer_import.html", context, status=status)


@login_required
@require_safe
def customer_export(request: HttpRequest, organisation: str) -> HttpResponse:
    """All customers one works with, as a file that Excel opens and the import reads."""
    active = customers_for(member_of(request, organisation)).active()
    customers = active.order_by("name", "pk").with_contacts()
    response = HttpResponse(b"\xef\xbb\xbf" + written(customers).encode(), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="customers.csv"'
    return response
