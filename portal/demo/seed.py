"""The demo's company in the database: made once, and kept ready at every start."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from ..accounts import create_account
from ..models import Contact, Customer, Event, Logo, Membership, Organisation, TaxRate, User
from . import catalogue as c
from . import history, live, settings
from .picture import logo


@transaction.atomic
def seed(now: datetime) -> dict[str, Any]:
    """Make what is missing; the sign-ins and customers' links come back for the JSON line."""
    company = Organisation.objects.filter(slug=c.COMPANY["slug"]).first()
    if company:
        for person in (c.ADMIN, c.STAFF):
            _renew_password(person)
    company = company or _found(now)
    admin = _user(c.ADMIN)
    return {
        "admin": {"email": c.ADMIN.email, "password": c.ADMIN.password},
        "staff": {"email": c.STAFF.email, "password": c.STAFF.password},
        "links": live.offer(_first_contacts(company), admin, now),
    }


def _found(now: datetime) -> Organisation:
    admin, staff, sales, partner = (_account(person) for person in c.PEOPLE)
    company = Organisation.objects.create_with_admin(admin=admin, **c.COMPANY)
    company.memberships.create(user=staff, emails=Membership.Emails.DAILY)
    Logo.objects.put(company, logo())
    sister = Organisation.objects.create_with_admin(admin=partner, **c.SISTER)
    sister.memberships.create(user=admin, role=Membership.Role.ADMIN)
    _charge_taxes(company)
    history.tell({client.name: _customer(company, client) for client in c.CLIENTS}, staff, now)
    settings.tell(company, admin, sales, now)
    history.tell_of_sister({c.PINE.name: _customer(sister, c.PINE)}, partner, now)
    # Nobody gets e-mails about what is old; the last days wait behind the bell.
    Event.objects.update(told_at=now)
    Membership.objects.update(seen_at=now - timedelta(days=12))
    return company


def _charge_taxes(company: Organisation) -> None:
    for rate in c.TAX_RATES:
        TaxRate.objects.create(
            organisation=company,
            name=rate["tax_name"],
            percent=rate["tax_percent"],
            is_reduced_rate=rate.get("is_reduced_rate", False),
            is_default=rate is c.STANDARD,
        )


def _account(person: c.Person) -> User:
    preferences = {"language": person.language, "time_zone": "Asia/Tokyo"}
    return create_account(person.email, person.name, person.password or None, **preferences)


def _customer(organisation: Organisation, client: c.Client) -> Contact:
    """A customer with everybody there; the first contact comes back."""
    country = "JP" if client.language == "ja" else ""
    about = {"currency": organisation.currency, "country": country, **client.about}
    customer = Customer.objects.create(organisation=organisation, name=client.name, **about)
    contacts = [
        customer.contacts.create(
            name=name, email=email, language=client.language, is_primary=number == 0
        )
        for number, (name, email) in enumerate(client.contacts)
    ]
    return contacts[0]


def _renew_password(person: c.Person) -> None:
    """The one that we are going to print must be right, whatever it was changed to."""
    user = _user(person)
    if not user.check_password(person.password):
        user.set_password(person.password)
        user.save(update_fields=["password"])


def _user(person: c.Person) -> User:
    user: User = EmailAddress.objects.get(email=person.email).user
    return user


def _first_contacts(company: Organisation) -> history.Contacts:
    contacts = Contact.objects.filter(customer__organisation=company, is_primary=True)
    return {
        contact.customer.name: contact
        for contact in contacts.select_related("customer__organisation")
    }
