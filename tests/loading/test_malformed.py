"""No case file, however broken, is judged: exit code 2, every problem at its place, no traceback, within seconds."""

import os
import re
import time

import pytest

from safetyrules.cli.main import main

HEAD = "safetyrules: case/1\ntimezone: America/New_York\n"
PLAN = "plan:\n  sessions:\n  - at: 2026-11-24T07:00\n    items: [{exercise: plank}]\n"


@pytest.fixture
def quick(engine, monkeypatch):
    """Let the command line use the engine that is already there: what a broken case meets does not depend on it."""
    monkeypatch.setattr("safetyrules.cli.case_commands.engine_of", lambda _options: engine)


@pytest.fixture
def refused(tmp_path, capsys, quick):
    """Write a text or bytes, judge it, and return the problem lines with the file's name cut off."""

    def run(content, name="case.yaml", *, seconds=5.0):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        started = time.perf_counter()
        code = main(["validate", str(path)])
        assert time.perf_counter() - started < seconds
        out, err = capsys.readouterr()
        assert code == 2
        assert out == ""
        assert "Traceback" not in err
        assert "internal error" not in err
        lines = err.splitlines()
        assert lines
        assert all(line.startswith(str(path)) for line in lines), err
        return [line.removeprefix(f"{path}:") for line in lines]

    return run


def case(text):
    """A case whose head fills lines 1 and 2, so that `text` starts on line 3."""
    return HEAD + text


