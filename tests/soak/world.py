"""Organisations whose customers comment with numbers, each connected to a channel of its own."""

import random
from collections import defaultdict
from datetime import timedelta

from django.utils import timezone

from integrations.cliq import oauth
from integrations.models import Connection, Delivery, Grant
from portal.models import Document, Link
from tests.factories import ConnectionFactory, GrantFactory, MembershipFactory
from tests.integrations import lanes
from tests.sandbox import SandboxControls

# What a person would repair within moments: nobody waits for an admin in a soak.
USABLE = {"status": Grant.Status.ACTIVE}


class World:
    """The organisations, what was said in each, and what of it stands in the channels."""

    def __init__(self, cliq: SandboxControls, organisations: int) -> None:
        self.cliq = cliq
        self.connections = [_connected(cliq, number) for number in range(organisations)]
        self._documents: list[Document] = [lanes.document_of(one) for one in self.connections]
        self._said: dict[str, list[int]] = defaultdict(list)
        self.repairs = 0

    def comment(self, number: int, dice: random.Random) -> None:
        """Some customer comments: one event, and one message that must arrive."""
        place = dice.randrange(len(self.connections))
        lanes.comment(self._documents[place], number)
        self._said[self.connections[place].channel].append(number)

    def repair(self) -> None:
        """Do what an admin would: connect again, choose the channel again, send again."""
        for connection in Connection.objects.exclude(health=Connection.Health.OK):
            Grant.objects.filter(pk=connection.grant_id).update(**USABLE)
            self.repairs += connection.repair()

    def secrets(self) -> set[str]:
        """What opens something at this moment: tokens of Cliq and links of customers."""
        grants = Grant.objects.all()
        tokens = {token for one in grants for token in (one.access_token, one.refresh_token)}
        return tokens | {link.token for link in Link.objects.all()}

    def send_failed_again(self) -> list[int]:
        """The numbers of messages that stepped aside, which are on their way again."""
        failed = list(Delivery.objects.failed().select_related("event").in_order())
        for connection in {delivery.connection for delivery in failed}:
            Delivery.objects.send_failed_again(connection, timezone.now())
        return [int(delivery.event.facts["text"].split()[-1]) for delivery in failed]

    def reconcile(self, stepped_aside: list[int]) -> dict[str, int]:
        """What was said against what Cliq kept, each event of a digest by itself."""
        lost = repeated = inverted = messages = 0
        for channel, said in self._said.items():
            posted = self.cliq.posted(channel)
            kept = lanes.numbers_in(posted)
            messages += len(posted)
            lost += len(set(said) - set(kept))
            repeated += len(kept) - len(set(kept))
            inline = [number for number in kept if number not in set(stepped_aside)]
            inverted += sum(a > b for a, b in zip(inline, inline[1:], strict=False))
        said_in_all = sum(map(len, self._said.values()))
        return {
            "events": said_in_all,
            "messages": messages,
            "lost": lost,
            "duplicates": repeated,
            "inversions": inverted,
        }


def _connected(cliq: SandboxControls, number: int) -> Connection:
    email = f"admin{number}@soak.example"
    cliq.add_account(email)
    channel = cliq.add_channel(f"#soak{number}", unique_name=f"soak{number}", members=[email])
    tokens = cliq.grant(email, *oauth.ADMIN_SCOPES, client_id="1000.TESTCLIENT")
    membership = MembershipFactory(admin=True, user__email=email)
    grant = GrantFactory(
        organisation=membership.organisation,
        user=membership.user,
        account__zuid=tokens["zuid"],
        scopes=",".join(oauth.ADMIN_SCOPES),
        access_token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        granted_at=timezone.now(),
        access_expires_at=timezone.now() + timedelta(hours=1),
    )
    connection: Connection = ConnectionFactory(
        organisation=membership.organisation,
        grant=grant,
        channel=channel["unique_name"],
        channel_id=channel["channel_id"],
        chat_id=channel["chat_id"],
        channel_name=f"#soak{number}",
    )
    return connection
