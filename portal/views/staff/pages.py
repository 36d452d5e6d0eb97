"""Lists in pages."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 25


def page_of(request: HttpRequest, rows: QuerySet[Any], count: int | None = None) -> Page[Any]:
    """The page that the address asks for; an impossible number gets the nearest one.

    Who has counted the rows already says so: counting a hundred thousand takes long.
    """
    pages = Paginator(rows, ROWS)
    if count is not None:
        pages.__dict__["count"] = count  # Where the cached property keeps it.
    return pages.get_page(request.GET.get("page"))


def words_of(request: HttpRequest) -> str:
    """What the reader searches for."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]
