"""How does Zoho say no? Its words and statuses, as `cliq/api.md` §6.2 lists them."""

from typing import Any

TECHNICAL = (
    "Sorry, we couldn't process your request due to a technical error. Please try again later."
)
NOT_PERMITTED = (
    "The user does not have enough permission or possibly not a user of the respective "
    "organization to access the resource."
)
NOT_FOUND = (
    "The URL you've sent is wrong. It's possible that the resource you've requested has been "
    "moved to another URL."
)


class Refused(Exception):
    """The answer is no: `status`, and `payload` as its JSON body."""

    def __init__(self, status: int, payload: dict[str, Any]) -> None:
        super().__init__(status, payload)
        self.status = status
        self.payload = payload


def refused(status: int, code: str, message: str) -> Refused:
    return Refused(status, {"message": message, "code": code})


def bad_token() -> Refused:
    message = "Request was rejected because of invalid AuthToken."
    return refused(401, "oauthtoken_invalid", message)


def scope_missing() -> Refused:
    return refused(401, "oauthtoken_scope_invalid", "The OAuth token does not have the scope.")


def throttled() -> Refused:
    message = "You have exceeded the URL throttle limits."
    return refused(400, "request_limit_exceeded", message)


def technical_error(status: int = 400) -> Refused:
    return refused(status, "operation_failed", TECHNICAL)


def extra_key(key: str) -> Refused:
    return refused(400, "extra_key_found", f"Extra key '{key}' found in the JSON.")


def extra_param(name: str) -> Refused:
    return refused(400, "extra_param_found", f"Extra param '{name}' found in the request.")


def missing(name: str) -> Refused:
    return refused(400, "param_missing", f"The param '{name}' is missing.")


def invalid(name: str) -> Refused:
    message = f"The value given for '{name}' does not match the pattern."
    return refused(400, "input_pattern_mismatch", message)


def not_permitted(code: str = "access_denied") -> Refused:
    return refused(403, code, NOT_PERMITTED)


def url_unknown() -> Refused:
    return refused(404, "request_url_invalid", NOT_FOUND)


def method_wrong() -> Refused:
    return refused(405, "request_method_invalid", "The request method is not supported.")


def gone() -> Refused:
    """A resource that is no more; Cliq documents the words, not the code."""
    return Refused(404, {"message": NOT_FOUND})


def chat_not_found() -> Refused:
    return refused(404, "chat_not_found", "The chat does not exist.")


def message_not_found() -> Refused:
    return refused(404, "message_not_found", "The message does not exist.")


def nested(status: int, code: str, message: str) -> Refused:
    """Some v3 calls wrap the error once more."""
    return Refused(status, {"error": {"code": code, "message": message}})
