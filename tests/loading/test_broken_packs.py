"""Every check on rule packs: each row breaks one sound pack in one way, and the one problem stands at its place."""

import pytest
from made_packs import CONDITION, MANIFEST, REFERENCES, VOCABULARY, edited, place_of, problems_of_pack, write_pack

from safetyrules.loading.packs import load_packs

JUMPS = "  match: {exposure: plyometric}\n"
LIMITS = "  limits: {load_kg: {max: 5}}\n"
BECAUSE = "  because: Jumps hurt.\n"


def test_the_unbroken_pack_loads(tmp_path):
    """All rows below start from this pack, so it must be sound."""
    knowledge = load_packs([write_pack(tmp_path / "p")], VOCABULARY)
    assert list(knowledge.conditions) == ["sore_knee"]
    condition = knowledge.conditions["sore_knee"]
    assert [r.rule for r in condition.restrictions] == ["made_up/sore_knee.no-jumps", "made_up/sore_knee.light-bends"]
    assert [(p.start, p.end) for p in condition.phases] == [(0, 4), (4, None)]


# name: (old text, new text, where the problem stands, words of the sentence)
SHAPE = {
    "another format": ("condition/1", "condition/2", "format:", ("condition/1",)),
    "an id that is no slug": ("id: sore_knee", "id: Sore Knee", "id: Sore", ("pattern",)),
    "a restriction id that is no slug": ("id: no-jumps", "id: No Jumps", "id: No", ("pattern",)),
    "an unknown kind": ("kind: overuse", "kind: overused", "kind:", ("'overused'", "Did you mean 'overuse'")),
    "an unknown clock": ("clock: weeks_since_onset", "clock: weeks", "clock:", ("'weeks'",)),
    "an unknown key": (BECAUSE, BECAUSE + "  becuase: They do.\n", "becuase", ("unknown key 'becuase'", "'because'")),
    "an unknown code system": ('icd10cm: ["M25', 'icd11: ["M25', "icd11", ("icd11",)),
    "a title that says nothing": ("title: Sore knee", "title: x", "title: x", ("at least 3",)),
    "an unknown effect": ("effect: contraindicate", "effect: forbid", "effect: forbid", ("'forbid'",)),
    "no source": ("  because: Jumps hurt.\n  cite: [SRC]\n", BECAUSE, "- id: no-jumps", ("cite", "basis: background")),
    "source and background at once": (
        "  because: Jumps hurt.\n  cite: [SRC]\n",
        BECAUSE + "  cite: [SRC]\n  basis: background\n",
        "- id: no-jumps",
        ("cite", "basis: background"),
    ),
    "a limit without limits": (LIMITS, "", "- id: light-bends", ("limits",)),
    "limits on a contraindication": (JUMPS, JUMPS + "  limits: {load_kg: {max: 1}}\n", "- id: no-jumps", ("takes no `limits`",)),
    "a clearance of nobody": ("effect: contraindicate", "effect: require_clearance", "- id: no-jumps", ("clear_by",)),
    "a contraindication of nothing": (JUMPS, "", "- id: no-jumps", ("match",)),
    "an unknown role": ("by: [surgeon]", "by: [surgen]", "by: [surgen]", ("unknown role 'surgen'", "surgeon")),
    "a gate of nobody": ("by: [surgeon]", "by: []", "by: []", ("at least 1",)),
    "a choice without values": ("values: [early, late], ", "", "stage:", ("values",)),
    "a flag with values": ("{type: flag,", "{type: flag, values: [a],", "swollen:", ("values",)),
    "an unknown type of parameter": ("{type: flag,", "{type: bool,", "type: bool", ("'bool'",)),
    "a week before the first": (BECAUSE, BECAUSE + "  from_week: -1\n", "from_week", ("greater than or equal to 0",)),
    "a week after all": (BECAUSE, BECAUSE + "  until_week: 2000\n", "until_week", ("1040",)),
    "half a week": (BECAUSE, BECAUSE + "  until_week: 2.5\n", "until_week", ("whole number",)),
    "three weeks to a phase": ("weeks: [0, 4]", "weeks: [0, 4, 5]", "weeks: [0", ("2",)),
    "a red flag that nobody can report": (
        "restrictions:\n- id: no-jumps",
        "red_flags:\n- {id: rf, symptoms: [fevr], level: emergency, text: Fever., basis: background}\n"
        "restrictions:\n- id: no-jumps",
        "{id: rf",
        ("unknown symptom 'fevr'", "fever"),
    ),
    "a red flag of an unknown level": (
        "restrictions:\n- id: no-jumps",
        "red_flags:\n- {id: rf, symptoms: [fever], level: stop, text: Fever., basis: background}\nrestrictions:\n- id: no-jumps",
        "level: stop",
        ("'stop'",),
    ),
    "an event of no kind": (
        "restrictions:\n- id: no-jumps",
        "on_event: {kinds: []}\nrestrictions:\n- id: no-jumps",
        "kinds: []",
        ("at least 1",),
    ),
    "a flag that is a word": ("sided: true", "sided: yes", "sided:", ("true or false", "'yes'")),
    "degrees that are text": (
        "{joint: knee, action: flexion}",
        "{joint: knee, action: flexion, rom_deg: {gt: many}}",
        "gt: many",
        ("a number", "'many'"),
    ),
}


