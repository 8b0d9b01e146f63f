"""GitHub's workflow commands: levels, places, and no way to smuggle in a command."""

import re

from made_reports import full, hostile, item, limited, reason, report, session

from safetyrules.model.verdict import Verdict
from safetyrules.reporting import github

_COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^:,\r\n]*)(?:,[a-z]+=[^:,\r\n]*)*)::([^\r\n]+)")


def commands_of(made):
    found = []
    for line in github.render(made).splitlines():
        match = _COMMAND.fullmatch(line)
        assert match, line
        found.append((match[1], dict(pair.split("=", 1) for pair in match[2].split(",")), match[3]))
    return found


def test_each_exercise_that_is_not_allowed_has_one_annotation_at_its_line():
    """Held: error. Beyond limits: warning. Within limits: notice. Allowed: nothing."""
    told = [(level, p["title"]) for level, p, _ in commands_of(full())]
    assert told == [
        ("error", "contraindicated%3A upright row"),
        ("warning", "limited%3A goblet squat"),
        ("notice", "limited%3A box squat"),
        ("error", "unknown%3A dumbel curl"),
        ("error", "not today%3A session 2026-11-25T07%3A00-05%3A00"),
        ("warning", "limited%3A session 2026-11-25T07%3A00-05%3A00"),
        ("error", "not today%3A plank"),
        ("error", "not known"),
        ("error", "emergency"),
    ]
    assert commands_of(full())[0][1] | {"title": ""} == {"file": "cases/week 1.yaml", "line": "12", "col": "9", "title": ""}


def test_a_place_without_a_line_names_the_file_alone():
    """No line is invented."""
    properties = commands_of(report(session(item(verdict=Verdict.UNKNOWN, line=0))))[0][1]
    assert set(properties) == {"file", "title"}


def test_the_reasons_of_one_exercise_share_its_annotation():
    """The reasons stand on lines of their own inside one message, the strictest first."""
    message = commands_of(full())[0][2]
    assert [part.split("(")[-1] for part in message.split("%0A")] == [
        "shoulder/cuff.no-lift)",
        "shoulder/cuff.no-press)",
        "shoulder/cuff.third)",
    ]


def test_two_equal_lines_of_the_plan_are_two_annotations():
    """The same exercise twice is told twice."""
    assert len(commands_of(report(session(limited(is_met=False), limited(is_met=False))))) == 2


def test_an_error_outranks_the_limits_of_the_same_exercise():
    """The level is that of the strictest reason, wherever it stands."""
    made = item(verdict=Verdict.UNKNOWN, reasons=[reason(Verdict.LIMITED, "b"), reason(Verdict.UNKNOWN, "a")])
    ((level, properties, _),) = commands_of(report(session(made)))
    assert (level, properties["title"]) == ("error", "unknown%3A upright row")


def test_a_report_without_findings_is_empty():
    """Nothing to say: no line."""
    assert github.render(report(session(item()))) == ""


def test_hostile_text_begins_no_command_and_ends_no_property():
    """Every line is one of our own commands, with our own properties, and a foreign %0A is escaped."""
    found = commands_of(hostile())
    assert found
    for _, properties, message in found:
        assert set(properties) <= {"file", "line", "col", "title"}
        assert "%250A" in message
    text = github.render(hostile())
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202a-\u202e\u2066-\u2069]", text) is None