# Each row: what is wrong, the text from line 3 on, the place, and words that the sentence must hold.
ONE_FAULT = {
    "text where a number belongs": ("client:\n  age: old\n", "4:3", ("whole number", "'old'", "client.age")),
    "a list where a map belongs": ("client: [1, 2]\n", "3:1", ("map", "a list")),
    "a map where a list belongs": ("client:\n  measurements: {a: 1}\n", "4:3", ("list", "a map")),
    "a broken number of sets": (
        "plan: {sessions: [{at: 2026-11-24T07:00, items: [{exercise: plank, sets: 2.5}]}]}\n",
        "3:68",
        ("whole number", "2.5"),
    ),
    "an unknown key at the top": ("clinet: {}\n", "3:1", ("unknown key 'clinet'", "Did you mean 'client'")),
    "an unknown key far down": (
        "plan: {sessions: [{at: 2026-11-24T07:00, items: [{exercise: plank, repz: 5}]}]}\n",
        "3:68",
        ("unknown key 'repz'", "Did you mean 'reps'", "plan.sessions[0].items[0].repz"),
    ),
    "a day that no month has": ("client:\n  birth_date: 2026-02-30\n", "4:3", ("2026-02-30", "not a date on the calendar")),
    "a month that no year has": ("client:\n  birth_date: 2026-13-01\n", "4:3", ("2026-13-01", "not a date on the calendar")),
    "a date in another order": ("client:\n  birth_date: 04/02/1961\n", "4:3", ("04/02/1961", "write it as")),
    "an hour that no day has": (
        "plan: {sessions: [{at: 2026-11-24T25:00}]}\n",
        "3:20",
        ("2026-11-24T25:00", "not a time on the calendar"),
    ),
    "a date where a time belongs": ("plan: {sessions: [{at: 2026-11-24}]}\n", "3:20", ("2026-11-24", "not a time")),
    "a negative load": (
        "plan: {sessions: [{at: 2026-11-24T07:00, items: [{exercise: plank, load_kg: -5}]}]}\n",
        "3:68",
        ("greater than or equal to 0",),
    ),
    "an effort beyond the scale": (
        "plan: {sessions: [{at: 2026-11-24T07:00, items: [{exercise: plank, rpe: 11}]}]}\n",
        "3:68",
        ("10",),
    ),
    "infinity is only a word": ("client:\n  body_weight_kg: .inf\n", "4:3", ("a number", "'.inf'")),
    "not-a-number is only a word": ("client:\n  body_weight_kg: .nan\n", "4:3", ("a number", "'.nan'")),
    "a number too long to be one": (f"client:\n  age: {'9' * 400}\n", "4:3", ("whole number",)),
    "an exponent is only a word": ("client:\n  body_weight_kg: 1e3\n", "4:3", ("a number", "'1e3'")),
    "a leading zero is only a word": ("client:\n  age: 065\n", "4:3", ("whole number", "'065'")),
    "a YAML 1.1 no is only a word": (
        "plan: {sessions: [{at: 2026-11-24T07:00, items: [{exercise: plank, locked: no}]}]}\n",
        "3:68",
        ("true or false", "'no'"),
    ),
    "a Python object": ("client: !!python/object/apply:os.system ['true']\n", "3:9", ("tag", "python/object", "not allowed")),
    "a private tag": ("client: !mine {}\n", "3:9", ("tag", "!mine")),
    "a tag that turns text into bytes": ("client: {ref: !!binary aGk=}\n", "3:15", ("tag",)),
    "two documents": ("client: {}\n---\nclient: {}\n", "4:1", ("more than one document",)),
    "a tab for indentation": ("client:\n\tage: 5\n", "4:1", ("tab", "spaces")),
    "a key that is a number": ("1: a\n", "3:1", ("key must be text",)),
    "a key that is true": ("true: a\n", "3:1", ("key must be text",)),
    "a key that is a list": ("? [a]\n: b\n", "3:3", ("key must be text",)),
    "a merge key": ("x-base: &b {a: 1}\nclient:\n  <<: *b\n", "5:3", ("key",)),
    "a duplicate key": ("client: {}\nclient: {}\n", "4:1", ("duplicate key 'client'", "line 3")),
    "a duplicate key far down": ("client:\n  age: 5\n  sex: female\n  age: 6\n", "6:3", ("duplicate key 'age'", "line 4")),
    "an alias without an anchor": ("client: *nobody\n", "3:9", ("alias",)),
    "an open bracket": ("client: [1, 2\n", "4:1", ("not valid YAML",)),
    "a control character": ("client: {ref: 'a\x01b'}\n", "3:17", ("control character U+0001",)),
    "an hour that the clocks skip": (
        "plan: {sessions: [{at: 2026-03-08T02:30}]}\n",
        "3:20",
        ("2026-03-08 02:30", "does not exist", "America/New_York"),
    ),
    "a member nobody named": (
        "care_team:\n  members: [{id: pt-1, role: physical_therapist}]\n"
        "  events: [{id: e1, by: pt-2, at: 2026-11-23T17:00, kind: strengthening}]\n",
        "5:21",
        ("'pt-2' is no member", "pt-1"),
    ),
    "a member id used twice": (
        "care_team:\n  members: [{id: a, role: surgeon}, {id: a, role: physician}]\n",
        "4:38",
        ("'a' is used twice",),
    ),
    "an event id used twice": (
        "care_team:\n  members: [{id: a, role: surgeon}]\n  events:\n"
        "  - {id: e, by: a, at: 2026-11-23T17:00, kind: other}\n  - {id: e, by: a, at: 2026-11-23T18:00, kind: other}\n",
        "7:6",
        ("'e' is used twice",),
    ),
    "a symptom nobody knows": (
        "client:\n  symptoms: [{id: dizzyness, at: 2026-11-24T06:50}]\n",
        "4:15",
        ("unknown symptom 'dizzyness'", "Did you mean 'dizziness'"),
    ),
    "a state nobody knows": ("client:\n  states: [{id: sedatd}]\n", "4:13", ("unknown state 'sedatd'", "'sedated'")),
    "a measurement nobody knows": (
        "client:\n  measurements: [{name: resting_sbb, value: 120, unit: mmHg, at: 2026-11-24T06:50}]\n",
        "4:19",
        ("unknown measurement 'resting_sbb'", "'resting_sbp'"),
    ),
    "another unit": (
        "client:\n  measurements: [{name: resting_sbp, value: 18, unit: kPa, at: 2026-11-24T06:50}]\n",
        "4:49",
        ("mmHg", "'kPa'", "Convert"),
    ),
    "a value no body has": (
        "client:\n  measurements: [{name: resting_sbp, value: 999, unit: mmHg, at: 2026-11-24T06:50}]\n",
        "4:38",
        ("999", "not possible", "50 to 300"),
    ),
    "a role nobody has": ("care_team:\n  members: [{id: a, role: surgen}]\n", "4:21", ("unknown role 'surgen'", "'surgeon'")),
    "a kind of event nobody knows": (
        "care_team:\n  members: [{id: a, role: surgeon}]\n  events: [{id: e, by: a, at: 2026-11-23T17:00, kind: strenghtening}]\n",
        "5:49",
        ("unknown event kind", "'strengthening'"),
    ),
    "a region nobody has": (
        "client:\n  pain: [{region: sholder, during: 3, at: 2026-11-23T17:30}]\n",
        "4:11",
        ("unknown region 'sholder'", "'shoulder'"),
    ),
    "equipment nobody knows": ("client:\n  equipment: [dumbell]\n", "4:15", ("unknown equipment 'dumbell'", "'dumbbell'")),
    "a clearance from nobody": (
        "client:\n  conditions: [{id: pregnancy, date: 2026-06-22, cleared: [{by: witch, date: 2026-11-01}]}]\n",
        "4:61",
        ("'witch'",),
    ),
    "a muscle nobody has": (
        "plan: {goals: {weekly_sets: {quadricep: [8, 14]}}}\n",
        "3:30",
        ("unknown muscle 'quadricep'", "'quadriceps'"),
    ),
    "a parameter the condition lacks": (
        "client:\n  conditions: [{id: rotator_cuff_repair, side: right, date: 2026-10-19, params: {tear: small}}]\n",
        "4:82",
        ("unknown parameter of rotator_cuff_repair 'tear'",),
    ),
    "a value the parameter lacks": (
        "client:\n  conditions: [{id: rotator_cuff_repair, side: right, date: 2026-10-19, params: {tear_size: smal}}]\n",
        "4:82",
        ("unknown value of tear_size 'smal'", "'small'"),
    ),
    "a flag that is no flag": (
        "client:\n  conditions: [{id: rotator_cuff_repair, date: 2026-10-19, params: {biceps_tenodesis: no}}]\n",
        "4:69",
        ("biceps_tenodesis is true or false", "'no'"),
    ),
    "a number that no pregnancy has": (
        "client:\n  conditions: [{id: pregnancy, date: 2026-06-22, params: {plurality: 20}}]\n",
        "4:59",
        ("plurality 20 is not possible", "1 to 8"),
    ),
    "a due date on no calendar": (
        "client:\n  conditions: [{id: pregnancy, params: {due_date: 2026-02-30}}]\n",
        "4:41",
        ("2026-02-30", "calendar"),
    ),
    "an instruction about no joint": (
        "care_team:\n  members: [{id: a, role: surgeon}]\n"
        "  instructions: [{id: i1, by: a, date: 2026-11-10, effect: contraindicate, match: {joint: sholder}}]\n",
        "5:84",
        ("unknown joint 'sholder'", "shoulder"),
    ),
    "an instruction with an unknown key": (
        "care_team:\n  members: [{id: a, role: surgeon}]\n"
        "  instructions: [{id: i1, by: a, date: 2026-11-10, effect: contraindicate, match: {jont: shoulder}}]\n",
        "5:76",
        ("'jont'", "joint"),
    ),
    "an instruction that limits nothing known": (
        "care_team:\n  members: [{id: a, role: surgeon}]\n"
        "  instructions: [{id: i1, by: a, date: 2026-11-10, effect: limit, limits: {load_lb: {max: 10}}}]\n",
        "5:67",
        ("unknown quantity 'load_lb'",),
    ),
    "an instruction whose limit is upside down": (
        "care_team:\n  members: [{id: a, role: surgeon}]\n"
        "  instructions: [{id: i1, by: a, date: 2026-11-10, effect: limit, limits: {load_kg: {min: 10, max: 5}}}]\n",
        "5:67",
        ("load_kg", "min above max"),
    ),
    "a limiting instruction without limits": (
        "care_team:\n  members: [{id: a, role: surgeon}]\n  instructions: [{id: i1, by: a, date: 2026-11-10, effect: limit}]\n",
        "5:18",
        ("limits",),
    ),
    "a condition without a name": ("client:\n  conditions: [{side: left}]\n", "4:16", ("exactly one",)),
    "a word that no list has": ("client:\n  sex: femal\n", "4:3", ("female", "Did you mean 'female'")),
    "a pain beyond the scale": ("client:\n  pain: [{region: shoulder, during: 12, at: 2026-11-23T17:30}]\n", "4:29", ("10",)),
}


