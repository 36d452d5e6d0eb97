"""When a customer should have paid."""

import calendar
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentTerms(models.TextChoices):
    """When an invoice is due, counted from its date."""

    ON_RECEIPT = "on_receipt", _("Due on receipt")
    NET_15 = "net_15", _("Net 15 days")
    NET_30 = "net_30", _("Net 30 days")
    NET_45 = "net_45", _("Net 45 days")
    NET_60 = "net_60", _("Net 60 days")
    END_OF_MONTH = "end_of_month", _("Due at the end of the month")
    END_OF_NEXT_MONTH = "end_of_next_month", _("Due at the end of next month")
    CUSTOM = "custom", _("Custom")

    def due_date(self, issued: date) -> date | None:
        """The last day to pay what was issued on that day; custom terms know none."""
        try:
            if self in DAYS:
                return issued + timedelta(days=DAYS[self])
            if self in MONTHS:
                return _end_of_month(issued, MONTHS[self])
        except (OverflowError, ValueError):  # There is no day after the year 9999.
            pass
        return None


DAYS = {
    PaymentTerms.ON_RECEIPT: 0,
    PaymentTerms.NET_15: 15,
    PaymentTerms.NET_30: 30,
    PaymentTerms.NET_45: 45,
    PaymentTerms.NET_60: 60,
}
MONTHS = {PaymentTerms.END_OF_MONTH: 0, PaymentTerms.END_OF_NEXT_MONTH: 1}


def _end_of_month(day: date, later: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + later, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
