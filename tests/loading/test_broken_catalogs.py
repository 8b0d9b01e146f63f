"""Every check on exercise files: the shape, and each lint check with one record that it finds and one that it lets pass."""

import pytest
from made_packs import VOCABULARY, edited, place_of

from safetyrules.errors import InputError
from safetyrules.loading.catalog import _ReviewedBy, load_catalog
from safetyrules.loading.catalog_lint import CHECKS, code_of, lint_catalog

FILE = """\
family: made_up
title: Made up
estimates: Every value here is invented for the tests.
exercises:
- id: sound_press
  name: Sound press
  aka: [good press]
  kind: strength
  pattern: [horizontal_push]
  laterality: bilateral
  equipment: [machine]
  joints:
  - {j: shoulder, a: flexion, deg: [0, 90], mode: resisted, load: moderate}
  - {j: elbow, a: extension, deg: [0, 110], mode: resisted, load: moderate}
  - {j: hand, a: grip, mode: isometric, load: light}
  muscles: {prime: [pectoralis_major], synergist: [triceps_brachii]}
  support: {feet: partial, hands: grip, stance: none}
  position: [seated_supported]
  strain: {valsalva: low}
  intensity: moderate
  load: {type: [stack], min_kg: 5, step_kg: 5}
  adjust: []
  ladder: {}
  ev: {}
"""


def load(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "made_up.yaml").write_text(text, encoding="utf-8")
    return load_catalog([folder], VOCABULARY)


def refused(folder, text):
    with pytest.raises(InputError) as caught:
        load(folder, text)
    return [((p.location.line, p.location.column), f"{p.message} {p.hint}") for p in caught.value.problems]


def codes(folder, text):
    return [code_of(p) for p in lint_catalog(load(folder, text), VOCABULARY)]


def with_(*edits):
    text = FILE
    for old, new in edits:
        text = edited(text, old, new)
    return text


def test_the_sound_record_loads_and_passes_every_check(tmp_path):
    """All rows below start from this record."""
    assert codes(tmp_path, FILE) == []


