"""How do we reach Zoho? The one door to the network: an answer, or one CliqError.

One session per thread keeps connections alive. Environment, netrc and proxies are ignored, TLS
is verified, redirects are answers like any other and are not followed, nothing is repeated.
"""

import json
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from django.conf import settings

from .deadline import DeadlineAdapter
from .errors import CliqError, CliqTimeout, CliqUnavailable

CONNECT_SECONDS = 5
MAX_BYTES = 1_000_000
USER_AGENT = "books-cliq"

# In JSON, one escape after another; what no database keeps is NUL and half of a pair.
ESCAPES = re.compile(
    r"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}"
    r"|(?P<bad>u0000|u[dD][89a-fA-F][\da-fA-F]{2})|.)"
)

_local = threading.local()


@dataclass(frozen=True)
class Answer:
    """What came back, read to its end; its words may be anybody's, so its repr leaves them out."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON, its words such as can be kept; None when it is something else."""
        text = self.body.decode("utf-8-sig", "replace")
        if "\\u" in text:
            text = ESCAPES.sub(lambda found: r"\ufffd" if found["bad"] else found[0], text)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):  # A thousand brackets are no answer either.
            return None

    @property
    def is_foreign(self) -> bool:
        """Something was said, but not in Zoho's language: an error page from the way."""
        return bool(self.body.strip()) and not isinstance(self.json(), dict | list)


@dataclass(frozen=True)
class Request:
    """One call. `is_repeatable`: made twice, it does no more than made once."""

    method: str
    url: str
    token: str = field(default="", repr=False)
    params: Mapping[str, str | int] | None = None
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Mapping[str, object] | None = field(default=None, repr=False)
    is_repeatable: bool = False
    max_bytes: int = MAX_BYTES

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Zoho-oauthtoken {self.token}"} if self.token else {}


def send(request: Request) -> Answer:
    """One exchange: an answer of whatever status, or why there is none.

    Raises CliqUnavailable when nothing was carried out, and CliqTimeout when it may have been.
    """
    try:
        with _session().request(
            request.method,
            request.url,
            headers=request.headers,
            params=request.params,
            data=request.form,
            json=request.json,
            timeout=(CONNECT_SECONDS, settings.CLIQ_ANSWER_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = _body(response, request.max_bytes)
            return Answer(response.status_code, response.headers, body)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise _no_answer(error, request) from None


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: only to know where a redirect leads, requests would read all of its body."""


def _session() -> requests.Session:
    """This thread's session: requests does not promise that threads may share one."""
    if not hasattr(_local, "session"):
        session = _Session()
        session.trust_env = False
        # What one person's answer sets must not go with another person's request.
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers["User-Agent"] = USER_AGENT
        session.mount("https://", DeadlineAdapter())
        session.mount("http://", DeadlineAdapter())
        _local.session = session
    kept: requests.Session = _local.session
    return kept


class _TooLong(OSError):
    pass


def _body(response: requests.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(65_536):
        body += chunk
        if len(body) > max_bytes:
            raise _TooLong
    return bytes(body)


# What happened, by the innermost error that tells: requests and urllib3 wrap each other's.
# Before the request left:
NOT_SENT: dict[type[BaseException], str] = {
    urllib3.exceptions.NameResolutionError: "the host's name was not found",
    ConnectionRefusedError: "the connection was refused",
    urllib3.exceptions.NewConnectionError: "no connection",
    urllib3.exceptions.ConnectTimeoutError: "no connection in time",
    ssl.SSLCertVerificationError: "the host's certificate is not trusted",
    requests.exceptions.InvalidURL: "the address is not valid",
    requests.exceptions.InvalidHeader: "the token is not valid",
    UnicodeEncodeError: "the token is not valid",
}
# After it, or nobody knows:
PERHAPS_SENT: dict[type[BaseException], str] = {
    _TooLong: "the answer was too long",
    TimeoutError: "no whole answer in time",
    urllib3.exceptions.ReadTimeoutError: "no whole answer in time",
    Exception: "the connection was lost",
}


def _no_answer(error: Exception, request: Request) -> CliqError:
    """The error without its own words, which may hold the address and what was sent."""
    causes = list(_causes(error))
    if reason := _reason(causes, NOT_SENT):
        return CliqUnavailable(reason)
    reason = _reason(causes, PERHAPS_SENT)
    return CliqUnavailable(reason) if request.is_repeatable else CliqTimeout(reason)


def _reason(causes: list[BaseException], reasons: dict[type[BaseException], str]) -> str:
    kinds = (kind for kind in reasons if any(isinstance(cause, kind) for cause in causes))
    return next((reasons[kind] for kind in kinds), "")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it was wrapped around."""
    seen: list[BaseException] = []
    pending: list[object] = [error]
    while pending:
        cause = pending.pop()
        if isinstance(cause, BaseException) and cause not in seen:
            seen.append(cause)
            pending += [cause.__context__, getattr(cause, "reason", None), *cause.args]
            yield cause
