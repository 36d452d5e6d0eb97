"""Another organisation, whose rows nobody but its own people may change."""

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from portal.events import EventKind
from portal.models import Event, Invitation, Membership, Organisation, StripeAccount, TaxRate
from tests.access_world import file_of
from tests.factories import (
    ConnectionFactory,
    ContactFactory,
    MembershipFactory,
    make_visitor,
    record_payment,
)
from tests.portal.opened import link_to, open_estimate, open_invoice


class Neighbour:
    """One of everything that is not ours, and what it looks like."""

    def __init__(self) -> None:
        now = timezone.now()
        contact = ContactFactory()
        self.organisation = contact.customer.organisation
        self.member = MembershipFactory(organisation=self.organisation, admin=True)
        self.documents = {
            "estimates": open_estimate(contact=contact),
            "invoices": open_invoice(contact=contact),
        }
        paid = open_invoice(contact=contact)
        payment = record_payment(paid, by=self.member.user)
        tax = TaxRate.objects.create(organisation=self.organisation, name="8%", percent=8)
        stripe = StripeAccount.objects.create(
            organisation=self.organisation, secret_key="sk_test_9", is_enabled=False
        )
        invitation, _token = Invitation.objects.invite(
            self.organisation, "theirs@example.com", Membership.Role.STAFF, by=None, now=now
        )
        estimate = self.documents["estimates"]
        event = Event.objects.record(
            EventKind.ESTIMATE_VIEWED, estimate, visitor=make_visitor(estimate), now=now
        )
        ConnectionFactory(organisation=self.organisation, chat_id="CT_theirs")
        self.payment = payment.reference
        self.keys = {
            "home/": contact.pk,
            "customers/": contact.customer_id,
            "payments/": payment.pk,
            "users/invitations/": invitation.pk,
            "users/": self.member.pk,
            "taxes/": tax.pk,
            "/files/": file_of(estimate),
            "/links/": link_to(estimate).pk,
        }
        self.words = {"account": stripe.reference, "event": event.reference, "chat_id": "CT_theirs"}
        self.ids = sorted({str(key) for key in [*self.keys.values(), *self._names(event)]})

    def words_for(self, route: str) -> dict[str, str]:
        """Their words for the gaps of one of our addresses; the organisation's name stays ours."""
        kind = "invoices" if "invoices/" in route else "estimates"
        key = next((pk for part, pk in self.keys.items() if part in route), None)
        words = {"number": self.documents[kind].number, "pk": key, **self.words}
        words["reference"] = self.words["event"] if route.startswith("go/") else self.payment
        return {name: str(word) for name, word in words.items() if word and f":{name}>" in route}

    def _names(self, event: Event) -> list[Any]:
        """What else a field may name."""
        numbers = [document.pk for document in self.documents.values()]
        return [*numbers, event.reference, self.member.user_id, self.organisation.slug]

    def looks(self) -> dict[str, list[Any]]:
        """Every row of the organisation, of every table that leads to it."""
        return {
            label: list(rows.values_list())
            for label, way in WAYS.items()
            for rows in [apps.get_model(label)._base_manager.filter(**{way: self.organisation.pk})]
        }


def way_to_organisation(model: type[Model], depth: int = 3) -> str:
    """The relations from a table to the organisation, the shortest way; "" without one."""
    relations = [
        field for field in model._meta.get_fields() if field.many_to_one or field.one_to_one
    ]
    forward = [field for field in relations if field.concrete and field.related_model]
    for field in forward:
        if field.related_model is Organisation:
            return field.name
    if depth:
        ways = [(f.name, way_to_organisation(f.related_model, depth - 1)) for f in forward]
        found = [f"{name}__{way}" for name, way in ways if way]
        return min(found, key=lambda way: way.count("__"), default="")
    return ""


WAYS = {
    model._meta.label: way
    for name in ("portal", "integrations")
    for model in apps.get_app_config(name).get_models()
    if (way := way_to_organisation(model))
} | {"portal.Organisation": "pk"}
