"""What every test may ask for, and the rule that CI skips nothing."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import LazySettings
from django.db import connection as database
from django.utils import translation

from integrations.cliq import oauth
from integrations.models import Connection
from tests import contract
from tests.factories import ConnectionFactory, GrantFactory, MembershipFactory
from tests.sandbox import SandboxControls, running_sandbox

ADMIN = "hana@minato.example"
CHANNEL = "sales"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Under CI a skipped test is a failed one: a green run has run everything.

    Two excuses count: Zoho's own documents are no part of this repository, and races are left to
    the run on PostgreSQL where CI_DATABASE_URL says that it follows.
    """
    outcome = yield
    report = outcome.get_result()
    excuses = ["Zoho's OpenAPI files"]
    if os.environ.get("CI_DATABASE_URL"):
        excuses.append("Races need PostgreSQL")
    is_excused = any(excuse in str(report.longrepr) for excuse in excuses)
    if report.skipped and os.environ.get("CI") == "true" and not is_excused:
        report.outcome = "failed"
        report.longrepr = f"Skipped under CI: {report.longrepr}"


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxControls]:
    """The sandbox Cliq, started once for all tests of this process."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def cliq(
    request: pytest.FixtureRequest, sandbox_process: SandboxControls, settings: LazySettings
) -> Iterator[SandboxControls]:
    """The sandbox Cliq, empty and obliging, with the project pointed at it.

    After the test, what was asked and answered is held against Zoho's own documents, unless the
    test is marked `undocumented` because it leaves them on purpose.
    """
    sandbox_process.reset(seed="empty")
    settings.CLIQ_SANDBOX_URL = sandbox_process.url
    yield sandbox_process
    if not contract.missing() and not request.node.get_closest_marker("undocumented"):
        contract.check_all(sandbox_process.requests())


@pytest.fixture
def connection(cliq: SandboxControls, db: None) -> Connection:
    """An organisation connected to the channel #sales by its admin, really granted."""
    cliq.add_account(ADMIN, first_name="Hana", last_name="Sato")
    cliq.add_account("kenji@minato.example", first_name="Kenji", last_name="Tanaka")
    channel = cliq.add_channel(
        "#sales", unique_name=CHANNEL, members=[ADMIN, "kenji@minato.example"]
    )
    tokens = cliq.grant(ADMIN, *oauth.ADMIN_SCOPES, client_id="1000.TESTCLIENT")
    membership = MembershipFactory(admin=True, user__email=ADMIN)
    grant = GrantFactory(
        organisation=membership.organisation,
        user=membership.user,
        account__zuid=tokens["zuid"],
        scopes=",".join(oauth.ADMIN_SCOPES),
        access_token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
    )
    return ConnectionFactory(
        organisation=membership.organisation,
        grant=grant,
        channel=channel["unique_name"],
        channel_id=channel["channel_id"],
        chat_id=channel["chat_id"],
        channel_name="#sales",
    )


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page that was shown in another test leaves its reader's language active."""
    with translation.override("en"):
        yield


@pytest.fixture
def postgresql(transactional_db: None) -> None:
    """Only PostgreSQL lets two transactions write at once; SQLite has nothing to race."""
    if database.vendor != "postgresql":
        pytest.skip("Races need PostgreSQL: set DATABASE_URL to a server.")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a chromium, which browser tests drive."""
    path = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if path is None:
        pytest.skip("Browser tests need chromium (Debian: apt install chromium).")
    return path


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now
