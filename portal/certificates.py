"""What can be shown of an acceptance: the evidence as it was kept, and whether it still fits."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .models import Answer, Estimate
from .templatetags.books import honorific, money, whole_day

Rows = list[tuple[str, str]]  # a label and its value


@dataclass(frozen=True)
class Certificate:
    """The evidence of one acceptance."""

    estimate: Estimate
    answer: Answer

    @property
    def is_untouched(self) -> bool:
        """What was accepted still reads the same, letter by letter."""
        return self.answer.content_hash == self.estimate.content_hash()

    @property
    def is_on_behalf(self) -> bool:
        """A colleague entered what the customer had told them."""
        return self.answer.link_id is None

    def about(self) -> Rows:
        """What was accepted, by whom and when."""
        estimate, answer = self.estimate, self.answer
        who = _("Entered on the customer's behalf by") if self.is_on_behalf else _("Accepted by")
        return [
            (_("Estimate"), estimate.number),
            (_("Revision"), str(answer.revision)),
            (_("Customer"), estimate.customer.name),
            (_("Total"), money(estimate.total, estimate.currency)),
            (who, answer.name),
            (_("Time"), exact(answer.answered_at, estimate)),
        ]

    def origin(self) -> Rows:
        """From where it came, as far as a server can tell."""
        answer = self.answer
        name, email = answer.contact.name, f"<{answer.contact.email}>"
        if answer.link is None:
            return [(_("Contact"), f"{name} {email}")]
        sent = {"name": f"{honorific(name)} {email}", "date": whole_day(answer.link.created_at)}
        browser = (
            _("Another browser than the one that first came by the link: it was shared.")
            if answer.is_shared
            else _("The browser that first came by the link, or one that has proved the mailbox.")
        )
        return [
            (_("Link"), _("Made for %(name)s on %(date)s") % sent),
            (_("Browser"), browser),
            (_("IP address"), answer.ip_address or _("Unknown")),
            (_("User agent"), answer.user_agent or _("Unknown")),
        ]

    def verdict(self) -> str:
        """Whether the document is still the one that was accepted."""
        if self.is_untouched:
            return _("The estimate reads exactly as it was accepted.")
        return _("The estimate reads differently now than when it was accepted.")


def exact(moment: datetime, estimate: Estimate) -> str:
    """To the second, with the organisation's zone and its distance from UTC."""
    zone = estimate.organisation.zone
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S} {local:%z} ({zone.key})"


def how_hashed() -> str:
    """How to compute the fingerprint oneself."""
    return _(
        "The fingerprint is the SHA-256 of a JSON list of the estimate's number, revision,"
        " customer, currency, dates, discounts, notes, terms, total and items, taken at the moment"
        " of acceptance. Whatever changes one of them changes it."
    )
