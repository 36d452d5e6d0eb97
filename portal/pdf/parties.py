"""Who writes to whom, as it stands on paper."""

from typing import Any

from django.utils.translation import gettext as _

from ..models import Contact, Customer, Logo, Organisation
from ..templatetags.books import honorific, honorific_company


def letterhead(organisation: Organisation) -> dict[str, Any]:
    """What stands above all that customers get: the logo, the colour, whose paper it is."""
    return {
        "accent": organisation.shade,
        "logo": _logo(organisation),
        "sender": sender(organisation),
    }


def _logo(organisation: Organisation) -> list[int]:
    """The picture byte by byte, for words are all that typst is told."""
    if not organisation.logo_digest:
        return []
    logo = Logo.objects.of_digest(organisation.logo_digest).first()
    return list(bytes(logo.png)) if logo else []


def sender(organisation: Organisation) -> list[str]:
    """Whose paper it is: the first line is their name."""
    registration = organisation.registration_number
    lines = [
        organisation.name,
        organisation.postal_line,
        *organisation.address.splitlines(),
        organisation.phone,
        organisation.email,
        organisation.website,
        _("Registration no. %(number)s") % {"number": registration} if registration else "",
    ]
    return [line for line in lines if line]


def recipient(customer: Customer, contact: Contact | None) -> list[str]:
    """Whom it is for: the first line is their name."""
    if contact is None:
        names = [honorific_company(customer.name)]
    elif customer.name == contact.name:
        names = [honorific(contact.name)]
    else:  # The person is addressed; 御中 beside 様 would be one form of address too many.
        names = [customer.name, honorific(contact.name)]
    postal_code = customer.postal_code
    if postal_code and customer.country == "JP":
        postal_code = f"〒{postal_code}"
    return [line for line in [*names, postal_code, *customer.address.splitlines()] if line]
