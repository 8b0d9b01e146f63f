"""JUnit XML: one suite per session, failures exactly where the run fails, hostile text harmless."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest
from made_reports import full, hostile, item, limited, reason, report, session

from safetyrules.model.knowledge import Limit
from safetyrules.model.report import Ask, LimitLine
from safetyrules.model.verdict import Verdict
from safetyrules.reporting import junit


def suites_of(made, fail_on=Verdict.UNKNOWN):
    root = ET.fromstring(junit.render(made, fail_on=fail_on).encode())  # noqa: S314 - our own text
    assert root.tag == "testsuites"
    for element in (root, *root):
        assert int(element.get("tests")) == len(element.findall(".//testcase"))
        assert int(element.get("failures")) == len(element.findall(".//failure"))
        assert int(element.get("skipped")) == len(element.findall(".//skipped"))
    return root


def test_each_session_is_a_suite_and_each_item_a_case():
    """Names are as written; the class is the session's time; the session itself and the asks have cases too."""
    root = suites_of(full())
    assert [(s.get("name"), [c.get("name") for c in s.findall("testcase")]) for s in root] == [
        ("2026-11-24T07:00-05:00", ["upright row", "goblet squat", "box squat", "leg press", "dumbel curl"]),
        ("2026-11-25T07:00-05:00", ["session", "plank"]),
        ("case", ["client.conditions[0].date"]),
    ]
    assert root[0][0].get("classname") == "2026-11-24T07:00-05:00"


def test_what_makes_the_run_fail_is_a_failure_with_its_reasons():
    """Held and beyond its limits: failure. Within its limits and allowed: none."""
    root = suites_of(full())
    failing = [c.get("name") for c in root.findall(".//testcase") if c.find("failure") is not None]
    assert failing == ["upright row", "goblet squat", "dumbel curl", "session", "plank", "client.conditions[0].date"]
    failure = root[0][0].find("failure")
    assert failure.get("message") == "contraindicated"
    assert failure.text.startswith(
        "contraindicated: The operated arm rests (shoulder abduction, resisted, 0 to 90 deg; lifting; and 1"
    )
    assert failure.text.count("\ncontraindicated: ") == 2
    assert root[0][2].find("system-out").text.endswith("limit: total load at most 4.5 kg: met (knee/acl.light)")


def test_the_fail_level_decides():
    """At not_today only the stopped session fails and the dose beyond its limit; the ask is skipped, not passed."""
    root = suites_of(full(), Verdict.NOT_TODAY)
    failing = [c.get("name") for c in root.findall(".//testcase") if c.find("failure") is not None]
    assert failing == ["goblet squat", "session", "plank"]
    assert root[2][0].find("skipped").get("message") == "On which day?"


_ITEMS = [
    [],
    [item()],
    [limited(is_met=True)],
    [limited(is_met=False)],
    [item(verdict=Verdict.UNKNOWN)],
    [item(verdict=Verdict.EMERGENCY, reasons=[reason(Verdict.EMERGENCY)])],
]
_SHORT = (LimitLine(Limit("session_minutes", high=20.0), "r", False),)
_WHOLE = [
    {},
    {"verdict": Verdict.UNKNOWN},
    {"limits": _SHORT, "within_limits": False, "verdict": Verdict.LIMITED},
    {"reasons": (reason(Verdict.NOT_TODAY),), "verdict": Verdict.NOT_TODAY},
]


@pytest.mark.parametrize("fail_on", list(Verdict))
def test_there_is_a_failure_exactly_when_the_report_fails(fail_on):
    """A green file never hides a failing report, and a red one never invents a failure."""
    for items, whole, is_asking, is_empty in itertools.product(_ITEMS, _WHOLE, (False, True), (False, True)):
        strict = max([whole.get("verdict", Verdict.ALLOWED), *(i.verdict for i in items)])
        sessions = [] if is_empty else [session(*items, **(whole | {"verdict": strict}))]
        made = report(*sessions, asks=[Ask("f", "q?", ("r",))] if is_asking else [])
        root = suites_of(made, fail_on)
        assert (int(root.get("failures")) > 0) == made.fails(fail_on)


def test_an_empty_plan_fails_and_never_passes():
    """No session: one failing case, which says that nothing was judged."""
    root = suites_of(report())
    assert root[0][0].find("failure").get("message") == "Nothing was judged."


def test_two_items_of_one_name_are_two_cases():
    """A reader that keeps one case per name loses none."""
    assert [c.get("name") for c in suites_of(report(session(item(), item())))[0]] == ["upright row", "upright row (2)"]


def test_hostile_text_stays_text():
    """The file parses, has no element of the attacker's, and holds no character that XML forbids."""
    text = junit.render(hostile())
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\u202e\u2066]", text) is None
    root = suites_of(hostile())
    assert {e.tag for e in root.iter()} == {"testsuites", "testsuite", "testcase", "failure", "system-out"}
    assert "<b>&amp; \"q\" 'q' ]]>" in root[0][1].get("name")
