"""A passkey in a real browser: added, and signed in with, under the policy that pages have."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in_a_key(page: Page) -> None:
    """What a fingerprint reader would be."""
    developer = page.context.new_cdp_session(page)
    developer.send("WebAuthn.enable")
    developer.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def test_a_passkey_signs_in_and_counts_as_the_second_factor(people: People) -> None:
    page = people.sign_in(people.demo.admin)
    home, site = page.url, people.demo.books
    plug_in_a_key(page)

    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    page.locator("input[name=password]").fill(people.demo.admin["password"])
    page.keyboard.press("Enter")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/2fa/recovery-codes/**")
    page.goto(f"{home}settings/security/")
    page.locator("input[name=second_factor_required][type=checkbox]").check()
    page.locator("main form button.primary").click()
    expect(page.locator("main .badge.ok")).to_have_count(1)
    page.goto(f"{site}/accounts/logout/")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/login/**")
    page.locator("#passkey_login").click()

    page.wait_for_url(home)
    expect(page.locator("h1")).to_be_visible()
