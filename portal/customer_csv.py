"""Customers as a CSV file: out for a spreadsheet, in all or nothing.

One row is one person; rows of one name are people of one customer, which the first of them
describes.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from .access import customers_for
from .forms.choices import countries, currencies
from .models import Contact, Customer, Membership, Organisation, PaymentTerms

ABOUT = ("name", "currency", "payment_terms", "country", "postal_code", "address", "phone", "notes")
PERSON = ("contact_name", "contact_email", "contact_phone", "contact_language")
COLUMNS = ABOUT + PERSON
REQUIRED = ("name", "contact_name", "contact_email")
EXAMPLE = """\
name,currency,country,contact_name,contact_email,contact_language
Tanaka Works,JPY,JP,Ken Tanaka,ken@tanaka-works.example,ja
Tanaka Works,JPY,JP,Mio Abe,mio@tanaka-works.example,ja
Brightwater Hotels,USD,GB,Amara Okafor,amara@brightwater.example,en
"""
MOST_ROWS = 10_000
LARGEST = 2_000_000  # bytes: what a browser may send back after the preview
FORMULA = ("=", "+", "-", "@", "\t")  # a spreadsheet would run what begins with these
LENGTHS = {
    "name": 160,
    "postal_code": 16,
    "address": 2000,
    "phone": 40,
    "notes": 10_000,
    "contact_name": 120,
    "contact_email": 254,
    "contact_phone": 40,
}

Cells = dict[str, str]


class Unreadable(Exception):
    """The file as a whole is wrong; the message says how."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; the first row below the header is row 2, as spreadsheets count."""

    row: int
    column: str
    text: str


@dataclass
class Reading:
    """What a file holds."""

    customers: dict[str, tuple[Cells, list[Cells]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    people: int = 0


def decoded(data: bytes) -> str:
    """The text of the file: UTF-8, or what Japanese Excel writes."""
    if len(data) > LARGEST:
        raise Unreadable(_("The file is larger than 2 MB: split it."))
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The file is neither UTF-8 nor Shift JIS text."))


def read(text: str, membership: Membership) -> Reading:
    """Check every cell; whatever is wrong is listed with its row and column."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = _header(next(rows, []))
        body = [(rows.line_num, cells) for cells in rows if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise Unreadable(_("Row %(row)s is no CSV.") % {"row": rows.line_num}) from error
    if len(body) > MOST_ROWS:
        raise Unreadable(_("At most 10,000 rows at once: split the file."))
    if not body:
        raise Unreadable(_("There are no rows below the header."))
    return _checked(header, [cells for _line, cells in body], membership)


def _header(cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in header]
    if unknown:
        raise Unreadable(_("Unknown column: %(name)s") % {"name": unknown[0] or "–"})
    if missing:
        raise Unreadable(_("The column %(name)s is missing.") % {"name": missing[0]})
    if len(set(header)) < len(header):
        raise Unreadable(_("A column stands there twice."))
    return header


def _checked(header: list[str], body: list[list[str]], membership: Membership) -> Reading:
    reading, check = Reading(), _checks(membership.organisation)
    existing = set(customers_for(membership).values_list("name", flat=True))
    for number, cells in enumerate(body, start=2):
        row = {name: _plain(cell) for name, cell in zip(header, cells, strict=False)}
        found = [*_too_many(cells, header), *_problems(row, check)]
        if row.get("name") in existing:
            found.append(("name", _("There is a customer of this name already.")))
        reading.problems += [Problem(number, column, text) for column, text in found]
        if not found:
            _add(reading, row)
    return reading


def _too_many(cells: list[str], header: list[str]) -> list[tuple[str, str]]:
    if len(cells) <= len(header):
        return []
    return [("–", _("The row has more cells than the header."))]


def _add(reading: Reading, row: Cells) -> None:
    about, people = reading.customers.setdefault(row["name"], (row, []))
    people.append(row)
    reading.people += 1


def _plain(cell: str) -> str:
    """The cell without the apostrophe that keeps spreadsheets from running it."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _problems(row: Cells, check: dict[str, Callable[[Cells], None]]) -> Iterator[tuple[str, str]]:
    """What is wrong in the row; defaults and spellings are put right in it."""
    for column in COLUMNS:
        text = row.setdefault(column, "")
        if column in REQUIRED and not text:
            yield column, _("This cell must not be empty.")
        elif len(text) > LENGTHS.get(column, 100):
            yield column, _("At most %(most)s characters.") % {"most": LENGTHS.get(column, 100)}
        elif any(ord(c) < 32 and c not in "\r\n\t" for c in text):
            yield column, _("There are control characters in it.")
        elif column in check:
            try:
                check[column](row)
            except ValidationError as error:
                yield column, error.messages[0]


def _checks(organisation: Organisation) -> dict[str, Callable[[Cells], None]]:
    known = {
        "currency": (_codes(currencies()), organisation.currency, str.upper),
        "country": (_codes(countries()), "", str.upper),
        "payment_terms": (set(PaymentTerms.values), organisation.payment_terms, str.lower),
        "contact_language": (_codes(settings.LANGUAGES), organisation.language, str.lower),
    }

    def one_of(column: str) -> Callable[[Cells], None]:
        choices, default, spelled = known[column]

        def check(row: Cells) -> None:
            row[column] = spelled(row[column]) or default
            if row[column] not in choices:
                raise ValidationError(_("%(value)s is not known.") % {"value": row[column]})

        return check

    return {
        **{column: one_of(column) for column in known},
        "contact_email": lambda row: validate_email(row["contact_email"]),
        "postal_code": lambda row: row.update(postal_code=row["postal_code"].lstrip("〒 ")),
    }


def _codes(choices: Iterable[tuple[str, object]]) -> set[str]:
    return {code for code, _label in choices}


@transaction.atomic
def write(reading: Reading, membership: Membership) -> int:
    """Save all customers of a file without problems; how many comes back."""
    described = reading.customers.values()
    customers = Customer.objects.bulk_create(
        Customer(organisation=membership.organisation, **{name: about[name] for name in ABOUT})
        for about, _people in described
    )
    Contact.objects.bulk_create(
        Contact(
            customer=customer,
            is_primary=place == 0,
            **{name.removeprefix("contact_"): person[name] for name in PERSON},
        )
        for customer, (_about, people) in zip(customers, described, strict=True)
        for place, person in enumerate(people)
    )
    membership.keep(customers)
    return len(customers)


def written(customers: Iterable[Customer]) -> str:
    """The customers as a file that `read` understands; load their contacts before."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for customer in customers:
        about = [getattr(customer, name) for name in ABOUT]
        for person in list(customer.contacts.all()) or [Contact(language="")]:
            who = [getattr(person, name.removeprefix("contact_")) for name in PERSON]
            rows.writerow([_harmless(cell) for cell in about + who])
    return file.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
