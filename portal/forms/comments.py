"""What people write about a document."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Comment
from .files import FilesForm


class PlainTextField(forms.CharField):
    """Text of several lines; what shows nothing counts as nothing."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "data-grow": ""}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        # Browsers count a line break as one character, and send two.
        text = str(super().to_python(value)).replace("\r\n", "\n")
        return text if any(c.isprintable() and not c.isspace() for c in text) else ""


class CommentForm(FilesForm):
    """A customer's comment, with a key that makes sending it twice harmless."""

    empty = _("Write something first: the comment is empty.")
    field_order = ("text", "attachments", "key")

    text = PlainTextField(
        label=_("Your comment"),
        max_length=Comment._meta.get_field("text").max_length,
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        kwargs.setdefault("auto_id", "comment_%s")
        super().__init__(*args, **kwargs)
