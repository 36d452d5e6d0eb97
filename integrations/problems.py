"""What do we tell people when Zoho did not do as asked? What happened, and what to do."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .cliq import errors
from .cliq.errors import (
    ChannelUnavailable,
    ClientMisconfigured,
    CliqError,
    CliqRefused,
    CliqThrottled,
    CliqTimeout,
    CliqUnauthorized,
    CliqUnavailable,
    CodeExpired,
    ConnectFailed,
    ConsentDenied,
    GrantDead,
    NeedsReconnect,
    NoRefreshToken,
    ScopeMissing,
    UntrustedAccountsServer,
)
from .consent import AccountMismatch, AnotherCliqOrganisation


@dataclass(frozen=True)
class Problem:
    """A title that says what happened, and a sentence that says what to do."""

    title: str | Promise
    advice: str | Promise


PROBLEMS: dict[type[CliqError], Problem] = {
    ConsentDenied: Problem(
        _("Zoho did not give us access."),
        _("On Zoho’s page, access was refused. To connect, try again and choose Accept there."),
    ),
    CodeExpired: Problem(
        _("The way back from Zoho took too long."),
        _("Zoho’s answer is good for two minutes and for one use. Try again."),
    ),
    NoRefreshToken: Problem(
        _("Zoho gave us access for one hour only."),
        _(
            "In your Zoho account, under Sessions › Connected Apps, remove this application. "
            "Then try again."
        ),
    ),
    UntrustedAccountsServer: Problem(
        _("The answer did not come from a Zoho server that we know."),
        _(
            "For your safety nothing was sent there. Try again, and start from this page; if it "
            "happens again, tell whoever runs this installation."
        ),
    ),
    AccountMismatch: Problem(
        _("The two Zoho accounts differ."),
        _("Books and Cliq must be used with the same Zoho account. Nothing was connected."),
    ),
    AnotherCliqOrganisation: Problem(
        _("This account belongs to another Cliq organisation."),
        _("The connected channel is in a different Cliq organisation. Nothing was changed."),
    ),
    ConnectFailed: Problem(
        _("Zoho’s answer was not complete."),
        _("Nothing was connected. Try again."),
    ),
    GrantDead: Problem(
        _("Zoho no longer accepts your consent."),
        _("It was withdrawn or has expired. Connect your account again."),
    ),
    ScopeMissing: Problem(
        _("Your consent does not cover this."),
        _("Connect your account again, and leave everything allowed on Zoho’s page."),
    ),
    NeedsReconnect: Problem(
        _("Zoho no longer accepts your consent."),
        _("Connect your account again."),
    ),
    CliqUnauthorized: Problem(
        _("Zoho no longer accepts your consent."),
        _("Connect your account again."),
    ),
    CliqThrottled: Problem(
        _("Cliq asks us to wait."),
        _("There were too many requests in a short time. Try again in some minutes."),
    ),
    CliqTimeout: Problem(
        _("Cliq did not answer."),
        _("Perhaps the message arrived all the same: look in the channel before you repeat it."),
    ),
    CliqUnavailable: Problem(
        _("Zoho cannot be reached at the moment."),
        _("This usually passes within minutes. Try again."),
    ),
    ChannelUnavailable: Problem(
        _("The conversation is not available."),
        _("It was archived or deleted, or your account is not allowed to use it."),
    ),
    CliqRefused: Problem(
        _("Cliq did not accept this."),
        _("Change the text and try again."),
    ),
    ClientMisconfigured: Problem(
        _("Zoho does not know this installation as it is set up."),
        _(
            "Whoever runs it must check the client id, the client secret and the redirect address, "
            "and enable your data centre for the client (Multi-DC) in Zoho’s API console."
        ),
    ),
    CliqError: Problem(
        _("Cliq gave an answer that we do not understand."),
        _("Try again; if it happens again, tell whoever runs this installation."),
    ),
}


def problem_of(error: CliqError) -> Problem:
    """The words for the error: its own class's, or the nearest above it."""
    problem = next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
    wait = error.retry_after if isinstance(error, CliqThrottled) else None
    return replace(problem, advice=_later(wait)) if wait else problem


def _later(wait: timedelta) -> str:
    minutes = ceil(wait / timedelta(minutes=1))
    return ngettext(
        "There were too many requests in a short time. Try again in a minute.",
        "There were too many requests in a short time. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def error_named(name: str, retry_at: datetime | None, now: datetime) -> CliqError | None:
    """An error that was written down by its class, as it stands now; None where none was."""
    kind: type[CliqError] | None = getattr(errors, name, CliqError) if name else None
    if kind is None:
        return None
    if issubclass(kind, CliqThrottled) and retry_at and retry_at > now:
        return kind("Cliq asked us to wait", retry_after=retry_at - now)
    error: CliqError = kind("remembered")
    return error