@pytest.mark.parametrize("name", ONE_FAULT)
def test_each_fault_is_refused_at_its_place(refused, name):
    """The one problem is named with line and column, with the words that help to mend it."""
    text, place, words = ONE_FAULT[name]
    (line,) = refused(case(text))
    assert line.startswith(f"{place}: "), line
    for word in words:
        assert word in line


def test_an_unknown_time_zone_is_refused(refused):
    """A misspelt zone would shift every session."""
    (line,) = refused("safetyrules: case/1\ntimezone: America/New_Yorck\n" + PLAN)
    assert line.startswith("2:1: unknown time zone 'America/New_Yorck'")


def test_a_time_zone_that_is_a_path_is_refused(refused):
    """A zone is a name and never a file of this machine."""
    (line,) = refused("safetyrules: case/1\ntimezone: ../../etc/passwd\n" + PLAN)
    assert line.startswith("2:1: unknown time zone")


def test_a_time_without_any_zone_is_refused(refused):
    """Neither an offset nor a `timezone`: the moment is not known, and nothing is assumed."""
    (line,) = refused("safetyrules: case/1\n" + PLAN)
    assert line.startswith("4:5: ")
    assert "no offset" in line


@pytest.mark.parametrize("content", ["", "   \n\n", "# only a comment\n", "---\n"], ids=["nothing", "blank", "comment", "marker"])
def test_an_empty_file_is_refused(refused, content):
    """Nothing was said, so nothing is allowed."""
    assert refused(content)


