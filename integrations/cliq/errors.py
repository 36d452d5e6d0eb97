"""What can go wrong between us and Zoho, by what the caller should do about it.

* CliqError
  x CliqUnavailable            not delivered: try again later
    + CliqThrottled            not delivered: try again after the lock
  x CliqTimeout                perhaps delivered: look before repeating
    + CliqFault                perhaps delivered: Cliq, or something before it, broke
  x CliqAmbiguous              a "technical error": try twice more, then check the connection
  x CliqUnknown                a refusal nobody described: log it, try again, disable nothing
  x CliqRefused                the same message would be refused again: say it more simply
  x CliqUnauthorized           the access token is bad: refresh it once
  x NeedsReconnect             nothing works until somebody connects again
    + GrantDead                the refresh token was revoked, evicted or never good
    + ScopeMissing             the grant does not cover what was asked
  x ChannelUnavailable         gone, archived or closed to us: choose another
    + StoredIdGone             a chat, thread or message kept by its id is gone: forget the id
  x ClientMisconfigured        the operator must correct the client's id, secret or addresses
  x ConnectFailed              connecting stops here, and a page says why
    + ConsentDenied            the person said no at Zoho
    + CodeExpired              the code is older than two minutes, or was used before
    + NoRefreshToken           Zoho gave a grant that ends within the hour
    + UntrustedAccountsServer  the way back named a host that is not Zoho's

Cliq (api.md 6.2) and the accounts server (api.md 1.9) share the tree. An error's words are
safe to store and to show to staff: no token, no address with a query, no customer's text.
"""

from datetime import timedelta


class CliqError(Exception):
    """Zoho did not do as asked; `code` and `http_status` are its own, "" and None without answer.

    `reason` is a short English phrase for the log, starting with the code where there is one.
    """

    def __init__(self, reason: str, *, code: str = "", http_status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.http_status = http_status


class CliqUnavailable(CliqError):
    """Nothing was delivered; later it may be."""


class CliqThrottled(CliqUnavailable):
    """Nothing was delivered, and nothing will be before the lock ends.

    `retry_after` is how long Zoho says to wait; None when it does not say.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: str = "",
        http_status: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(reason, code=code, http_status=http_status)
        self.retry_after = retry_after


class CliqTimeout(CliqError):
    """The request went out and no answer came: it may have been carried out."""


class CliqFault(CliqTimeout):
    """An answer came that says nothing about the request: it may have been carried out."""


class CliqAmbiguous(CliqError):
    """Cliq's "technical error": a wrong id, a missing scope, or a passing weakness."""


class CliqUnknown(CliqError):
    """A refusal that is documented nowhere."""


class CliqRefused(CliqError):
    """What was sent is not acceptable, and never will be."""


class CliqUnauthorized(CliqError):
    """The access token is not (or no longer) accepted."""


class NeedsReconnect(CliqError):
    """Only a person granting access again can help."""


class GrantDead(NeedsReconnect):
    """The refresh token buys no access token any more."""


class ScopeMissing(NeedsReconnect):
    """The grant lacks the scope that the call needs."""


class ChannelUnavailable(CliqError):
    """The conversation is gone, archived, or does not admit the person who granted."""


class StoredIdGone(ChannelUnavailable):
    """What the id named is not there any more."""


class ClientMisconfigured(CliqError):
    """Zoho does not know this installation as it is set up."""


class ConnectFailed(CliqError):
    """The way through Zoho's consent page did not end in a usable grant."""


class ConsentDenied(ConnectFailed):
    """The person did not agree, or Zoho did not let them."""


class CodeExpired(ConnectFailed):
    """The code that came back from Zoho buys nothing."""


class NoRefreshToken(ConnectFailed):
    """Zoho granted access without the token that renews it."""


class UntrustedAccountsServer(ConnectFailed):
    """The accounts server named on the way back is not the one of that data centre."""
