"""Records that extend another: what is loaded is the record that a person would have written out in full."""

import pytest
from made_exercises import VOCABULARY, load, one, record, refused, write

from safetyrules.errors import InputError
from safetyrules.loading.catalog import load_catalog
from safetyrules.loading.catalog_lint import code_of, lint_catalog

SHOULDER = {"j": "shoulder", "a": "flexion", "deg": [0, 90], "mode": "resisted", "load": "moderate"}
ELBOW = {"j": "elbow", "a": "extension", "deg": [0, 110], "mode": "resisted", "load": "moderate"}
GRIP = {"j": "hand", "a": "grip", "mode": "isometric", "load": "light"}
SLOW, SHORT = {"id": "slow", "how": "slower"}, {"id": "short", "how": "a shorter way", "set": {"shoulder.flexion.max": 60}}

BASE = record(
    "base_press",
    aka=["basic press"],
    muscles={"prime": ["pectoralis_major"], "synergist": ["triceps_brachii"], "stabiliser": ["core"]},
    spine={"compression": 2, "shear": 1, "site": "hands"},
    tissues={"achilles": 1, "acl": 2},
    reach=["behind_back", "cross_midline"],
    exposure=["pushing", "lifting"],
    strain={"valsalva": "low", "isometric": "brief", "iap": "moderate"},
    hazard={"fall": "floor", "control": ["drop_on_body"]} if "drop_on_body" in VOCABULARY.words["control"] else {"fall": "floor"},
    mets={"code": "02050", "met": 3.5},
    adjust=[SLOW, SHORT],
    ladder={"regress": ["other_press"], "progress": ["hard_press"]},
    codes={"made_up": "A1"},
    ev={"mets": "F30", "spine": "F1"},
)
OTHERS = (record("other_press"), record("hard_press"))


def variant(**fields):
    return {"id": "variant_press", "name": "Variant press", "extends": "base_press"} | fields


def by_hand(**fields):
    """Return the base written out again under the variant's name, without what is never inherited."""
    gone = dict.fromkeys(("aka", "codes"))
    return record(
        "variant_press", **({k: v for k, v in BASE.items() if k != "id"} | {"name": "Variant press", "ev": {}} | gone | fields)
    )


