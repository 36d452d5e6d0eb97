"""One of everything, and the people who come to see it: what tests/test_access.py opens."""

import json
import uuid
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from integrations.models import ChatPost, Connection
from portal.events import EventKind
from portal.models import (
    Comment,
    Estimate,
    Event,
    Invitation,
    Invoice,
    Link,
    Logo,
    Membership,
    Payment,
    StripeAccount,
    TaxRate,
    User,
)
from portal.uploads import Upload
from tests.factories import (
    PASSWORD,
    ContactFactory,
    CustomerFactory,
    MembershipFactory,
    UserFactory,
    make_visitor,
    picture,
    unsaved_payment,
)
from tests.portal.opened import link_to, open_estimate, open_invoice
from tests.sandbox import SandboxControls

HOME = "o/<slug:organisation>/"
ZOHO = f"{HOME}settings/integrations/zoho/"


class World:
    """An organisation with a customer, both kinds of documents, a connection and a chat."""

    def __init__(self, connection: Connection, cliq: SandboxControls) -> None:
        now, organisation = timezone.now(), connection.organisation
        contact = ContactFactory(customer=CustomerFactory(organisation=organisation))
        self.documents = {
            "estimates": open_estimate(contact=contact),
            "invoices": open_invoice(contact=contact),
        }
        self.drafts = {
            "estimates": open_estimate(contact=contact, status="draft"),
            "invoices": open_invoice(contact=contact, status="draft"),
        }
        self.accepted = open_estimate(contact=contact)
        self.accepted.accept(make_visitor(self.accepted), name="Hanako", now=now)
        self.files = {kind: file_of(document) for kind, document in self.documents.items()}
        self.others = {"estimates": open_invoice(), "invoices": open_estimate()}
        invoice = open_invoice(contact=contact)
        payment = Payment.objects.start(invoice, make_visitor(invoice), provider="test", now=now)
        credit = unsaved_payment(contact.customer, 500, organisation=organisation)
        recorded = credit.record({}, by=connection.grant.user, now=now)
        stripe = StripeAccount.objects.create(
            organisation=organisation, secret_key="sk_test_1", is_enabled=False
        )
        invitation, invited = Invitation.objects.invite(
            organisation, "new@example.com", Membership.Role.STAFF, by=None, now=now
        )
        viewed = Event.objects.record(
            EventKind.ESTIMATE_VIEWED,
            self.documents["estimates"],
            visitor=make_visitor(self.documents["estimates"]),
            now=now,
        )
        tax = TaxRate.objects.create(organisation=organisation, name="10%", percent=10)
        Logo.objects.put(organisation, picture())
        kenji = cliq.add_account("kenji@minato.example", first_name="Kenji", last_name="Tanaka")
        cliq.share_file("sales", "kenji@minato.example", "offer.pdf", b"%PDF")
        [shared] = cliq.messages("sales")
        post = ChatPost.objects.create(
            grant=connection.grant,
            chat_id=connection.chat_id,
            client_id=uuid.uuid4(),
            payload=json.dumps({"text": "Hello"}),
            status=ChatPost.Status.FAILED,
            created_at=now,
        )
        channel = {"channel_id": connection.channel_id, "notifications_enabled": "on"}
        colleague = MembershipFactory(organisation=organisation)
        self.forms = FORMS | {
            f"{HOME}customers/<int:pk>/assign/": {"member": str(colleague.pk)},
            f"{HOME}customers/<int:pk>/unassign/": {"member": str(colleague.pk)},
            f"{ZOHO}cliq/connect/": channel,
            f"{ZOHO}cliq/channel/": channel,
            f"{ZOHO}cliq/deliveries/send/": {"event": viewed.reference},
            f"{HOME}chat/<str:chat_id>/read/": {"message": shared["message_id"]},
            f"{HOME}chat/open/": {"person": kenji},
            f"{HOME}estimates/<number:number>/links/": {"contact": str(contact.pk)},
            f"{HOME}invoices/<number:number>/links/": {"contact": str(contact.pk)},
        }
        self.words = {
            "organisation": organisation.slug,
            "contact": contact.pk,
            "invitation": invited,
            "payment": payment.reference,
            "account": stripe.reference,
            "event": viewed.reference,
            "chat_id": connection.chat_id,
            "client_id": post.client_id,
            "file_id": shared["content"]["file"]["id"],
            "kind": "customers",
            "key": contact.customer_id,
            "step": "send",
            "name": "notifications",
            "letter": "",
            "language": "ja",
            "digest": organisation.logo_digest,
            "colour": "3d57d6",
            "file": "offer.pdf",
        }
        self.keys = {
            "home/": contact.pk,
            "customers/": contact.customer_id,
            "payments/": recorded.pk,
            "users/invitations/": invitation.pk,
            "users/": colleague.pk,
            "taxes/": tax.pk,
        }
        staff = MembershipFactory(organisation=organisation).user
        assigned = MembershipFactory(organisation=organisation, role=Membership.Role.ASSIGNED)
        CustomerFactory(organisation=organisation).assign(assigned)
        self.users: dict[str, User] = {
            "stranger": MembershipFactory(admin=True).user,
            "assigned": assigned.user,
            "staff": staff,
            "member": staff,
            "admin": connection.grant.user,
            "operator": UserFactory(is_staff=True, is_superuser=True),
        }

        neighbour = ContactFactory(customer=CustomerFactory(organisation=organisation))
        self.guests = {
            "contact": contact.email,
            "neighbour": neighbour.email,
            "namesake": ContactFactory(name=contact.name).email,
        }

    def link(self, kind: str, who: str) -> str:
        """The token by which somebody comes to a document of the kind, or to something else."""
        if who == "wrong":
            return "A" * 43
        link = link_to((self.others if who == "other" else self.documents)[kind])
        ended = timezone.now() - timedelta(minutes=1)
        mine = Link.objects.filter(pk=link.pk)
        if who == "expired":
            mine.update(expires_at=ended)
        elif who == "revoked":
            mine.update(revoked_at=ended)
        return link.token

    def address(self, route: str, who: str) -> dict[str, Any]:
        """A word for every gap of the route."""
        kind = "invoices" if "invoices/" in route or "/pay/" in route else "estimates"
        key = next((pk for part, pk in self.keys.items() if part in route), 1)
        # What only a draft lets happen.
        needs_draft = route.endswith(("number>/edit/", "number>/delete/", "<slug:step>/"))
        document = (self.drafts if needs_draft else self.documents)[kind]
        if "/certificate/" in route:
            document = self.accepted
        if "/files/" in route and not route.startswith(f"{HOME}chat/"):
            key = self.files[kind]
        if "/links/" in route:
            key = link_to(document).pk
        words = {**self.words, "pk": key, "number": document.number}
        words["reference"] = words["event" if route.startswith("go/") else "payment"]
        is_invitation = route.startswith("invitations/")
        if "/letters/" in route:
            words["kind"] = "invoice_letter"
        words["token"] = words["invitation"] if is_invitation else self.link(kind, who)
        if route.startswith("demo/"):
            words["name"] = words["letter"]
        return words


