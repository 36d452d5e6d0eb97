"""The audit log in words: what staff changed, from what to what."""

from dataclasses import dataclass
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .events import EventKind
from .models import Act, Difference, LetterText
from .money import money

ICONS = {  # by the first word of the kind
    "contact": "user",
    "credit": "payment",
    "customer": "customers",
    "document": "trash",
    "integration": "plug",
    "letter": "mail",
    "link": "link",
    "logo": "building",
    "member": "users",
    "online": "card",
    "paper": "invoice",
    "payment": "payment",
    "portal": "globe",
    "profile": "building",
    "security": "key",
    "tax": "hash",
    "terms": "edit",
}


@dataclass(frozen=True)
class Changed:
    """One field, as it was and as it became."""

    label: str
    old: str
    new: str

    @classmethod
    def of(cls, difference: Difference) -> Self:
        app, model, name = difference["field"].split(".")
        try:
            field: Any = apps.get_model(app, model)._meta.get_field(name)
        except (LookupError, FieldDoesNotExist):  # It has gone since.
            label, choices = name.replace("_", " "), {}
        else:
            label, choices = field.verbose_name, dict(field.flatchoices)
        old, new = (_words(difference[when], choices) for when in ("old", "new"))
        return cls(str(capfirst(label)), old, new)


@dataclass(frozen=True)
class Row:
    """One act as the log shows it."""

    act: Act
    icon: str
    about: str
    changes: list[Changed]

    @classmethod
    def of(cls, act: Act) -> Self:
        icon = ICONS.get(act.kind.split(".")[0], "settings")
        changes = [Changed.of(difference) for difference in act.changes]
        return cls(act, icon, _about(act), changes)


def _about(act: Act) -> str:
    """Whom or what it concerned; a letter is kept by its codes, for readers of any language."""
    if act.payment:
        amount = act.payment.amount if act.amount is None else act.amount
        return f"{act.payment} · {money(amount, act.payment.currency)}"
    kind, _space, language = act.about.partition(" ")
    is_letter = act.kind in (Act.Kind.LETTER_CHANGED, Act.Kind.LETTER_RESTORED)
    return str(LetterText(kind=kind, language=language)) if is_letter else act.about


def _words(value: Any, choices: dict[Any, Any]) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(_words(one, dict(EventKind.choices)) for one in value)
    return str(choices.get(value, value))
