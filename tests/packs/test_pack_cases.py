"""Every hand-computed case of every bundled pack: the verdicts that the evidence asks for."""

from pathlib import Path

import pytest

from safetyrules.loading.strict_yaml import read
from safetyrules.model.case import Case

ROOT = Path(__file__).parents[2] / "rules"
FILES = sorted(ROOT.glob("*/tests/*.yaml"))
KEYS = {"name", "why", "at", "client", "care_team", "items", "asks", "session"}


def _cases():
    for path in FILES:
        document = read(path)
        for index, case in enumerate(document.data["cases"]):
            place = document.locate(("cases", index))
            yield pytest.param(document.data["condition"], case, id=f"{path.parent.parent.name}/{path.stem}:{place.line}")


def test_every_condition_has_cases(engine):
    """Each bundled condition file has a test file of the same stem that names it."""
    tested = {read(path).data["condition"] for path in FILES}
    assert tested == set(engine.knowledge.conditions)
    assert all(read(path).data["condition"] == path.stem for path in FILES)


@pytest.mark.parametrize(("condition", "case"), list(_cases()))
def test_case(engine, condition, case):
    """The verdict, the rules behind it and the questions are those worked out by hand."""
    assert set(case) <= KEYS, f"unknown keys {set(case) - KEYS}"
    built = Case.model_validate(
        {
            "safetyrules": "case/1",
            "timezone": "America/New_York",
            "client": case.get("client", {}),
            "care_team": case.get("care_team", {}),
            "plan": {"sessions": [{"at": case["at"], **case.get("session", {}), "items": [i["item"] for i in case["items"]]}]},
        }
    )
    report = engine.validate(built)
    session = report.sessions[0]
    wrong = []
    for expected, got in zip(case["items"], session.items, strict=True):
        rules = {r.rule for r in got.reasons} | {r.rule for r in session.reasons} | {r.rule for r in got.advice}
        names = {r.split(".")[-1] for r in rules} | rules
        what = f"{expected['item']['exercise']}: {got.verdict.word} (within {got.within_limits}) because {sorted(names)}"
        if "verdict" in expected and got.verdict.word != expected["verdict"]:
            wrong.append(f"expected {expected['verdict']}, got {what}")
        if "within_limits" in expected and got.within_limits != expected["within_limits"]:
            wrong.append(f"expected within_limits {expected['within_limits']}, got {what}")
        missing = [r for r in expected.get("rules", []) if r not in names]
        if missing:
            wrong.append(f"missing reasons {missing}: {what}")
        extra = [r for r in expected.get("not_rules", []) if r in names]
        if extra:
            wrong.append(f"unexpected reasons {extra}: {what}")
    asked = {a.field for a in report.asks}
    wrong += [f"not asked for: {field}; asked {sorted(asked)}" for field in case.get("asks", []) if field not in asked]
    assert not wrong, f"{case['name']} ({case.get('why', '')}):\n" + "\n".join(wrong)
