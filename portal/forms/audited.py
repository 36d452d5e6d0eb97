"""Forms of settings, which write down what was changed."""

from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction

from ..models import Act, Membership, differences


class AuditedForm(forms.ModelForm):
    """Writes only the fields that its reader changed, and notes what they held before."""

    KIND: Act.Kind
    KIND_OF_NEW: Act.Kind | None = None  # for forms that also make rows

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # The page sends back what it showed: what a colleague changed meanwhile is theirs.
            is_told = not self.is_bound or self.add_initial_prefix(name) in self.data
            field.show_hidden_initial = is_told

    @transaction.atomic
    def save_as(self, by: Membership, now: datetime) -> bool:
        """Write the changes and note them under the member's name; False if there are none."""
        is_new = self.instance.pk is None
        before = None if is_new else self._locked()
        if is_new:
            self.instance.save()
        elif self.changed_data:
            self.instance.save(update_fields=self.changed_data)
        names = list(self._meta.fields or ()) if is_new else self.changed_data
        changes = differences(before, self.instance, names)
        if changes:
            kind = self.KIND_OF_NEW if is_new and self.KIND_OF_NEW else self.KIND
            Act.objects.note_by(by, kind, now=now, about=self.about(), changes=changes)
        return bool(changes)

    def about(self) -> str:
        """What the settings are of, if there are several."""
        return ""

    def _locked(self) -> Any:
        rows = type(self.instance)._default_manager.select_for_update()
        return rows.get(pk=self.instance.pk)
