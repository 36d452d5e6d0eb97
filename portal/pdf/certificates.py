"""What a certificate of acceptance says on paper."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ..certificates import Certificate, how_hashed
from .documents import signature
from .parties import sender
from .press import families, printed


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate as PDF, in the language that is active; it is for the organisation."""
    return printed("certificate", _words(certificate), made_at=certificate.answer.answered_at)


def _words(certificate: Certificate) -> dict[str, Any]:
    estimate, answer = certificate.estimate, certificate.answer
    return {
        "fonts": families(),
        "language": translation.get_language(),
        "title": _("Certificate of acceptance"),
        "mark": "",
        "number": estimate.number,
        "sender": sender(estimate.organisation),
        "rows": [[*row] for row in [*certificate.about(), *certificate.origin()]],
        "terms": [_("Terms that were accepted"), answer.terms.strip() or _("None")],
        "signature_label": _("Signature"),
        "signature": signature(answer),
        "no_signature": "" if answer.signed else _("None"),
        "hash": [_("Fingerprint (SHA-256)"), answer.content_hash],
        "how": how_hashed(),
        "verdict": certificate.verdict(),
        "page": _("Page %(page)s of %(pages)s"),
    }
