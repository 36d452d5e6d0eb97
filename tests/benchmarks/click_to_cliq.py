"""How long from a customer's click until the message stands in Cliq, in the demo, idle?

`python -m tests.benchmarks.click_to_cliq [--clicks 50] [--pause 0.5]`
"""

import argparse
import re
import statistics
import tempfile
import time
import uuid
from pathlib import Path
from urllib.parse import urljoin

from tests.demo import Demo, Visitor, running_demo


def connect(demo: Demo) -> None:
    """Connect the demo's company to #sales, as its admin would in a browser."""
    with Visitor() as admin:
        admin.open(f"{demo.books}/accounts/login/")
        admin.submit("", login=demo.admin["email"], password=demo.admin["password"])
        cliq_page = f"{admin.page.url}settings/integrations/zoho/cliq/"
        admin.page = admin.session.get(f"{cliq_page}authorise/", allow_redirects=False, timeout=20)
        consent = admin.page.headers["Location"]
        back = demo.sandbox.consent(consent, demo.admin["email"])
        admin.page = admin.session.get(f"{demo.books}/zoho/cliq/callback/", params=back, timeout=20)
        channel = re.search(
            r'value="([^"]+)"[^>]*>\s*<span class="option-name">#sales', admin.page.text
        )
        assert channel is not None, "the form offers no channel #sales"
        admin.submit(
            urljoin(cliq_page, "connect/"),
            notifications_enabled="on",
            chat_bar_enabled="on",
            channel_id=channel[1],
        )


def click(customer: Visitor, demo: Demo, link: str, word: str = "") -> tuple[float, float]:
    """One comment: seconds until the page answered, and until the message was stored."""
    word = word or uuid.uuid4().hex[:12]
    customer.open(link)
    key = re.search(r'name="key" value="([^"]+)"', customer.page.text)
    assert key is not None
    started = time.monotonic()
    customer.submit("comment/", text=word, key=key[1])
    answered = time.monotonic() - started
    while not any(word in str(message["payload"]) for message in demo.sandbox.posted("sales")):
        assert time.monotonic() - started < 30, "the message did not arrive"
        time.sleep(0.002)
    return answered, time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=50)
    parser.add_argument("--pause", type=float, default=1.6, help="keeps below 40 posts a minute")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, running_demo(Path(data)) as demo:
        connect(demo)
        times = []
        with Visitor() as customer:
            click(customer, demo, demo.links["estimate"])
            for _click in range(options.clicks):
                time.sleep(options.pause)
                times.append(click(customer, demo, demo.links["estimate"]))
    for name, seconds in zip(
        ("page answered", "message in Cliq"), zip(*times, strict=True), strict=True
    ):
        ordered = sorted(s * 1000 for s in seconds)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        print(
            f"{name}: p50 {statistics.median(ordered):.0f} ms, p99 {p99:.0f} ms (of {len(ordered)})"
        )


if __name__ == "__main__":
    main()
