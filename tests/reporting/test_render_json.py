"""The JSON of the contract."""

import json
from dataclasses import replace

import pytest
from made_reports import full, hostile, item, report, session

from safetyrules.model.verdict import Verdict
from safetyrules.reporting import FORMATS, json_format, render


@pytest.mark.parametrize("made", [full, hostile])
def test_the_json_is_the_report_itself(made):
    """Reading it back gives `to_dict()`, with the keys in the same order, hostile or not."""
    read = json.loads(json_format.render(made()))
    assert read == made().to_dict()
    assert list(read) == ["safetyrules", "verdict", "within_limits", "engine", "sessions", "asks", "alerts", "questions", "ledger"]


def test_the_json_is_indented_utf8_with_a_newline_at_the_end():
    """People can read it, and letters of every script stay letters."""
    text = json_format.render(report(session(item("Zoë 深蹲"))))
    assert text.startswith('{\n  "safetyrules": "report/1",\n')
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert "Zoë 深蹲" in text


def test_a_lone_surrogate_can_still_be_written():
    """The text encodes as UTF-8 and reads back as it was."""
    made = report(session(item("a\ud800b")))
    assert json.loads(json_format.render(made).encode())["sessions"][0]["items"][0]["as_written"] == "a\ud800b"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("made", [full, hostile, report])
def test_the_same_report_gives_the_same_bytes(name, made):
    """Every format renders every report, the same each time, and leaves it as it was."""
    first, second = made(), made()
    assert render(first, name) == render(second, name)
    assert first == second
    assert render(first, name).encode() == render(replace(first), name).encode()


def test_an_unknown_format_is_named_with_those_that_exist():
    """The message helps."""
    with pytest.raises(ValueError, match="unknown format 'pdf'; there are: text, json, sarif, junit, github"):
        render(report(), "pdf")


def test_options_reach_the_format_that_has_them():
    """The fail level reaches junit; color and width reach text."""
    made = report(session(item(verdict=Verdict.UNKNOWN)))
    assert 'failures="1"' in render(made, "junit")
    assert 'failures="0"' in render(made, "junit", fail_on=Verdict.EMERGENCY)
    assert "\x1b[" in render(made, "text", color=True)
    assert max(map(len, render(full(), "text", width=60).split("\n"))) <= 60
