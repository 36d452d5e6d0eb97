"""The audit of what we install: holes fail the gate, silence does not."""

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest

from tests.demo import ROOT


@pytest.fixture
def audit():
    loader = SourceFileLoader("audit", str(ROOT / ".ci/audit"))
    spec = spec_from_loader("audit", loader)
    loaded = module_from_spec(spec)
    loader.exec_module(loaded)
    return loaded


def package(name, **more):
    return {"name": name, "version": "1.0", "vulns": []} | more


def test_a_known_hole_fails_the_gate_and_is_named(audit):
    hole = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}
    told = {"dependencies": [package("one"), package("two", vulns=[hole])]}

    code, sentence = audit.judged(json.dumps(told))

    assert (code, sentence) == (1, "two 1.0: PYSEC-2026-1, mended in 1.1")


def test_packages_without_a_hole_pass_and_are_counted(audit):
    skipped = {"name": "two", "version": "1.0", "skip_reason": "not found"}
    told = {"dependencies": [package("one"), skipped]}

    assert audit.judged(json.dumps(told)) == (0, "No known holes in 1 of 2 packages.")


@pytest.mark.parametrize(
    "answer",
    ["", "a page of a proxy", "[]", '{"dependencies": [{"name": "one", "skip_reason": "no"}]}'],
)
def test_without_advisories_the_gate_says_so_and_goes_on(audit, answer):
    code, sentence = audit.judged(answer)

    assert code == 0
    assert "nothing was audited" in sentence
