"""Documents on paper: what they say is gathered here, how they look stands in the .typ files."""

from .certificates import certificate_pdf
from .documents import document_pdf
from .receipts import receipt_pdf
from .statements import statement_pdf

__all__ = ["certificate_pdf", "document_pdf", "receipt_pdf", "statement_pdf"]
