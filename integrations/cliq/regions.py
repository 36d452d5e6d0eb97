"""Where does Zoho live? Its data centres, with the only hosts that are ever spoken to.

https://www.zoho.com/accounts/protocol/oauth/multi-dc.html. The `api_domain` of a token reply is
another host and never Cliq's.
"""

from dataclasses import dataclass

from django.conf import settings

from .errors import ClientMisconfigured, UntrustedAccountsServer

SANDBOX = "sandbox"


@dataclass(frozen=True)
class Region:
    """One data centre, by the name that Zoho gives it in `location`."""

    name: str
    accounts_url: str
    cliq_url: str


DATA_CENTRES = (
    Region("us", "https://accounts.zoho.com", "https://cliq.zoho.com"),
    Region("eu", "https://accounts.zoho.eu", "https://cliq.zoho.eu"),
    Region("in", "https://accounts.zoho.in", "https://cliq.zoho.in"),
    Region("au", "https://accounts.zoho.com.au", "https://cliq.zoho.com.au"),
    Region("jp", "https://accounts.zoho.jp", "https://cliq.zoho.jp"),
    Region("ca", "https://accounts.zohocloud.ca", "https://cliq.zohocloud.ca"),
    Region("sa", "https://accounts.zoho.sa", "https://cliq.zoho.sa"),
    Region("uk", "https://accounts.zoho.uk", "https://cliq.zoho.uk"),
    Region("cn", "https://accounts.zoho.com.cn", "https://cliq.zoho.com.cn"),
)


def regions() -> dict[str, Region]:
    """Every data centre by its name; the sandbox too where one is set up."""
    known = {region.name: region for region in DATA_CENTRES}
    if origin := settings.CLIQ_SANDBOX_URL.rstrip("/"):
        known[SANDBOX] = Region(SANDBOX, origin, origin)
    return known


def region(name: str) -> Region:
    """The data centre of that name; ClientMisconfigured when this installation has none."""
    try:
        return regions()[name]
    except KeyError:
        raise ClientMisconfigured(f"no data centre is called {name!r}"[:80]) from None


def region_of(location: str, accounts_server: str) -> Region:
    """The data centre that a browser says it comes back from, if that is the whole truth.

    Both words are the browser's, and the client's secret goes where they point: anything but
    the table's own entry raises UntrustedAccountsServer, before a secret leaves.
    """
    known = regions().get(location)
    if known is None or accounts_server != known.accounts_url:
        raise UntrustedAccountsServer("the accounts server is not the one of its data centre")
    return known


def home_region() -> Region:
    """The data centre where this installation's client is registered: consent starts there."""
    return region(settings.ZOHO_REGION)
