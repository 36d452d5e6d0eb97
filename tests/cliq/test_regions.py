import pytest

from integrations.cliq.errors import ClientMisconfigured, UntrustedAccountsServer
from integrations.cliq.regions import home_region, region, region_of, regions

HOSTS = {
    "us": ("https://accounts.zoho.com", "https://cliq.zoho.com"),
    "eu": ("https://accounts.zoho.eu", "https://cliq.zoho.eu"),
    "in": ("https://accounts.zoho.in", "https://cliq.zoho.in"),
    "au": ("https://accounts.zoho.com.au", "https://cliq.zoho.com.au"),
    "jp": ("https://accounts.zoho.jp", "https://cliq.zoho.jp"),
    "ca": ("https://accounts.zohocloud.ca", "https://cliq.zohocloud.ca"),
    "sa": ("https://accounts.zoho.sa", "https://cliq.zoho.sa"),
    "uk": ("https://accounts.zoho.uk", "https://cliq.zoho.uk"),
    "cn": ("https://accounts.zoho.com.cn", "https://cliq.zoho.com.cn"),
}


def test_the_nine_data_centres_are_zohos_own(settings):
    settings.CLIQ_SANDBOX_URL = ""

    known = {name: (found.accounts_url, found.cliq_url) for name, found in regions().items()}

    assert known == HOSTS


def test_the_sandbox_is_a_data_centre_only_where_it_is_set_up(settings):
    settings.CLIQ_SANDBOX_URL = "http://localhost:9000/"
    sandbox = region("sandbox")

    assert sandbox.accounts_url == "http://localhost:9000"
    assert sandbox.cliq_url == "http://localhost:9000"

    settings.CLIQ_SANDBOX_URL = ""
    with pytest.raises(ClientMisconfigured):
        region("sandbox")


def test_consent_starts_where_the_client_is_registered(settings):
    settings.ZOHO_REGION = "jp"

    assert home_region() == region("jp")


@pytest.mark.parametrize(("name", "hosts"), HOSTS.items())
def test_a_way_back_from_a_data_centres_own_accounts_server_is_trusted(name, hosts):
    assert region_of(name, hosts[0]).name == name


@pytest.mark.parametrize(
    ("location", "accounts_server"),
    [
        ("us", "https://accounts.zoho.eu"),  # Zoho's, but another data centre's
        ("us", "https://accounts.zoho.com.evil.example"),
        ("us", "https://accounts.zoho.com@evil.example"),
        ("us", "https://evil.example/https://accounts.zoho.com"),
        ("us", "http://accounts.zoho.com"),
        ("us", "https://accounts.zoho.com:8443"),
        ("us", "https://accounts.zoho.com/"),
        ("us", "https://ACCOUNTS.zoho.com"),
        ("us", "https://www.zohoapis.com"),
        ("us", ""),
        ("", "https://accounts.zoho.com"),
        ("mars", "https://accounts.zoho.com"),
        ("sandbox", "http://localhost:9000"),
    ],
)
def test_a_way_back_from_anywhere_else_is_refused(settings, location, accounts_server):
    settings.CLIQ_SANDBOX_URL = ""

    with pytest.raises(UntrustedAccountsServer):
        region_of(location, accounts_server)
