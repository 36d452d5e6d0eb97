"""A contact is erased: the person goes, what was agreed and paid stays."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Replace
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
from .models.fields import Undecryptable

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
    _erase_from_emails(before, email, name)
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


def _erase_from_emails(before: Contact, address: str, name: str) -> None:
    theirs = Email.objects.filter(contact=before)
    theirs.filter(status=Email.Status.PENDING).update(status=Email.Status.FAILED, error="Erased")
    theirs.update(to=address, text="", html="")
    # What colleagues were told about their acts names them.
    of_place = Email.objects.filter(organisation=before.customer.organisation_id)
    told = of_place.filter(contact=None).exclude(status=Email.Status.PENDING)
    about = Q(estimate__customer=before.customer_id) | Q(invoice__customer=before.customer_id)
    told.filter(about).update(text="", html="")
    words = (before.name, before.email)
    for pk in told.exclude(text="", html="").values_list("pk", flat=True):
        if _holds(pk, words):
            Email.objects.filter(pk=pk).update(text="", html="")
    for word in words:
        of_place.filter(subject__contains=word).update(
            subject=Replace("subject", Value(word), Value(name))
        )


def _holds(email: int, words: tuple[str, ...]) -> bool:
    """Whether any of the words stands in the e-mail, or nobody can read it any more."""
    try:
        texts = Email.objects.values_list("text", "html").get(pk=email)
    except Undecryptable:
        return True
    return any(word in text for word in words for text in texts)
