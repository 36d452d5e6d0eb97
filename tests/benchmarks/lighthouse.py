"""What Lighthouse says of four pages on a throttled phone: the median of several runs.

`python -m tests.benchmarks.lighthouse [--runs 5] [--lighthouse "npx --yes lighthouse@12"]`

It needs Node 20 and chromium. The demo's data are served as in production, with compressed files.
Lighthouse slows a desktop's processor down four times, to a phone's speed. On a machine that its
own index calls as slow as a phone already (below 500; the last column), say `--slowdown 1`.
"""

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks.click_to_cliq import connect
from tests.browser.conftest import ARGUMENTS
from tests.demo import ROOT, Demo, free_ports, running_demo, running_server
from tests.pages import sights_of

CATEGORIES = ("performance", "accessibility", "best-practices")
LEAST = 95  # of a hundred, in each category
SLOWEST_MS, LARGEST_BYTES = 1500, 100_000  # of the portal's pages


def pages(demo: Demo) -> dict[str, str]:
    """Where they are, without the host."""
    return {
        "portal: estimate": urlsplit(demo.links["estimate"]).path,
        "portal: invoice": urlsplit(demo.links["invoice"]).path,
        "Zoho services": "/o/minato/settings/integrations/zoho/",
        "dashboard": "/o/minato/",
    }


def measure(command: str, address: str, cookies: str, folder: Path) -> dict[str, Any]:
    """One run of Lighthouse as it comes: a phone on a slow 4G line."""
    report, headers = folder / "report.json", folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}))
    words = [
        *shlex.split(command),
        address,
        f"--only-categories={','.join(CATEGORIES)}",
        f"--extra-headers={headers}",
        f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}",
        "--output=json",
        f"--output-path={report}",
        "--quiet",
    ]
    chromium = {"CHROME_PATH": shutil.which("chromium") or "chromium"}
    for _attempt in range(3):  # On a busy machine it misses the beginning of a page now and then.
        done = subprocess.run(words, check=False, env=os.environ | chromium)  # noqa: S603
        if not done.returncode:
            break
    done.check_returncode()
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def told(name: str, runs: list[dict[str, Any]]) -> tuple[str, bool]:
    """A row of docs/performance.md, and whether the page is good enough."""
    scores = [
        round(100 * statistics.median(run["categories"][category]["score"] for run in runs))
        for category in CATEGORIES
    ]
    paint, weight = (
        statistics.median(run["audits"][audit]["numericValue"] for run in runs)
        for audit in ("largest-contentful-paint", "total-byte-weight")
    )
    index = statistics.median(run["environment"]["benchmarkIndex"] for run in runs)
    figures = [f"{paint / 1000:.2f} s", f"{weight / 1000:.0f} kB", f"{index:.0f}"]
    cells = [name, *map(str, scores), *figures]
    is_light = paint < SLOWEST_MS and weight < LARGEST_BYTES
    return f"| {' | '.join(cells)} |", min(scores) >= LEAST and (
        is_light or not name.startswith("portal")
    )


@contextmanager
def served_as_in_production(demo: Demo, data: Path) -> Iterator[str]:
    """The demo's rows behind a server that compresses; its address."""
    port = free_ports()
    address = f"http://localhost:{port}"
    environment = demo.environment | {
        "DEMO": "false",
        "SITE_URL": address,
        "STATIC_ROOT": str(data / "compressed"),
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)  # noqa: S603
    with running_server("serve", "web", "--port", str(port), port=port, environment=environment):
        yield address


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lighthouse", default="npx --yes lighthouse@12")
    parser.add_argument("--slowdown", type=float, default=4, help="of the processor (4)")
    options = parser.parse_args()
    command = f"{options.lighthouse} --throttling.cpuSlowdownMultiplier={options.slowdown}"
    is_good = True
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as demo:
        connect(demo)
        admin = "; ".join(f"{it['name']}={it['value']}" for it in sights_of(demo).cookies["admin"])
        with served_as_in_production(demo, Path(folder)) as site:
            for name, path in pages(demo).items():
                if options.only not in name:
                    continue
                cookies = "" if name.startswith("portal") else admin
                ask = partial(measure, command, site + path, cookies, Path(folder))
                row, is_page_good = told(name, [ask() for _run in range(options.runs)])
                print(row, flush=True)
                is_good &= is_page_good
    raise SystemExit(not is_good)


if __name__ == "__main__":
    main()
