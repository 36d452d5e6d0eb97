"""When to post, and what if it fails: rows are the truth, an engine only wakes us."""

from .budget import next_post_at
from .lane import drain
from .posting import BudgetSpent, post_now, send_test
from .status import Status, status

__all__ = ["BudgetSpent", "Status", "drain", "next_post_at", "post_now", "send_test", "status"]
