"""The portal's contract with whoever listens: what customers do, and the signal that says so."""

from typing import Literal, NotRequired, TypedDict

from django.db.models import TextChoices
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _


class EventKind(TextChoices):
    """The seven things a customer does that staff want to hear of."""

    ESTIMATE_VIEWED = "estimate.viewed", _("Estimate viewed")
    ESTIMATE_COMMENTED = "estimate.commented", _("Estimate commented on")
    ESTIMATE_ACCEPTED = "estimate.accepted", _("Estimate accepted")
    ESTIMATE_DECLINED = "estimate.declined", _("Estimate declined")
    INVOICE_VIEWED = "invoice.viewed", _("Invoice viewed")
    INVOICE_COMMENTED = "invoice.commented", _("Invoice commented on")
    INVOICE_PAID = "invoice.paid", _("Invoice paid")


VIEWS = (EventKind.ESTIMATE_VIEWED, EventKind.INVOICE_VIEWED)


class Facts(TypedDict):
    """What was so at the moment of the event, kept with it: a later revision must not rewrite it.

    Amounts are decimal strings in units of the currency ("110000", "99.50"); dates are ISO.
    Names and texts are the customer's own words, never cleaned: whoever shows them defuses them.
    """

    document: Literal["estimate", "invoice"]
    number: str
    company: str
    contact: str
    currency: str
    total: str
    until: NotRequired[str]  # expiry date of an estimate, due date of an invoice
    is_shared: NotRequired[bool]  # done through the contact's link, but from another browser
    is_repeat: NotRequired[bool]  # a view after the first one of this revision
    text: NotRequired[str]  # the comment, or the reason for declining
    files: NotRequired[int]  # how many came with the comment
    signer: NotRequired[str]  # the name typed on accepting or declining
    amount: NotRequired[str]  # what was paid
    balance: NotRequired[str]  # what the invoice still owes afterwards
    method: NotRequired[str]  # how it was paid, in the provider's word
    invoice: NotRequired[str]  # number of the invoice made on acceptance


# Arguments: event (portal.models.Event).
# Sent inside the transaction that saved the event, so receivers may add rows
# that live or die with it. They must not touch the network: a customer waits.
event_recorded = Signal()

# Arguments: organisation (portal.models.Organisation), user (portal.models.User).
# Sent inside the transaction that ended the user's membership, so that receivers may end
# what the user lent to the organisation together with it. They must not touch the network.
membership_ended = Signal()
