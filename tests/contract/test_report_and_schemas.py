"""What other programs build on: JSON Schemas, public names, and output that is the same to the last byte."""

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml

import safetyrules as sr
from safetyrules.schemas import NAMES, schema_text
from safetyrules.schemas.generate import case_schema

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
CASE = jsonschema.Draft202012Validator(json.loads(schema_text("case")))
REPORT = jsonschema.Draft202012Validator(json.loads(schema_text("report")))


def as_json(path):
    """The example as JSON holds it: dates as text."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text()), default=lambda day: day.isoformat()))


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_a_schema(name):
    """A schema with a mistake would accept anything."""
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text(name)))


def test_the_case_schema_is_what_the_model_says():
    """The file beside the code is generated; `python -m safetyrules.schemas.generate` writes it anew."""
    assert schema_text("case") == case_schema()


def test_the_schemas_are_inside_the_package():
    """An installed library has them too."""
    assert {f"{name}.schema.json" for name in NAMES} <= {entry.name for entry in files("safetyrules.schemas").iterdir()}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_case_schema_accepts_every_example(path):
    """What the library reads, the schema lets an editor write."""
    assert [e.message for e in CASE.iter_errors(as_json(path))] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_report_schema_accepts_the_report_on_every_example(engine, path):
    """Every key that a report has is promised, with its type."""
    report = json.loads(json.dumps(engine.validate(sr.load_case(path)).to_dict()))
    assert [f"{list(e.path)}: {e.message}" for e in REPORT.iter_errors(report)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"clinet": {}},
        {"safetyrules": "case/2"},
        {"client": {"age": "old"}},
        {"client": {"sex": "femal"}},
        {"client": {"birth_date": "04/02/1961"}},
        {"client": {"conditions": [{"id": "x", "side": "rigth"}]}},
        {"plan": {"sessions": [{"items": []}]}},
        {"plan": {"sessions": [{"at": "2026-11-24", "items": []}]}},
        {"plan": {"sessions": [{"at": "2026-11-24T07:00", "items": [{"exercise": "x", "load_kg": -1}]}]}},
        {"plan": {"sessions": [{"at": "2026-11-24T07:00", "items": [{"exercise": "x", "repz": 1}]}]}},
    ],
    ids=str,
)
def test_the_case_schema_refuses_what_the_library_refuses(change):
    """Schema and library say the same about a wrong case."""
    data = {"safetyrules": "case/1", "timezone": "UTC"} | change
    assert list(CASE.iter_errors(data))
    with pytest.raises(sr.InputError):
        sr.Case.model_validate(data)


def test_the_case_schema_leaves_keys_of_other_programs_alone():
    """Keys that start with x- are kept and ignored by both."""
    data = {"safetyrules": "case/1", "timezone": "UTC", "x-app": 1, "client": {"x-id": [1]}}
    assert not list(CASE.iter_errors(data))
    sr.Case.model_validate(data)


def test_the_keys_of_the_contract_are_in_the_report(engine):
    """Section 5 of the contract, key by key."""
    report = engine.validate(sr.load_case(ROOT / "examples" / "rotator_cuff_week5.yaml")).to_dict()
    assert report["safetyrules"] == "report/1"
    assert {"verdict", "engine", "sessions", "asks", "alerts", "questions"} <= report.keys()
    assert {"version", "packs", "catalog_sha256"} <= report["engine"].keys()
    assert all({"id", "version", "sha256"} <= pack.keys() for pack in report["engine"]["packs"])
    session = report["sessions"][0]
    assert {"at", "verdict", "items"} <= session.keys()
    assert session["at"] == "2026-11-23T18:00-05:00"
    item = session["items"][0]
    assert {"exercise", "as_written", "verdict", "within_limits", "reasons", "limits", "substitutes"} <= item.keys()
    reason = item["reasons"][0]
    assert {"rule", "effect", "because", "source_facts", "phase", "demand", "until", "evidence", "citations"} <= reason.keys()
    assert all({"title", "org", "year", "url"} <= c.keys() for r in item["reasons"] for c in r["citations"])


def test_limits_asks_alerts_and_questions_have_the_keys_of_the_contract(engine):
    """A case that draws all four."""
    data = {
        "safetyrules": "case/1",
        "timezone": "UTC",
        "client": {
            "symptoms": [{"id": "fever"}],
            "conditions": [{"id": "pregnancy", "params": {"stage": "relative_contraindication"}}],
        },
        "plan": {"sessions": [{"at": "2026-11-24T07:00", "items": [{"exercise": "leg press", "rpe": 9}]}]},
    }
    report = engine.validate(sr.Case.model_validate(data)).to_dict()
    assert all({"quantity", "rule"} <= line.keys() for line in report["sessions"][0]["items"][0]["limits"])
    assert {"field", "question", "rules"} <= report["asks"][0].keys()
    assert {"level", "message", "rule"} <= report["alerts"][0].keys()
    assert {a["level"] for a in report["alerts"]} <= {"emergency", "stop", "warn", "info"}
    assert {"to", "question", "options", "rules"} <= report["questions"][0].keys()
    assert not [e.message for e in REPORT.iter_errors(json.loads(json.dumps(report)))]


def test_the_public_names_are_there():
    """The names of the contract, on the package itself."""
    for name in ("Engine", "Case", "load_case", "Report", "InputError", "SafetyRulesError", "Verdict"):
        assert getattr(sr, name)
        assert name in sr.__all__
    assert callable(sr.Case.model_validate)
    assert all(callable(getattr(sr.Engine, name)) for name in ("validate", "filter"))
    assert callable(sr.Report.to_dict)
    assert [v.word for v in sorted(sr.Verdict)] == [
        "allowed",
        "limited",
        "unknown",
        "contraindicated",
        "clearance_required",
        "not_today",
        "emergency",
    ]


def test_every_public_name_can_be_imported_and_no_other():
    """`__all__` is sorted and complete; a misspelling is an AttributeError."""
    assert sorted(sr.__all__) == sr.__all__
    assert all(hasattr(sr, name) for name in sr.__all__)
    assert dir(sr) == sr.__all__
    with pytest.raises(AttributeError, match="Enigne"):
        sr.Enigne  # noqa: B018


def test_a_dict_and_a_file_give_the_same_report(engine):
    """Whichever way a case comes in."""
    path = ROOT / "examples" / "opioids.yaml"
    assert engine.validate(sr.load_case(path)).to_dict() == engine.validate(sr.Case.model_validate(as_json(path))).to_dict()


def test_every_error_has_one_root():
    """One clause catches everything that the library raises on purpose."""
    assert issubclass(sr.InputError, sr.SafetyRulesError)
    assert issubclass(sr.EngineError, sr.SafetyRulesError)
    with pytest.raises(sr.SafetyRulesError) as caught:
        sr.Case.model_validate({"safetyrules": "case/1", "clinet": {}, "plna": {}})
    assert len(caught.value.problems) == 2


SCRIPT = """
import json, sys
import safetyrules as sr
engine = sr.Engine()
for path in sys.argv[1:]:
    case = sr.load_case(path)
    print(json.dumps(engine.validate(case).to_dict()))
print(json.dumps(engine.filter(case, case.plan.sessions[0].at).to_dict()))
"""


def test_two_processes_give_the_same_bytes():
    """Whatever order Python's sets have in this process: same input, same output."""

    def run(seed):
        command = [sys.executable, "-c", SCRIPT, *map(str, EXAMPLES)]
        return subprocess.run(  # noqa: S603
            command, capture_output=True, check=True, timeout=240, env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"}
        ).stdout

    first = run("1")
    assert len(first) > 100_000
    assert run("4242") == first
