"""How an organisation words its e-mails, where it wants them otherwise than we do."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .emails import Email
from .organisations import Organisation


class LetterText(models.Model):
    """The proposed letter of one kind in one language, with placeholders in braces."""

    class Kind(models.TextChoices):
        ESTIMATE_LETTER = "estimate_letter", _("Estimate")
        INVOICE_LETTER = "invoice_letter", _("Invoice")
        INVOICE_REMINDER = "invoice_reminder", _("Reminder of an invoice")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="letter_texts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=Email.LONGEST_SUBJECT)
    text = models.TextField(_("text"), max_length=10_000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "language"], name="letter_text_once_per_language"
            )
        ]

    def __str__(self) -> str:
        words = {"kind": self.get_kind_display(), "language": self.get_language_display()}
        return gettext("%(kind)s (%(language)s)") % words

    @property
    def code(self) -> str:
        """Which letter it is, for the audit log."""
        return f"{self.kind} {self.language}"
