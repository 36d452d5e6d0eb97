"""What Japan's qualified invoices ask for."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def validate_registration_number(number: str) -> None:
    """T and a corporate number: 13 digits, the first of which checks the other twelve.

    Sole traders' numbers follow the same rule. The check digit is 9 − (the weighted sum of the
    twelve, weights 1 and 2 in turn from the right, modulo 9), by the ordinance on corporate
    numbers (法人番号の指定等に関する省令, article 2).
    """
    if not re.fullmatch(r"T\d{13}", number, re.ASCII):
        raise ValidationError(_("Write T and 13 digits."), code="shape")
    check, digits = int(number[1]), number[:1:-1]
    weighted = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    if check != 9 - weighted % 9:
        raise ValidationError(_("The check digit is wrong: look at the number again."), "check")
