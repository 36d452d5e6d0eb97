"""What has happened so far: estimates and invoices in every state."""

from datetime import datetime
from decimal import Decimal

from ..models import Contact, User
from . import catalogue as c
from .stories import EstimateStory, InvoiceStory

Contacts = dict[str, Contact]  # the first contact of each customer, by the customer's name


def tell(contacts: Contacts, author: User, now: datetime) -> None:
    """Everything that the company wrote in the last months."""

    def estimate(client: c.Client) -> EstimateStory:
        return EstimateStory(contacts[client.name], author, now)

    def invoice(client: c.Client) -> InvoiceStory:
        return InvoiceStory(contacts[client.name], author, now)

    # Estimates: invoiced, expired, declined, accepted, viewed, sent, draft.
    won = estimate(c.BAY).drafted(c.lobby(), 75, reference="BAY-2041").sent(74).viewed(73.6)
    won.asked(73.5, "CGパースは何枚まで修正をお願いできますか。")
    won.replied(73.1, "各枚2回まで、追加費用なしで修正いたします。").viewed(71).accepted(
        70.9, f"typed {c.BAY.contacts[0][0]}"
    )
    estimate(c.MUELLER).drafted(c.fair_booth(), 64, valid=21).sent(64).viewed(63.5)
    estimate(c.YOSHINO).drafted(c.furniture(), 52).sent(51).viewed(50.2).declined(
        47, "予算の都合で今回は見送らせてください。次の企画の際にまたご相談します。"
    )
    asked = estimate(c.NORTHWIND).drafted(c.showroom(), 21, discount_amount=Decimal("250.00"))
    asked.sent(20).viewed(19.7)
    asked.asked(19.6, "Could the site visits be combined into one trip?", c.TRIPS)
    asked.replied(19.1, "Yes. Two days in a row save you one flight; the price stays the same.")
    asked.replied(19, "Check the visa before we promise a date.", is_internal=True)
    asked.viewed(18).accepted(17.8, c.SIGNATURE)
    estimate(c.AOBA).drafted(
        c.library(), 9, discount_percent=Decimal(5), notes="年度内の完了を予定しております。"
    ).sent(8).viewed(6.9).viewed(2.2)
    estimate(c.BRIGHTWATER).drafted(c.guest_rooms(), 3).sent(2)
    estimate(c.MIMOSA).drafted(c.opening_party(), 1, notes="※は軽減税率（8%）対象です。")

    # Invoices, oldest first, as their numbers tell; those of the last year are settled.
    for ago, client, lines, wait in (
        (330, c.BAY, c.shop_design(), 21),
        (291, c.YOSHINO, c.furniture(), 30),
        (262, c.NORTHWIND, c.guest_rooms(), 12),
        (228, c.AOBA, c.library(), 40),
        (197, c.MUELLER, c.fair_booth(), 18),
        (164, c.BAY, c.lobby(), 29),
        (131, c.MIMOSA, c.opening_party(), 3),
        (98, c.YOSHINO, c.furniture(), 25),
        (83, c.BRIGHTWATER, c.showroom(), 15),
    ):
        invoice(client).drafted(lines, ago).sent(ago).viewed(ago - 1).paid(ago - wait)
    generous = invoice(c.BRIGHTWATER).drafted(c.guest_rooms(), 71).sent(71).viewed(70.2)
    generous.transferred(52, "11000.00", "BW-3301")
    invoice(c.MIMOSA).drafted(c.opening_party(), 58, due_in=0).sent(58).viewed(57.9).paid(57.8)
    late = invoice(c.YOSHINO).drafted(c.furniture(), 47).sent(47).viewed(46.1)
    late.asked(15, "お支払いを月末まで待っていただくことは可能でしょうか。")
    late.replied(14.8, "承知いたしました。月末までお待ちいたします。")
    late.transferred(13.9, 100_000, "9-0412").mistaken(13.8)
    invoice(c.NORTHWIND).drafted(c.showroom(), 44).sent(44).viewed(43).paid(30)
    won.invoiced(c.lobby(), 40).sent(40).viewed(39.8).paid(33)
    invoice(c.BRIGHTWATER).drafted(c.guest_rooms(), 38).sent(38)
    part = invoice(c.AOBA).drafted(c.library(), 36, due_in=60).sent(36).viewed(35.5)
    part.transferred(12, 1_500_000, "9-0877").refunded(10, 50_000, "振込額の誤りのため")
    invoice(c.MUELLER).drafted(c.fair_booth(), 29).sent(29).voided()
    invoice(c.BAY).drafted(c.shop_design(), 6, discount_percent=Decimal(3)).sent(5).viewed(4.4)
    invoice(c.NORTHWIND).drafted(c.guest_rooms(), 4).sent(4)
    invoice(c.TAKAHASHI).drafted(c.shop_design(), 0.5)


def tell_of_sister(contacts: Contacts, author: User, now: datetime) -> None:
    """A little, so that the other organisation is not empty."""
    story = EstimateStory(contacts[c.PINE.name], author, now)
    story.drafted(c.showroom(), 12).sent(11).viewed(10.5)
    bill = InvoiceStory(contacts[c.PINE.name], author, now)
    bill.drafted(c.guest_rooms(), 5).sent(5)