@pytest.mark.parametrize("name", SHAPE)
def test_each_shape_fault_is_found(tmp_path, name):
    """The shape of a condition file says where it is broken."""
    old, new, at, words = SHAPE[name]
    text = edited(CONDITION, old, new)
    (problem,) = problems_of_pack(write_pack(tmp_path / "p", text))
    assert problem[:3] == ("sore_knee.yaml", *_inner(text, at)), problem
    for word in words:
        assert word in problem[3]


def _inner(text, at):
    """A list item's place is where its map begins, two columns after the dash."""
    line, column = place_of(text, at)
    return (line, column + 2) if at.startswith("- ") else (line, column)


MATCH = {
    "joint": ("{joint: kne}", "joint: kne}", "unknown joint 'kne'"),
    "action": ("{action: bending}", "action: bending", "unknown action 'bending'"),
    "mode": ("{mode: [activ]}", "mode: [activ]", "unknown mode 'activ'"),
    "chain": ("{chain: opened}", "chain: opened", "unknown chain 'opened'"),
    "grade": ("{grade: far}", "grade: far", "unknown grade 'far'"),
    "contraction": ("{contraction: excentric}", "contraction: exc", "unknown contraction 'excentric'"),
    "joint_load": ("{joint_load: big}", "joint_load: big", "unknown joint load 'big'"),
    "muscle": ("{muscle: quads}", "muscle: quads", "unknown muscle 'quads'"),
    "exposure": ("{exposure: jumping}", "exposure: jumping", "unknown exposure 'jumping'"),
    "level": ("{exposure: impact, level: big}", "level: big", "unknown impact 'big'"),
    "weight_bearing": ("{weight_bearing: some}", "weight_bearing: some", "unknown weight bearing 'some'"),
    "impact_upper": ("{impact_upper: big}", "impact_upper: big", "unknown impact 'big'"),
    "side": ("{joint: knee, side: rigth}", "side: rigth", "pattern"),
    "a key": ("{jont: knee}", "match: {jont", "unknown match key 'jont', did you mean 'joint'"),
    "the inner key attributes": ("{attributes: {}}", "match: {attributes", "unknown key 'attributes'"),
    "a worded attribute": ("{pattern: sqat}", "match: {pattern", "unknown pattern 'sqat', did you mean 'squat'"),
    "a flag": ("{ballistic: often}", "match: {ballistic", "unknown ballistic 'often'"),
    "a worded attribute that is a number": ("{position: 3}", "match: {position", "unknown position '3'"),
    "a part of any": ("{any: [{joint: knee}, {joint: kne}]}", "joint: kne}", "unknown joint 'kne'"),
    "an exception": ("{joint: knee, except: {kind: cardoi}}", "except: {kind", "unknown kind 'cardoi'"),
    "a part of with": ("{joint: knee, with: [{joint: hipp}]}", "joint: hipp", "unknown joint 'hipp'"),
    "two comparisons of a dose": ("{joint: knee, load_kg: {gt: 1, lt: 2}}", "load_kg: {gt: 1", "exactly one"),
    "no comparison of a dose": ("{joint: knee, dose: {minutes: {}}}", "minutes: {}", "exactly one"),
    "an unknown comparison": ("{joint: knee, rpe: {above: 3}}", "above: 3", "unknown key 'above'"),
    "a list in place of a map": ("[knee]", "match: [knee]", "a map"),
}


