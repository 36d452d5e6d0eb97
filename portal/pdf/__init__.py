"""Documents on paper: what they say is gathered here, how they look stands in the .typ files."""

from .documents import document_pdf
from .receipts import receipt_pdf

__all__ = ["document_pdf", "receipt_pdf"]