# name: (old, new, where, words)
SHAPES = {
    "an id that is no slug": ("id: sound_press", "id: Sound", "id: Sound", "pattern"),
    "a name that says nothing": ("name: Sound press", "name: x", "name: x", "at least 3"),
    "an unknown kind": ("kind: strength", "kind: strenght", "kind:", "unknown kind 'strenght', did you mean 'strength'"),
    "an unknown pattern": ("[horizontal_push]", "[pushing]", "pattern:", "unknown pattern 'pushing'"),
    "no pattern": ("[horizontal_push]", "[]", "pattern:", "at least 1"),
    "an unknown laterality": ("laterality: bilateral", "laterality: both", "laterality:", "unknown laterality 'both'"),
    "unknown equipment": ("[machine]", "[chest_machine]", "equipment:", "unknown equipment 'chest_machine'"),
    "an unknown joint": ("{j: shoulder,", "{j: sholder,", "j: sholder", "unknown joint 'sholder', did you mean 'shoulder'"),
    "an unknown action": ("a: flexion", "a: flextion", "a: flextion", "unknown action 'flextion', did you mean 'flexion'"),
    "an unknown mode": ("mode: isometric", "mode: static", "mode: static", "unknown mode 'static'"),
    "an unknown load": ("load: light", "load: tiny", "load: tiny", "unknown joint load 'tiny'"),
    "an unknown chain": ("mode: isometric, load: light", "mode: isometric, chain: semi", "chain: semi", "unknown chain 'semi'"),
    "an unknown limb": ("mode: isometric, load: light", "mode: isometric, limb: left", "limb: left", "unknown limb 'left'"),
    "an unknown grade": ("mode: isometric, load: light", "mode: isometric, grade: far", "grade: far", "unknown grade 'far'"),
    "an unknown contraction": (
        "mode: isometric, load: light",
        "mode: isometric, con: [slow]",
        "con: [slow]",
        "unknown contraction 'slow'",
    ),
    "three degrees": ("deg: [0, 90]", "deg: [0, 45, 90]", "deg: [0, 45", "2"),
    "an unknown muscle": ("[pectoralis_major]", "[pecs]", "prime:", "unknown muscle 'pecs'"),
    "unknown feet": ("feet: partial", "feet: half", "feet: half", "unknown feet 'half'"),
    "unknown hands": ("hands: grip", "hands: fist", "hands: fist", "unknown hands 'fist'"),
    "an unknown stance": ("stance: none", "stance: wide", "stance: wide", "unknown stance 'wide'"),
    "an unknown position": ("[seated_supported]", "[sitting_down]", "position:", "unknown position 'sitting_down'"),
    "no position": ("[seated_supported]", "[]", "position:", "at least 1"),
    "an unknown strain": ("valsalva: low", "valsalva: some", "valsalva: some", "unknown valsalva 'some'"),
    "an unknown intensity": ("intensity: moderate", "intensity: hard", "intensity:", "unknown intensity 'hard'"),
    "an unknown load type": ("type: [stack]", "type: [stock]", "type: [stock]", "unknown load type 'stock', did you mean 'stack'"),
    "no load type": ("type: [stack]", "type: []", "type: []", "at least 1"),
    "a negative load": ("min_kg: 5", "min_kg: -5", "min_kg: -5", "greater than or equal to 0"),
    "a spine that is overloaded beyond the scale": (
        "  adjust: []\n",
        "  spine: {compression: 5}\n  adjust: []\n",
        "compression: 5",
        "less than or equal to 4",
    ),
    "an unknown reach": ("  adjust: []\n", "  reach: [high]\n  adjust: []\n", "reach:", "unknown reach 'high'"),
    "an unknown exposure": ("  adjust: []\n", "  exposure: [jumping]\n  adjust: []\n", "exposure:", "unknown exposure 'jumping'"),
    "an unknown hazard": (
        "  adjust: []\n",
        "  hazard: {control: [fire]}\n  adjust: []\n",
        "control: [fire]",
        "unknown control 'fire'",
    ),
    "an unknown balance": ("  adjust: []\n", "  balance: wobbly\n  adjust: []\n", "balance:", "unknown balance 'wobbly'"),
    "a tissue level off the scale": (
        "  adjust: []\n",
        "  tissues: {achilles: 4}\n  adjust: []\n",
        "achilles: 4",
        "less than or equal to 3",
    ),
    "a skill off the scale": ("  adjust: []\n", "  skill: 9\n  adjust: []\n", "skill:", "less than or equal to 3"),
    "an unknown status": ("  adjust: []\n", "  status: done\n  adjust: []\n", "status:", "'done'"),
    "a review without a reviewer": ("  adjust: []\n", "  status: reviewed\n  adjust: []\n", "id: sound_press", "go together"),
    "an unknown key": ("  adjust: []\n", "  adjust: []\n  positon: x\n", "positon:", "unknown key 'positon'"),
    "an estimates sentence that says nothing": (
        "estimates: Every value here is invented for the tests.",
        "estimates: All.",
        "estimates:",
        "at least 20",
    ),
    "an unknown base": (
        "  adjust: []\n",
        "  adjust: []\n  extends: sound_pres\n",
        "extends:",
        "extends unknown exercise 'sound_pres'",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_fault_is_refused_at_its_place(tmp_path, name):
    """A tag that no list has would be a demand that no rule meets."""
    old, new, at, words = SHAPES[name]
    text = edited(FILE, old, new)
    problems = refused(tmp_path, text)
    assert [p[0] for p in problems] == [place_of(text, at)], problems
    assert words in problems[0][1]


MISSING = ("joints", "muscles", "support", "strain", "intensity", "load", "adjust", "ladder", "kind", "laterality", "name")


@pytest.mark.parametrize("key", MISSING)
def test_each_key_that_a_record_needs_is_asked_for(tmp_path, key):
    """A record that leaves a demand out would look harmless."""
    lines = FILE.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith(f"  {key}:"))
    end = next(i for i in range(start + 1, len(lines)) if not lines[i].startswith(("  -", "   ")))
    (problem,) = refused(tmp_path, "".join(lines[:start] + lines[end:]))
    assert f"the key '{key}' is missing" in problem[1]


def test_all_faults_of_all_files_are_reported_at_once(tmp_path):
    """Two faults here, one in the file beside it."""
    (tmp_path / "other.yaml").write_text(edited(FILE, "kind: strength", "kind: x").replace("sound_press", "other"))
    text = with_(("kind: strength", "kind: y"), ("type: [stack]", "type: [z]"))
    assert len(refused(tmp_path, text)) == 3


def test_an_exercise_can_not_be_defined_twice(tmp_path):
    """Which record counts would depend on the order of files."""
    second = FILE[FILE.index("- id:") :]
    (problem,) = refused(tmp_path, FILE + second)
    assert problem[0] == (25, 3)
    assert "defined twice" in problem[1]


def test_a_folder_without_exercises_is_refused(tmp_path):
    """An empty catalog would make every exercise unknown without a word why."""
    with pytest.raises(InputError, match="no exercise file"):
        load_catalog([tmp_path], VOCABULARY)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    """A mistyped path is an error."""
    with pytest.raises(InputError, match="no such catalog folder"):
        load_catalog([tmp_path / "none"], VOCABULARY)


SHOULDER = "  - {j: shoulder, a: flexion, deg: [0, 90], mode: resisted, load: moderate}\n"
ELBOW = "  - {j: elbow, a: extension, deg: [0, 110], mode: resisted, load: moderate}\n"
GRIP = "  - {j: hand, a: grip, mode: isometric, load: light}\n"
END = "  adjust: []\n"
MUSCLES = "{prime: [pectoralis_major], synergist: [triceps_brachii]}"
HIGH = (SHOULDER, SHOULDER.replace("[0, 90]", "[0, 160]"))
OVERHEAD = (END, "  reach: [overhead]\n" + END)
LEG = "  - {j: knee, a: flexion, deg: [0, 100], mode: resisted, load: heavy, chain: closed}\n"
STANDING = ("position: [seated_supported]", "position: [standing]")
SQUAT = ("pattern: [horizontal_push]", "pattern: [squat]")


def adjust(*entries):
    return (END, "  adjust:\n" + "".join(f"  - {e}\n" for e in entries))


# check: (edits that it must find, edits just beside them that it must let pass)
LINT = {
    "C01 reach without motion": ([OVERHEAD], [OVERHEAD, HIGH]),
    "C01 motion without reach": ([HIGH], [(SHOULDER, SHOULDER.replace("[0, 90]", "[0, 95]"))]),
    "C02 hands in a plank": (
        [("position: [seated_supported]", "position: [plank]"), (END, "  floor_transfer: true\n" + END)],
        [
            ("position: [seated_supported]", "position: [plank]"),
            (END, "  floor_transfer: true\n" + END),
            ("hands: grip", "hands: forearm"),
        ],
    ),
    "C03 a held implement without grip": (
        [(GRIP, ""), ("type: [stack]", "type: [cable]")],
        [("type: [stack]", "type: [cable]")],
    ),
    "C03 hanging without grip": ([(GRIP, ""), ("hands: grip", "hands: hang")], [("hands: grip", "hands: hang")]),
    "C04 plyometric without impact": (
        [("kind: strength", "kind: plyometric")],
        [("kind: strength", "kind: plyometric"), (END, "  impact: {lower: moderate}\n  exposure: [plyometric]\n" + END)],
    ),
    "C04 plyometric without exposure": (
        [("kind: strength", "kind: plyometric"), (END, "  impact: {lower: high}\n" + END)],
        [("kind: strength", "kind: plyometric"), (END, "  impact: {upper: high}\n  exposure: [plyometric]\n" + END)],
    ),
    "C05 a stretch of nothing": (
        [("kind: strength", "kind: stretch_static"), (SHOULDER, SHOULDER.replace("resisted", "stretch"))],
        [
            ("kind: strength", "kind: stretch_static"),
            (SHOULDER, SHOULDER.replace("resisted", "stretch")),
            ("synergist: [triceps_brachii]", "stretched: [triceps_brachii]"),
        ],
    ),
    "C06 lying without getting down": (
        [("position: [seated_supported]", "position: [supine]"), ("equipment: [machine]", "equipment: [dumbbell]")],
        [("position: [seated_supported]", "position: [supine]"), ("equipment: [machine]", "equipment: [bench]")],
    ),
    "C07 a squat on half a foot": (
        [SQUAT, STANDING, (SHOULDER, SHOULDER + LEG)],
        [SQUAT, STANDING, (SHOULDER, SHOULDER + LEG), ("feet: partial", "feet: full")],
    ),
    "C08 adjustable to nothing": (
        [
            (SHOULDER, SHOULDER.replace("}", ", adj: true}")),
            adjust("{id: less, how: go less far, set: {shoulder.flexion.max: 60}}"),
        ],
        [
            (SHOULDER, SHOULDER.replace("}", ", adj: true, keep: 60}")),
            adjust("{id: less, how: go less far, set: {shoulder.flexion.max: 60}}"),
        ],
    ),
    "C08 adjustable by nothing": (
        [(SHOULDER, SHOULDER.replace("}", ", adj: true, keep: 60}"))],
        [
            (SHOULDER, SHOULDER.replace("}", ", adj: true, keep: 60}")),
            adjust("{id: none, how: leave it out, removes: [shoulder.flexion]}"),
        ],
    ),
    "C09 a heavy start with a band": (
        [("{type: [stack], min_kg: 5", "{type: [band], min_kg: 11")],
        [("{type: [stack], min_kg: 5", "{type: [band], min_kg: 10")],
    ),
    "C10 the heaviest spine load without strain": (
        [(END, "  spine: {compression: 4}\n" + END)],
        [(END, "  spine: {compression: 4}\n" + END), ("{valsalva: low}", "{valsalva: moderate, iap: high}")],
    ),
    "C11 one-sided without a working limb": (
        [("laterality: bilateral", "laterality: unilateral")],
        [("laterality: bilateral", "laterality: unilateral"), (SHOULDER, SHOULDER.replace("}", ", limb: working}"))],
    ),
    "C12 a motion without degrees": ([(ELBOW, ELBOW.replace("deg: [0, 110], ", ""))], [(GRIP, GRIP)]),
    "C12 degrees that run down": (
        [(SHOULDER, SHOULDER.replace("[0, 90]", "[90, 0]"))],
        [(SHOULDER, SHOULDER.replace("[0, 90]", "[90, 90]"))],
    ),
    "C12 a trunk motion without grade": (
        [(GRIP, GRIP + "  - {j: lumbar_spine, a: flexion, mode: active}\n")],
        [(GRIP, GRIP + "  - {j: lumbar_spine, a: flexion, mode: active, grade: mild}\n")],
    ),
    "C13 a step to nowhere": ([("ladder: {}", "ladder: {regress: [gone]}")], [("ladder: {}", "ladder: {regress: []}")]),
    "C13 a step to itself": ([("ladder: {}", "ladder: {progress: [sound_press]}")], [("ladder: {}", "ladder: {progress: []}")]),
    "C14 a combination of what is not there": (
        [(END, "  combos: [[shoulder.flexion, shoulder.abduction]]\n" + END)],
        [(END, "  combos: [[shoulder.flexion, elbow.extension]]\n" + END)],
    ),
    "C15 a free weight that nobody lifts": (
        [("type: [stack]", "type: [dumbbell]")],
        [("type: [stack]", "type: [dumbbell]"), (END, "  exposure: [lifting]\n" + END)],
    ),
    "C16 a tissue nobody has": ([(END, "  tissues: {achiles: 1}\n" + END)], [(END, "  tissues: {achilles: 1}\n" + END)]),
    "C16 a category nobody has": ([(END, "  icf: [b999]\n" + END)], [(END, "  icf: [b7300, d4154]\n" + END)]),
    "C17 an adjustment of what is not there": (
        [adjust("{id: less, how: go less far, set: {hip.flexion.max: 60}}")],
        [adjust("{id: less, how: go less far, set: {shoulder.flexion.max: 60, strain.valsalva: none}}")],
    ),
    "C18 a shoulder muscle without shoulder": (
        [(SHOULDER, ""), ("[pectoralis_major]", "[anterior_deltoid]")],
        [("[pectoralis_major]", "[anterior_deltoid]")],
    ),
    "C18 arms that carry without shoulder": (
        [(SHOULDER, ""), ("hands: grip", "hands: forearm")],
        [("hands: grip", "hands: forearm")],
    ),
    "C18 no muscle at all": ([(MUSCLES, "{}")], [(MUSCLES, "{stabiliser: [core]}")]),
}


@pytest.mark.parametrize("name", LINT)
def test_each_lint_check_finds_its_fault(tmp_path, name):
    """The record with the fault is found, by this check and by no other."""
    assert codes(tmp_path, with_(*LINT[name][0])) == [name[:3]]


@pytest.mark.parametrize("name", LINT)
def test_each_lint_check_lets_the_record_beside_it_pass(tmp_path, name):
    """The smallest mend satisfies the check, so that it does not cry wolf."""
    assert codes(tmp_path, with_(*LINT[name][1])) == []


def _two(name="Other press", aka="[other]"):
    second = FILE[FILE.index("- id:") :].replace("id: sound_press", "id: other_press")
    return FILE + second.replace("name: Sound press", f"name: {name}").replace("aka: [good press]", f"aka: {aka}")


@pytest.mark.parametrize("text", [_two(name="Press, sound"), _two(aka="[Good Presses]"), _two(aka="[sound-press]")])
def test_a_name_that_two_exercises_carry_is_found(tmp_path, text):
    """C19: a plan that uses the name would be ambiguous; case, order, hyphens and plural don't make names differ."""
    assert codes(tmp_path, text) == ["C19"]


def test_names_that_differ_pass(tmp_path):
    """C19 is silent where every name is its own."""
    assert codes(tmp_path, _two()) == []


def test_every_check_has_a_row_here():
    """C01 to C18 come from CHECKS (C09 and C10 from one function); a new check wants a new row."""
    assert {name[:3] for name in LINT} == {f"C{n:02}" for n in range(1, 19)}
    assert len(CHECKS) == 17


def test_the_bundled_catalog_has_no_finding(engine):
    """What ships passes its own checks."""
    assert lint_catalog(engine.catalog, VOCABULARY) == []


VARIANT = """\
- id: light_press
  name: Light press
  extends: sound_press
  aka: [easy press]
"""


def test_a_variant_states_only_what_differs(tmp_path):
    """Joints of the same joint and action are replaced, maps merged, names never inherited."""
    more = "  load: {min_kg: 1}\n  drop: [joints.hand.grip]\n"
    more += "  joints:\n  - {j: elbow, a: extension, deg: [0, 60], mode: resisted, load: light}\n"
    catalog = load(tmp_path, FILE + VARIANT + more)
    light = catalog.exercises["light_press"]
    assert [(d.name, d.high) for d in light.joints if not d.implied] == [("shoulder.flexion", 90), ("elbow.extension", 60)]
    assert (light.load.min_kg, light.load.step_kg) == (1, 5)
    assert light.aka == ("easy press",)


@pytest.mark.parametrize(
    ("more", "at", "words"),
    [
        ("  drop: [reach]\n", "drop:", "drop names 'reach'"),
        ("  drop: [joints.hip.flexion]\n", "drop:", "drop names 'joints.hip.flexion'"),
        ("  kind: x\n", "kind: x", "unknown kind 'x'"),
    ],
)
def test_each_fault_of_a_variant_is_refused_at_its_place(tmp_path, more, at, words):
    """A drop that drops nothing is a misspelling."""
    text = FILE + VARIANT + more
    (problem,) = refused(tmp_path, text)
    assert problem[0] == place_of(text, at)
    assert words in problem[1]


def test_variants_can_not_go_in_circles(tmp_path):
    """Neither by way of itself nor of another."""
    text = edited(FILE, END, END + "  extends: light_press\n") + VARIANT
    assert any("circle" in sentence for _, sentence in refused(tmp_path, text))


@pytest.mark.parametrize(
    "more",
    [
        "  extends: [sound_press]\n",
        "  extends: {a: b}\n",
        "  drop: 3\n",
        "  drop: {a: b}\n",
        "  joints: 3\n",
        "  adjust: [3]\n",
        "  load: 3\n",
    ],
)
def test_a_variant_of_the_wrong_types_is_refused_and_never_a_crash(tmp_path, more):
    """Merging happens before the shape is checked, so it must stand anything."""
    text = FILE + (VARIANT if "extends" not in more else VARIANT.replace("  extends: sound_press\n", "")) + more
    assert refused(tmp_path, text)


@pytest.mark.parametrize("text", ["exercises: 3\n", "exercises: [3]\n", "- a\n", "family: x\n", "exercises: {a: 1}\n"])
def test_a_file_of_another_kind_is_refused(tmp_path, text):
    """Any YAML that is no family file."""
    assert refused(tmp_path, text)


@pytest.mark.parametrize(
    "signature",
    [{"by": "   ", "role": "physician", "date": "2026-02-03"}, {"by": "Dr A", "role": " ", "date": "2026-02-03"}]
    + [{"by": "Dr A", "role": "physician", "date": date} for date in ("2026-02-30", "yesterday", "unknown")],
)
def test_a_review_is_signed_by_somebody_on_a_day(signature):
    """An empty signature reviews nothing."""
    with pytest.raises(ValueError, match=r"."):
        _ReviewedBy.model_validate(signature)
