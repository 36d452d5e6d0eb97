"""The operators' admin: everything can be looked up, secrets can't."""

import pytest
from django.contrib import admin
from django.urls import reverse

from portal import mail
from portal.models import User
from tests.factories import NOON, MembershipFactory, UserFactory, make_invoice, make_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def pages(rows):
    for model in (type(row) for row in rows):
        yield reverse(f"admin:portal_{model._meta.model_name}_changelist")
    for row in rows:
        yield reverse(f"admin:portal_{row._meta.model_name}_change", args=[row.pk])


def test_operators_look_things_up_without_seeing_secrets(operator):
    member, invoice = MembershipFactory(), make_invoice()
    link = make_link(invoice)
    email = mail.document_email(
        invoice, invoice.contact, link, subject="S", text="T", by=member.user, now=NOON
    )
    rows = [member, member.user, member.organisation, invoice, link, email, invoice.customer]

    shown = "".join(operator.get(address).text for address in pages(rows))

    assert invoice.number in shown
    assert link.token not in shown
    assert link.token_hash not in shown
    assert member.user.password not in shown


def test_an_operator_closes_an_account(operator):
    user = UserFactory()
    address = reverse("admin:portal_user_change", args=[user.pk])

    operator.post(address, {"email": "other@example.com"})

    closed = User.objects.get(pk=user.pk)
    assert (closed.is_active, closed.email) == (False, user.email)


def test_nothing_else_is_changed_there(rf):
    request = rf.get("/")
    request.user = UserFactory(is_staff=True, is_superuser=True)

    for model, page in admin.site._registry.items():
        if model._meta.app_label == "portal":
            assert not page.has_add_permission(request)
            assert not page.has_delete_permission(request)
