"""Files that come with a comment."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..uploads import MEGABYTES, MOST, TYPES, Refused, Upload, checked


class FilesInput(forms.FileInput):
    """An input for several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class FilesField(forms.FileField):
    """Several files, each looked at; every bad one is named."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Files (optional)"),
            required=False,
            widget=FilesInput(attrs={"accept": ",".join(TYPES)}),
        )

    def clean(self, data: list[UploadedFile] | None, initial: Any = None) -> list[Upload]:
        files = data or []
        if len(files) > MOST:
            sentence = gettext("You can attach up to %(most)d files at once.")
            raise forms.ValidationError(sentence % {"most": MOST})
        found, complaints = [], []
        for file in files:
            try:
                found.append(checked(file))
            except Refused as error:
                complaints.append(str(error))
        if complaints:
            raise forms.ValidationError(complaints)
        return found


class FilesForm(forms.Form):
    """A comment of words, of files or of both; a form of it has a field `text`."""

    empty: Any  # what to say when there is nothing at all

    attachments = FilesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = gettext(
            "Up to %(most)d files of %(size)d MB: PDF, pictures, text, Word, Excel, ZIP."
        )
        names = {"most": MOST, "size": MEGABYTES}
        self.fields["attachments"].help_text = words % names

    def clean(self) -> None:
        is_empty = not self.cleaned_data.get("text") and not self.cleaned_data.get("attachments")
        if is_empty and not self.errors:
            self.add_error("text", self.empty)
        chosen = [file.name for file in self["attachments"].data or []]
        if chosen and self.errors:
            sentence = gettext("Please choose the files again: %(names)s")
            self.add_error("attachments", sentence % {"names": ", ".join(map(str, chosen))})
