"""In which chats was a document discussed?"""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Customer, Estimate, Invoice, Organisation, User

Subject = Estimate | Invoice | Customer


class DiscussionQuerySet(models.QuerySet["Discussion"]):
    def about(self, subject: Subject) -> Self:
        return self.filter(**_field(subject))

    def begin(self, subject: Subject, user: User, chat_id: str, chat_name: str) -> "Discussion":
        """Note that somebody put the subject into a chat; the newest time of several."""
        discussion, _is_new = self.update_or_create(
            **_field(subject),
            user=user,
            chat_id=chat_id[:120],
            defaults={
                "organisation": subject.organisation,
                "chat_name": chat_name[:200],
                "begun_at": timezone.now(),
            },
        )
        return discussion


class Discussion(models.Model):
    """Somebody put a card of an estimate, an invoice or a customer into a chat of Cliq's."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    estimate = models.ForeignKey(Estimate, models.CASCADE, null=True, blank=True, related_name="+")
    invoice = models.ForeignKey(Invoice, models.CASCADE, null=True, blank=True, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    chat_id = models.CharField(max_length=120)
    chat_name = models.CharField(_("chat"), max_length=200)
    begun_at = models.DateTimeField(default=timezone.now)

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="discussion_is_about_one_thing",
                condition=Q(estimate__isnull=False, invoice__isnull=True, customer__isnull=True)
                | Q(estimate__isnull=True, invoice__isnull=False, customer__isnull=True)
                | Q(estimate__isnull=True, invoice__isnull=True, customer__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.chat_name


def _field(subject: Subject) -> dict[str, Any]:
    name = "customer" if isinstance(subject, Customer) else subject.KIND
    return {name: subject}
