"""Whole weeks computed by hand: every kind of event, both sides of its window, locks, home programs, conflicts."""

from pathlib import Path

import pytest

import safetyrules as sr
from safetyrules.loading.strict_yaml import read
from safetyrules.model.verdict import Verdict

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
DOSED = ("sets", "reps", "seconds", "minutes", "load_kg", "load_kg_each", "rpe")


def test_there_are_enough_of_them():
    """At least twenty-five weeks."""
    assert len(FILES) >= 25


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_week(engine, path):
    """Status, every change with its rule, and what must hold for any rebalanced week."""
    scenario = read(path).data
    case = sr.Case.model_validate(scenario["case"])
    result = engine.rebalance(case)
    expect = scenario["expect"]
    told = "\n".join(f"{c.session}.{c.item} {c.action}: {c.sentence}" for c in result.changes)
    assert result.status == expect["status"], told
    wanted = {(c["session"], c["item"]): c for c in expect["changes"]}
    for change in (c for c in result.changes if c.session):
        line = wanted.pop((change.session, change.item), None)
        if line is None:
            assert change.action == "kept", told
            continue
        assert change.action in ([line["action"]] if isinstance(line["action"], str) else line["action"]), told
        if "to_session" in line:
            assert change.to["session"] == line["to_session"], told
        if "rule" in line:
            assert any(line["rule"] in w.rule for w in change.reasons), [w.rule for w in change.reasons]
        if "hours_left" in line:
            assert line["hours_left"] in [w.hours_left for w in change.reasons]
        for name, value in line.get("dose", {}).items():
            assert change.to[name] == value
    assert not wanted
    assert sum(c.action == "added" for c in result.changes) == expect.get("added", 0), told
    assert len(result.conflicts) == expect.get("conflicts", 0)
    if "unmet" in expect:
        assert len(result.unmet) == expect["unmet"], result.unmet
    if "questions_to" in expect:
        assert sorted(q.to for c in result.conflicts for q in c.questions) == expect["questions_to"]
    for number, name in expect.get("first", {}).items():
        assert result.plan.sessions[int(number) - 1].items[0].exercise == name
    if "changed_items" in expect:
        assert result.proof.tiers["changed_items"] == expect["changed_items"]
    _holds_for_any_week(engine, case, result, is_open=expect.get("session_is_open", True))


def _holds_for_any_week(engine, case, result, *, is_open):
    for session in result.report.sessions:
        assert not is_open or session.verdict < Verdict.UNKNOWN
        assert all(i.verdict < Verdict.UNKNOWN and (i.within_limits or i.verdict is Verdict.ALLOWED) for i in session.items)
    planned = [(s + 1, i + 1) for s, session in enumerate(case.plan.sessions) for i in range(len(session.items))]
    assert sorted((c.session, c.item) for c in result.changes if c.session) == planned
    for change in (c for c in result.changes if c.session):
        before = case.plan.sessions[change.session - 1].items[change.item - 1]
        for name in DOSED:
            if getattr(before, name) is not None and name in change.to:
                assert change.to[name] <= getattr(before, name)
    again = engine.rebalance(case.model_copy(update={"plan": result.plan}))
    assert again.plan == result.plan
