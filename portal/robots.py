"""Who only fetches and never reads: prefetchers, link previews, mail scanners."""

import re

from django.http import HttpRequest

# Programs that name themselves. A phone called "CUBOT X18" is none of them, and a browser
# without a window is not listed: what sets it apart is that nobody moves in it.
NAMES = re.compile(
    r"(?<!cu)bot\b|crawler|spider|slurp|facebookexternalhit"
    r"|whatsapp/|uripreview|bingpreview|googleimageproxy|microsoft office|ms-office"
    r"|barracuda|mimecast|proofpoint|urlscan|safelinks"
    r"|curl/|wget/|python-|aiohttp|httpx|go-http-client|okhttp|java/|libwww|node-fetch",
    re.IGNORECASE,
)
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_robot(request: HttpRequest) -> bool:
    """Nobody looks: the page was fetched ahead, or by a program that says so."""
    purposes = (request.headers.get(header, "") for header in PREFETCH_HEADERS)
    is_ahead = any(word in purpose for purpose in purposes for word in ("prefetch", "preview"))
    return is_ahead or bool(NAMES.search(request.headers.get("User-Agent", "")))
