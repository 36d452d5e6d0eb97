"""What proposed letters say: the standard texts, and how placeholders in them are filled."""

import re
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Contact, Estimate, Invoice, LetterText, User
from .templatetags.books import long_day, money

PLACEHOLDER = re.compile(r"\{([^{}\n]{1,40})\}")
PLACEHOLDERS = {
    "number": gettext_lazy("the document's number"),
    "amount": gettext_lazy("its total; in a reminder, what is still due"),
    "until": gettext_lazy(
        "the day until which to answer or to pay; without one, its line is left out"
    ),
    "contact": gettext_lazy("the name of the person who gets the e-mail"),
    "organisation": gettext_lazy("your organisation's name"),
    "sender": gettext_lazy("the name of who sends the e-mail"),
}


@dataclass(frozen=True)
class Wording:
    """A subject and a text; their placeholders are filled or not."""

    subject: str
    text: str

    def filled(self, values: dict[str, str]) -> "Wording":
        """Both with the values in them; a value's own braces are letters like any other."""
        return Wording(" ".join(_filled(self.subject, values).split()), _filled(self.text, values))


def standard(kind: str, language: str) -> Wording:
    """How we word the letter of this kind."""
    with translation.override(language):
        return {
            LetterText.Kind.ESTIMATE_LETTER: _estimate_letter,
            LetterText.Kind.INVOICE_LETTER: _invoice_letter,
            LetterText.Kind.INVOICE_REMINDER: _invoice_reminder,
        }[LetterText.Kind(kind)]()


def proposed(
    document: Estimate | Invoice, contact: Contact, by: User, kind: str = "letter"
) -> Wording:
    """The letter of the document to the contact, as the organisation words it."""
    name, language = f"{document.KIND}_{kind}", contact.language
    texts = document.organisation.letter_texts.filter(kind=name, language=language)
    own = texts.values("subject", "text").first()
    wording = Wording(**own) if own else standard(name, language)
    with translation.override(language):
        return wording.filled(values_of(document, contact, by, kind))


def values_of(
    document: Estimate | Invoice, contact: Contact, by: User, kind: str = "letter"
) -> dict[str, str]:
    """What stands for the placeholders, as the active language writes it."""
    amount, is_over = document.total, False
    if isinstance(document, Invoice):
        amount = document.balance if kind == "reminder" else document.total
        is_over = not (document.is_owing or document.is_draft)
    return {
        "number": document.number,
        "amount": money(amount, document.currency),
        "until": "" if is_over else long_day(document.until),
        "contact": contact.name,
        "organisation": document.organisation.name,
        "sender": str(by),
    }


def unknown(text: str) -> list[str]:
    """The placeholders in the text for which nothing would stand."""
    return [name for name in PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]


def _filled(text: str, values: dict[str, str]) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    if not values["until"]:
        lines = [line for line in lines if "{until}" not in line]
    filled = [PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), line) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(filled)).strip()


def _estimate_letter() -> Wording:
    return Wording(
        _("Estimate {number} from {organisation}"),
        _(
            "Dear {contact},\n\n"
            "Thank you for your enquiry. Our estimate {number} for {amount} is ready. Open it "
            "with the link below: there you can read it, ask questions, and accept or decline "
            "it.\n\n"
            "It is valid until {until}.\n\n"
            "Kind regards,\n{sender}\n{organisation}"
        ),
    )


def _invoice_letter() -> Wording:
    return Wording(
        _("Invoice {number} from {organisation}"),
        _(
            "Dear {contact},\n\n"
            "Thank you for your business. Our invoice {number} for {amount} is ready. Open it "
            "with the link below: there you can read it, ask questions, and pay it.\n\n"
            "Please pay it by {until}.\n\n"
            "Kind regards,\n{sender}\n{organisation}"
        ),
    )


def _invoice_reminder() -> Wording:
    return Wording(
        _("Reminder: invoice {number} from {organisation}"),
        _(
            "Dear {contact},\n\n"
            "According to our books, {amount} of our invoice {number}, due on {until}, is not "
            "paid yet. Open it with the link below: there you can read it, ask questions, and pay "
            "it.\n\n"
            "If you have paid in the meantime, please ignore this e-mail.\n\n"
            "Kind regards,\n{sender}\n{organisation}"
        ),
    )
