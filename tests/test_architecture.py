"""The shape of the code, kept by tools."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = [
    path
    for app in ("books_cliq", "integrations", "portal")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]


def test_the_arrows_between_the_apps_are_kept():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_fits_on_a_few_screens(path):
    assert len(path.read_text().splitlines()) <= 250


def test_nothing_is_patched():
    # Assembled, or this file would find itself.
    words = ["mock" + ".patch", "Magic" + "Mock", "monkeypatch" + ".setattr"]

    found = [
        f"{path.name}: {word}"
        for path in (ROOT / "tests").rglob("*.py")
        for word in words
        if word in path.read_text()
    ]

    assert found == []
