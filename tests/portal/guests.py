"""Customers who have proved their mailbox."""

import re

from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import admission, guests
from portal.models import Contact, Email, Guest, Knock


def come_in(client: Client, email: str) -> Guest:
    """The browser belongs to whoever reads this mailbox, as after typing the code."""
    guest, key = Guest.objects.welcome(email, now=timezone.now())
    signed = signing.get_cookie_signer(salt=guests.GUEST + guests.SALT).sign(key)
    client.cookies[guests.GUEST] = signed
    return guest


def ask_for_code(client: Client, email: str, at: str = ""):
    query = {"at": at} if at else None
    return client.post(reverse("portal:enter", query=query), {"email": email})


def mailed_code() -> str:
    """What the newest e-mail says, after the worker has been there."""
    knock = Knock.objects.latest("pk")
    admission.answer(knock.pk, now=timezone.now)
    code = re.search(r"^\d{6}$", Email.objects.latest("pk").text, re.MULTILINE)
    assert code is not None
    return code[0]


def home_of(contact: Contact, page: str = "page") -> str:
    slug = contact.customer.organisation.slug
    return reverse(f"portal:home-{page}", args=[slug, contact.pk])
