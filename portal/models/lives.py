"""What happens to a document between draft and done."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models, transaction
from django.db.models import Q

from .changes import Change, Move, Step
from .users import User


class Life(models.Model):
    """Revisions, views, and the steps that staff take; each one guarded by the UPDATE itself."""

    KIND: ClassVar[str]
    MOVES: ClassVar[dict[Step, Move]]

    class NotPossible(Exception):
        """Its status allows no such step, or no longer."""

    revision = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField(null=True, blank=True)
    first_viewed_at = models.DateTimeField(null=True, blank=True)
    last_viewed_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        status: models.CharField[str, str]

    class Meta:
        abstract = True

    def steps(self, now: datetime) -> list[Step]:
        """Those that its status allows at the moment."""
        return [step for step, move in self.MOVES.items() if self.status in move.sources]

    def _take(
        self, step: Step, *, by: User | None, now: datetime, guard: Q | None = None, note: str = ""
    ) -> None:
        """Take one step, once, and remember who took it; call it in a transaction."""
        move = self.MOVES[step]
        rows = type(self)._default_manager.filter(guard or Q(), pk=self.pk, revision=self.revision)
        if not rows.filter(**{"status__in": move.sources}).update(**{"status": move.target}):
            raise self.NotPossible
        self.status = move.target
        Change.objects.create(
            step=step,
            revision=self.revision,
            note=note,
            by=by,
            occurred_at=now,
            **{self.KIND: self},
        )

    @transaction.atomic
    def revise(self, *, by: User, now: datetime) -> None:
        """Take it back as a draft of a new revision, which nobody has seen or answered."""
        self._take(Step.REVISE, by=by, now=now, guard=self.revisable())
        self._begin_revision()

    def _begin_revision(self) -> None:
        self.revision += 1
        self.first_viewed_at = self.last_viewed_at = None
        self.save(update_fields=["revision", "first_viewed_at", "last_viewed_at"])

    @staticmethod
    def revisable() -> Q:
        """Which documents may change besides what their status says."""
        return Q()

    @transaction.atomic
    def mark_sent_by(self, user: User, *, now: datetime) -> None:
        """Open a draft to the customer who got it another way."""
        self._take(Step.SEND, by=user, now=now)
        self.sent_at = now
        self.save(update_fields=["sent_at"])

    def note_view(self, now: datetime) -> None:
        """Remember when the customer first and last looked at this revision."""
        type(self)._default_manager.filter(pk=self.pk).update(
            first_viewed_at=models.functions.Coalesce("first_viewed_at", now), last_viewed_at=now
        )
