"""Invitations: the only way in."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from portal.models import Email, Invitation, Membership, User
from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

EMAIL = "aiko.mori@else.example"


@pytest.fixture
def admin():
    return MembershipFactory(admin=True, organisation__name="株式会社みなと設計")


@pytest.fixture
def books(client, admin):
    """A browser in which the admin is signed in."""
    client.force_login(admin.user)
    return client


@pytest.fixture
def token(admin):
    _invitation, token = Invitation.objects.invite(
        admin.organisation, EMAIL, Membership.Role.STAFF, by=admin.user, now=timezone.now()
    )
    return token


def page_of(token):
    return reverse("portal:invitation", args=[token])


def users_of(membership):
    return reverse("portal:user-list", args=[membership.organisation.slug])


def join(client, token, **fields):
    return client.post(page_of(token), {"name": "Aiko Mori", "password": PASSWORD, **fields})


def test_an_admin_invites_by_e_mail(books, admin):
    response = books.post(users_of(admin), {"email": "Aiko.Mori@else.example", "role": "admin"})

    invitation = Invitation.objects.get()
    email = Email.objects.get()
    assert response.status_code == 302
    assert (invitation.email, invitation.role) == (EMAIL, "admin")
    assert invitation.invited_by == admin.user
    assert email.to == EMAIL
    assert "/invitations/" in email.text
    assert EMAIL in books.get(users_of(admin)).text


def test_the_token_is_not_in_the_database(token):
    assert not Invitation.objects.filter(token_hash__contains=token).exists()
    assert Invitation.objects.for_token(token, timezone.now()).exists()


def test_a_colleague_is_not_invited_again(books, admin):
    response = books.post(users_of(admin), {"email": admin.user.email, "role": "staff"})

    assert response.status_code == 422
    assert "works here already" in response.text
    assert not Invitation.objects.exists()


def test_an_invitation_to_nowhere_is_refused(books, admin):
    response = books.post(users_of(admin), {"email": "nowhere", "role": "owner"})

    assert response.status_code == 422
    assert not Invitation.objects.exists()


def test_inviting_again_ends_the_earlier_link(books, admin, token, client):
    books.post(users_of(admin), {"email": EMAIL, "role": "staff"})
    client.logout()

    assert client.get(page_of(token)).status_code == 404
    assert Invitation.objects.open(timezone.now()).count() == 1


def test_the_page_says_who_invites_and_where(client, admin, token):
    page = client.get(page_of(token)).text

    assert str(admin.user) in page
    assert "株式会社みなと設計" in page
    assert EMAIL in page


def test_a_new_person_joins_with_a_name_and_a_password(client, admin, token):
    response = join(client, token)

    user = User.objects.get(email=EMAIL)
    membership = Membership.objects.get(user=user)
    assert response.url == reverse("portal:dashboard", args=[admin.organisation.slug])
    assert client.get("/profile/").status_code == 200
    assert (membership.organisation, membership.role) == (admin.organisation, "staff")
    assert user.time_zone == admin.organisation.time_zone
    assert EmailAddress.objects.get(user=user).verified


def test_who_joined_signs_in_later_without_confirming_the_address(client, token):
    join(client, token)
    client.logout()

    response = client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})

    assert response.url == "/"


@pytest.mark.parametrize("password", ["short", "1234567890123", EMAIL, "password1234", ""])
def test_a_weak_password_is_refused(client, token, password):
    response = join(client, token, password=password)

    assert response.status_code == 422
    assert not User.objects.filter(email=EMAIL).exists()


def test_an_invitation_is_good_once(client, token):
    join(client, token)
    client.logout()

    response = join(client, token, name="Somebody else")

    assert response.status_code == 404
    assert User.objects.filter(email=EMAIL).count() == 1


def test_wrong_old_and_withdrawn_invitations_show_one_page(client, admin, token):
    wrong = client.get(page_of("x" * 43))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    old = client.get(page_of(token))
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert Invitation.objects.get().withdraw(timezone.now())
    withdrawn = client.get(page_of(token))

    assert [answer.status_code for answer in (wrong, old, withdrawn)] == [404, 404, 404]
    assert "no longer works" in wrong.text
    assert wrong.text.count("<p>") == old.text.count("<p>") == withdrawn.text.count("<p>")


def test_an_admin_withdraws_an_invitation(books, admin, token):
    invitation = Invitation.objects.get()
    address = reverse("portal:invitation-withdraw", args=[admin.organisation.slug, invitation.pk])
    first = books.post(address)
    again = books.post(address)

    assert (first.status_code, again.status_code) == (302, 302)
    assert books.get(page_of(token)).status_code == 404


def test_the_invitations_of_another_organisation_are_not_found(client, token):
    stranger = MembershipFactory(admin=True)
    client.force_login(stranger.user)
    invitation = Invitation.objects.get()

    response = client.post(
        reverse("portal:invitation-withdraw", args=[stranger.organisation.slug, invitation.pk])
    )

    assert response.status_code == 404
    assert Invitation.objects.open(timezone.now()).exists()


def test_somebody_with_an_account_signs_in_to_join(client, token):
    user = UserFactory(email=EMAIL)
    asked = client.get(page_of(token))
    not_yet = join(client, token)
    client.force_login(user)
    offered = client.get(page_of(token))
    joined = client.post(page_of(token))

    assert f"/accounts/login/?next={page_of(token)}" in asked.text
    assert not_yet.status_code == 200
    assert "Join" in offered.text
    assert joined.status_code == 302
    assert Membership.objects.get(user=user).role == Membership.Role.STAFF
    assert User.objects.filter(email=EMAIL).count() == 1


@pytest.mark.parametrize("is_known", [True, False])
def test_an_invitation_is_not_for_whoever_else_is_signed_in(client, token, is_known):
    if is_known:
        UserFactory(email=EMAIL)
    other = UserFactory()
    client.force_login(other)

    page = client.get(page_of(token))
    posted = join(client, token)

    assert "another address" in page.text
    assert posted.status_code == 200
    assert not Membership.objects.filter(user=other).exists()


def test_a_member_who_is_invited_keeps_their_role(client, admin, token):
    user = UserFactory(email=EMAIL)
    MembershipFactory(organisation=admin.organisation, user=user, admin=True)
    client.force_login(user)

    client.post(page_of(token))

    assert Membership.objects.get(user=user).is_admin
