"""Estimates, and the customer's answer to them."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..events import EventKind
from ..signatures import Signature
from .changes import ESTIMATE_MOVES, Step
from .customers import Contact
from .document_lists import DocumentQuerySet
from .documents import Document
from .events import Event
from .links import Link, Visitor
from .organisations import Conversion
from .users import User

if TYPE_CHECKING:
    from .invoices import Invoice


class EstimateQuerySet(DocumentQuerySet):
    def answerable(self, today: date) -> Self:
        """Sent, not answered, and valid through today."""
        valid = Q(expiry_date=None) | Q(expiry_date__gte=today)
        return self.filter(valid, status=Estimate.Status.SENT)

    def visible_to_customers(self) -> Self:
        return self.exclude(status=Estimate.Status.DRAFT)


class Estimate(Document):
    """What an organisation offers to do, and for how much."""

    KIND = "estimate"
    MOVES = ESTIMATE_MOVES

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        INVOICED = "invoiced", _("Invoiced")

    class State(models.TextChoices):
        """A status, or what time made of it."""

        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        EXPIRED = "expired", _("Expired")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        INVOICED = "invoiced", _("Invoiced")

    class NotOpen(Exception):
        """Answered already, revised since it was shown, or never sent."""

    class Expired(NotOpen):
        """Its last day has passed."""

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    expiry_date = models.DateField(_("expiry date"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = EstimateQuerySet.as_manager()

    class Meta:
        default_related_name = "estimates"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"],
                name="estimate_number_is_unique",
                violation_error_message=_("Another estimate has this number."),
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-issue_date", "-id"], name="estimate_newest"),
            models.Index(fields=["organisation", "status"], name="estimate_by_status"),
        ]

    @property
    def until(self) -> date | None:
        return self.expiry_date

    def set_until(self) -> None:
        self.expiry_date = self.issue_date + timedelta(days=self.organisation.estimate_days)

    @property
    def is_sendable(self) -> bool:
        return self.status in {self.Status.DRAFT, self.Status.SENT}

    @classmethod
    def states(cls, today: date) -> dict[str, Q]:
        rules = {state.value: Q(status=state.value) for state in cls.State}
        rules["expired"] = Q(status=cls.Status.SENT, expiry_date__lt=today)
        rules["sent"] &= ~rules["expired"]
        return rules

    def state(self, now: datetime) -> State:
        return self.State.EXPIRED if self.is_expired(now) else self.State(self.status)

    def is_expired(self, now: datetime) -> bool:
        """Sent, unanswered, and its last day has passed where the organisation is."""
        today = self.organisation.date_of(now)
        is_past = self.expiry_date is not None and self.expiry_date < today
        return is_past and self.status == self.Status.SENT

    def answer(self) -> "Answer | None":
        """What the customer decided about this revision."""
        return self.answers.filter(revision=self.revision).first()

    @transaction.atomic
    def mark_sent(self, *, now: datetime) -> None:
        """Open a draft to the customer; sending again an estimate that is open changes nothing."""
        drafts = Estimate.objects.filter(pk=self.pk, status=self.Status.DRAFT)
        if drafts.update(status=self.Status.SENT, sent_at=now):
            self.status, self.sent_at = self.Status.SENT, now
        elif self.status != self.Status.SENT:
            raise self.NotSendable

    @transaction.atomic
    def accept(self, visitor: Visitor, *, name: str, signature: str = "", now: datetime) -> Event:
        """Take the customer's acceptance, once, with its evidence."""
        self._answer(Answer.Decision.ACCEPTED, visitor, name=name, signature=signature, now=now)
        facts = {"signer": name}
        if self.organisation.invoice_on_acceptance != Conversion.BY_HAND:
            facts["invoice"] = self.to_invoice(by=None, now=now).number
        return Event.objects.record(
            EventKind.ESTIMATE_ACCEPTED, self, visitor=visitor, now=now, facts=facts
        )

    @transaction.atomic
    def decline(self, visitor: Visitor, *, name: str, reason: str, now: datetime) -> Event:
        """Take the customer's refusal, once, with its reason."""
        self._answer(Answer.Decision.DECLINED, visitor, name=name, reason=reason, now=now)
        facts = {"signer": name, "text": reason} if reason else {"signer": name}
        return Event.objects.record(
            EventKind.ESTIMATE_DECLINED, self, visitor=visitor, now=now, facts=facts
        )

    def _answer(
        self, decision: "Answer.Decision", visitor: Visitor, *, now: datetime, **words: str
    ) -> None:
        # The revision guards what the customer saw: a revised estimate is another offer.
        open_estimates = Estimate.objects.answerable(self.organisation.date_of(now)).filter(
            pk=self.pk, revision=self.revision
        )
        if not open_estimates.update(status=Estimate.Status(decision.value), answered_at=now):
            raise self.Expired if self.is_expired(now) else self.NotOpen
        self.status, self.answered_at = decision.value, now
        self._keep_answer(
            decision,
            now=now,
            contact=visitor.contact,
            link=visitor.link,
            is_shared=visitor.is_shared,
            ip_address=visitor.ip_address,
            user_agent=visitor.user_agent,
            **words,
        )

    def _keep_answer(self, decision: "Answer.Decision", *, now: datetime, **fields: Any) -> None:
        self.answers.create(
            revision=self.revision,
            decision=decision,
            content_hash=self.content_hash(),
            terms=self.terms,
            answered_at=now,
            **fields,
        )

    @transaction.atomic
    def answer_for(
        self, decision: "Answer.Decision", *, by: User, reason: str = "", now: datetime
    ) -> None:
        """Keep what the customer told a colleague; it is no act of the customer here."""
        is_yes = decision == Answer.Decision.ACCEPTED
        valid = Q(expiry_date=None) | Q(expiry_date__gte=self.organisation.date_of(now))
        step = Step.ACCEPT if is_yes else Step.DECLINE
        self._take(step, by=by, now=now, guard=valid, note=reason)
        self.answered_at = now
        self.save(update_fields=["answered_at"])
        self._keep_answer(
            decision, now=now, contact=self.contact, by=by, name=str(by), reason=reason
        )

    @transaction.atomic
    def to_invoice(self, *, by: User | None, now: datetime) -> "Invoice":
        """A draft invoice of what the estimate offered; an expired one may still become it."""
        self._take(Step.INVOICE, by=by, now=now)
        invoices: type[Invoice] = self.invoices.model
        return invoices.write_for(self, by=by, today=self.organisation.date_of(now))

    @transaction.atomic
    def revise(self, *, by: User, now: datetime) -> None:
        super().revise(by=by, now=now)
        self.answered_at = None
        self.save(update_fields=["answered_at"])

    def steps(self, now: datetime) -> list[Step]:
        answers = {Step.ACCEPT, Step.DECLINE} if self.is_expired(now) else set()
        return [step for step in super().steps(now) if step not in answers]


class Answer(models.Model):
    """The evidence of a customer's decision: who, when, from where, about exactly what."""

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    estimate = models.ForeignKey(Estimate, models.CASCADE, related_name="answers")
    revision = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=10, choices=Decision.choices)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="+")
    is_shared = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    reason = models.TextField(_("reason"), blank=True)
    signature = models.TextField(_("signature"), blank=True)
    terms = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["estimate", "revision"], name="estimate_revision_is_answered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.estimate_id} {self.decision} by {self.name}"

    @property
    def signed(self) -> Signature | None:
        return Signature.stored(self.signature)
