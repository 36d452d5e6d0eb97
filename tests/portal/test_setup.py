"""Starting up: the first organisation and its admin, and the keys."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from portal.models import Membership, Organisation
from tests.factories import OrganisationFactory, UserFactory

WANTED = {
    "organisation": "株式会社みなと設計",
    "name": "Hana Sato",
    "email": "hana@minato.example",
    "language": "ja",
    "time_zone": "Asia/Tokyo",
    "currency": "JPY",
}


def set_up(**options):
    out = io.StringIO()
    call_command("setup", **{**WANTED, **options}, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("SETUP_PASSWORD", "a long enough password")


@pytest.mark.django_db
def test_setup_makes_the_first_organisation_and_its_admin(client):
    said = set_up()

    organisation = Organisation.objects.get()
    member = Membership.objects.get()
    assert "http://localhost:8000" in said
    assert (organisation.name, organisation.currency) == ("株式会社みなと設計", "JPY")
    assert organisation.slug
    assert member.is_admin
    assert member.user.language == "ja"
    signed_in = client.post(
        "/accounts/login/", {"login": member.user.email, "password": "a long enough password"}
    )
    assert signed_in.url == "/"


@pytest.mark.django_db
def test_setup_reads_the_password_from_standard_input():
    set_up(password_stdin=True, stdin=io.StringIO("another long password\n"))

    assert Membership.objects.get().user.check_password("another long password")


@pytest.mark.django_db
def test_setup_is_for_the_first_organisation_only():
    OrganisationFactory()

    with pytest.raises(CommandError, match="There is an organisation already"):
        set_up()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"email": "nobody"}, "valid email"),
        ({"time_zone": "Moon/Crater"}, "no time zone"),
        ({"currency": "XXY"}, "no currency"),
        ({"email": "taken@minato.example"}, "has an account already"),
    ],
)
def test_setup_refuses_nonsense_with_a_sentence(options, sentence):
    UserFactory(email="taken@minato.example")

    with pytest.raises(CommandError, match=sentence):
        set_up(**options)

    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_setup_refuses_a_weak_password(monkeypatch):
    monkeypatch.setenv("SETUP_PASSWORD", "password")

    with pytest.raises(CommandError, match="too"):
        set_up()

    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_organisations_of_one_name_get_different_addresses():
    admin = UserFactory()

    made = [Organisation.objects.create_with_admin("Minato", admin) for _ in range(3)]

    assert len({organisation.slug for organisation in made}) == 3


def test_the_generated_keys_are_good_ones():
    out = io.StringIO()
    call_command("generate_keys", stdout=out)

    keys = dict(line.split("=", 1) for line in out.getvalue().split())
    assert len(keys["SECRET_KEY"]) >= 50
    Fernet(keys["FIELD_ENCRYPTION_KEYS"])