@pytest.mark.parametrize("name", MATCH)
def test_each_fault_of_a_match_is_found(tmp_path, name):
    """A misspelt word in a match would be a rule that never holds: it is an error, at its place."""
    match, at, words = MATCH[name]
    text = edited(CONDITION, "{exposure: plyometric}", match)
    problems = problems_of_pack(write_pack(tmp_path / "p", text))
    assert [p[:3] for p in problems] == [("sore_knee.yaml", *place_of(text, at))], problems
    assert words in problems[0][3]


@pytest.mark.parametrize(
    "match",
    [
        "{joint: any, mode: resisted}",
        "{joint: knee, rom_deg: {from: 30, to: 90}}",
        "{joint: knee, rom_deg: {min: 30, max: 90}}",
        "{ballistic: true}",
        "{ballistic: [true, false]}",
        "{exercise: no_such_exercise_yet}",
        "{load_kg: {min: 1}}",
        "{}",
    ],
)
def test_what_a_match_may_say_is_taken(tmp_path, match):
    """The checks above must not refuse what packs need."""
    assert problems_of_pack(write_pack(tmp_path / "p", edited(CONDITION, "{exposure: plyometric}", match))) == []


LIMIT = {
    "a quantity nobody measures": ("{load_lb: {max: 5}}", "unknown quantity 'load_lb', did you mean 'load_kg'"),
    "no bound at all": ("{load_kg: {}}", "wants min or max"),
    "an empty range": ("{load_kg: {min: 6, max: 5}}", "min above max"),
    "a word for a number": ("{load_kg: {max: some}}", "wants a number, not 'some'"),
    "a level the scale lacks": ("{impact: {max: medium}}", "'medium' is no level of impact: none, low, moderate, high"),
    "a number for a scale": ("{impact: {max: 2}}", "is no level of impact"),
    "text for a number": ("{load_kg: light}", "only 'instruction' and 'supervision' are text"),
}


@pytest.mark.parametrize("name", LIMIT)
def test_each_fault_of_a_limit_is_found(tmp_path, name):
    """A limit that bounds nothing would let everything pass."""
    limits, words = LIMIT[name]
    text = edited(CONDITION, "{load_kg: {max: 5}}", limits)
    (problem,) = problems_of_pack(write_pack(tmp_path / "p", text))
    assert problem[:3] == ("sore_knee.yaml", *place_of(text, f"limits: {limits}"))
    assert words in problem[3]