@pytest.mark.parametrize("content", ["- a\n- b\n", "just words\n", "5\n", "null\n"], ids=["list", "text", "number", "null"])
def test_a_file_that_is_no_map_is_refused(refused, content):
    """A case is a map of keys and values."""
    assert any("map" in line for line in refused(content))


def test_another_format_is_refused(refused):
    """A later version of the format may mean something else."""
    (line,) = refused("safetyrules: case/2\n")
    assert line.startswith("1:1: ")
    assert "case/1" in line


def test_a_case_without_its_first_line_is_refused(refused):
    """The format line is what says how to read the rest."""
    (line,) = refused("timezone: UTC\n" + PLAN)
    assert "the key 'safetyrules' is missing" in line


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_another_encoding_is_refused(refused, encoding):
    """A wrongly decoded name or word could be read as another; only UTF-8 is taken."""
    lines = refused((HEAD + "client: {ref: José}\n").encode(encoding))
    assert len(lines) == 1


def test_utf8_with_a_byte_order_mark_is_read(tmp_path, capsys, quick):
    """Editors on Windows write the mark; it changes nothing."""
    path = tmp_path / "case.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + "client: {ref: José}\n" + PLAN).encode())
    assert main(["validate", str(path)]) == 0
    assert "allowed" in capsys.readouterr().out


@pytest.mark.parametrize("content", [bytes(range(256)) * 64, b"\x89PNG\r\n\x1a\n" + b"\0" * 4096, b"PK\x03\x04" + b"\xff" * 99])
def test_a_binary_file_is_refused(refused, content):
    """A picture or an archive is no case."""
    assert len(refused(content)) == 1


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(refused):
    """Size is looked at first, so that a huge file costs nothing."""
    (line,) = refused(HEAD.encode() + b"# " + b"x" * 50_000_000, seconds=1.5)
    assert "the limit is" in line


def test_an_alias_bomb_is_refused(refused):
    """Nine levels of nine aliases would be 9^9 values."""
    text = HEAD + "x-a: &a [lol]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True):
        text += f"x-{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    assert any("alias" in line for line in refused(text))


def test_an_alias_that_holds_itself_is_refused(refused):
    """A value inside itself has no end."""
    assert any("nested deeper" in line or "alias" in line for line in refused(HEAD + "x-a: &a [*a]\n"))


@pytest.mark.parametrize("levels", [60, 5_000, 200_000])
def test_deep_nesting_is_refused(refused, levels):
    """Neither the parser's stack nor ours may overflow."""
    (line,) = refused(HEAD + "x-a: " + "[" * levels + "]" * levels + "\n")
    assert "nested deeper" in line or "not valid YAML" in line


