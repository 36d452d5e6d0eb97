"""What does an answer mean? Zoho's quirks, translated once; nobody else needs to know them.

Cliq says "throttled" with 400 and a code, or with 429; "technical error" when it means a wrong
id; and what stands between us and Cliq says its own things in HTML.
https://www.zoho.com/cliq/help/restapi/v2/errors/
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

from .errors import (
    ChannelUnavailable,
    ClientMisconfigured,
    CliqAmbiguous,
    CliqError,
    CliqFault,
    CliqRefused,
    CliqThrottled,
    CliqUnauthorized,
    CliqUnavailable,
    CliqUnknown,
    ScopeMissing,
    StoredIdGone,
)
from .http import Answer

LONGEST_WAIT = timedelta(hours=1)
# The accounts server blocks a refresh token for the rest of ten minutes, and does not say so.
ACCOUNTS_LOCK = timedelta(minutes=10)
CODE_LENGTH = 100
MESSAGE_LENGTH = 500
REASON_LENGTH = 200
TOKEN = re.compile(r"1000\.[\w.-]+|\w{32,}")

# A pattern of "code message", in lower case -> class. The first that matches wins.
MEANINGS: tuple[tuple[str, type[CliqError]], ...] = (
    (r"request_limit_exceeded|rate_limit_exceeded", CliqThrottled),
    (r"throttle limits?|too many requests", CliqThrottled),
    (r"oauthtoken_scope_invalid", ScopeMissing),
    (r"oauthtoken_invalid|invalid authtoken", CliqUnauthorized),
    (r"extra_key_found|extra_param_found|param_missing|input_pattern_mismatch", CliqRefused),
    (r"invalid_parameters|invalid\.inputs\.submitted", CliqRefused),
    (r"request_url_invalid|request_method_invalid", CliqRefused),
    (r"\w+_not_found\b|thread_chatid_invalid", StoredIdGone),
    (r"access_denied|archived|not have enough permission", ChannelUnavailable),
    (r"external_communication_not_supported", ChannelUnavailable),
    # Who may open a direct chat with whom:
    (r"\b121_\w+|chat_continue_nonorg\w+", ChannelUnavailable),
    (r"chat_not_available_with\w+|no_valid_users_available\w+", ChannelUnavailable),
    (r"operation_failed|technical error", CliqAmbiguous),
)
BY_STATUS: dict[int, type[CliqError]] = {
    401: CliqUnauthorized,
    403: ChannelUnavailable,
    404: ChannelUnavailable,
    405: CliqRefused,
    406: CliqRefused,
    413: CliqRefused,
    415: CliqRefused,
}


@dataclass(frozen=True)
class Problem:
    """What Zoho says went wrong: its code, "" where it has none, and its sentence."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} {self.message}".strip()


def problem_in(answer: Answer) -> Problem | None:
    """The problem that a body describes, in any of the shapes seen; None when it has none."""
    body = answer.json()
    if not isinstance(body, dict):
        return None
    error = body.get("error")
    if isinstance(error, dict):
        body, error = error, ""
    code = error or body.get("code") or ""
    message = body.get("message") or body.get("error_description") or ""
    if not isinstance(code, str | int) or not isinstance(message, str):
        return None
    if not code and not message:
        return None
    return Problem(str(code)[:CODE_LENGTH], message[:MESSAGE_LENGTH])


def raise_for_status(answer: Answer, *, is_repeatable: bool) -> None:
    """Cliq's answer as the CliqError that it means, if it means one.

    What is repeatable is never in doubt: instead of "perhaps done" it is "do it again later".
    """
    problem = problem_in(answer)
    kind = _kind(answer, problem)
    if kind is CliqFault and is_repeatable:
        kind = CliqUnavailable
    if kind is not None:
        raise _error(kind, answer, problem)


def raise_for_accounts(answer: Answer, *, invalid_code: type[CliqError]) -> None:
    """The accounts server's answer, whose errors come with HTTP 200, as the error that it means.

    `invalid_code` is what that word means to the caller: Zoho says it of dead codes and of dead
    refresh tokens alike. Success is a JSON object with an access token, and nothing else.
    """
    body = answer.json()
    if isinstance(body, dict) and isinstance(token := body.get("access_token"), str) and token:
        return
    problem = problem_in(answer)
    words = str(problem or "").lower()
    if answer.status == 429 or re.search(r"access.?denied", words):
        raise _error(CliqThrottled, answer, problem, wait=ACCOUNTS_LOCK)
    if re.search(r"\binvalid_(code|grant)\b", words):
        raise _error(invalid_code, answer, problem)
    if re.search(r"\binvalid_(client|client_secret|redirect_uri)\b", words):
        raise _error(ClientMisconfigured, answer, problem)
    raise _error(CliqUnavailable, answer, problem)


def _kind(answer: Answer, problem: Problem | None) -> type[CliqError] | None:
    if answer.status == 429:
        return CliqThrottled
    if answer.is_foreign:
        return CliqUnauthorized if answer.status == 401 else CliqFault
    is_success = 200 <= answer.status < 300
    if is_success and not (problem and problem.code):
        return None
    if meaning := _meaning(problem):
        return meaning
    if 400 <= answer.status < 500:
        return BY_STATUS.get(answer.status, CliqUnknown)
    return CliqFault


def _meaning(problem: Problem | None) -> type[CliqError] | None:
    words = str(problem or "").lower()
    return next((kind for pattern, kind in MEANINGS if re.search(pattern, words)), None)


def _error(
    kind: type[CliqError], answer: Answer, problem: Problem | None, wait: timedelta | None = None
) -> CliqError:
    problem = problem or Problem("", "")
    reason = _reason(kind, answer, problem)
    if issubclass(kind, CliqThrottled):
        # A wait of nothing, said while refusing, is no advice.
        wait = _retry_after(answer) or wait
        return kind(reason, code=problem.code, http_status=answer.status, retry_after=wait)
    return kind(reason, code=problem.code, http_status=answer.status)


def _reason(kind: type[CliqError], answer: Answer, problem: Problem) -> str:
    """The status and Zoho's code, or its sentence where only that tells; never a token."""
    says_more = kind in (CliqUnknown, CliqUnavailable) or not problem.code
    words = str(problem) if says_more else problem.code
    if answer.is_foreign:
        words = "not Zoho's own answer"
    words = " ".join(TOKEN.sub("(hidden)", words).split())
    return f"HTTP {answer.status} {words}".strip()[:REASON_LENGTH]


def _retry_after(answer: Answer) -> timedelta | None:
    """What the header of that name says, in seconds or as a date, an hour at most."""
    value = answer.headers.get("Retry-After", "")
    try:
        if value.isascii() and value.isdigit():
            wait = timedelta(seconds=int(value[:9]))
        else:
            wait = parsedate_to_datetime(value) - parsedate_to_datetime(answer.headers["Date"])
    except (TypeError, ValueError, KeyError):
        return None
    return min(wait, LONGEST_WAIT) if wait > timedelta(0) else None
