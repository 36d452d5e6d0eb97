"""How an admin words the organisation's letters."""

from datetime import datetime

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from ..letters import PLACEHOLDERS, Wording, standard, unknown
from ..models import Act, LetterText, Membership
from .audited import AuditedForm


class LetterTextForm(AuditedForm):
    """Subject and text, with placeholders in braces."""

    KIND = Act.Kind.LETTER_CHANGED

    class Meta:
        model = LetterText
        fields = ["subject", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 14})}

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_text(self) -> str:
        return self._checked("text").replace("\r\n", "\n")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if wrong := unknown(text):
            raise forms.ValidationError(
                _("There is no placeholder %(wrong)s. Choose from %(known)s."),
                params={
                    "wrong": f"{{{wrong[0]}}}",
                    "known": ", ".join(f"{{{known}}}" for known in PLACEHOLDERS),
                },
            )
        return text

    def wording(self) -> Wording:
        """What was written."""
        return Wording(self.cleaned_data["subject"], self.cleaned_data["text"])

    @transaction.atomic
    def save_as(self, by: Membership, now: datetime) -> bool:
        """Write the organisation's own text; until now it may have had the standard one."""
        if self.instance.pk is None:
            row: LetterText = self.instance
            names = {"kind": row.kind, "language": row.language}
            wording = standard(row.kind, row.language)
            own, _is_new = by.organisation.letter_texts.get_or_create(
                **names, defaults={"subject": wording.subject, "text": wording.text}
            )
            row.pk = own.pk
            row._state.adding = False
        return super().save_as(by, now)

    def about(self) -> str:
        letter: LetterText = self.instance
        return letter.code
