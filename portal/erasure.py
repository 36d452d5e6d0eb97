"""A contact is erased: the person goes, what was agreed and paid stays."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from .models import (
    Act,
    Attachment,
    Comment,
    Contact,
    Customer,
    Email,
    Event,
    Guest,
    Knock,
    Link,
    Membership,
    Visit,
)

LINKS = (Act.Kind.LINK_MADE, Act.Kind.LINK_RESET, Act.Kind.LINK_REVOKED)


@transaction.atomic
def erase(contact: Contact, by: Membership, *, with_words: bool, now: datetime) -> None:
    """Replace what tells who the contact is, everywhere but in the evidence of their answers."""
    Customer.objects.lock(contact.customer_id)
    before = Contact.objects.select_for_update().get(pk=contact.pk)
    with translation.override(by.organisation.language):
        name, words = _("Erased contact"), _("Erased")
    email = f"contact-{contact.pk}@{Contact.NOWHERE}"
    Contact.objects.filter(pk=contact.pk).update(
        name=name, email=email, phone="", is_primary=False, erased_at=now
    )
    _pass_on_first_place(before)
    Link.objects.filter(contact=contact, revoked_at=None).update(revoked_at=now)
    Visit.objects.filter(contact=contact).update(ip_address=None, user_agent="", browser="")
    _erase_from_events(contact, name, with_words=with_words)
    _erase_from_emails(contact, email)
    if with_words:
        Attachment.objects.filter(comment__contact=contact).delete()
        Comment.objects.filter(contact=contact).update(text=words)
    if not Contact.objects.at_mailbox(before.email).exists():
        Guest.objects.filter(email__iexact=before.email).delete()
        Knock.objects.filter(about=before.email.lower()).delete()
    acts = Act.objects.filter(organisation=by.organisation, kind__in=LINKS)
    acts.filter(about__in=[before.name, before.email]).update(about=name)
    Act.objects.note_by(by, Act.Kind.CONTACT_ERASED, now=now, about=str(before.customer))


def _pass_on_first_place(before: Contact) -> None:
    other = before.customer.contacts.order_by("name", "pk").first()
    if before.is_primary and other:
        before.customer.make_primary(other)


def _erase_from_events(contact: Contact, name: str, *, with_words: bool) -> None:
    """Facts are kept as they were but for the person; what waits for Cliq is told without them."""
    for event in Event.objects.filter(contact=contact).select_for_update():
        event.facts["contact"] = name
        if "signer" in event.facts:
            event.facts["signer"] = name
        if with_words:
            event.facts.pop("text", None)
        event.save(update_fields=["facts"])


def _erase_from_emails(contact: Contact, address: str) -> None:
    theirs = Email.objects.filter(contact=contact)
    theirs.filter(status=Email.Status.PENDING).update(status=Email.Status.FAILED, error="Erased")
    theirs.update(to=address, text="", html="")
    # What colleagues were told about their acts names them.
    about = Q(estimate__customer=contact.customer_id) | Q(invoice__customer=contact.customer_id)
    told = Email.objects.filter(about, contact=None).exclude(status=Email.Status.PENDING)
    told.update(text="", html="")
