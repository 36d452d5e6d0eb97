"""Our own bugs go to Sentry, if an operator wants that; customers' words and addresses do not."""

from typing import Any

import sentry_sdk

from .logs import SECRETS


def report_errors_to(dsn: str) -> None:
    """Report what breaks, without anything about the people it broke for."""
    sentry_sdk.init(
        dsn,
        before_send=lambda event, hint: without_people(event),
        include_local_variables=False,  # They hold tokens and customers' words.
        max_breadcrumbs=0,
        max_request_body_size="never",
        send_default_pii=False,
    )


def without_people(event: Any) -> Any:
    """The event with no cookie, header, query or secret address in it."""
    if request := event.get("request"):
        address = SECRETS.sub(r"\1…", request.get("url", ""))
        event["request"] = {"url": address, "method": request.get("method", "")}
    for error in event.get("exception", {}).get("values", []):
        # The message of an exception may quote what somebody typed; its type and place say enough.
        error["value"] = ""
    event.pop("user", None)
    return event
