"""What staff write to customers."""

import uuid
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ..correspondence import Letter
from ..models import Comment, Contact, Email
from .files import FilesForm


class EmailForm(forms.Form):
    """An e-mail to people at a customer."""

    contacts = forms.ModelMultipleChoiceField(
        Contact.objects.none(),
        label=_("Recipients"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose somebody to send it to.")},
    )
    emails_before = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Subject"), max_length=Email.LONGEST_SUBJECT)
    text = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 11, "data-grow": "whole"}),
    )

    def __init__(self, contacts: QuerySet[Contact], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipients = cast(forms.ModelMultipleChoiceField, self.fields["contacts"])
        recipients.queryset = contacts
        recipients.label_from_instance = _with_address  # type: ignore[assignment]

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())


class ReceiptForm(EmailForm):
    """The e-mail that carries a receipt."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = _("The receipt is attached as PDF.")


class LetterForm(EmailForm):
    """The e-mail that carries a document's link."""

    has_pdf = forms.BooleanField(label=_("Attach it as PDF"), required=False, initial=True)
    wants_copy = forms.BooleanField(label=_("Send a copy to me"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacts"].help_text = _("Everybody gets a link of their own.")
        self.fields["text"].help_text = _(
            "The button that opens the document is added below the text."
        )

    def letter(self, kind: str) -> Letter:
        """What the sender wrote."""
        names = ("subject", "text", "has_pdf", "wants_copy")
        return Letter(kind=kind, **{name: self.cleaned_data[name] for name in names})


def _with_address(contact: Contact) -> str:
    return f"{contact.name} <{contact.email}>"


class ReplyForm(FilesForm):
    """What a colleague writes under a document."""

    empty = _("Write something first.")

    text = forms.CharField(
        label=_("Comment"),
        max_length=Comment._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_internal = forms.BooleanField(
        label=_("Internal note: the customer does not see it"), required=False
    )
    key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
