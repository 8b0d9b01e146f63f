"""The command line as others build on it: exit codes, streams, files, formats, options."""

import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

import safetyrules
from safetyrules.cli import main as main_module
from safetyrules.cli.main import main, parser
from safetyrules.errors import EngineError

ROOT = Path(__file__).resolve().parents[2]
HEALTHY, WEEK5 = ROOT / "examples" / "healthy.yaml", ROOT / "examples" / "rotator_cuff_week5.yaml"


@pytest.fixture
def quick(engine, monkeypatch):
    """Let commands on cases use the engine that is already there."""
    monkeypatch.setattr("safetyrules.cli.case_commands.engine_of", lambda _options: engine)
    monkeypatch.setattr("safetyrules.cli.graph_command.engine_of", lambda _options: engine)


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """No setting of this machine decides what is tested here."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)


def shell(*arguments, **options):
    """Run the command as a shell would."""
    command = [sys.executable, "-m", "safetyrules", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, **options)  # noqa: S603


def write_case(tmp_path, **changes):
    data = yaml.safe_load(HEALTHY.read_text()) | changes
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump(data))
    return path


# --- the process itself, once for each family -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [
        (("validate", HEALTHY), 0, b"allowed"),
        (("validate", WEEK5), 1, b"contraindicated"),
        (("filter", WEEK5, "--at", "2026-11-24T07:00", "--verdict", "allowed"), 0, b"leg_press"),
        (("explain", WEEK5, "--session", "1", "--item", "1"), 0, b"shoulder"),
        (("graph", "rotator_cuff_repair"), 0, b"Protection"),
        (("packs", "list"), 0, b"rotator_cuff_repair"),
        (("catalog", "show", "plank"), 0, b"forearm_plank"),
        (("schema", "case"), 0, b"safetyrules case/1"),
        (("--version",), 0, safetyrules.__version__.encode()),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_each_family_of_commands_runs_as_a_process(arguments, code, shown):
    """The exit code is the contract's, the answer is on standard output, nothing is on the error stream."""
    done = shell(*arguments)
    assert (done.returncode, done.stderr) == (code, b"")
    assert shown in done.stdout


def test_bad_input_ends_with_2_and_speaks_on_the_error_stream(tmp_path):
    """A script sees the difference between findings and a broken file."""
    path = tmp_path / "case.yaml"
    path.write_text("safetyrules: case/1\nclinet: {}\n")
    done = shell("validate", path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"{path}:2:1: unknown key 'clinet'")


