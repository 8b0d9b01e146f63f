"""SARIF 2.1.0: structure, levels, places, and hostile text."""

import json
import re

import jsonschema
import pytest
from made_reports import FILE, HOSTILE, full, hostile, item, limited, reason, report, session

from safetyrules.errors import Location
from safetyrules.model.report import Alert, Ask
from safetyrules.model.verdict import Verdict
from safetyrules.reporting import sarif

_MESSAGE = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
    "additionalProperties": False,
}
_RULE = {
    "type": "object",
    "required": ["id", "shortDescription"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "shortDescription": _MESSAGE,
        "fullDescription": _MESSAGE,
        "helpUri": {"type": "string", "pattern": "^https?://[!-~]+$"},
    },
    "additionalProperties": False,
}
_COMPONENT = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "rules": {"type": "array", "uniqueItems": True, "items": _RULE},
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
_POSITIVE = {"type": "integer", "minimum": 1}
_PHYSICAL = {
    "type": "object",
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}},
        },
        "region": {
            "type": "object",
            "required": ["startLine"],
            "properties": {"startLine": _POSITIVE, "startColumn": _POSITIVE},
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
_LOCATION = {
    "type": "object",
    "minProperties": 1,
    "properties": {
        "physicalLocation": _PHYSICAL,
        "logicalLocations": {"type": "array", "items": {"type": "object", "required": ["fullyQualifiedName"]}},
    },
    "additionalProperties": False,
}
_RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": _MESSAGE,
        "locations": {"type": "array", "minItems": 1, "items": _LOCATION},
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
_RUN = {
    "type": "object",
    "required": ["tool", "results"],
    "properties": {
        "tool": {
            "type": "object",
            "required": ["driver"],
            "properties": {"driver": _COMPONENT, "extensions": {"type": "array", "uniqueItems": True, "items": _COMPONENT}},
            "additionalProperties": False,
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": _RESULT},
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
# The part of the official schema that concerns what we write; property names and types as in the specification.
SCHEMA = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": _RUN},
    },
    "additionalProperties": False,
}


def run_of(made):
    document = json.loads(sarif.render(made))
    jsonschema.validate(document, SCHEMA)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    return run


@pytest.mark.parametrize("made", [full, hostile, report])
def test_the_document_fits_the_schema(made):
    """Whatever the report holds, the document is SARIF and every result points to its rule."""
    run_of(made())


def test_there_is_one_result_for_each_item_and_reason():
    """Six for the first session's items; reason, limit and item of the second; one needed ask; the one alert not yet told."""
    results = run_of(full())["results"]
    told = [(r["ruleId"], r["level"]) for r in results]
    assert told == [
        ("shoulder/cuff.no-lift", "error"),
        ("shoulder/cuff.no-press", "error"),
        ("shoulder/cuff.third", "error"),
        ("knee/acl.light", "warning"),
        ("knee/acl.light", "note"),
        ("engine/unknown-exercise", "error"),
        ("bp/stop", "error"),
        ("cancer/short", "warning"),
        ("bp/stop", "error"),
        ("engine/ask", "error"),
        ("flags/chest", "error"),
    ]


def test_an_alert_that_a_result_already_tells_is_not_told_twice():
    """An alert is a result of its own only where no reason has the same rule."""
    made = report(
        session(item(verdict=Verdict.NOT_TODAY, reasons=[reason(Verdict.NOT_TODAY, "bp/stop")])),
        alerts=[Alert("stop", "No.", "bp/stop")],
    )
    assert len(run_of(made)["results"]) == 1


def test_a_place_has_line_and_column_where_they_are_known():
    """The file name is a URI; the region is left out where the line is not known."""
    results = run_of(full())["results"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "cases/week%201.yaml"}, "region": {"startLine": 12, "startColumn": 9}}
    assert results[8]["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "cases/week%201.yaml"}}


def test_an_ask_names_its_field():
    """The field that is missing is the logical location."""
    result = run_of(report(session(item()), asks=[Ask("client.conditions[0].date", "On which day?", ("r",))]))["results"][0]
    assert result["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": FILE.replace(" ", "%20")}},
            "logicalLocations": [{"fullyQualifiedName": "client.conditions[0].date"}],
        }
    ]
    assert result["message"]["text"] == "On which day? (client.conditions\\[0\\].date)"


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("/a b/c.yaml", "file:///a%20b/c.yaml"),
        ("//host/c.yaml", "file:///host/c.yaml"),
        ("C:\\x\\c.yaml", "file:///C:/x/c.yaml"),
        ("a:b#c?.yaml", "a%3Ab%23c%3F.yaml"),
    ],
)
def test_a_file_name_is_a_uri_that_can_mean_nothing_else(file, uri):
    """Neither scheme nor host nor fragment can be smuggled in by a file name."""
    why = reason()
    made = report(session(item(verdict=Verdict.CONTRAINDICATED, reasons=[why])))
    one = made.sessions[0].items[0]
    moved = type(one)(one.exercise, one.as_written, one.verdict, False, one.reasons, location=Location(file, 1, 1))
    result = run_of(report(session(moved)))["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_rules_carry_help_from_the_first_web_source():
    """The first citation is linked when it is on the web, and only then."""
    rules = {rule["id"]: rule for rule in run_of(full())["tool"]["driver"]["rules"]}
    assert list(rules) == sorted(rules)
    assert rules["shoulder/cuff.no-lift"]["helpUri"] == "https://example.org/guide?a=1"
    assert rules["shoulder/cuff.no-lift"]["shortDescription"] == {"text": "The operated arm rests."}
    assert "helpUri" not in rules["bp/stop"]


def test_results_carry_verdict_and_evidence_and_the_packs_are_extensions():
    """An app can filter by verdict and see which pack, reviewed or not, has spoken."""
    run = run_of(full())
    assert run["results"][0]["properties"] == {"verdict": "contraindicated", "evidence": "A"}
    assert run["tool"]["extensions"][0] == {
        "name": "pack0",
        "version": "0.1.0",
        "properties": {"sha256": "ab" * 32, "review": "pending"},
    }
    assert run["properties"] == {"verdict": "not_today", "within_limits": False}


def test_an_item_that_is_held_without_a_reason_is_not_lost():
    """A verdict stricter than allowed always has a result; an allowed item has none."""
    assert [r["ruleId"] for r in run_of(report(session(item(verdict=Verdict.UNKNOWN), item())))["results"]] == ["engine/verdict"]


def test_a_limited_result_names_the_limits():
    """The message alone says what to keep to."""
    (result,) = run_of(report(session(limited(is_met=False))))["results"]
    assert result["message"]["text"] == "goblet squat: limited. The graft is young. total load at most 4.5 kg: not met."


def test_hostile_text_makes_no_link_no_placeholder_and_no_control():
    """Brackets and braces are escaped as SARIF wants, and nothing steers a viewer."""
    assert "[link](" in HOSTILE
    texts = [r["message"]["text"] for r in run_of(hostile())["results"]]
    assert texts
    for text in texts:
        assert re.search(r"(?<!\\)\[", text) is None
        assert re.search(r"\{", text.replace("{{", "")) is None
        assert re.search("[\x00-\x1f\x7f-\x9f\u2028\u202a-\u202e\u2066-\u2069]", text) is None
