"""Whatever happens in whatever order: nothing is lost, nothing stands in Cliq twice, order is kept.

Hypothesis chooses what happens; a run that fails is made as short as can be and printed.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from integrations import delivery
from integrations.models import Account, Connection, Delivery, Grant
from tests.conftest import ADMIN
from tests.integrations import lanes

# Faults that no document of Zoho's knows are among them.
pytestmark = pytest.mark.undocumented

POSTS, READS = "/api/v2/channelsbyname/*", "/api/v2/chats/*"
BEFORE = ("throttle", "too_many", "unauthorized", "technical_error", "forbidden", "access_denied")
EITHER = ("drop", "server_error", "bad_gateway", "malformed")
FAULTS = [
    *({"do": do, "path": POSTS} for do in BEFORE),
    *({"do": do, "path": POSTS, "when": when} for do in EITHER for when in ("before", "after")),
    {"do": "refuse", "path": POSTS, "status": 400, "code": "moon_is_full"},
    {"do": "refuse", "path": POSTS, "status": 400, "code": "extra_key_found"},
    *({"do": do, "path": READS} for do in ("server_error", "drop", "unauthorized", "malformed")),
]
WAITS = [timedelta(seconds=s) for s in (0, 1, 6, 61, 700, 4_000, 15_000)]


class Killed(BaseException):
    """The worker is gone, between one instruction and the next."""


class Deliveries(RuleBasedStateMachine):
    """One organisation, its lane, two channels, and all that happens to them."""

    connection: Connection
    cliq = None
    channels: list[dict[str, str]]
    now = None

    @initialize()
    def begin(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.lane = lanes.Lane(Connection.objects.with_grants().get(pk=self.connection.pk))
        self.lane.now = type(self).now or self.lane.now
        self.grant = self.lane.connection.grant
        self.document = lanes.document_of(self.lane.connection)
        self.said, self.excused, self.repeated = [], set(), set()
        self.posted_before = len(self.cliq.posted())
        self.wait(timedelta(hours=1))  # What the run before used up is given back.

    def wait(self, seconds):
        self.cliq.advance(seconds.total_seconds())
        self.lane.now += seconds

    def waiting(self):
        """The numbers of what is not sent yet."""
        rows = Delivery.objects.pending().select_related("event")
        return {int(row.event.facts["text"].split()[-1]) for row in rows}

    @rule(count=st.sampled_from([1, 1, 2, 45]))
    def customers_comment(self, count):
        is_on = Connection.objects.get().is_notifying
        for _comment in range(count):
            number = len(self.said)
            lanes.comment(self.document, number)
            self.said.append(number)
            self.excused |= set() if is_on else {number}

    @rule(fault=st.sampled_from(FAULTS), times=st.integers(1, 3), skip=st.integers(0, 2))
    def cliq_fails(self, fault, times, skip):
        self.cliq.will(**fault, times=times, skip=skip)

    @rule()
    def cliq_locks_the_account(self):
        self.cliq.lock(ADMIN)

    @rule()
    def the_token_expires(self):
        self.cliq.expire_tokens(ADMIN)

    @rule(after=st.sampled_from(WAITS))
    def a_worker_comes(self, after):
        self.wait(after)
        self.lane.drain()

    @rule(step=st.integers(1, 12), after=st.sampled_from(WAITS))
    def a_worker_comes_and_is_killed(self, step, after):
        """The so-many-th time that it looks at its clock, before or after a call."""
        self.wait(after)
        left = iter(range(step))

        def clock():
            if next(left, None) is None:
                raise Killed
            return self.lane.now

        account = Account.objects.get()
        lease = self.lane.now + Account.lease()
        try:
            delivery.drain(account.pk, now=clock)
        except Killed:
            # Nobody has given the lane back: that a killed worker's hands did so is put right.
            Account.objects.update(leased_until=lease, lease_owner="killed")

    @rule()
    def an_admin_repairs(self):
        Grant.objects.update(status=Grant.Status.ACTIVE)
        Connection.objects.get().repair()

    @rule()
    def an_admin_sends_again_what_failed(self):
        failed = Delivery.objects.failed().select_related("event")
        self.repeated |= {int(row.event.facts["text"].split()[-1]) for row in failed}
        Delivery.objects.send_failed_again(self.lane.connection, self.lane.now)

    @rule(place=st.integers(0, 1))
    def an_admin_chooses_a_channel(self, place):
        channel = self.channels[place]
        Connection.objects.update(
            channel=channel["unique_name"],
            channel_id=channel["channel_id"],
            chat_id=channel["chat_id"],
        )
        Connection.objects.get().repair()

    @precondition(lambda self: Connection.objects.get().is_connected)
    @rule()
    def an_admin_disconnects(self):
        connection = Connection.objects.get()
        self.excused |= self.waiting()
        connection.disconnect()
        Delivery.objects.skip_pending(connection, Delivery.Reason.NOT_CONNECTED)

    @precondition(lambda self: not Connection.objects.get().is_connected)
    @rule()
    def an_admin_connects_again(self):
        self.connect()

    def connect(self):
        Grant.objects.update(status=Grant.Status.ACTIVE)
        Connection.objects.update(notifications_enabled=True)
        Connection.objects.get().use(self.grant)

    def teardown(self):
        if not hasattr(self, "transaction"):
            return
        try:
            self.end_well()
        finally:
            type(self).now = self.lane.now
            self.cliq.obey()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def end_well(self):
        """Everything is mended; what must arrive arrives."""
        self.cliq.obey()
        self.cliq.unlock(ADMIN)
        self.connect()
        for _turn in range(200):
            self.an_admin_sends_again_what_failed()
            if not Delivery.objects.pending().exists():
                break
            self.a_worker_comes(timedelta(seconds=61))
            self.an_admin_repairs()
        uncertain = Delivery.objects.uncertain().select_related("event")
        perhaps = self.excused | {int(one.event.facts["text"].split()[-1]) for one in uncertain}
        posted = lanes.numbers_in(self.cliq.posted()[self.posted_before :])
        inline = [number for number in posted if number not in self.repeated | perhaps]

        assert sorted(set(posted)) == sorted(posted), "something stands there twice"
        assert set(self.said) - perhaps <= set(posted), "something is lost"
        assert not Delivery.objects.pending().exists(), "something waits for ever"
        assert inline == sorted(inline), "something has overtaken"


def play(connection, cliq, runs, steps):
    more = cliq.add_channel("#more", unique_name="more", members=[ADMIN])
    sales = {name: getattr(connection, name) for name in ("channel_id", "chat_id")}
    Deliveries.connection, Deliveries.cliq, Deliveries.now = connection, cliq, None
    Deliveries.channels = [{**sales, "unique_name": connection.channel}, more]
    run_state_machine_as_test(
        Deliveries,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_is_lost_doubled_or_overtaken(connection, cliq, settings):
    settings.CLIQ_ANSWER_SECONDS = 2
    play(connection, cliq, runs=8, steps=12)


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_overtaken_in_many_runs(connection, cliq, settings):
    settings.CLIQ_ANSWER_SECONDS = 2
    play(connection, cliq, runs=60, steps=25)
