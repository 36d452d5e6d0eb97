import pytest

from integrations.cliq.client import CliqClient
from integrations.cliq.regions import region

from .scripted import serving


@pytest.fixture
def scripted_cliq(settings):
    """A server that answers what the test scripts, with the project pointed at it.

    Each test has its own: a line kept alive by one, and then closed, must not surprise another.
    """
    settings.CLIQ_ANSWER_SECONDS = 1
    with serving() as server:
        settings.CLIQ_SANDBOX_URL = server.url
        yield server


@pytest.fixture
def client(scripted_cliq):
    return CliqClient(region("sandbox"), "1000.access")
