"""Documents on paper: what they say is gathered here, how they look stands in the .typ files."""

from .documents import document_pdf
from .statements import statement_pdf

__all__ = ["document_pdf", "statement_pdf"]
