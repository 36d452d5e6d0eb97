"""Settings › E-mail texts: how the letters to customers are worded."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ...access import admin_of, documents_for, login_required
from ...forms.letters import LetterTextForm
from ...letters import PLACEHOLDERS, Wording, standard, values_of
from ...models import Act, Estimate, Invoice, LetterText, Membership, differences


@login_required
@require_safe
def letter_list(request: HttpRequest, organisation: str) -> HttpResponse:
    """Each kind of letter in each language, and which are one's own."""
    membership = admin_of(request, organisation)
    own = set(membership.organisation.letter_texts.values_list("kind", "language"))
    texts = [
        (LetterText(kind=kind, language=language), (kind, language) in own)
        for kind in LetterText.Kind.values
        for language, _name in settings.LANGUAGES
    ]
    context = {"section": "settings", "texts": texts}
    return render(request, "portal/staff/letter_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def letter_edit(request: HttpRequest, organisation: str, kind: str, language: str) -> HttpResponse:
    """Word one letter; look at it with a document's own data first, if one likes."""
    membership = admin_of(request, organisation)
    row = _row(membership, kind, language)
    is_own = row.pk is not None
    form = LetterTextForm(request.POST if request.method == "POST" else None, instance=row)
    is_right = form.is_bound and form.is_valid()
    if is_right and "preview" not in request.POST:
        form.save_as(membership, timezone.now())
        messages.success(request, _("The text is saved. New letters begin with it."))
        return redirect(request.path)
    context = {
        "section": "settings",
        "form": form,
        "row": row,
        "is_own": is_own,
        "placeholders": PLACEHOLDERS,
        **(_preview(membership, row, form.wording()) if is_right else {}),
    }
    status = 422 if form.is_bound and not is_right else 200
    return render(request, "portal/staff/letter_form.html", context, status=status)


@login_required
@require_POST
def letter_restore(
    request: HttpRequest, organisation: str, kind: str, language: str
) -> HttpResponse:
    """Go back to the standard text."""
    membership = admin_of(request, organisation)
    row = _row(membership, kind, language)
    if row.pk is not None:
        _restore(membership, row)
        messages.success(request, _("The standard text is back."))
    return redirect("portal:letter-edit", organisation, kind, language)


@transaction.atomic
def _restore(by: Membership, row: LetterText) -> None:
    changes = differences(row, _standard_row(row.kind, row.language), ["subject", "text"])
    row.delete()
    kind, now = Act.Kind.LETTER_RESTORED, timezone.now()
    Act.objects.note_by(by, kind, now=now, about=row.code, changes=changes)


def _row(membership: Membership, kind: str, language: str) -> LetterText:
    """The organisation's own text, or the standard one, which is no row yet."""
    if kind not in LetterText.Kind.values or language not in dict(settings.LANGUAGES):
        raise Http404
    own = membership.organisation.letter_texts.filter(kind=kind, language=language).first()
    return own or _standard_row(kind, language)


def _standard_row(kind: str, language: str) -> LetterText:
    wording = standard(kind, language)
    return LetterText(kind=kind, language=language, subject=wording.subject, text=wording.text)


def _preview(membership: Membership, row: LetterText, wording: Wording) -> dict[str, Any]:
    """The letter of the newest document of its kind."""
    of, kind = row.kind.split("_")
    documents = documents_for(membership, Invoice if of == "invoice" else Estimate)
    document = documents.latest_first().with_parties().first()
    if document is None:
        return {"preview": wording, "document": None}
    with translation.override(row.language):
        values = values_of(document, document.contact, membership.user, kind)
    return {"preview": wording.filled(values), "document": document}