def file_of(document: Estimate | Invoice) -> int:
    """The number of a file that came with a customer's comment."""
    upload = Upload("plan.pdf", "application/pdf", b"%PDF")
    comment = Comment.objects.add_from_customer(
        document,
        make_visitor(document),
        "",
        key=uuid.uuid4(),
        now=timezone.now(),
        uploads=[upload],
    )
    return comment.attachments.get().pk


def write_letter(folder: str) -> None:
    """An e-mail with a PDF, as the demo keeps it."""
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=folder)
    message = EmailMultiAlternatives("Offer", "Hello", "a@b.example", ["c@d.example"])
    message.attach("offer.pdf", b"%PDF", "application/pdf")
    backend.send_messages([message])


# What a POST sends so that it succeeds, by route; World.forms adds what needs a row.
KEY = "11111111-2222-4333-8444-555555555555"
FORMS: dict[str, dict[str, str]] = {
    f"{HOME}settings/users/<int:pk>/role/": {"role": "admin"},
    f"{HOME}customers/<int:pk>/contacts/<int:contact>/erase/": {"is_sure": "on"},
    f"{HOME}settings/users/": {"email": "aiko@example.com", "role": "staff"},
    f"{HOME}chat/choice/": {"show": "no"},
    f"{HOME}chat/<str:chat_id>/send/": {"text": "Hello", "client_id": KEY},
    f"{HOME}estimates/<number:number>/comment/": {"text": "Hello", "key": KEY},
    f"{HOME}invoices/<number:number>/comment/": {"text": "Hello", "key": KEY},
    "p/<str:token>/comment/": {"text": "Hello", "key": KEY},
    "p/<str:token>/accept/": {"revision": "1", "name": "Hanako"},
    "p/<str:token>/decline/": {"revision": "1", "name": "Hanako"},
    "pay/test/<str:reference>/": {"result": "succeed"},
    "invitations/<str:token>/": {"name": "Aiko Mori", "password": PASSWORD},
    "language/": {"language": "ja"},
    "enter/": {"email": "nobody@customer.example"},
    "home/<slug:organisation>/<int:pk>/pay/": {"cancel": "one that is over"},
    "home/<slug:organisation>/<int:pk>/profile/": {"name": "Hanako", "language": "ja"},
}
