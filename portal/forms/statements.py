"""Which part of an account one wants to see."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..statements import Period


class PeriodForm(forms.Form):
    """From when to when, and in which currency; it travels in the address."""

    first = forms.DateField(
        label=pgettext_lazy("a period", "From"), widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=pgettext_lazy("a period", "To"), widget=forms.DateInput(attrs={"type": "date"})
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)

    def __init__(self, currencies: list[str], today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currencies, self.usual = currencies, Period(today.replace(month=1, day=1), today)
        self.fields["currency"].choices = [(code, code) for code in currencies]  # type: ignore[attr-defined]
        for name in ("first", "last"):
            self.fields[name].initial = getattr(self.usual, name)
            self.fields[name].localize = False

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("The period ends before it begins."))

    def period(self) -> Period:
        """What was chosen; this year when nothing was, or nothing possible."""
        if self.is_bound and self.is_valid():
            return Period(self.cleaned_data["first"], self.cleaned_data["last"])
        return self.usual

    def chosen_currency(self) -> str:
        chosen = self.data.get("currency", "") if self.is_bound else ""
        return chosen if chosen in self.currencies else self.currencies[0]


def usual_periods(today: date) -> list[tuple[str, Period]]:
    """What people choose most."""
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    before_month, before_year = month - timedelta(days=1), year - timedelta(days=1)
    return [
        (gettext("This month"), Period(month, today)),
        (gettext("Last month"), Period(before_month.replace(day=1), before_month)),
        (gettext("This year"), Period(year, today)),
        (gettext("Last year"), Period(before_year.replace(month=1, day=1), before_year)),
    ]