# name: (what the variant states, what a person would write)
MERGED = {
    "nothing": ({}, {}),
    "a plain value": ({"intensity": "light", "floor_transfer": True}, {"intensity": "light", "floor_transfer": True}),
    "one key of a map": ({"spine": {"shear": 3}}, {"spine": {"compression": 2, "shear": 3, "site": "hands"}}),
    "one tissue more": ({"tissues": {"pcl": 3, "acl": 1}}, {"tissues": {"achilles": 1, "acl": 1, "pcl": 3}}),
    "one list inside a map": (
        {"muscles": {"synergist": ["anterior_deltoid"]}},
        {"muscles": {"prime": ["pectoralis_major"], "synergist": ["anterior_deltoid"], "stabiliser": ["core"]}},
    ),
    "a part of support and strain": (
        {"support": {"feet": "full"}, "strain": {"valsalva": "high"}},
        {
            "support": {"feet": "full", "hands": "grip", "stance": "none"},
            "strain": {"valsalva": "high", "isometric": "brief", "iap": "moderate"},
        },
    ),
    "a part of load, hazard, impact, env and ladder": (
        {
            "load": {"min_kg": 10},
            "hazard": {"fall": "elevated"},
            "impact": {"lower": "low"},
            "env": {"setting": "home"},
            "ladder": {"progress": []},
        },
        {
            "load": {"type": ["stack"], "min_kg": 10, "step_kg": 5},
            "hazard": BASE["hazard"] | {"fall": "elevated"},
            "impact": {"lower": "low"},
            "env": {"setting": "home"},
            "ladder": {"regress": ["other_press"], "progress": []},
        },
    ),
    "another list": ({"reach": ["overhead"], "equipment": ["cable"]}, {"reach": ["overhead"], "equipment": ["cable"]}),
    "mets whole": ({"mets": {"met": 5.0}}, {"mets": {"met": 5.0}}),
    "a joint entry replaced": ({"joints": [SHOULDER | {"deg": [0, 60]}]}, {"joints": [ELBOW, GRIP, SHOULDER | {"deg": [0, 60]}]}),
    "a joint entry of another limb added": (
        {"joints": [SHOULDER | {"limb": "bracing"}]},
        {"joints": [SHOULDER, ELBOW, GRIP, SHOULDER | {"limb": "bracing"}]},
    ),
    "a joint entry of another action added": (
        {"joints": [SHOULDER | {"a": "abduction"}]},
        {"joints": [SHOULDER, ELBOW, GRIP, SHOULDER | {"a": "abduction"}]},
    ),
    "an adjustment replaced": ({"adjust": [SHORT | {"how": "very short"}]}, {"adjust": [SLOW, SHORT | {"how": "very short"}]}),
    "an adjustment added": (
        {"adjust": [{"id": "easy", "how": "easily"}]},
        {"adjust": [SLOW, SHORT, {"id": "easy", "how": "easily"}]},
    ),
    "own names, codes and evidence": (
        {"aka": ["own press"], "codes": {"made_up": "B2"}, "ev": {"spine": "F9"}},
        {"aka": ["own press"], "codes": {"made_up": "B2"}, "ev": {"spine": "F9"}},
    ),
    "a joint entry dropped": ({"drop": ["joints.elbow.extension"]}, {"joints": [SHOULDER, GRIP]}),
    "an adjustment dropped": ({"drop": ["adjust.slow"]}, {"adjust": [SHORT]}),
    "a tissue dropped": ({"drop": ["tissues.acl"]}, {"tissues": {"achilles": 1}}),
    "an item of a list dropped": (
        {"drop": ["reach.behind_back", "exposure.pushing"]},
        {"reach": ["cross_midline"], "exposure": ["lifting"]},
    ),
    "a whole field dropped": ({"drop": ["mets", "tissues", "reach"]}, {"mets": None, "tissues": None, "reach": None}),
    "a whole field dropped and stated anew": ({"drop": ["tissues"], "tissues": {"pcl": 1}}, {"tissues": {"pcl": 1}}),
    "all entries of a list replaced through drop": ({"drop": ["joints"], "joints": [GRIP]}, {"joints": [GRIP]}),
}


@pytest.mark.parametrize("name", MERGED)
def test_what_is_loaded_is_the_hand_merged_record(tmp_path, name):
    """A variant is judged by exactly the record that it stands for."""
    stated, complete = MERGED[name]
    found = one(tmp_path / "short", "variant_press", BASE, variant(**stated), *OTHERS)
    assert found == one(tmp_path / "long", "variant_press", BASE, by_hand(**complete), *OTHERS)


def test_the_base_stays_as_it_is(tmp_path):
    """A variant that changes and drops everything takes nothing from its base."""
    bulky = variant(
        drop=["tissues", "joints.hand.grip", "adjust.slow", "reach.behind_back"],
        muscles={"prime": ["quadriceps"]},
        joints=[SHOULDER | {"deg": [0, 10]}],
    )
    with_it = one(tmp_path / "with", "base_press", BASE, bulky, *OTHERS)
    assert with_it == one(tmp_path / "without", "base_press", BASE, *OTHERS)


def test_a_statement_about_one_record_is_never_inherited(tmp_path):
    """Aliases, codes and evidence speak of the record that holds them."""
    found = one(tmp_path, "variant_press", BASE, variant(), *OTHERS)
    assert (found.aka, found.codes, found.evidence, found.status) == ((), {}, {}, "draft")


SIGNED = {"status": "reviewed", "reviewed": {"by": "A. Person", "role": "physiotherapist", "date": "2026-11-01"}}


def test_a_variant_of_a_reviewed_record_is_a_draft(tmp_path):
    """The base was reviewed; the variant was not, and it loads."""
    found = load(tmp_path, BASE | SIGNED, variant(), *OTHERS).exercises
    assert (found["base_press"].status, found["variant_press"].status) == ("reviewed", "draft")


def test_a_review_is_not_inherited(tmp_path):
    """Who signed the base has not signed the variant: the word reviewed alone is refused."""
    problems = refused(tmp_path, BASE | SIGNED, variant(status="reviewed"), *OTHERS)
    assert len(problems) == 1
    assert "`reviewed: {by, role, date}` go together" in problems[0]


