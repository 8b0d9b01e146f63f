"""`safetyrules rebalance`: the week before and after, the new case file, exit codes, bad input."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from safetyrules.cli.main import main
from safetyrules.schemas import schema_text

ARTICLE = "examples/article_week.yaml"


def run(capsys, *arguments):
    code = main(list(arguments))
    out = capsys.readouterr()
    return code, out.out, out.err


def written(tmp_path, data):
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return str(path)


def week(**client):
    return {
        "safetyrules": "case/1",
        "timezone": "America/New_York",
        "client": {"symptoms": [], **client},
        "plan": {
            "sessions": [{"at": "2026-11-24T07:00", "items": [{"exercise": "leg press", "sets": 3, "reps": 10, "locked": True}]}]
        },
    }


def test_the_articles_week_leaves_the_shoulder_alone_on_tuesday(capsys, tmp_path):
    """Cuff on Monday evening: Tuesday keeps legs, whatever loads the shoulder goes to Thursday, told to the hour."""
    new = tmp_path / "new.yaml"
    code, out, err = run(capsys, "rebalance", ARTICLE, "-o", str(new))
    assert (code, err) == (0, "")
    assert "CHANGED: 6 of 12 planned lines." in out
    assert (
        "34.8 hours of that are left" in out
    )  # Monday 17:45 and 48 hours are Wednesday 17:45; Tuesday 07:00 is 34.75 hours before
    case = yaml.safe_load(new.read_text(encoding="utf-8"))
    tuesday = [i["exercise"] for i in case["plan"]["sessions"][0]["items"]]
    assert tuesday == ["leg press", "leg extension", "lying leg curl", "recumbent bike"]
    code, out, _ = run(capsys, "rebalance", str(new))
    assert code == 0
    assert out.startswith("UNCHANGED")


def test_the_json_fits_its_schema(capsys):
    """What apps read is what the schema says."""
    code, out, _ = run(capsys, "rebalance", ARTICLE, "--format", "json")
    assert code == 0
    jsonschema.validate(json.loads(out), json.loads(schema_text("rebalanced")))
    assert run(capsys, "rebalance", ARTICLE, "--format", "json")[1] == out


def test_demands_that_cannot_hold_end_with_1(capsys, tmp_path):
    """A locked exercise that a rule holds is named with the rule, and the week does without it."""
    data = week(conditions=[{"id": "acl_reconstruction", "side": "right", "date": "2026-11-23"}])
    data["plan"]["sessions"][0]["items"][0] = {"exercise": "running", "minutes": 20, "locked": True}
    code, out, _ = run(capsys, "rebalance", written(tmp_path, data))
    assert code == 1
    assert "INFEASIBLE" in out
    assert "running is locked in Tue 24 Nov 07:00" in out
    assert "no-running" in out


def test_an_unknown_exercise_is_left_out_and_said_so(capsys, tmp_path):
    """What can't be judged never stays in a rebalanced week."""
    data = week()
    data["plan"]["sessions"][0]["items"] = [{"exercise": "zorbing upside down", "sets": 3}]
    code, out, _ = run(capsys, "rebalance", written(tmp_path, data))
    assert code == 0
    assert "[dropped]" in out
    assert "No exercise of the catalog is called 'zorbing upside down'" in " ".join(out.split())


def test_an_unknown_condition_is_never_exit_0(capsys, tmp_path):
    """Nothing can be called allowed, so nothing stays, and the question stands."""
    code, _, _ = run(capsys, "rebalance", written(tmp_path, week(conditions=[{"id": "spontaneous_combustion"}])))
    assert code == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"plan": {"sessions": "monday"}}, "sessions"),
        ({"care_team": {"home_programme": [{"id": "h", "by": "nobody", "exercise": "pendulum"}]}}, "nobody"),
        ({"plan": {"sessions": [{"at": "2026-11-24T07:00", "items": [{"exercise": "plank", "home": "h9"}]}]}}, "h9"),
    ],
)
def test_bad_input_ends_with_2(capsys, tmp_path, change, words):
    """Each with its place and one sentence, and nothing is written."""
    path = written(tmp_path, week() | change)
    new = tmp_path / "new.yaml"
    code, out, err = run(capsys, "rebalance", path, "-o", str(new))
    assert (code, out) == (2, "")
    assert words in err
    assert not Path(new).exists()