def test_a_reader_that_goes_away_gets_no_traceback():
    """A reader that stops early, such as `head`, must not fill the terminal with Python; `true` reads nothing at all."""
    command = f"{sys.executable} -m safetyrules filter {WEEK5} --at 2026-11-24T07:00 --format json"
    done = subprocess.run(  # noqa: S603
        ["bash", "-c", f"set -o pipefail; {command} | true; exit ${{PIPESTATUS[0]}}"],  # noqa: S607
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr == b""


def test_the_console_script_is_this_command():
    """The installed `safetyrules` and `python -m safetyrules` are one program."""
    from importlib.metadata import entry_points

    (entry,) = entry_points(group="console_scripts", name="safetyrules")
    assert entry.load() is main


# --- help and usage ---------------------------------------------------------------------------------------------------


def _commands(of=None, path=()):
    """Yield the path of every command and verb."""
    top = of or parser()
    for action in top._actions:
        if hasattr(action, "choices") and isinstance(action.choices, dict):
            for name, sub in action.choices.items():
                yield (*path, name)
                yield from _commands(sub, (*path, name))


COMMANDS = sorted(set(_commands()))


@pytest.mark.parametrize("path", [(), *COMMANDS], ids=" ".join)
def test_every_command_explains_itself(path, capsys):
    """`--help` works everywhere, ends with 0 and names the command."""
    with pytest.raises(SystemExit) as ended:
        main([*path, "--help"])
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    assert out.startswith(" ".join(["usage: safetyrules", *path]))


def test_the_commands_of_the_contract_are_there():
    """Names that other programs call; a new one may be added, none may go."""
    wanted = {("validate",), ("filter",), ("explain",), ("graph",), ("packs", "list"), ("packs", "show"), ("packs", "lint")}
    wanted |= {
        ("catalog", "show"),
        ("catalog", "search"),
        ("catalog", "similar"),
        ("catalog", "lint"),
        ("catalog", "import"),
        ("schema",),
    }
    assert wanted <= set(COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-such-command"],
        ["validate"],
        ["validate", "a", "b"],
        ["validate", "a", "--fail-on", "allowed"],
        ["validate", "a", "--fail-on", "bad"],
        ["validate", "a", "--format", "pdf"],
        ["validate", "a", "--engine", "magic"],
        ["validate", "a", "--no-such-option"],
        ["filter", "a"],
        ["filter", "a", "--at", "2026-11-24T07:00", "--verdict", "fine"],
        ["explain", "a", "--session", "one", "--item", "1"],
        ["explain", "a", "--session", "1"],
        ["graph"],
        ["graph", "a", "--format", "png"],
        ["packs"],
        ["packs", "no-such-verb"],
        ["packs", "show"],
        ["catalog"],
        ["catalog", "search"],
        ["schema"],
        ["schema", "nothing"],
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_2(arguments, capsys):
    """A typing error never looks like a judged plan."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert err.startswith("usage: ")


# --- validate ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encode",
    [yaml.safe_dump, json.dumps, lambda data: json.dumps(data, indent=1), lambda data: "\n" + json.dumps(data)],
    ids=["yaml", "json", "json-indented", "json-blank"],
)
def test_a_case_can_come_from_standard_input(encode, capsys, monkeypatch, quick):
    """`-` reads YAML or JSON, whichever it is."""
    text = encode(yaml.safe_load(HEALTHY.read_text()))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["validate", "-"]) == 0
    assert "18 allowed" in capsys.readouterr().out


def test_a_fault_on_standard_input_is_located_there(capsys, monkeypatch, quick):
    """The name of the stream stands where a file name would."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"safetyrules: case/1\nclinet: {}\n")))
    assert main(["validate", "-"]) == 2
    assert capsys.readouterr().err.startswith("<stdin>:2:1: ")


def test_empty_standard_input_is_bad_input(capsys, monkeypatch, quick):
    """A broken pipe upstream must not read as an empty, harmless plan."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert main(["validate", "-"]) == 2
    assert "empty" in capsys.readouterr().err


# one session for each verdict that a healthy-looking case can reach, and the order of strictness
CASES = {
    "allowed": {},
    "unknown": {"plan": {"sessions": [{"at": "2026-11-23T18:00", "items": [{"exercise": "no such thing"}]}]}},
    "contraindicated": {
        "client": {
            "symptoms": [],
            "conditions": [
                {"id": "pregnancy", "date": "2026-06-22", "params": {"regularly_active": True, "stage": "none", "plurality": 1}}
            ],
        },
        "plan": {"sessions": [{"at": "2026-11-23T18:00", "items": [{"exercise": "plank", "rpe": 5}]}]},
    },
    "clearance_required": {
        "client": {"symptoms": [], "measurements": [{"name": "resting_hr", "value": 110, "unit": "bpm", "at": "2026-11-23T17:50"}]},
        "plan": {"sessions": [{"at": "2026-11-23T18:00", "items": [{"exercise": "plank"}]}]},
    },
    "not_today": {
        "client": {"symptoms": [{"id": "fever", "at": "2026-11-23T17:50"}]},
        "plan": {"sessions": [{"at": "2026-11-23T18:00", "items": [{"exercise": "plank"}]}]},
    },
    "emergency": {
        "client": {"symptoms": [{"id": "facial_droop", "at": "2026-11-23T17:50"}]},
        "plan": {"sessions": [{"at": "2026-11-23T18:00", "items": [{"exercise": "plank"}]}]},
    },
    "limited": {  # within every limit: an opioid, alert, stopping before failure
        "client": {
            "symptoms": [],
            "medications": [
                {
                    "id": "opioids",
                    "started": "2026-09-01",
                    "params": {"post_op": False, "fentanyl_patch": False, "combined_sedatives": 1, "falls_12mo": 0},
                }
            ],
            "states": [],
        },
        "plan": {"sessions": [{"at": "2026-11-23T18:00", "items": [{"exercise": "leg press", "rpe": 6, "load_kg": 60}]}]},
    },
}
ORDER = ("allowed", "limited", "unknown", "contraindicated", "clearance_required", "not_today", "emergency")


@pytest.mark.parametrize("verdict", ORDER)
def test_fail_on_draws_the_line(tmp_path, verdict, capsys, quick):
    """Exit 1 exactly where the plan's verdict is at or above the word, 0 below it; the default is `unknown`."""
    path = write_case(tmp_path, **CASES[verdict])
    codes = {word: main(["validate", str(path), "--fail-on", word, "--format", "json"]) for word in ORDER[1:]}
    reports = capsys.readouterr().out
    assert f'"verdict": "{verdict}"' in reports or f'"verdict":"{verdict}"' in reports
    assert codes == {word: int(ORDER.index(verdict) >= ORDER.index(word)) for word in ORDER[1:]}
    assert main(["validate", str(path)]) == codes["unknown"]


def test_a_dose_beyond_its_limits_fails_whatever_the_line(tmp_path, capsys, quick):
    """A limit that the plan breaks is a finding, even where only emergencies should fail."""
    case = CASES["limited"]
    item = case["plan"]["sessions"][0]["items"][0]
    plan = {"sessions": [{"at": "2026-11-23T18:00", "items": [item | {"rpe": 10}]}]}
    path = write_case(tmp_path, **case | {"plan": plan})
    assert main(["validate", str(path), "--fail-on", "emergency"]) == 1
    capsys.readouterr()


def test_a_case_without_sessions_is_never_a_success(tmp_path, capsys, quick):
    """Nothing was judged, so the shell must not see 0."""
    path = write_case(tmp_path, plan={"sessions": []})
    assert main(["validate", str(path)]) == 1
    capsys.readouterr()


def test_each_format_is_what_it_says(capsys, quick):
    """JSON and SARIF parse as JSON, junit as XML, github as annotations, text as text."""
    found = {}
    for name in ("text", "json", "sarif", "junit", "github"):
        assert main(["validate", str(WEEK5), "--format", name]) == 1
        found[name] = capsys.readouterr().out
    assert json.loads(found["json"])["safetyrules"] == "report/1"
    assert json.loads(found["sarif"])["version"] == "2.1.0"
    assert ET.fromstring(found["junit"]).tag in ("testsuites", "testsuite")  # noqa: S314
    assert found["github"].startswith(("::error", "::warning"))
    assert found["text"].startswith("Monday 23 November 2026")
    assert all(text.endswith("\n") for text in found.values())


@pytest.mark.parametrize(("setting", "start"), [("true", "::"), ("false", "Monday"), ("", "Monday")])
def test_auto_annotates_under_github_actions(setting, start, capsys, monkeypatch, quick):
    """The default format follows where it runs; naming one wins."""
    monkeypatch.setenv("GITHUB_ACTIONS", setting)
    main(["validate", str(WEEK5)])
    assert capsys.readouterr().out.startswith(start)
    main(["validate", str(WEEK5), "--format", "text"])
    assert capsys.readouterr().out.startswith("Monday")


class _Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("no_color", "colored"), [(None, True), ("1", False), ("", False)])
def test_colors_are_for_terminals_that_want_them(no_color, colored, monkeypatch, quick):
    """NO_COLOR switches them off on a terminal, whatever it is set to."""
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    screen = _Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    main(["validate", str(WEEK5)])
    assert ("\x1b[" in screen.getvalue()) is colored


def test_no_colors_go_into_a_pipe_or_a_file(tmp_path, capsys, monkeypatch, quick):
    """Text in a file is plain, also where the terminal would have colors."""
    main(["validate", str(WEEK5)])
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setattr("sys.stdout", _Terminal())
    main(["validate", str(WEEK5), "-o", str(tmp_path / "out.txt")])
    assert "\x1b" not in (tmp_path / "out.txt").read_text()


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_result_can_go_into_a_file(tmp_path, capsys, quick):
    """The file holds what the screen would show; the screen stays empty; the exit code is the same."""
    main(["validate", str(WEEK5), "--format", "json"])
    shown = capsys.readouterr().out
    target = tmp_path / "report.json"
    assert main(["validate", str(WEEK5), "--format", "json", "-o", str(target)]) == 1
    assert capsys.readouterr().out == ""
    assert target.read_text() == shown
    assert os.listdir(tmp_path) == ["report.json"]


def test_a_run_that_fails_leaves_the_old_file_alone(tmp_path, capsys, quick):
    """Yesterday's report is not lost to today's typing error, and nothing half-written stays."""
    target = tmp_path / "report.json"
    target.write_text("old")
    broken = write_case(tmp_path, clinet={})
    assert main(["validate", str(broken), "-o", str(target)]) == 2
    assert target.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["case.yaml", "report.json"]
    capsys.readouterr()


def test_a_name_that_no_file_can_have_is_bad_input(capsys, quick):
    """A null byte in the name of the output: exit code 2 and a sentence."""
    assert main(["validate", str(HEALTHY), "-o", "a\0b"]) == 2
    assert "can't write" in capsys.readouterr().err


def test_a_write_that_fails_half_way_leaves_the_old_file_alone(tmp_path, capsys, monkeypatch, quick):
    """A full disk at the last moment: the old file stands, exit code 2, no leftover."""
    target = tmp_path / "report.txt"
    target.write_text("old")

    def full(_self, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    assert main(["validate", str(HEALTHY), "-o", str(target)]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.txt"]


@pytest.mark.parametrize("place", ["none/report.txt", "case.yaml/report.txt"])
def test_a_folder_that_can_not_take_the_file_is_bad_input(tmp_path, place, capsys, quick):
    """A missing folder, or a file in its place."""
    path = write_case(tmp_path)
    assert main(["validate", str(path), "-o", str(tmp_path / place)]) == 2
    assert "can't write" in capsys.readouterr().err


def test_a_folder_in_place_of_the_file_is_bad_input(tmp_path, capsys, quick):
    """The folder stays what it was."""
    target = tmp_path / "folder"
    target.mkdir()
    assert main(["validate", str(HEALTHY), "-o", str(target)]) == 2
    assert "can't write" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="wants a folder where nobody may write")
def test_a_folder_where_nobody_may_write_is_bad_input(capsys, quick):
    """Missing permission is said in words."""
    assert main(["validate", str(HEALTHY), "-o", "/proc/report.txt"]) == 2
    assert "can't write /proc/report.txt" in capsys.readouterr().err


# --- packs and catalogs beside the bundled ones -----------------------------------------------------------------------

CONDITION = (
    "format: condition/1\nid: sore_thing\ntitle: Sore thing\nkind: overuse\nregion: {region}\nsided: false\nclock: always\n"
    "restrictions:\n- {{id: r, effect: contraindicate, match: {{joint: {joint}}}, because: It hurts., basis: background}}\n"
)


def write_pack(folder, *, region="knee", joint="knee"):
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        "format: pack/1\nid: extra\ntitle: Extra\nversion: 1.0.0\nlicense: CC0-1.0\ndescription: For tests.\n"
        "owns: [sore_thing]\nreview: {status: pending}\n"
    )
    (folder / "references.yaml").write_text("format: references/1\nreferences: {SRC: {title: Made up, grade: B}}\n")
    (folder / "sore_thing.yaml").write_text(CONDITION.format(region=region, joint=joint))
    return folder


def test_another_pack_is_used_beside_the_bundled_ones(tmp_path, capsys):
    """Its condition is known, its rule holds, and the report names the pack."""
    pack = write_pack(tmp_path / "extra")
    case = write_case(tmp_path, client={"symptoms": [], "conditions": [{"id": "sore_thing"}]})
    assert main(["validate", str(case), "--pack", str(pack), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert "extra" in [p["id"] for p in report["engine"]["packs"]]
    assert "extra/sore_thing.r" in [r["rule"] for i in report["sessions"][0]["items"] for r in i["reasons"]]


def test_a_broken_pack_ends_with_2_and_names_every_problem(tmp_path, capsys):
    """Never a run without the pack that was asked for."""
    pack = write_pack(tmp_path / "extra", region="kne", joint="knee")
    second = write_pack(tmp_path / "second", joint="kneee")
    assert main(["validate", str(HEALTHY), "--pack", str(pack), "--pack", str(second)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{pack}/sore_thing.yaml:5:1", f"{second}/sore_thing.yaml:9:43"]


@pytest.mark.parametrize("option", ["--pack", "--catalog"])
def test_an_unknown_pack_or_catalog_ends_with_2(option, capsys):
    """Neither a folder nor an installed name."""
    assert main(["validate", str(HEALTHY), option, "no_such_thing"]) == 2
    assert capsys.readouterr().err.startswith("no_such_thing: no such pack or catalog")


def test_all_unknown_packs_are_named_at_once(capsys):
    """Two typing errors, two lines."""
    assert main(["validate", str(HEALTHY), "--pack", "one", "--pack", "two"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_folder_without_a_pack_ends_with_2(tmp_path, capsys):
    """An empty folder is no empty pack."""
    assert main(["validate", str(HEALTHY), "--pack", str(tmp_path)]) == 2
    assert "pack.yaml is missing" in capsys.readouterr().err


CATALOG = """\
family: extra
title: Extra
estimates: Every value here is invented for the tests.
exercises:
- id: made_up_move
  name: Made-up move
  kind: mobility
  pattern: [mobility]
  laterality: bilateral
  equipment: [bodyweight]
  joints: [{j: knee, a: flexion, deg: [0, 90], mode: active}]
  muscles: {prime: [quadriceps]}
  support: {feet: full, hands: none}
  position: [standing]
  strain: {valsalva: none}
  intensity: light
  load: {type: [bodyweight]}
  adjust: []
  ladder: {}
  ev: {}
"""


def test_another_catalog_is_used_beside_the_bundled_one(tmp_path, capsys):
    """Its exercise is known, and so is a bundled one."""
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "extra.yaml").write_text(CATALOG)
    items = [{"exercise": "made-up move"}, {"exercise": "plank"}]
    case = write_case(tmp_path, plan={"sessions": [{"at": "2026-11-23T18:00", "items": items}]})
    assert main(["validate", str(case), "--catalog", str(tmp_path / "cat")]) == 0
    assert main(["validate", str(case)]) == 1
    capsys.readouterr()


@pytest.mark.parametrize("options", [["--engine", "durable"], ["--engine", "reference"], ["--check-engine"]])
def test_the_engines_agree_on_an_example(options, capsys):
    """Whichever engine is asked for, the verdicts are the same."""
    assert main(["validate", str(WEEK5), "--format", "json", *options]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [i["verdict"] for i in report["sessions"][0]["items"]] == ["contraindicated"] * 4 + ["allowed"] * 2


# --- filter, explain, graph -------------------------------------------------------------------------------------------


def test_filter_judges_the_whole_catalog(engine, capsys, quick):
    """Every exercise is there, and the text and the JSON agree on how many are allowed."""
    assert main(["filter", str(WEEK5), "--at", "2026-11-24T07:00", "--format", "json"]) == 0
    pool = json.loads(capsys.readouterr().out)
    assert pool["safetyrules"] == "pool/1"
    assert {i["exercise"] for i in pool["items"]} == set(engine.catalog.exercises)


def test_filter_shows_only_the_verdicts_asked_for(capsys, quick):
    """The option may be repeated."""
    arguments = ["filter", str(WEEK5), "--at", "2026-11-24T07:00", "--format", "json"]
    assert main([*arguments, "--verdict", "allowed", "--verdict", "limited"]) == 0
    assert {i["verdict"] for i in json.loads(capsys.readouterr().out)["items"]} == {"allowed", "limited"}


@pytest.mark.parametrize("at", ["tomorrow", "2026-11-24", "2026-02-30T07:00", "07:00", "", "2026-11-24T07:00+99:00"])
def test_filter_refuses_a_time_that_is_none(at, capsys, quick):
    """Bad usage is bad input."""
    assert main(["filter", str(WEEK5), "--at", at]) == 2
    assert "--at" in capsys.readouterr().err


def test_filter_wants_a_zone(tmp_path, capsys, quick):
    """A time without offset in a case without time zone is no moment."""
    path = tmp_path / "case.yaml"
    path.write_text("safetyrules: case/1\n")
    assert main(["filter", str(path), "--at", "2026-11-24T07:00"]) == 2
    assert "timezone" in capsys.readouterr().err
    assert main(["filter", str(path), "--at", "2026-11-24T07:00Z"]) == 0


def test_filter_refuses_a_time_that_the_clocks_skip(capsys, quick):
    """8 March 2026, 02:30 does not exist in New York; a case file with it is refused, and so is the option."""
    assert main(["filter", str(WEEK5), "--at", "2026-03-08T02:30"]) == 2
    capsys.readouterr()


def test_explain_counts_from_one_in_the_order_of_the_file(capsys, quick):
    """Session 2, item 2 of the example is the overhead press."""
    assert main(["explain", str(WEEK5), "--session", "2", "--item", "2", "--format", "json"]) == 0
    explanation = json.loads(capsys.readouterr().out)
    assert explanation["item"]["as_written"] == "overhead press"
    assert explanation["chains"]
    assert main(["explain", str(WEEK5), "--session", "2", "--item", "2"]) == 0
    assert "overhead press" in capsys.readouterr().out


@pytest.mark.parametrize(("session", "item"), [(0, 1), (4, 1), (1, 0), (1, 7), (-1, 1), (1, -1)])
def test_explain_refuses_a_number_that_is_not_in_the_plan(session, item, capsys, quick):
    """Three sessions of six items: numbers outside are bad input, never the last item from behind."""
    assert main(["explain", str(WEEK5), f"--session={session}", f"--item={item}"]) == 2
    assert "the plan has 3 sessions" in (err := capsys.readouterr().err) or "has 6 items" in err


@pytest.mark.parametrize("name", ["text", "mermaid", "dot", "graphml", "json"])
def test_graph_speaks_every_format(name, tmp_path, capsys, quick):
    """The same on the screen and in a file."""
    assert main(["graph", "rotator cuff repair", "--format", name]) == 0
    shown = capsys.readouterr().out
    assert main(["graph", "RCR", "--format", name, "-o", str(tmp_path / "g")]) == 0
    assert (tmp_path / "g").read_text() == shown
    if name == "json":
        json.loads(shown)
    if name == "graphml":
        assert ET.fromstring(shown).tag.endswith("graphml")  # noqa: S314
    assert shown.startswith({"mermaid": ("flowchart", "graph"), "dot": ("digraph", "strict digraph")}.get(name, ("", "")))


def test_graph_refuses_a_condition_that_no_pack_knows(capsys, quick):
    """With the nearest names."""
    assert main(["graph", "rotator_cuf_repair"]) == 2
    assert "rotator_cuff_repair" in capsys.readouterr().err


# --- packs, catalog, schema -------------------------------------------------------------------------------------------


def test_packs_list_names_every_condition(engine, capsys):
    """And its version, review and digest."""
    assert main(["packs", "list"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name}  " in out for name in engine.knowledge.conditions)
    assert all(f"{p.id} {p.version}  " in out and p.sha256[:12] in out for p in engine.knowledge.packs)


@pytest.mark.parametrize("name", ["rotator_cuff_repair", "RCR", "Rotator Cuff Repairs"])
def test_packs_show_finds_a_condition_by_any_name(name, capsys):
    """Id, alias, or another spelling."""
    assert main(["packs", "show", name]) == 0
    assert "Rotator cuff repair" in capsys.readouterr().out


def test_packs_show_refuses_an_unknown_condition(capsys):
    """Bad usage is bad input."""
    assert main(["packs", "show", "no such thing"]) == 2
    assert "is no condition" in capsys.readouterr().err


def test_packs_lint_passes_the_bundled_packs(capsys):
    """What ships loads and compiles."""
    assert main(["packs", "lint"]) == 0
    assert "no findings" in capsys.readouterr().out


def test_packs_lint_names_every_problem_of_a_folder(tmp_path, capsys):
    """Exit 2, because such a pack can't be used."""
    assert main(["packs", "lint", str(write_pack(tmp_path / "good"))]) == 0
    capsys.readouterr()
    assert main(["packs", "lint", str(write_pack(tmp_path / "bad", region="kne"))]) == 2
    assert "unknown region 'kne'" in capsys.readouterr().err
    assert main(["packs", "lint", str(tmp_path / "none")]) == 2


def test_catalog_search_and_show(capsys):
    """Search offers, show wants one; nothing found is a finding, an unknown name bad input."""
    assert main(["catalog", "search", "push", "up"]) == 0
    assert "push_up" in capsys.readouterr().out
    assert main(["catalog", "search", "qqqqzzzz"]) == 1
    assert main(["catalog", "show", "Overhead Press"]) == 0
    assert "standing_overhead_press" in capsys.readouterr().out
    assert main(["catalog", "show", "overhed pres"]) == 2
    assert "overhead_press" in capsys.readouterr().err


def test_catalog_lint_counts_findings(tmp_path, capsys):
    """A sound folder ends with 0, one with a finding with 1, one that can't be read with 2."""
    file = tmp_path / "extra.yaml"
    file.write_text(CATALOG)
    assert main(["catalog", "lint", str(tmp_path)]) == 0
    file.write_text(CATALOG.replace("muscles: {prime: [quadriceps]}", "muscles: {}"))
    assert main(["catalog", "lint", str(tmp_path)]) == 1
    assert "C18 no muscle is named" in capsys.readouterr().out
    file.write_text(CATALOG.replace("kind: mobility", "kind: x"))
    assert main(["catalog", "lint", str(tmp_path)]) == 2


def test_catalog_similar_names_other_exercises(capsys):
    """Nearest first, as many as asked for, never the exercise itself."""
    assert main(["catalog", "similar", "back squat", "--count", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert not any("barbell_back_squat " in line for line in lines[1:])


@pytest.mark.parametrize("name", ["case", "report", "rebalanced"])
def test_schema_prints_a_json_schema(name, tmp_path, capsys):
    """The same on the screen and in a file."""
    assert main(["schema", name]) == 0
    shown = capsys.readouterr().out
    assert json.loads(shown)["$schema"].startswith("https://json-schema.org/")
    assert main(["schema", name, "-o", str(tmp_path / "s.json")]) == 0
    assert (tmp_path / "s.json").read_text() == shown


# --- faults of the library itself -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", [RuntimeError("boom"), EngineError("the engines disagree"), RecursionError("deep"), MemoryError(), KeyError("x")]
)
def test_a_fault_of_the_library_ends_with_3_and_no_verdict(fault, capsys, monkeypatch):
    """One plain line on the error stream, no traceback, no half report."""

    def fail(*_arguments, **_options):
        raise fault

    monkeypatch.setattr("safetyrules.engine.Engine.validate", fail)
    assert main(["validate", str(HEALTHY)]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("safetyrules: ")
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1


def test_a_pipe_that_breaks_is_no_success(monkeypatch, quick):
    """What the reader did not get was not judged by it."""
    seen = []

    class Gone(io.StringIO):
        def write(self, _text):
            raise BrokenPipeError(32, "Broken pipe")

        def fileno(self):
            return 99

    monkeypatch.setattr(main_module.os, "dup2", lambda *numbers: seen.append(numbers))
    monkeypatch.setattr("sys.stdout", Gone())
    assert main(["validate", str(HEALTHY)]) == 1
    assert len(seen) == 1