def test_a_variant_of_an_imported_record_may_be_a_draft_of_its_own(tmp_path):
    """The status of the base stays with the base."""
    found = load(tmp_path, BASE | {"status": "imported"}, variant(), *OTHERS).exercises
    assert (found["base_press"].status, found["variant_press"].status) == ("imported", "draft")


def test_a_variant_of_a_variant_holds_all_of_it(tmp_path):
    """Each step states only what differs from the one before."""
    first = variant(spine={"shear": 3}, drop=["tissues.acl"])
    second = {
        "id": "third_press",
        "name": "Third press",
        "extends": "variant_press",
        "spine": {"site": "none"},
        "tissues": {"pcl": 1},
    }
    found = one(tmp_path, "third_press", second, first, BASE, *OTHERS)
    assert (found.compression, found.shear, found.load_site, found.tissues) == (2, 3, "none", {"achilles": 1, "pcl": 1})


def test_the_base_may_stand_in_another_file_or_folder(tmp_path):
    """Where a record stands does not matter, nor the order; the family is the variant's own."""
    write(tmp_path / "one", variant(), file="a_first", family="others")
    write(tmp_path / "two", BASE, *OTHERS, file="z_last")
    found = load_catalog([tmp_path / "one", tmp_path / "two"], VOCABULARY).exercises
    assert (found["variant_press"].family, found["base_press"].family) == ("others", "made_up")
    assert found["variant_press"].tissues == {"achilles": 1, "acl": 2}
    assert found["variant_press"].location.file.endswith("a_first.yaml")


def located(folder, *records):
    """Return the problems as (line of the record's id, the text of the line they point at, sentence)."""
    folder = write(folder, *records)
    text = (folder / "made_up.yaml").read_text("utf-8").splitlines()
    with pytest.raises(InputError) as caught:
        load_catalog([folder], VOCABULARY)
    return [(text[p.location.line - 1].strip(), f"{p.message} {p.hint}".strip()) for p in caught.value.problems]


def test_an_unknown_base_is_named_with_its_guess(tmp_path):
    """A misspelt base is an error at its place."""
    (problem,) = located(
        tmp_path, BASE, variant(extends="base_pres", **{k: v for k, v in BASE.items() if k not in ("id", "name")}), *OTHERS
    )
    assert problem == ("extends: base_pres", "extends unknown exercise 'base_pres' Did you mean 'base_press'?")


def test_a_record_can_not_extend_itself(tmp_path):
    """A record is no base of its own."""
    problems = located(tmp_path, BASE | {"extends": "base_press"}, *OTHERS)
    assert problems == [("extends: base_press", "'base_press' extends in a circle, or more than 4 deep")]


def test_a_circle_is_found(tmp_path):
    """Two records that extend each other are refused, and nothing runs on."""
    problems = located(tmp_path, BASE | {"extends": "variant_press"}, variant(), *OTHERS)
    assert problems
    assert all("extends in a circle" in sentence for _, sentence in problems)


def chain(length):
    return [
        {"id": f"step_{n}", "name": f"Step {n}", "extends": "base_press" if n == 1 else f"step_{n - 1}"}
        for n in range(1, length + 1)
    ]


def test_four_steps_are_allowed_and_five_are_not(tmp_path):
    """A chain that nobody can follow is refused."""
    assert one(tmp_path / "four", "step_4", BASE, *OTHERS, *chain(4)).tissues == {"achilles": 1, "acl": 2}
    assert any("more than 4 deep" in p for p in refused(tmp_path / "five", BASE, *OTHERS, *chain(5)))


IDLE = (
    "joints.knee.flexion",
    "adjust.fast",
    "tissues.pcl",
    "reach.overhead",
    "floor_transfer",
    "load.colour",
    "intensity.light",
    "nonsense",
    "joints.shoulder",
)


@pytest.mark.parametrize("path", IDLE)
def test_a_drop_that_removes_nothing_is_an_error(tmp_path, path):
    """A misspelt drop would leave a demand in place that the author took for gone."""
    (problem,) = located(tmp_path, BASE, variant(drop=[path]), *OTHERS)
    assert problem == ("drop:", f"drop names '{path}', which 'base_press' does not have")