WHEN = {
    "no map": ("[1]", "a `when` is a map"),
    "an empty map": ("{}", "a `when` is a map"),
    "no question": ("{is: early}", "exactly one of"),
    "two questions": ("{param: stage, symptom: fever}", "exactly one of"),
    "a name that is no text": ("{param: 3}", "wants a name"),
    "an unknown operator": ("{param: stage, equals: early}", "unknown operator 'equals'"),
    "all beside any": ("{all: [{symptom: fever}], any: [{symptom: fever}]}", "stand alone"),
    "all of nothing": ("{all: []}", "wants a list of questions"),
    "any of a map": ("{any: {symptom: fever}}", "wants a list of questions"),
    "not of nothing": ("{not: }", "a `when` is a map"),
    "nested too deep": ("{not: " * 8 + "{symptom: fever}" + "}" * 8, "nested deeper than 6"),
    "an operator on presence": ("{symptom: fever, is: true}", "takes no operator"),
    "an unknown symptom": ("{symptom: fevr}", "unknown symptom 'fevr', did you mean 'fever'"),
    "an unknown state": ("{state: sedatd}", "unknown state 'sedatd', did you mean 'sedated'"),
    "an unknown parameter": ("{param: stge, is: early}", "unknown param 'stge', did you mean 'stage'"),
    "an unknown measurement": ("{measure: pulse, gt: 3}", "unknown measurement 'pulse'"),
    "an unknown fact of the client": ("{client: height, gt: 3}", "unknown client fact 'height'"),
    "an unknown event of a medicine": ("{days_since: stopped, lt: 3}", "unknown event of a medication 'stopped'"),
    "a value the choice lacks": ("{param: stage, is: erly}", "unknown value of stage 'erly', did you mean 'early'"),
    "a value the choice lacks in a list": ("{param: stage, in: [early, lat]}", "unknown value of stage 'lat'"),
    "a text where a list belongs": ("{param: stage, in: early}", "wants a list"),
    "a choice that is compared": ("{param: stage, gt: 3}", "wants `is: value` or `in: [values]`"),
    "a flag that is not true or false": ("{param: swollen, is: maybe}", "is a flag"),
    "a flag without operator": ("{param: swollen}", "is a flag"),
    "a number that is not compared": ("{param: score}", "is a number"),
    "a number that is a word": ("{param: score, gt: high}", "compared with a number"),
    "a number that is true": ("{param: score, gt: true}", "compared with a number"),
    "a number tested for equality": ("{param: score, is: 3}", "is a number"),
    "a date": ("{param: seen_on, is: 2026-01-01}", "is a date"),
    "a week without comparison": ("{week: 3}", "'week' is a number"),
    "a week beside an operator": ("{week: {gte: 3}, lt: 5}", "unknown operator 'lt'"),
    "another sex": ("{client: sex, is: femal}", "unknown value of sex 'femal', did you mean 'female'"),
}


@pytest.mark.parametrize("name", WHEN)
def test_each_fault_of_a_when_is_found(tmp_path, name):
    """A question that can't be answered must not silently be false."""
    when, words = WHEN[name]
    text = edited(CONDITION, BECAUSE, BECAUSE + f"  when: {when}\n")
    problems = problems_of_pack(write_pack(tmp_path / "p", text))
    assert [p[:3] for p in problems] == [("sore_knee.yaml", *place_of(text, f"when: {when}"))], problems
    assert words in problems[0][3]


