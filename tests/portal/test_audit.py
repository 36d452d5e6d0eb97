"""Settings › Audit log: who changed what, and what it was before."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.audit import Row
from portal.models import Act, Invitation, Membership, Refund, differences
from tests.factories import (
    NOON,
    ContactFactory,
    CustomerFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    make_estimate,
    make_invoice,
    record_payment,
    unsaved_payment,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return MembershipFactory(admin=True, user__name="Hana Sato")


@pytest.fixture
def books(client, admin):
    client.force_login(admin.user)
    return client


def log(books, admin, query=""):
    return books.get(reverse("portal:audit-log", args=[admin.organisation.slug]) + query)


def note(member, kind=Act.Kind.PROFILE_CHANGED, **fields):
    fields = {"now": timezone.now()} | fields
    return Act.objects.note(kind, member.organisation, member.user, **fields)


def paper(books, admin, **fields):
    address = reverse("portal:paper-settings", args=[admin.organisation.slug])
    told = {
        "estimate_prefix": "EST-",
        "estimate_next_number": 1,
        "invoice_prefix": "INV-",
        "invoice_next_number": 1,
        "payment_prefix": "PMT-",
        "payment_next_number": 1,
        "tax_rounding": "floor",
        "estimate_days": 30,
    }
    return books.post(address, told | fields)


def test_a_setting_is_logged_with_what_it_was_and_is(books, admin):
    paper(books, admin, tax_rounding="ceil", bank_details="Minato Bank\r\n0123456")

    page = log(books, admin).text

    assert "Settings of estimates and invoices changed" in page
    assert "Hana Sato" in page
    [row] = log(books, admin).context["rows"]
    labels = {change.label: (change.old, change.new) for change in row.changes}
    assert labels["Rounding of tax"] == ("Round down", "Round up")
    assert labels["Bank details"][0] == ""


def test_an_edited_next_number_is_logged(books, admin):
    paper(books, admin, invoice_next_number=42)

    [change] = Act.objects.get().changes
    assert change == {"field": "portal.organisation.invoice_next_number", "old": 1, "new": 42}


def test_people_are_logged(books, admin):
    slug = admin.organisation.slug
    books.post(
        reverse("portal:user-list", args=[slug]), {"email": "mei@new.example", "role": "staff"}
    )
    invitation = Invitation.objects.get()
    books.post(reverse("portal:invitation-withdraw", args=[slug, invitation.pk]))
    member = MembershipFactory(organisation=admin.organisation, user__name="Kenji")
    books.post(reverse("portal:membership-role", args=[slug, member.pk]), {"role": "assigned"})
    books.post(reverse("portal:membership-role", args=[slug, member.pk]), {"role": "assigned"})
    books.post(reverse("portal:membership-remove", args=[slug, member.pk]))

    told = [(act.kind, act.about) for act in Act.objects.order_by("pk")]
    assert told == [
        ("member.invited", "mei@new.example"),
        ("member.withdrawn", "mei@new.example"),
        ("member.role", "Kenji"),
        ("member.removed", f"Kenji <{member.user.email}>"),
    ]
    assert "Role:</span> <del" in log(books, admin).text
    assert "Staff of assigned customers</p>" in log(books, admin).text


def test_what_leaves_a_gap_is_logged(books, admin):
    contact = ContactFactory(customer__organisation=admin.organisation, customer__name="Asahi")
    other = CustomerFactory(organisation=admin.organisation, name="Nobody's")
    draft = make_estimate(contact=contact, status="draft", sent_at=None)
    slug = admin.organisation.slug

    books.post(reverse("portal:estimate-delete", args=[slug, draft.number]))
    books.post(reverse("portal:customer-delete", args=[slug, other.pk]))

    told = [(act.kind, act.about) for act in Act.objects.order_by("pk")]
    assert told == [
        ("document.deleted", f"{draft.number} (Asahi)"),
        ("customer.deleted", "Nobody's"),
    ]


def test_what_could_not_be_deleted_is_not_logged(books, admin):
    contact = ContactFactory(customer__organisation=admin.organisation)
    make_estimate(contact=contact)

    arguments = [admin.organisation.slug, contact.customer_id]
    books.post(reverse("portal:customer-delete", args=arguments))

    assert not Act.objects.exists()


def test_a_refused_removal_is_not_logged(books, admin):
    slug = admin.organisation.slug

    books.post(reverse("portal:membership-remove", args=[slug, admin.pk]))
    books.post(reverse("portal:membership-role", args=[slug, admin.pk]), {"role": "staff"})

    assert not Act.objects.exists()


def test_whoever_accepts_an_invitation_is_logged(admin):
    invitation, _token = Invitation.objects.invite(
        admin.organisation, "mei@new.example", Membership.Role.STAFF, by=admin.user, now=NOON
    )
    user = MembershipFactory(user__name="Mei").user

    invitation.accept(user, now=NOON)

    act = Act.objects.get()
    assert (act.kind, act.user_name, act.organisation) == (
        "member.joined",
        "Mei",
        admin.organisation,
    )


def test_names_stay_readable_after_people_are_gone(books, admin):
    gone = MembershipFactory(organisation=admin.organisation, user__name="Kenji Tanaka")
    note(gone)

    gone.user.delete()

    assert "Kenji Tanaka" in log(books, admin).text
    assert len(log(books, admin, "?who=Kenji+Tanaka").context["rows"]) == 1


def test_the_log_is_narrowed_by_colleague_kind_and_words(books, admin):
    other = MembershipFactory(organisation=admin.organisation, user__name="Kenji")
    note(admin, Act.Kind.TAX_ADDED, about="消費税")
    field = "portal.organisation.phone"
    note(other, changes=[{"field": field, "old": "", "new": "髙橋 045-000"}])
    note(other, Act.Kind.TAX_DELETED, about="VAT")

    def found(query):
        return sorted(row.act.kind for row in log(books, admin, query).context["rows"])

    assert found("?who=Kenji") == ["profile.changed", "tax.deleted"]
    assert found("?who=Kenji&kind=tax.deleted") == ["tax.deleted"]
    assert found("?q=消費税") == ["tax.added"]
    assert found("?q=髙橋") == ["profile.changed"]
    assert found("?q=045-0") == ["profile.changed"]
    assert found("?q=hana") == ["tax.added"]
    assert found("?who=Nobody&kind=nonsense") == found("") != []
    assert "Nothing matches" in log(books, admin, "?q=nothing-like-it").text


def test_the_log_is_paged_newest_first_and_costs_the_same_for_many(
    books, admin, django_assert_max_num_queries
):
    contact = ContactFactory(customer__organisation=admin.organisation)
    for number in range(30):
        note(admin, about=f"act {number}", document=make_estimate(contact=contact))

    with django_assert_max_num_queries(12):
        first = log(books, admin)
    assert [row.act.about for row in first.context["rows"]][:2] == ["act 29", "act 28"]
    assert len(first.context["rows"]) == 25
    assert len(log(books, admin, "?page=2").context["rows"]) == 5


def test_other_organisations_acts_are_theirs(books, admin):
    note(MembershipFactory(admin=True, user__name="Stranger"))

    page = log(books, admin)

    assert page.context["rows"] == []
    assert "Stranger" not in page.text


def test_an_empty_log_says_what_will_stand_there(books, admin):
    assert "As soon as somebody changes a setting" in log(books, admin).text


def test_staff_do_not_see_it(client, admin):
    client.force_login(MembershipFactory(organisation=admin.organisation).user)

    assert log(client, admin).status_code == 404


def test_secrets_are_named_and_never_told():
    before, after = GrantFactory(), GrantFactory(access_token="another")

    found = differences(before, after, ["access_token", "refresh_token"])

    assert found == [{"field": "integrations.grant.access_token", "old": "•••", "new": "•••"}]


def test_what_a_later_version_forgot_can_still_be_read(admin):
    act = note(admin, changes=[{"field": "portal.organisation.fax_number", "old": "", "new": "1"}])

    [change] = Row.of(act).changes

    assert (change.label, change.old, change.new) == ("Fax number", "", "1")


def test_values_are_written_in_words():
    before, after = OrganisationFactory.build(), OrganisationFactory.build()
    after.signature_required, after.language = True, "ja"
    names = ["signature_required", "language", "time_zone"]

    changes = differences(before, after, names)

    rows = Row.of(Act(kind="portal.changed", changes=changes)).changes
    assert [(row.old, row.new) for row in rows] == [("No", "Yes"), ("English", "Japanese")]


def test_the_words_of_customers_are_harmless_in_it(books, admin):
    note(admin, about="<script>alert(1)</script>")

    assert "<script>alert(1)" not in log(books, admin).text


def test_cliq_is_logged_too(client, connection):
    client.force_login(connection.grant.user)
    slug = connection.organisation.slug

    def act(name, *arguments, **data):
        client.post(reverse(f"integrations:cliq-{name}", args=[slug, *arguments]), data)

    act("switch", "chat_bar", value="off")
    act("switch", "chat_bar", value="off")
    act("kinds", kinds=["estimate.accepted"], views="first")
    act("disconnect")

    told = [(one.kind, one.about, len(one.changes)) for one in Act.objects.order_by("pk")]
    assert told == [
        ("integration.changed", "Zoho Cliq", 1),
        ("integration.changed", "Zoho Cliq", 1),
        ("integration.disconnected", "Zoho Cliq", 0),
    ]
    page = client.get(reverse("portal:audit-log", args=[slug])).text
    assert "Kinds not posted" in page
    assert "Invoice paid" in page


def test_money_stands_in_the_log_with_its_number_and_amount(books, admin):
    contact = ContactFactory(customer__organisation=admin.organisation)
    record_payment(make_invoice(contact=contact), 4_000, by=admin.user)
    credit = unsaved_payment(contact.customer, 700).record({}, by=admin.user, now=NOON)
    credit.void(by=admin.user, now=NOON)
    given_back = record_payment(make_invoice(contact=contact), 12_000, by=admin.user)
    facts = {"amount": Decimal(900), "method": "cash", "refund_date": NOON.date()}
    given_back.refund(Refund(payment=given_back, refunded_by=admin.user, created_at=NOON, **facts))

    page = log(books, admin).text

    assert "PMT-000001 · ¥4,000" in page
    assert page.count("PMT-000002 · ¥700") == 2
    assert "<strong>Refund recorded</strong><span>PMT-000003 · ¥900</span>" in page