def test_every_fault_is_reported_at_once(tmp_path):
    """Unknown bases and idle drops of several records come together."""
    second = {"id": "third_press", "name": "Third press", "extends": "nothing_like_it"}
    problems = [
        sentence for _, sentence in located(tmp_path, BASE, variant(drop=["nonsense", "mets", "adjust.fast"]), second, *OTHERS)
    ]
    assert [p.split(",")[0] for p in problems] == [
        "drop names 'adjust.fast'",
        "drop names 'nonsense'",
        "extends unknown exercise 'nothing_like_it'",
    ]


BROKEN = {
    "a base that is a list": (BASE, variant(extends=["base_press"])),
    "a base that is a map": (BASE, variant(extends={"id": "base_press"})),
    "a base that is a number": (BASE, variant(extends=5)),
    "a drop that is nothing": (BASE, variant(drop=None)),
    "a drop that is a number": (BASE, variant(drop=5)),
    "a drop that is a flag": (BASE, variant(drop=True)),
    "a drop of maps": (BASE, variant(drop=[{"a": 1}])),
    "a drop without a base": (BASE, BASE | {"id": "alone_press", "drop": ["mets"]}),
    "an adjustment of the base that is a text": (BASE | {"adjust": ["slow"]}, variant(adjust=[SLOW])),
    "a dropped adjustment among texts": (BASE | {"adjust": ["slow"]}, variant(drop=["adjust.slow"])),
    "a joint of the base that is a text": (BASE | {"joints": ["shoulder"]}, variant(drop=["joints.shoulder.flexion"])),
    "a joint of the variant that is a text": (BASE, variant(joints=["shoulder"])),
    "a joint named by a list": (BASE, variant(joints=[SHOULDER | {"j": ["shoulder"]}])),
    "an adjustment named by a list": (BASE, variant(adjust=[{"id": ["slow"], "how": "slowly"}])),
    "a map where the base has a list": (BASE, variant(joints={"shoulder": 1})),
    "a list where the base has a map": (BASE, variant(muscles=["quadriceps"])),
    "an unknown key": (BASE, variant(intensty="light")),
    "an unknown word": (BASE, variant(intensity="lightly")),
    "an id that is a list": (BASE, variant(id=["x"])),
    "a record that is a text": (BASE, "variant_press"),
    "exercises that are a map": (),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_variants_are_bad_input_and_never_a_failure(tmp_path, name):
    """Whatever stands in a record, the answer is located problems."""
    if name == "exercises that are a map":
        (tmp_path / "made_up.yaml").write_text(
            "family: made_up\ntitle: x\nestimates: Every value here is invented.\nexercises: {extends: a}\n"
        )
    else:
        write(tmp_path, *BROKEN[name], *OTHERS)
    with pytest.raises(InputError) as caught:
        load_catalog([tmp_path], VOCABULARY)
    assert all(p.location.line > 0 for p in caught.value.problems)


def test_lint_judges_the_complete_record(tmp_path):
    """A variant that drops what the rest of its record needs is found; one that is whole is not."""
    catalog = load(tmp_path / "dropped", BASE, variant(drop=["joints.hand.grip"], load={"type": ["cable"]}), *OTHERS)
    assert [(code_of(p), p.message.split(":")[0]) for p in lint_catalog(catalog, VOCABULARY)] == [("C03", "variant_press")]
    catalog = load(tmp_path / "inherited", BASE, variant(reach=["overhead"]), *OTHERS)
    assert [(code_of(p), p.message.split(":")[0]) for p in lint_catalog(catalog, VOCABULARY)] == [("C01", "variant_press")]
    assert lint_catalog(load(tmp_path / "whole", BASE, variant(load={"type": ["cable"]}), *OTHERS), VOCABULARY) == []


def test_a_shape_fault_that_a_variant_inherits_points_at_both_records(tmp_path):
    """A wrong word in the base is a fault of the base, at its line, and of whoever inherits it."""
    found = located(tmp_path, BASE | {"intensity": "lightly"}, variant(), *OTHERS)
    assert found[0][0] == "intensity: lightly"
    assert {p[0] for p in found[1:]} <= {"- id: variant_press"}
