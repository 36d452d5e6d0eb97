"""Amounts as Stripe counts them, which is not quite how ISO 4217 does.

https://docs.stripe.com/currencies
"""

from decimal import Decimal

ZERO_DECIMAL = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
THREE_DECIMAL = "BHD JOD KWD OMR TND"


def smallest_units(amount: Decimal, currency: str) -> int:
    """¥11,000 is 11000 and $110.00 is 11000, too."""
    places = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    units = amount.scaleb(places)
    if units != units.to_integral_value():
        raise ValueError(f"{amount} {currency} is no whole number of smallest units.")
    return int(units)