FILE = {
    "a source nobody listed": (
        "  because: Jumps hurt.\n  cite: [SRC]",
        "  because: Jumps hurt.\n  cite: [SRT]",
        "cite: [SRT]",
        ("unknown reference 'SRT'", "'SRC'"),
    ),
    "an empty span of weeks": (
        BECAUSE,
        BECAUSE + "  from_week: 6\n  until_week: 6\n",
        "until_week",
        ("until_week 6 is not after from_week 6",),
    ),
    "weeks without a clock": ("clock: weeks_since_onset", "clock: always", "until_week", ("has no weeks",)),
    "an id used twice": ("id: light-bends", "id: no-jumps  # again", "id: no-jumps  # again", ("'no-jumps' is used twice",)),
    "a gap between phases": ("weeks: [4, null]", "weeks: [5, null]", "weeks: [5", ("starts at week 5", "ends at 4")),
    "a first phase that starts late": ("weeks: [0, 4]", "weeks: [1, 4]", "weeks: [1", ("starts at week 1",)),
    "a phase that ends before it starts": ("weeks: [4, null]", "weeks: [4, 4]", "weeks: [4, 4", ("not after its start 4",)),
    "a gate in front of all": (
        "  weeks: [0, 4]\n",
        "  weeks: [0, 4]\n  gate: {by: [physician], basis: background}\n",
        "gate: {by: [physician]",
        ("first phase can't be gated",),
    ),
    "a region nobody has": ("region: knee", "region: kneee", "region: kneee", ("unknown region 'kneee'", "'knee'")),
    "a measurement nobody knows": (
        "sided: true\n",
        "sided: true\nneeds: {measurements: [pulse]}\n",
        "measurements: [pulse]",
        ("unknown measurement 'pulse'",),
    ),
    "a state nobody knows": (
        "sided: true\n",
        "sided: true\nneeds: {states: [sleepy]}\n",
        "states: [sleepy]",
        ("unknown state 'sleepy'",),
    ),
    "a clock set by no date": (
        "sided: true\n",
        "sided: true\ndate_from: {param: stage, minus_days: 3}\n",
        "date_from",
        ("'stage' is no parameter of type date",),
    ),
    "a clock set by nothing": (
        "sided: true\n",
        "sided: true\ndate_from: {param: birth, minus_days: 3}\n",
        "date_from",
        ("'birth' is no parameter of type date",),
    ),
    "an event nobody knows": (
        "sided: true\n",
        "sided: true\non_event: {kinds: [hugging]}\n",
        "kinds: [hugging]",
        ("unknown event kind 'hugging'",),
    ),
    "parameters of a file that is always on": (
        "sided: true\n",
        "sided: true\nalways: true\n",
        "params:",
        ("can't have parameters",),
    ),
    "a broken trigger": (
        "  weeks: [4, null]\n",
        "  weeks: [4, null]\n  trigger: {symptom: fevr}\n",
        "trigger",
        ("unknown symptom 'fevr'",),
    ),
    "a broken variant": (
        "sided: true\n",
        "sided: true\nvariants: [{text: Something., basis: background, when: {param: x, is: y}}]\n",
        "when: {param: x",
        ("unknown param 'x'",),
    ),
    "a broken derivation": (
        "sided: true\n",
        "sided: true\nderives: [{id: d, derived: tired, because: Because., basis: background, when: {state: x}}]\n",
        "when: {state: x",
        ("unknown state 'x'",),
    ),
    "a source of a criterion nobody listed": (
        "  weeks: [0, 4]\n",
        "  weeks: [0, 4]\n  criteria: [{text: No pain., cite: [NONE]}]\n",
        "cite: [NONE]",
        ("unknown reference 'NONE'",),
    ),
}


@pytest.mark.parametrize("name", FILE)
def test_each_fault_between_parts_of_a_file_is_found(tmp_path, name):
    """What no single value shows: references, weeks, phases and words that must fit each other."""
    old, new, at, words = FILE[name]
    text = CONDITION
    if name == "weeks without a clock":
        text = edited(text, BECAUSE, BECAUSE + "  until_week: 6\n")
        text = text[: text.index("phases:")] + text[text.index("restrictions:") :]
    text = edited(text, old, new)
    problems = problems_of_pack(write_pack(tmp_path / "p", text))
    assert [p[:3] for p in problems] == [("sore_knee.yaml", *place_of(text, at))], problems
    for word in words:
        assert word in problems[0][3]


def test_all_faults_of_one_condition_are_reported_at_once(tmp_path):
    """An author sees every broken reference, question and week in one run."""
    text = edited(CONDITION, BECAUSE, BECAUSE + "  when: {state: x}\n  from_week: 6\n  until_week: 5\n")
    text = edited(text, "weeks: [4, null]", "weeks: [5, null]")
    text = edited(text, "region: knee", "region: kneee")
    assert len(problems_of_pack(write_pack(tmp_path / "p", text))) == 4