@pytest.mark.parametrize("levels", [60, 5_000, 200_000])
def test_deep_nesting_in_json_is_refused(refused, levels):
    """The same for JSON."""
    (line,) = refused('{"safetyrules": "case/1", "x-a": ' + "[" * levels + "]" * levels + "}", "case.json")
    assert "nested deeper" in line


def test_deep_block_nesting_is_refused(refused):
    """Indentation nests as well as brackets do."""
    text = "".join("  " * level + "a:\n" for level in range(300))
    assert any("nested deeper" in line for line in refused(text))


def test_too_many_values_are_refused(refused, monkeypatch):
    """A file within the size limit can still hold more values than any client has."""
    monkeypatch.setattr("safetyrules.loading.strict_yaml.MAX_VALUES", 5_000)
    (line,) = refused(HEAD + "x-a: [" + "1," * 6_000 + "1]\n")
    assert "more than 5000 values" in line


@pytest.mark.slow
def test_a_file_full_of_values_is_refused_within_seconds(refused):
    """The densest file that the size limit lets in must not keep a server busy: processor time is what counts."""
    started = time.process_time()
    refused(HEAD + "x-a: [" + "1," * 1_900_000 + "1]\n", seconds=600)
    assert time.process_time() - started < 5


def test_too_many_sessions_are_refused(refused):
    """A week has a bounded number of sessions."""
    sessions = "".join("  - {at: 2026-11-24T07:00}\n" for _ in range(201))
    (line,) = refused(case("plan:\n  sessions:\n" + sessions))
    assert line.startswith("4:3: ")
    assert "200" in line


