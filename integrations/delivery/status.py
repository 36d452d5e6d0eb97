"""How are the lanes doing? For whoever runs the installation, and for monitors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min

from ..models import Account, Connection, Delivery, Grant

LANE = "connection__grant__account"
HOLDING = ("connection__health", "connection__grant__status")


@dataclass(frozen=True)
class LaneStatus:
    """What waits in one lane; `account` is its key, None where nobody posts."""

    account: int | None
    due: int
    later: int  # the lane waits: between two tries, or locked out by Cliq
    held: int  # until somebody repairs the connection
    waits_until: datetime | None
    oldest_at: datetime
    oldest_unheld_at: datetime | None


@dataclass(frozen=True)
class Status:
    """All lanes together, and those of them that hold something."""

    lanes: int
    due: int
    later: int
    held: int
    failed: int
    uncertain: int
    oldest_seconds: int  # of what nobody has to repair first
    waiting: list[LaneStatus]


def status(now: datetime) -> Status:
    """What waits, what is held and what has failed, in four queries."""
    waiting = _waiting(now)
    unheld = (lane.oldest_unheld_at for lane in waiting if lane.oldest_unheld_at)
    oldest_at = min(unheld, default=now)
    return Status(
        lanes=Account.objects.count(),
        due=sum(lane.due for lane in waiting),
        later=sum(lane.later for lane in waiting),
        held=sum(lane.held for lane in waiting),
        failed=Delivery.objects.failed().count(),
        uncertain=Delivery.objects.uncertain().count(),
        oldest_seconds=max(int((now - oldest_at).total_seconds()), 0),
        waiting=waiting,
    )


def _waiting(now: datetime) -> list[LaneStatus]:
    lanes: dict[int | None, list[dict[str, Any]]] = {}
    for row in _counted():
        lanes.setdefault(row[LANE], []).append(row)
    return [_lane(account, rows, now) for account, rows in lanes.items()]


def _counted() -> Any:
    """Pending deliveries by lane and by what could hold them, the lane waiting longest first."""
    counted = Delivery.objects.pending().values(
        LANE, f"{LANE}__due_at", f"{LANE}__locked_until", *HOLDING
    )
    return counted.annotate(count=Count("pk"), oldest_at=Min("queued_at")).order_by("oldest_at")


def _lane(account: int | None, rows: list[dict[str, Any]], now: datetime) -> LaneStatus:
    postable_rows = [row for row in rows if _is_postable(row)]
    postable = sum(row["count"] for row in postable_rows)
    until = _waits_until(rows[0], now)
    return LaneStatus(
        account=account,
        due=0 if until else postable,
        later=postable if until else 0,
        held=sum(row["count"] for row in rows) - postable,
        waits_until=until,
        oldest_at=min(row["oldest_at"] for row in rows),
        oldest_unheld_at=min((row["oldest_at"] for row in postable_rows), default=None),
    )


def _is_postable(row: dict[str, Any]) -> bool:
    is_granted: bool = row["connection__grant__status"] == Grant.Status.ACTIVE
    is_working: bool = row["connection__health"] == Connection.Health.OK
    return is_granted and is_working


def _waits_until(row: dict[str, Any], now: datetime) -> datetime | None:
    told = [row[f"{LANE}__due_at"], row[f"{LANE}__locked_until"]]
    until = max((moment for moment in told if moment), default=now)
    return until if until > now else None