MANIFESTS = {
    "a version that is none": ('version: "1.2.3"', 'version: "1.2"', 'version: "1.2"', "pattern"),
    "nothing owned": ("owns: [sore_knee]", "owns: []", "owns: []", "at least 1"),
    "an unknown review": ("{status: pending}", "{status: ok}", "status: ok", "'ok'"),
    "an unknown key": ("license:", "licence:", "licence:", "unknown key 'licence'"),
    "another format": ("pack/1", "pack/9", "format:", "pack/1"),
    "something owned that is not there": ("owns: [sore_knee]", "owns: [sore_knee, gone]", "owns:", "there is no gone.yaml"),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_each_fault_of_a_manifest_is_found(tmp_path, name):
    """pack.yaml says what the pack is; it must be right."""
    old, new, at, words = MANIFESTS[name]
    text = edited(MANIFEST, old, new)
    problems = problems_of_pack(write_pack(tmp_path / "p", manifest=text))
    assert ("pack.yaml", *place_of(text, at)) in [p[:3] for p in problems]
    assert any(words in p[3] for p in problems)


REFERENCE = {
    "a key that is no word": ("SRC:", "src:", "pattern"),
    "an unknown grade": ("grade: B", "grade: E", "'E'"),
    "a source without title": ("title: A made-up source, ", "", "title"),
    "a year that is text": ("grade: B", "grade: B, year: old", "whole number"),
}


@pytest.mark.parametrize("name", REFERENCE)
def test_each_fault_of_the_references_is_found(tmp_path, name):
    """A source must say what it is and how good it is."""
    old, new, words = REFERENCE[name]
    problems = problems_of_pack(write_pack(tmp_path / "p", references=edited(REFERENCES, old, new)))
    assert {p[0] for p in problems} == {"references.yaml"}
    assert any(words in p[3] for p in problems)


def test_a_folder_without_manifest_is_no_pack(tmp_path):
    """A mistyped folder must not count as an empty pack."""
    (problem,) = problems_of_pack(tmp_path)
    assert "pack.yaml is missing" in problem[3]


def test_missing_references_are_a_problem(tmp_path):
    """Every pack has its sources."""
    folder = write_pack(tmp_path / "p")
    (folder / "references.yaml").unlink()
    (problem,) = problems_of_pack(folder)
    assert problem[0] == "references.yaml"


def test_a_file_must_be_named_after_its_condition(tmp_path):
    """Files are found by the condition's id."""
    folder = write_pack(tmp_path / "p")
    (folder / "sore_knee.yaml").rename(folder / "knee.yaml")
    (problem,) = problems_of_pack(folder)
    assert "the file is named 'knee', its id is 'sore_knee'" in problem[3]


def test_a_condition_must_be_owned(tmp_path):
    """A pack may only define what its manifest owns."""
    manifest = edited(MANIFEST, "owns: [sore_knee]", "owns: [other]")
    problems = problems_of_pack(write_pack(tmp_path / "p", manifest=manifest))
    assert any("'sore_knee' is not among the ids that pack.yaml owns" in p[3] for p in problems)
    assert any("there is no other.yaml" in p[3] for p in problems)


def test_two_packs_can_not_share_a_name(tmp_path):
    """Rule ids begin with the pack's name."""
    first = write_pack(tmp_path / "a")
    text = CONDITION.replace("sore_knee", "sore_hip")
    second = write_pack(tmp_path / "b", text, edited(MANIFEST, "owns: [sore_knee]", "owns: [sore_hip]"))
    (second / "sore_knee.yaml").rename(second / "sore_hip.yaml")
    (problem,) = problems_of_pack(first, second)
    assert "two packs are named 'made_up'" in problem[3]


def test_two_packs_can_not_define_one_condition(tmp_path):
    """Which of them holds would depend on their order."""
    first = write_pack(tmp_path / "a")
    second = write_pack(tmp_path / "b", manifest=edited(MANIFEST, "id: made_up", "id: second"))
    (problem,) = problems_of_pack(first, second)
    assert "the condition 'sore_knee' is defined twice" in problem[3]


def test_all_faults_of_all_packs_are_reported_at_once(tmp_path):
    """Two broken files of one pack and one of another: three problems."""
    first = write_pack(tmp_path / "a", edited(CONDITION, "region: knee", "region: kneee"))
    second = write_pack(
        tmp_path / "b", references=edited(REFERENCES, "grade: B", "grade: E"), manifest=edited(MANIFEST, "pack/1", "pack/2")
    )
    assert len(problems_of_pack(first, second)) == 3


def test_a_condition_file_that_is_no_yaml_is_located(tmp_path):
    """Text faults have a place too."""
    text = edited(CONDITION, "aliases: [knee ache]", "aliases: [knee ache")
    (problem,) = problems_of_pack(write_pack(tmp_path / "p", text))
    assert problem[0] == "sore_knee.yaml"
    assert problem[1] > 4
