"""A report of the engine itself through every format."""

import json
import xml.etree.ElementTree as ET

import pytest
from test_render_sarif import run_of

import safetyrules
from safetyrules.reporting import FORMATS, pool, render

CASE = {
    "safetyrules": "case/1",
    "timezone": "America/New_York",
    "client": {"symptoms": [], "conditions": [{"id": "rotator_cuff_repair", "side": "right", "date": "2026-10-20"}]},
    "plan": {
        "sessions": [
            {"at": "2026-11-24T07:00", "items": [{"exercise": "overhead press", "load_kg": 30}, {"exercise": "no such thing"}]}
        ]
    },
}


@pytest.fixture(scope="module")
def case():
    return safetyrules.Case.model_validate(CASE)


@pytest.fixture(scope="module")
def judged(engine, case):
    return engine.validate(case)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_names_every_planned_exercise(judged, name):
    """Five weeks after the repair neither the press nor the unknown name passes silently in any format."""
    text = render(judged, name)
    assert "overhead press" in text
    assert "no such thing" in text


def test_structured_formats_are_well_formed(judged):
    """JSON, SARIF and JUnit can be read by their readers, and the run fails."""
    assert json.loads(render(judged, "json")) == judged.to_dict()
    assert {r["level"] for r in run_of(judged)["results"]} >= {"error"}
    root = ET.fromstring(render(judged, "junit").encode())  # noqa: S314 - our own text
    assert int(root.get("failures")) >= 2


def test_the_pool_names_every_exercise_of_the_catalog_once(engine, case):
    """No exercise of the catalog is lost on the way to the text; one whose sides differ stands once for each side."""
    found = engine.filter(case, CASE_TIME)
    text = pool.render(found, width=80)
    words = text.replace(",", " ").split()
    twice = {item.exercise for item in found.items if item.side}
    assert all(words.count(name) == (2 if name in twice else 1) for name in engine.catalog.exercises if "_" in name)


CASE_TIME = safetyrules.Case.model_validate(CASE).plan.sessions[0].at
