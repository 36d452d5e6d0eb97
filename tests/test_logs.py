"""What the log says of refused requests."""

import logging

import pytest

from books_cliq.logs import WithoutSecrets


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/p/abc_DEF-123/accept/", "Not Found: /p/…/accept/"),
        ("/invitations/abc_DEF-123/", "Not Found: /invitations/…/"),
        ("/pay/test/abc_DEF-123/", "Not Found: /pay/test/…/"),
        ("/accounts/password/reset/key/1-abc/", "Not Found: /accounts/password/reset/key/…/"),
        ("/o/minato/estimates/EST-000001/", "Not Found: /o/minato/estimates/EST-000001/"),
    ],
)
def test_no_log_holds_an_address_that_opens_something(path, told):
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", None, None)
    record.args = ("Not Found", path)

    assert WithoutSecrets().filter(record)

    assert record.getMessage() == told
