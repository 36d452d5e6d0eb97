"""Files of the conversation: always a download, never a page of ours."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from ...customer_access import LinkRequest, document_of
from ...limits import limited
from ...models import Attachment
from .door import by_link


@require_safe
@limited("pdf", methods=("GET", "HEAD"))
@by_link
def link_file(request: LinkRequest, token: str, pk: int) -> HttpResponse:
    """A file that stands in the conversation which the link opens."""
    files = Attachment.objects.at(document_of(request.visitor.link)).shown_to_customers()
    return download(get_object_or_404(files, pk=pk))


def download(file: Attachment) -> HttpResponse:
    """The file to keep; even a browser that would rather show it must run nothing of it."""
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
