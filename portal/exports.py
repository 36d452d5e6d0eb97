"""Everything that is known about a contact, as a file to hand over."""

import io
import json
import zipfile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from .models import Answer, Attachment, Contact, Email, Event, Guest, Payment, Visit


def of_contact(contact: Contact) -> bytes:
    """A ZIP: contact.json, and the files that they attached to comments."""
    files = Attachment.objects.filter(comment__contact=contact).order_by("pk")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contact.json", _as_json(about(contact)))
        for file in files.iterator():
            archive.writestr(f"files/{file.pk}-{file.name}", bytes(file.content))
    return out.getvalue()


def about(contact: Contact) -> dict[str, Any]:
    """What the rows say; tokens and keys, which open something, are left out."""
    columns = ("name", "email", "phone", "language", "is_primary", "created_at")
    return {
        "contact": {name: getattr(contact, name) for name in columns},
        "customer": contact.customer.name,
        "organisation": contact.customer.organisation.name,
        "links": _rows(contact.links.all(), "created_at", "expires_at", "revoked_at"),
        "visits": _rows(
            Visit.objects.filter(contact=contact),
            *("revision", "is_shared", "ip_address", "user_agent", "started_at", "last_seen_at"),
        ),
        "acts": _rows(Event.objects.filter(contact=contact), "kind", "occurred_at", "facts"),
        "comments": _rows(contact.comments.all(), "text", "created_at"),
        "files": _files(contact),
        "answers": _rows(
            Answer.objects.filter(contact=contact),
            *("estimate__number", "revision", "decision", "name", "reason", "signature"),
            *("ip_address", "user_agent", "answered_at"),
        ),
        "payments": _rows(
            Payment.objects.filter(contact=contact),
            *("number", "amount", "currency", "method", "status", "created_at"),
        ),
        "emails": _emails(contact),
        "browsers": _rows(
            Guest.objects.filter(email__iexact=contact.email), "came_at", "expires_at", "left_at"
        ),
    }


def _rows(found: QuerySet[Any], *columns: str) -> list[dict[str, Any]]:
    return list(found.order_by("pk").values(*columns))


def _files(contact: Contact) -> list[dict[str, Any]]:
    files = Attachment.objects.filter(comment__contact=contact)
    return _rows(files, "pk", "name", "content_type", "size")


def _emails(contact: Contact) -> list[dict[str, Any]]:
    """What was written to them; codes and links that open an account are none of it."""
    emails = Email.objects.filter(contact=contact, is_secret=False).order_by("pk")
    columns = ("to", "subject", "text", "status", "created_at", "sent_at")
    return [{name: getattr(email, name) for name in columns} for email in emails.iterator()]


def _as_json(rows: dict[str, Any]) -> str:
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
