"""The steps of a document's life that staff take, and the one table of what leads where."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from .parts import DocumentPart, of_one_document
from .users import User


class Step(models.TextChoices):
    """What somebody does to a document, besides writing and e-mailing it."""

    SEND = "send", _("Mark as sent")
    ACCEPT = "accept", _("Mark as accepted")
    DECLINE = "decline", _("Mark as declined")
    INVOICE = "invoice", _("Convert to invoice")
    REVISE = "revise", _("Revise")
    VOID = "void", _("Declare void")
    REOPEN = "reopen", _("Reopen as draft")


@dataclass(frozen=True)
class Move:
    """From which statuses a step starts, and to which it leads."""

    sources: tuple[str, ...]
    target: str


# No other step exists, whoever asks; payments move invoices by themselves.
ESTIMATE_MOVES = {
    Step.SEND: Move(("draft",), "sent"),
    Step.ACCEPT: Move(("sent",), "accepted"),
    Step.DECLINE: Move(("sent",), "declined"),
    Step.INVOICE: Move(("sent", "accepted"), "invoiced"),
    Step.REVISE: Move(("sent", "declined"), "draft"),
}
INVOICE_MOVES = {
    Step.SEND: Move(("draft",), "sent"),
    Step.REVISE: Move(("sent",), "draft"),
    Step.VOID: Move(("draft", "sent"), "void"),
    Step.REOPEN: Move(("void",), "draft"),
}


class Change(DocumentPart):
    """One step that a document took, and who took it; nobody is the system itself."""

    estimate = models.ForeignKey(
        "portal.Estimate", models.CASCADE, null=True, blank=True, related_name="changes"
    )
    invoice = models.ForeignKey(
        "portal.Invoice", models.CASCADE, null=True, blank=True, related_name="changes"
    )
    step = models.CharField(max_length=8, choices=Step.choices)
    revision = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [of_one_document("change")]

    def __str__(self) -> str:
        return f"{self.step} of revision {self.revision}"