def test_a_folder_is_refused(tmp_path, capsys):
    """A folder is no file."""
    assert main(["validate", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: this is a folder, not a file.\n"


def test_a_missing_file_is_refused(tmp_path, capsys):
    """The name that was given is shown."""
    assert main(["validate", str(tmp_path / "none.yaml")]) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path / 'none.yaml'}: can't be read: ")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_file_is_refused(tmp_path, capsys):
    """Missing permission is said in words."""
    path = tmp_path / "case.yaml"
    path.write_text(HEAD)
    path.chmod(0)
    assert main(["validate", str(path)]) == 2
    assert "can't be read" in capsys.readouterr().err


def test_a_file_that_the_system_refuses_to_read_is_refused(tmp_path, capsys, monkeypatch):
    """The same as a missing permission, for a superuser too."""
    path = tmp_path / "case.yaml"
    path.write_text(HEAD)

    def refuse(_self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    assert main(["validate", str(path)]) == 2
    assert capsys.readouterr().err == f"{path}: can't be read: Permission denied.\n"


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_a_name_that_no_file_can_have_is_refused(name, capsys):
    """What the operating system can't even ask for is bad input and no internal error."""
    assert main(["validate", name]) == 2
    assert "Traceback" not in capsys.readouterr().err


JSON_FAULTS = {
    "a trailing comma": '{"safetyrules": "case/1",}',
    "a duplicate key": '{"safetyrules": "case/1", "timezone": "UTC", "timezone": "UTC"}',
    "NaN": '{"safetyrules": "case/1", "client": {"body_weight_kg": NaN}}',
    "Infinity": '{"safetyrules": "case/1", "client": {"body_weight_kg": Infinity}}',
    "minus Infinity": '{"safetyrules": "case/1", "client": {"body_weight_kg": -Infinity}}',
    "a number beyond every float": '{"safetyrules": "case/1", "client": {"body_weight_kg": 1e999}}',
    "a very long number": '{"safetyrules": "case/1", "client": {"age": ' + "9" * 5000 + "}}",
    "a broken escape": r'{"safetyrules": "case/1", "client": {"ref": "\ud800"}}',
    "a list": "[1]",
    "an open brace": '{"safetyrules": "case/1"',
}


@pytest.mark.parametrize("name", JSON_FAULTS)
def test_broken_json_is_refused(refused, name):
    """What other JSON readers let pass is refused too."""
    assert refused(JSON_FAULTS[name], "case.json")


def test_a_json_fault_has_line_and_column(refused):
    """A parse error stands where the parser stopped."""
    (line,) = refused('{"safetyrules": "case/1",\n "client": }', "case.json")
    assert line.startswith("2:12: not valid JSON")


def test_a_json_shape_fault_has_line_and_column(refused):
    """Values of a JSON file are located like those of a YAML file."""
    (line,) = refused('{"safetyrules": "case/1",\n  "client": {"age": "old"}}', "case.json")
    assert line.startswith("2:14: ")


def test_all_shape_faults_of_a_file_are_reported_at_once(refused):
    """Nobody mends a file one fault at a time."""
    text = (
        "client:\n  age: old\n  sex: femal\n  birth_date: 2026-02-30\n  hieght: 3\n"
        "plan:\n  sessions:\n  - at: 2026-11-24\n    items:\n    - {exercise: plank, load_kg: -1, repz: 3}\n"
    )
    places = [line.split(": ")[0] for line in refused(case(text))]
    assert places == ["4:3", "5:3", "6:3", "7:3", "10:5", "12:25", "12:38"]


def test_all_word_faults_of_a_file_are_reported_at_once(refused):
    """Words are checked after the shape, all of them together."""
    text = (
        "client:\n  symptoms: [{id: dizzyness}, {id: fevr}]\n  states: [{id: sedatd}]\n  equipment: [dumbell]\n"
        "care_team:\n  members: [{id: a, role: surgen}]\n"
    )
    places = [line.split(": ")[0] for line in refused(case(text))]
    assert places == ["4:15", "4:32", "5:13", "6:15", "8:21"]


def test_all_text_faults_of_a_file_are_reported_at_once(refused):
    """Duplicate keys, tags and keys that are numbers are collected too."""
    text = "client: {ref: !mine a}\n1: a\nclient: {}\n"
    places = [line.split(": ")[0] for line in refused(case(text))]
    assert places == ["3:15", "4:1", "5:1"]


def test_what_looks_like_another_type_stays_text(tmp_path, capsys, quick):
    """A tempo of 3:1:2 is no base-60 number, a name `no` is no falsehood, a date is as written."""
    path = tmp_path / "case.yaml"
    path.write_text(
        HEAD
        + "client: {ref: no, note: 2026-02-30, symptoms: []}\n"
        + "plan: {sessions: [{at: 2026-11-24T07:00, items: [{exercise: plank, tempo: 3:1:2, note: off}]}]}\n"
    )
    assert main(["validate", str(path)]) == 0
    capsys.readouterr()
    from safetyrules import load_case

    case_ = load_case(path)
    assert case_.client.ref == "no"
    assert case_.plan.sessions[0].items[0].tempo == "3:1:2"
    assert case_.plan.sessions[0].items[0].note == "off"


def test_keys_of_other_programs_are_kept_out_of_the_way(tmp_path, capsys, quick):
    """Keys that start with x- are ignored, whatever they hold."""
    path = tmp_path / "case.yaml"
    path.write_text(HEAD + "x-app: {anything: [1, no, ~]}\n" + PLAN.replace("plank}", "plank, x-id: 7}"))
    assert main(["validate", str(path)]) == 0
    capsys.readouterr()


def test_messages_never_show_a_whole_long_value(refused):
    """A megabyte of text in one field gives one short line."""
    lines = refused(case(f"client:\n  age: {'x' * 1_000_000}\n"))
    assert max(map(len, lines)) < 400


def test_a_key_with_brackets_is_named_itself(refused):
    """The message names the key that is wrong and not the map around it."""
    (line,) = refused(case('client:\n  "a[0](b)": 1\n'))
    assert line.startswith("4:3: unknown key 'a[0](b)'")


def test_messages_hold_no_control_characters(refused):
    """A terminal must not be steered by a client file."""
    lines = refused(case('client: {sex: "\\u001b[2J"}\n'))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", "".join(lines))


def test_half_a_character_from_an_app_is_bad_input():
    """A dict may hold a lone surrogate where no file can; it is refused in words and never a traceback."""
    import safetyrules as sr

    case = {"safetyrules": "case/1", "client": {"medications": [{"id": "opioids", "started": "\ud800"}]}, "plan": {"sessions": []}}
    with pytest.raises(sr.InputError, match="half a character"):
        sr.Case.model_validate(case)
