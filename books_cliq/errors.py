"""The page of a request that broke: whether it is worth asking again at once."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error

SOON = "10"  # seconds


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault: 500; or 503 while the database is away or full, which passes by itself."""
    response = server_error(request)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response.status_code = 503
        response["Retry-After"] = SOON
    return response
