"""The bell and the e-mails: staff hear of what customers do, without Cliq too."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import notices, tasks
from portal.events import EventKind
from portal.models import Email, Event, Membership, Notice, Organisation, User
from tests.factories import (
    NOON,
    ContactFactory,
    MembershipFactory,
    make_estimate,
    make_invoice,
    make_visitor,
)

EACH, DAILY, NEVER = Membership.Emails.EACH, Membership.Emails.DAILY, Membership.Emails.NEVER

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory(user__time_zone="Asia/Tokyo")


@pytest.fixture
def estimate(member):
    contact = ContactFactory(
        customer__organisation=member.organisation, email="hanako@customer.example"
    )
    return make_estimate(contact=contact)


@pytest.fixture
def books(client, member):
    client.force_login(member.user)
    return client


def happen(document, kind=EventKind.ESTIMATE_VIEWED, now=None, **facts):
    visitor = make_visitor(document)
    return Event.objects.record(
        kind, document, visitor=visitor, now=now or timezone.now(), facts=facts
    )


def listen(member, emails, kinds=tuple(EventKind), hour=8):
    member.listen(emails, kinds, hour, now=NOON)


def bell(member, name="notification-list"):
    return reverse(f"portal:{name}", args=[member.organisation.slug])


def counted(client, member, **headers):
    return client.get(f"{bell(member)}?part=count", headers={"HX-Request": "true"} | headers)


# The bell


def test_the_bell_counts_what_customers_did_since_one_looked(books, member, estimate):
    happen(estimate)
    happen(estimate, EventKind.ESTIMATE_COMMENTED, text="When?")

    page = books.get(reverse("portal:customer-list", args=[member.organisation.slug])).text

    assert '<span class="visually-hidden">Unread:</span> 2</span>' in page


def test_a_repeated_view_rings_no_bell(books, member, estimate):
    happen(estimate, is_repeat=True)

    assert counted(books, member).text.strip() == ""
    assert estimate.number not in books.get(bell(member)).text


def test_what_happened_before_one_joined_is_not_unread(client, estimate):
    happen(estimate)
    newcomer = MembershipFactory(organisation=estimate.organisation)
    client.force_login(newcomer.user)

    assert counted(client, newcomer).text.strip() == ""


def test_more_than_99_are_not_counted_on(books, member, estimate, django_assert_num_queries):
    template = happen(estimate)
    Event.objects.bulk_create(
        Event(
            organisation=template.organisation,
            estimate=estimate,
            contact=template.contact,
            kind=template.kind,
            facts=template.facts,
            occurred_at=template.occurred_at,
        )
        for _ in range(150)
    )

    with django_assert_num_queries(4):  # session, user, membership, count
        answer = counted(books, member)

    assert "99+" in answer.text


def test_looking_alone_reads_nothing_and_the_form_reads_what_was_shown(books, member, estimate):
    happen(estimate)
    panel = books.get(f"{bell(member)}?part=panel")
    later = happen(estimate, EventKind.ESTIMATE_COMMENTED, text="And this?")

    still = counted(books, member).text
    books.post(bell(member), {"until": panel.context["newest"].isoformat()})
    left = counted(books, member).text

    assert "2</span>" in still
    assert "1</span>" in left  # What came after the panel was drawn is still unread.
    member.refresh_from_db()
    assert member.seen_at < later.occurred_at


def test_without_script_the_button_leads_back_to_the_page(books, member, estimate):
    event = happen(estimate)
    marked = books.get(bell(member)).text

    answer = books.post(bell(member), {"until": event.occurred_at.isoformat()})

    assert "Mark all as read" in marked
    assert 'class="badge info">New<' in marked
    assert answer.url == bell(member)
    assert 'class="badge info">New<' not in books.get(bell(member)).text


@pytest.mark.parametrize("until", ["", "nonsense", "2026-13-45", "2026-11-23T03:00:00", "9" * 40])
def test_a_nonsensical_mark_reads_nothing(books, member, estimate, until):
    happen(estimate)

    books.post(bell(member), {"until": until})

    assert "1</span>" in counted(books, member).text


def test_an_older_tab_and_a_mark_in_the_future_change_nothing_for_the_worse(books, member):
    seen = member.seen_at

    books.post(bell(member), {"until": (seen - timedelta(days=1)).isoformat()})
    member.refresh_from_db()
    kept = member.seen_at
    books.post(bell(member), {"until": (timezone.now() + timedelta(days=9)).isoformat()})
    member.refresh_from_db()

    assert kept == seen
    assert member.seen_at <= timezone.now()


def test_a_poll_that_brings_nothing_new_is_304(books, member, estimate):
    happen(estimate)
    tag = counted(books, member)["HX-PTag"]

    same = counted(books, member, **{"HX-PTag": tag})
    happen(estimate)
    changed = counted(books, member, **{"HX-PTag": tag})

    assert (same.status_code, same.content) == (304, b"")
    assert changed.status_code == 200


def test_whoever_was_signed_out_gets_no_sign_in_page_into_the_bell(client, member):
    assert counted(client, member).status_code == 401


def test_acts_of_other_organisations_ring_no_bell(books, member):
    # spec 124
    other = make_estimate(number="EST-OTHER")
    happen(other)

    assert counted(books, member).text.strip() == ""
    assert "EST-OTHER" not in books.get(f"{bell(member)}?part=panel").text


def test_the_panel_leads_to_the_documents_and_says_what_customers_wrote(books, member, estimate):
    happen(estimate, EventKind.ESTIMATE_COMMENTED, text="<b>When?</b>")

    panel = books.get(f"{bell(member)}?part=panel").text

    detail = reverse("portal:estimate-detail", args=[member.organisation.slug, estimate.number])
    assert f'href="{detail}"' in panel
    assert "&lt;b&gt;When?&lt;/b&gt;" in panel


def test_thirty_acts_cost_as_many_queries_as_one(
    books, member, estimate, django_assert_num_queries
):
    happen(estimate)
    books.get(bell(member))
    with django_assert_num_queries(8) as one:
        books.get(bell(member))
    for _ in range(30):
        happen(make_estimate(contact=estimate.contact))

    with django_assert_num_queries(len(one)):
        books.get(bell(member))


# E-mails


def test_whoever_wants_each_act_gets_an_e_mail_with_the_facts_and_a_link_into_books(
    member, estimate, settings
):
    listen(member, EACH)
    happen(estimate, EventKind.ESTIMATE_DECLINED, signer="Hanako", text="Too late.\nSorry.")

    notices.tell(NOON)

    email = Email.objects.get()
    detail = reverse("portal:estimate-detail", args=[member.organisation.slug, estimate.number])
    assert (email.to, email.subject) == (
        member.user.email,
        f"{estimate.number}: Hanako declined the estimate.",
    )
    for words in ("Too late.\nSorry.", "Takahashi Trading", "¥11,000", settings.SITE_URL + detail):
        assert words in email.text
    assert settings.SITE_URL + bell(member, "notification-preferences") in email.text
    assert "Too late.<br>Sorry." in email.html


def test_hostile_words_stay_words_in_the_e_mail(member, estimate):
    # spec 66
    listen(member, EACH)
    happen(estimate, EventKind.ESTIMATE_COMMENTED, text="<script>alert(1)</script>")

    notices.tell(NOON)

    assert "<script>" not in Email.objects.get().html


def test_an_act_is_told_once_however_often_the_worker_comes(member, estimate):
    listen(member, EACH)
    happen(estimate)

    assert notices.tell(NOON) == 1
    assert notices.tell(NOON) == 0
    assert Email.objects.count() == 1


def test_an_act_that_commits_late_with_an_early_time_is_told_all_the_same(member, estimate):
    listen(member, EACH)
    happen(estimate, now=NOON)
    notices.tell(NOON)

    happen(estimate, EventKind.ESTIMATE_COMMENTED, text="?", now=NOON - timedelta(minutes=1))
    notices.tell(NOON)

    assert Email.objects.count() == 2


def test_an_act_whose_e_mail_breaks_is_kept_and_the_others_are_told(member, estimate):
    listen(member, EACH)
    broken = happen(estimate, now=NOON)
    happen(estimate, EventKind.ESTIMATE_COMMENTED, text="?", now=NOON)
    Event.objects.filter(pk=broken.pk).update(facts={"number": "EST-1"})

    told = notices.tell(NOON)

    assert told == 1
    assert list(Event.objects.untold()) == [broken]


def test_a_long_queue_of_acts_is_told_over_several_minutes(member, estimate):
    listen(member, EACH)
    first = happen(estimate, EventKind.ESTIMATE_COMMENTED, text="1", now=NOON)
    happen(estimate, EventKind.ESTIMATE_COMMENTED, text="2", now=NOON + timedelta(seconds=1))

    assert notices.tell(NOON, seconds=0) == 1
    assert first not in Event.objects.untold()
    assert notices.tell(NOON, seconds=0) == 1
    assert not Event.objects.untold().exists()


def test_unwanted_kinds_repeated_views_and_silence_bring_no_e_mail(member, estimate):
    listen(member, EACH, kinds=["invoice.paid"])
    listen(MembershipFactory(organisation=member.organisation), NEVER)
    eager = MembershipFactory(organisation=member.organisation)
    listen(eager, EACH)
    happen(estimate)
    happen(estimate, is_repeat=True)

    notices.tell(NOON)

    assert [email.to for email in Email.objects.all()] == [eager.user.email]
    assert not Event.objects.untold().exists()


def test_a_colleague_who_is_the_customer_hears_no_echo_of_themselves(member, estimate):
    # spec 72
    User.objects.filter(pk=member.user_id).update(email="Hanako@Customer.example")
    listen(member, EACH)
    happen(estimate)

    notices.tell(NOON)

    assert not Email.objects.exists()


def test_colleagues_elsewhere_and_closed_accounts_hear_nothing(member, estimate):
    # spec 124
    listen(MembershipFactory(), EACH)
    gone = MembershipFactory(organisation=member.organisation, user__is_active=False)
    listen(gone, EACH)
    happen(estimate)

    notices.tell(NOON)

    assert not Email.objects.exists()


def test_the_e_mail_is_in_the_readers_language_and_time_zone(member, estimate):
    # spec 16
    User.objects.filter(pk=member.user_id).update(language="ja", time_zone="Asia/Tokyo")
    listen(member, EACH)
    happen(estimate, now=NOON)

    notices.tell(NOON)

    email = Email.objects.get()
    assert "Hanako Yamazaki様が見積書を表示しました。" in email.subject
    assert "2026/11/23 12:00" in email.text
    assert email.language == "ja"


def test_the_customer_waits_for_no_e_mail_and_the_worker_writes_it(client, member, estimate):
    listen(member, EACH)
    token = make_visitor(estimate).link.token
    estimate.links.update(expires_at=timezone.now() + timedelta(days=9))

    client.post(reverse("portal:link-view", args=[token]))
    in_the_request = Email.objects.count()
    tasks.tell.call_local()

    assert in_the_request == 0
    assert Email.objects.count() == 1


def test_whoever_begins_an_organisation_hears_of_each_act_and_others_choose(member):
    founder = MembershipFactory().user
    organisation = Organisation.objects.create_with_admin("Fresh", founder)

    assert organisation.memberships.get().emails == EACH
    assert "estimate.viewed" not in organisation.memberships.get().email_kinds
    assert member.emails == NEVER


# The daily e-mail


def test_a_day_is_one_e_mail_by_document_in_order(member, estimate):
    listen(member, DAILY, hour=18)
    invoice = make_invoice(contact=estimate.contact)
    happen(estimate, now=NOON)
    happen(invoice, EventKind.INVOICE_VIEWED, now=NOON + timedelta(minutes=5))
    happen(estimate, EventKind.ESTIMATE_ACCEPTED, now=NOON + timedelta(minutes=9), signer="H. Y.")
    notices.tell(NOON + timedelta(minutes=10))

    too_early = notices.write_digests(datetime(2026, 11, 23, 8, 59, tzinfo=UTC))
    written = notices.write_digests(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    again = notices.write_digests(datetime(2026, 11, 23, 9, 1, tzinfo=UTC))

    text = Email.objects.get().text
    sentences = ["viewed the estimate", "H. Y. accepted the estimate", "viewed the invoice"]
    places = [text.index(sentence) for sentence in sentences]
    assert (too_early, written, again) == (0, 1, 0)
    assert places == sorted(places)
    assert "(3)" in Email.objects.get().subject
    assert not Notice.objects.exists()


def test_an_act_that_breaks_a_daily_e_mail_is_kept_and_colleagues_get_theirs(member, estimate):
    listen(member, DAILY, kinds=["estimate.viewed"])
    colleague = MembershipFactory(organisation=member.organisation)
    listen(colleague, DAILY, kinds=["estimate.commented"])
    broken = happen(estimate, now=NOON)
    happen(estimate, EventKind.ESTIMATE_COMMENTED, text="?", now=NOON)
    notices.tell(NOON)
    Event.objects.filter(pk=broken.pk).update(facts={"number": "EST-1"})

    written = notices.write_digests(NOON + timedelta(days=1))

    assert (written, Email.objects.get().to) == (1, colleague.user.email)
    assert Notice.objects.get().event == broken


def test_what_happens_after_the_hour_waits_for_tomorrow(member, estimate):
    listen(member, DAILY, hour=8)
    happen(estimate, now=NOON)

    notices.tell(NOON)

    assert Notice.objects.get().due_at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
)
def test_the_hour_is_the_walls_when_clocks_change(member, day, due):
    member.user.time_zone = "Europe/Berlin"

    assert member.next_digest(day) == due


def test_what_one_may_no_longer_see_is_not_told(member, estimate):
    # spec 124
    listen(member, DAILY)
    event = happen(estimate, now=NOON)
    notices.tell(NOON)
    Event.objects.filter(pk=event.pk).update(organisation=MembershipFactory().organisation)

    written = notices.write_digests(NOON + timedelta(days=1))

    assert written == 0
    assert not Email.objects.exists()


def test_a_choice_takes_along_what_waits(member, estimate):
    listen(member, DAILY)
    happen(estimate, now=NOON)
    notices.tell(NOON)

    listen(member, EACH)
    at_once = Notice.objects.get().due_at
    listen(member, NEVER)

    assert at_once == NOON
    assert not Notice.objects.exists()


# Preferences


def test_a_choice_is_kept_for_oneself_in_one_organisation(books, member):
    elsewhere = MembershipFactory(user=member.user)
    colleague = MembershipFactory(organisation=member.organisation)
    chosen = {"emails": "daily", "kinds": ["invoice.paid", "estimate.declined"], "hour": "17"}

    answer = books.post(bell(member, "notification-preferences"), chosen)

    member.refresh_from_db()
    page = books.get(answer.url).text
    assert (member.emails, member.digest_hour) == ("daily", 17)
    assert member.email_kinds == ["estimate.declined", "invoice.paid"]
    assert "Your choice is saved." in page
    for other in (elsewhere, colleague):
        other.refresh_from_db()
        assert other.emails == NEVER


@pytest.mark.parametrize(
    ("chosen", "complaint"),
    [
        ({"emails": "each", "hour": "8"}, "Choose at least one, or no e-mails."),
        ({"emails": "hourly", "kinds": ["invoice.paid"], "hour": "8"}, "Select a valid choice."),
        ({"emails": "each", "kinds": ["invented"], "hour": "8"}, "Select a valid choice."),
        ({"emails": "daily", "kinds": ["invoice.paid"], "hour": "24"}, "Select a valid choice."),
    ],
)
def test_an_impossible_choice_explains_itself(books, member, chosen, complaint):
    answer = books.post(bell(member, "notification-preferences"), chosen)

    member.refresh_from_db()
    assert answer.status_code == 422
    assert complaint in answer.text
    assert member.emails == NEVER


def test_no_e_mails_need_no_kinds(books, member):
    listen(member, EACH)

    books.post(bell(member, "notification-preferences"), {"emails": "never", "hour": "8"})

    member.refresh_from_db()
    assert member.emails == NEVER
