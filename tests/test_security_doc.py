"""docs/security.md names tests that exist, and covers every chapter."""

import re

from tests.demo import ROOT

TEXT = (ROOT / "docs/security.md").read_text()


def test_every_named_test_exists():
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT))

    missing = [
        (file, name)
        for file, name in named
        if not (ROOT / file).exists() or (name and f"def {name}(" not in (ROOT / file).read_text())
    ]

    assert len(named) > 50
    assert missing == []


def test_every_decision_and_document_named_exists():
    for number in re.findall(r"`(\d{4})(?:-\*)?`", TEXT) + ["0020"]:
        assert list((ROOT / "docs/decisions").glob(f"{number}-*")), number
    for document in re.findall(r"`(docs/\w+\.md)`", TEXT):
        assert (ROOT / document).exists(), document


def test_every_chapter_is_covered_and_every_line_has_a_state():
    chapters = re.findall(r"^## V(\d+) ", TEXT, re.MULTILINE)
    rows = re.findall(r"^\| \d.*$", TEXT, re.MULTILINE)
    states = {row.split(" | ")[2] for row in rows}

    assert chapters == [str(number) for number in range(1, 18)]
    assert states == {"met", "n/a", "open", "operator"}
