"""The benchmarks run and say what they measured. Nothing here is timed: a busy machine must not fail a test."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_SECTIONS = ("1 ", "2 ", "3 ", "4 ", "5 ", "6a ", "6b ", "6c ")


pytestmark = pytest.mark.slow  # it runs the whole benchmark once


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """One quick run: what it printed, and its JSON."""
    file = tmp_path_factory.mktemp("bench") / "rows.json"
    command = [sys.executable, str(_ROOT / "bench" / "run.py"), "--quick", "--json", str(file)]
    environment = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=_ROOT, env=environment)  # noqa: S603
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout, json.loads(file.read_text(encoding="utf-8"))


def test_every_section_is_measured(quick):
    """Each section has rows with a value, and a quick run says that it is one."""
    _, data = quick
    assert data["bench"] == 1
    assert data["quick"] is True
    for start in _SECTIONS:
        rows = [r for r in data["rows"] if r["section"].startswith(start)]
        assert rows, f"no rows in section {start}"
        assert all(isinstance(r["value"], int | float) and r["what"] for r in rows)


def test_budgets_stand_beside_the_numbers_and_misses_are_said(quick):
    """A row misses exactly when it is beyond its budget, and every miss is printed at the end."""
    text, data = quick
    with_budget = [r for r in data["rows"] if r["budget"] is not None]
    assert {r["section"][:2].strip() for r in with_budget} >= {"1", "2", "3", "4", "6a", "6c"}
    for r in with_budget:
        beyond = r["value"] < r["budget"] if r["at_least"] else r["value"] > r["budget"]
        late = r["budget_p99"] is not None and r["p99"] > r["budget_p99"]
        assert len(r["misses"]) == beyond + late
    misses = [words for r in data["rows"] for words in r["misses"]]
    assert f"### Budgets missed: {len(misses)}" in text
    assert all(words in text for words in misses)


def test_the_ways_to_infer_are_compared_with_a_straight_evaluator(quick):
    """The comparison has the straight evaluator as its unit, and says that all ways gave equal answers."""
    rows = [r for r in quick[1]["rows"] if r["section"].startswith("5 ")]
    assert "all ways equal" in rows[0]["what"]
    assert [r["ratio"] for r in rows if r["what"].startswith("straight Python")] == [1.0]
    assert any(r["what"].startswith("reference.py") for r in rows)
