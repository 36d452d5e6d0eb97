"""What the log says, and what it never does."""

import io
import logging
import uuid
from logging.config import DictConfigurator

import pytest
from django.db import OperationalError
from django.test import Client

from books_cliq.logs import WithoutSecrets, logging_to_stderr
from integrations.models import Delivery
from tests.integrations import lanes
from tests.portal.opened import address, open_estimate


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


@pytest.fixture(params=[False, True], ids=["lines", "JSON"])
def logged(request):
    """All that the product writes, as operators keep it."""
    told = logging_to_stderr("INFO", is_json=request.param)
    configurator = DictConfigurator(told)
    handler = logging.StreamHandler(written := io.StringIO())
    wanted = told["formatters"][told["handlers"]["stderr"]["formatter"]]
    handler.setFormatter(configurator.configure_formatter(dict(wanted)))
    for rule in told["filters"].values():
        handler.addFilter(configurator.configure_filter(dict(rule)))
    root, http = logging.getLogger(), logging.getLogger("urllib3")
    before = root.level, http.level
    root.addHandler(handler)
    root.setLevel("INFO")
    http.setLevel("DEBUG")  # It names every address that is asked.
    yield written
    root.removeHandler(handler)
    root.setLevel(before[0])
    http.setLevel(before[1])


WORDS = "Our director Aiko is ill"


def fail_over(words: str) -> None:
    try:
        raise ValueError(words)
    except ValueError as error:
        raise RuntimeError(f"again {words}") from error


def test_an_error_is_told_with_its_place_but_without_what_it_quotes(logged):
    try:
        fail_over(WORDS)
    except RuntimeError:
        logging.getLogger("portal").exception("It broke")

    written = logged.getvalue()
    assert "builtins.ValueError" in written
    assert "builtins.RuntimeError" in written
    assert "in fail_over" in written
    assert WORDS not in written


def test_an_error_of_the_database_server_is_told_whole(logged):
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        logging.getLogger("portal").exception("It broke")

    assert "django.db.utils.OperationalError: connection refused" in logged.getvalue()


def test_what_customers_do_leaves_no_word_and_no_key_in_the_log(db, client, logged):
    link = address(estimate := open_estimate()).removesuffix("/")
    token = link.rsplit("/", 1)[1]

    client.get(f"{link}/")
    client.get(f"{link}/nothing/")
    form = {"text": WORDS, "key": str(uuid.uuid4())}
    client.post(f"{link}/comment/", form)
    Client(enforce_csrf_checks=True).post(f"{link}/comment/", form)
    client.post(f"{link}/decline/", {"name": WORDS, "reason": WORDS, "revision": "wrong"})

    written = logged.getvalue()
    assert "/nothing/" in written
    assert "CSRF" in written
    assert estimate.comments.get().text == WORDS
    assert token not in written
    assert WORDS not in written
    assert estimate.contact.email not in written


@pytest.mark.undocumented
@pytest.mark.parametrize("fault", ["server_error", "drop", "unauthorized"])
def test_what_is_posted_leaves_no_word_and_no_token_in_the_log(cliq, connection, logged, fault):
    lane, grant = lanes.Lane(connection), connection.grant
    lanes.comment(document := lanes.document_of(connection), 123_456)
    cliq.will(fault, path="/api/v2/channelsbyname/*")

    lane.drain()
    lane.drain(after=lane.account.LEASE)

    written = logged.getvalue()
    assert Delivery.objects.get().attempts.exists()
    assert "/api/v2/channelsbyname/sales/message" in written
    assert "123456" not in written
    assert document.contact.name not in written
    for secret in (grant.access_token, grant.refresh_token, "test-secret"):
        assert secret not in written
