"""E-mails to customers and colleagues: written with the act, sent by the worker."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .customers import Contact
from .fields import EncryptedTextField
from .organisations import Organisation
from .parts import DocumentPart
from .users import User


class EmailQuerySet(models.QuerySet["Email"]):
    def due(self, now: datetime) -> Self:
        return self.filter(status=Email.Status.PENDING, due_at__lte=now)

    def without_contents(self) -> Self:
        """Rows that can be loaded even if no key opens what stands in them."""
        kept = self.select_related("organisation", "created_by", *Email.DOCUMENTS, *Email.RECEIPTS)
        return kept.defer("text", "html")

    def forget_texts(self, before: datetime) -> int:
        """What was written long ago lies in a mailbox; that it was sent, and to whom, stays."""
        ended = self.exclude(status=Email.Status.PENDING)
        old = ended.filter(Q(sent_at__lt=before) | Q(sent_at=None, created_at__lt=before))
        return old.exclude(text="", html="").update(text="", html="")


class Email(DocumentPart):
    """One e-mail, whole, with what became of it."""

    WAITS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 360)]
    LONGEST_SUBJECT = 200
    # What a PDF of the document shows of other rows.
    DOCUMENTS = [
        f"{kind}__{row}"
        for kind in ("estimate", "invoice")
        for row in ("organisation", "customer", "contact")
    ]
    RECEIPTS = [f"payment__{row}" for row in ("organisation", "customer", "contact")]
    LEASE = timedelta(minutes=5)  # a worker that died gives the e-mail back after it

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")

    class Kind(models.TextChoices):
        LETTER = "letter", _("E-mail")
        REMINDER = "reminder", _("Reminder")
        COPY = "copy", pgettext_lazy("an e-mail", "Copy")
        RECEIPT = "receipt", _("Receipt")
        OTHER = "other", _("Other")

    # Those about somebody's account are of no organisation.
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="emails"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OTHER)
    estimate = models.ForeignKey(
        "portal.Estimate", models.CASCADE, null=True, blank=True, related_name="emails"
    )
    invoice = models.ForeignKey(
        "portal.Invoice", models.CASCADE, null=True, blank=True, related_name="emails"
    )
    payment = models.ForeignKey(
        "portal.Payment", models.CASCADE, null=True, blank=True, related_name="emails"
    )
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    # Encrypted, because links and invitations stand in them.
    text = EncryptedTextField(_("text"))
    html = EncryptedTextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    # Codes and links that open an account: forgotten as soon as the e-mail needs them no more.
    is_secret = models.BooleanField(default=False)
    has_pdf = models.BooleanField(_("the document attached as PDF"), default=False)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    error = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = EmailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="pending"), name="email_pending")
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"

    def claim(self, now: datetime) -> bool:
        """Take the e-mail for one worker; False if another has it or it is not due."""
        mine = Email.objects.due(now).filter(pk=self.pk, due_at=self.due_at)
        self.due_at = now + self.LEASE
        self.tries += 1
        return bool(mine.update(due_at=self.due_at, tries=self.tries))

    def sent(self, now: datetime) -> None:
        """The mail server took it."""
        self._finish(self.Status.SENT, sent_at=now, error="")

    def fail(self, error: str) -> None:
        """Trying again would not help."""
        self._finish(self.Status.FAILED, error=error[:300])

    def retry_later(self, now: datetime, error: str) -> None:
        """It did not leave: try again after the next wait, or give up after the last."""
        if self.tries > len(self.WAITS):
            self.fail(error)
        else:
            wait = self.WAITS[self.tries - 1]
            self._finish(self.Status.PENDING, due_at=now + wait, error=error[:300])

    def _finish(self, status: Status, **fields: datetime | str) -> None:
        if self.is_secret and status != self.Status.PENDING:
            fields |= {"text": "", "html": ""}
        # Whoever claimed it last decides: a worker that was too slow changes nothing.
        mine = Email.objects.filter(pk=self.pk, status=self.Status.PENDING, tries=self.tries)
        mine.update(status=status, **fields)
