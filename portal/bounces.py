"""Why an e-mail did not leave, in words that help whoever wrote it."""

import re

from django.utils.translation import gettext as _


def reason(error: str) -> str:
    """The stored error (an exception's name and a code) as one sentence, the code in brackets."""
    code = re.search(r"\b([45]\d\d)\b", error)
    sentence = _of_code(int(code[1])) if code else _of_name(error)
    return f"{sentence} ({error})"


def _of_code(code: int) -> str:
    """RFC 5321's reply codes, as far as senders can do something about them."""
    if code in {550, 551, 553}:
        return _("The recipient's mail server knows no such address, or refuses it.")
    if code in {452, 552}:
        return _("The mailbox is full, or the e-mail is too big for it.")
    if code in {530, 534, 535, 538}:
        return _("Our mail server refuses to send for us: its password may have changed.")
    if code < 500:
        return _("The mail server asks us to come back later.")
    return _("The mail server refuses this e-mail.")


def _of_name(error: str) -> str:
    name = error.partition(":")[0]
    if name in {"ConnectionRefusedError", "gaierror", "TimeoutError", "SMTPServerDisconnected"}:
        return _("The mail server cannot be reached.")
    if name in {"SSLError", "SSLCertVerificationError"}:
        return _("The mail server's certificate cannot be trusted.")
    if name == "Undecryptable":
        return _("The key that opens this e-mail is missing.")
    return _("Something went wrong while sending.")
