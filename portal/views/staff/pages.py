"""Lists in pages."""

from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ...sent import plain

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
    return plain(request.GET.get("q", "")).strip()[:100]


def page_by_state(
    request: HttpRequest,
    rows: Any,
    states: type[TextChoices],
    counts: dict[str, int],
    *today: date,
) -> dict[str, Any]:
    """The page of the state that the address asks for, else of all, and the tabs to choose by.

    `rows.in_state` gets `today` where time makes states.
    """
    state = request.GET.get("state", "")
    is_narrowed = state in counts
    shown = rows.in_state(state, *today) if is_narrowed else rows
    count = counts[state] if is_narrowed else sum(counts.values())
    return {
        "page": page_of(request, shown, count),
        "tabs": _tabs(states, counts, state),
        "is_narrowed": is_narrowed,
    }


def _tabs(
    states: type[TextChoices], counts: dict[str, int], open_state: str
) -> list[dict[str, Any]]:
    """One tab per state that has rows, and the one that is open."""
    tabs: list[dict[str, Any]] = [
        {"state": item.value, "label": item.label, "count": counts[item.value]}
        for item in states
        if counts[item.value] or item.value == open_state
    ]
    everything: dict[str, Any] = {"state": "", "label": _("All"), "count": sum(counts.values())}
    return [tab | {"is_open": tab["state"] == open_state} for tab in [everything, *tabs]]
