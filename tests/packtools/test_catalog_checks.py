"""Checks of exercises against themselves and others: adjustments that make worse, substitutes that do not deliver, outliers."""

import pytest
from loading.made_exercises import VOCABULARY, load, record

from safetyrules.loading.catalog_lint import code_of
from safetyrules.packtools.catalog_checks import check_catalog, outliers

SHOULDER = {"j": "shoulder", "a": "flexion", "deg": [0, 90], "mode": "resisted", "load": "moderate"}
SPINE = {"j": "lumbar_spine", "a": "flexion", "grade": "mid", "mode": "isometric", "load": "moderate"}
# Everything in the middle, so that an adjustment can go either way.
MIDDLE = {
    "joints": [SHOULDER, SPINE, {"j": "hand", "a": "grip", "mode": "isometric", "load": "moderate"}],
    "spine": {"compression": 2, "shear": 1, "site": "hands"},
    "tissues": {"acl": 2},
    "head": "level",
    "reach": ["cross_midline"],
    "impact": {"lower": "low", "upper": "low"},
    "exposure": ["lifting"],
    "strain": {"valsalva": "low", "isometric": "brief", "iap": "moderate"},
    "balance": "moderate",
    "hazard": {"fall": "floor", "contact": "none"},
    "load": {"type": ["machine"], "min_kg": 5, "min_pct_bw": 20},
}


def found(folder, *records):
    problems = check_catalog(load(folder, *records), VOCABULARY)
    return [(code_of(p), p.message.split(":")[0], p.message.partition(": C")[2][3:]) for p in problems]


def adjusted(folder, **adjustment):
    return found(folder, record("a_press", **MIDDLE, adjust=[{"id": "other", "how": "in another way"} | adjustment]))


SMALLER = {
    "a smaller angle": {"set": {"shoulder.flexion.max": 60}},
    "a larger least angle": {"set": {"shoulder.flexion.min": 20}},
    "a lighter joint load": {"set": {"shoulder.flexion.load": "light"}},
    "a milder grade": {"set": {"lumbar_spine.flexion.grade": "mild"}},
    "less on the spine": {"set": {"spine.compression": 1, "spine.shear": 0}},
    "less strain": {"set": {"strain.valsalva": "none", "strain.isometric": "none", "strain.iap": "low"}},
    "less impact": {"set": {"impact.lower": "none", "impact.upper": "none"}},
    "less intensity and balance": {"set": {"intensity": "light", "balance": "low"}},
    "a higher head": {"set": {"head": "above"}},
    "a lighter start": {"set": {"load.min_kg": 1, "load.pct_bw": 10}},
    "a tissue spared": {"set": {"tissues.acl": 1}},
    "another seat": {"set": {"position": ["seated"]}},
    "standing": {"set": {"position": ["standing"], "support.feet": "full"}},
    "a reach less": {"removes": ["reach.cross_midline"]},
    "an exposure less": {"removes": ["exposure.lifting"]},
    "a joint less": {"removes": ["lumbar_spine.flexion"]},
    "nothing": {},
}


@pytest.mark.parametrize("name", SMALLER)
def test_an_adjustment_that_makes_smaller_passes(tmp_path, name):
    """C20 is silent where nothing gets worse."""
    assert adjusted(tmp_path, **SMALLER[name]) == []


WORSE = {
    "more breath holding": ({"strain.valsalva": "high"}, "raises valsalva"),
    "more holding": ({"strain.isometric": "sustained"}, "raises isometric"),
    "more belly pressure": ({"strain.iap": "high"}, "raises iap"),
    "less balance": ({"balance": "high"}, "raises balance"),
    "more impact": ({"impact.lower": "high"}, "raises impact lower"),
    "more impact on the arms": ({"impact.upper": "high"}, "raises impact upper"),
    "more intensity": ({"intensity": "vigorous"}, "raises intensity"),
    "a fall": ({"hazard.fall": "elevated"}, "raises fall"),
    "a collision": ({"hazard.contact": "collision"}, "raises contact"),
    "more compression": ({"spine.compression": 3}, "raises the load on the spine"),
    "more shear": ({"spine.shear": 2}, "raises the load on the spine"),
    "a lower head": ({"head": "below"}, "lowers the head"),
    "hands that carry": ({"support.hands": "weight_bearing"}, "adds upper limb weight bearing"),
    "hanging": ({"support.hands": "hang"}, "hanging from arms"),
    "reaching overhead": ({"reach": ["cross_midline", "overhead"]}, "adds overhead"),
    "reaching behind the neck": ({"reach": ["behind_head"]}, "adds behind neck"),
    "kneeling": ({"position": ["kneeling"]}, "adds kneeling"),
    "unstable ground": ({"surface": "unstable"}, "unstable surface"),
    # Each of these is a demand that a rule can ask for.
    "a heavier joint load": ({"shoulder.flexion.load": "heavy"}, ""),
    "a grade to the end": ({"lumbar_spine.flexion.grade": "end"}, ""),
    "a jerking joint": ({"shoulder.flexion.mode": "ballistic"}, ""),
    "a rapid change of position": ({"change": "rapid"}, ""),
    "a rapid motion of the head": ({"head_motion": "rapid"}, ""),
    "a tissue loaded more": ({"tissues.acl": 3}, ""),
    "a tissue loaded anew": ({"tissues.achilles": 2}, ""),
    "a blow to the head": ({"hazard.head_impact": True}, ""),
    "a load on the belly": ({"hazard.abdomen": True}, ""),
    "a heavier start": ({"load.min_kg": 20}, ""),
    "one leg": ({"support.stance": "single"}, ""),
    "an exposure more": ({"exposure": ["lifting", "plyometric"]}, ""),
    "a way down to the floor": ({"floor_transfer": True}, ""),
}


@pytest.mark.parametrize("name", WORSE)
def test_an_adjustment_that_makes_worse_is_found(tmp_path, name):
    """C20: an adjustment is the way out that a report names, so nothing may get worse by it."""
    change, words = WORSE[name]
    problems = adjusted(tmp_path, set=change)
    assert problems
    assert {(code, who) for code, who, _ in problems} == {("C20", "a_press")}
    assert any(words in sentence and "'other'" in sentence for _, _, sentence in problems), problems


@pytest.mark.parametrize(
    "adjustment",
    [
        {"set": {"knee.flexion.max": 60}},
        {"set": {"colour": 1}},
        {"removes": ["knee.flexion"]},
        {"removes": ["reach.overhead"]},
        {"set": {"position": []}},
    ],
)
def test_an_adjustment_that_can_not_be_applied_is_found(tmp_path, adjustment):
    """C20: a way that names what the exercise does not have never helps anyone."""
    assert adjusted(tmp_path, **adjustment) == [("C20", "a_press", "adjust 'other' can't be applied, so it never helps")]


def replaced(folder, removes, here=None, there=None):
    """Return what is found of a press and a substitute that differ as stated."""
    own = record("a_press", **MIDDLE | (here or {}), ladder={"substitutes": [{"id": "b_press", "removes": [removes]}]})
    return found(folder, own, record("b_press", **MIDDLE | (there or {})))


UNSTRAINED = {"strain": {"valsalva": "none", "isometric": "none", "iap": "low"}}
FLOOR = {"position": ["prone"], "floor_transfer": True}
GRIPLESS = {"joints": [SHOULDER, SPINE]}
# path: (own fields, fields of a substitute that delivers); the substitute with the own fields does not deliver.
DELIVERED = {
    "shoulder.flexion": ({}, {"joints": [SPINE]}),
    "shoulder": ({}, {"joints": [SPINE]}),
    "lumbar_spine.flexion": ({}, {"joints": [SHOULDER]}),
    "hand.grip": ({}, GRIPLESS),
    "grip": ({}, GRIPLESS),
    "spine.compression": ({}, {"spine": {"compression": 1, "shear": 1}}),
    "spine.shear": ({}, {"spine": {"compression": 2, "shear": 0}}),
    "strain.valsalva": ({}, UNSTRAINED),
    "strain.isometric": ({}, UNSTRAINED),
    "strain.iap": ({}, UNSTRAINED),
    "balance": ({}, {"balance": "low"}),
    "intensity": ({}, {"intensity": "light"}),
    "impact": ({}, {"impact": {"lower": "none", "upper": "none"}}),
    "impact.lower": ({}, {"impact": {"lower": "none", "upper": "low"}}),
    "impact.upper": ({}, {"impact": {"lower": "low", "upper": "none"}}),
    "exposure.lifting": ({}, {"exposure": ["pushing"]}),
    "exposure": ({}, {"exposure": []}),
    "reach.cross_midline": ({}, {"reach": []}),
    "reach": ({}, {"reach": []}),
    "position.seated_supported": ({}, {"position": ["standing"]}),
    "floor_transfer": (FLOOR, {"floor_transfer": False}),
    "head": ({"head": "below"}, {"head": "level"}),
    "surface": ({"surface": "unstable"}, {"surface": "stable"}),
    "support.hands": ({}, {"support": {"feet": "partial", "hands": "none", "stance": "none"}}),
    "hazard.fall": ({"hazard": {"fall": "elevated"}}, {"hazard": {"fall": "floor"}}),
    "hazard.control": ({"hazard": {"control": sorted(VOCABULARY.words["control"] - {"elastic_recoil"})[:1]}}, {"hazard": {}}),
    "head_motion": ({"head_motion": "rapid"}, {"head_motion": "none"}),
    "tissues.acl": ({}, {"tissues": {}}),
    "load.min_kg": ({}, {"load": {"type": ["machine"], "min_kg": 1}}),
    "change": ({"change": "rapid"}, {"change": "slow"}),
    "equipment.machine": ({}, {"equipment": ["cable"]}),
}


@pytest.mark.parametrize("path", DELIVERED)
def test_a_substitute_that_delivers_passes(tmp_path, path):
    """C21 is silent where the substitute is without what it says it removes."""
    own, other = DELIVERED[path]
    assert replaced(tmp_path, path, own, own | other) == []


@pytest.mark.parametrize("path", DELIVERED)
def test_a_substitute_that_does_not_deliver_is_found(tmp_path, path):
    """C21: a substitute with the very same demand removes nothing."""
    own, _ = DELIVERED[path]
    assert replaced(tmp_path, path, own, own) == [("C21", "a_press", f"the substitute 'b_press' does not remove {path}")]


# path: (own fields, fields of a substitute that is worse)
WORSE_THERE = {
    "head": ({"head": "level"}, {"head": "below"}),
    "surface": ({"surface": "stable"}, {"surface": "unstable"}),
    "hazard.fall": ({"hazard": {"fall": "floor"}}, {"hazard": {"fall": "elevated"}}),
    "hazard.contact": ({"hazard": {"contact": "none"}}, {"hazard": {"contact": "collision"}}),
    "head_motion": ({"head_motion": "slow"}, {"head_motion": "rapid"}),
    "support.hands": ({}, {"support": {"feet": "partial", "hands": "hang", "stance": "none"}}),
    "spine.shear": ({}, {"spine": {"compression": 2, "shear": 3}}),
    "impact": ({}, {"impact": {"lower": "none", "upper": "high"}}),
    "strain.valsalva": ({}, {"strain": {"valsalva": "high"}}),
    "balance": ({}, {"balance": "high"}),
}


@pytest.mark.parametrize("path", WORSE_THERE)
def test_a_substitute_that_is_worse_is_found(tmp_path, path):
    """C21: more of a demand is not its removal."""
    own, other = WORSE_THERE[path]
    assert [(code, who) for code, who, _ in replaced(tmp_path, path, own, other)] == [("C21", "a_press")]


@pytest.mark.parametrize(
    "path", ["sholder.flexion", "nonsense", "exposure.lifiting", "reach.sideways", "tissues.nothing", "hazard.colour"]
)
def test_a_path_that_names_nothing_is_not_taken_for_removed(tmp_path, path):
    """A misspelt promise is no promise kept."""
    assert replaced(tmp_path, path) != []


def test_a_joint_action_may_be_smaller_lighter_or_milder(tmp_path):
    """A joint that still moves counts as spared where it moves less far or under less load; a heavier one does not."""
    for number, (change, delivered) in enumerate(
        [
            ({"deg": [0, 60]}, True),
            ({"load": "light"}, True),
            ({}, False),
            ({"deg": [0, 120]}, False),
            ({"load": "heavy"}, False),
            ({"mode": "passive"}, True),
        ]
    ):
        there = {"joints": [SHOULDER | change, SPINE]}
        assert (replaced(tmp_path / str(number), "shoulder.flexion", None, there) == []) is delivered, change


def test_a_substitute_that_is_not_in_the_catalog_is_left_to_lint(tmp_path):
    """C13 names it; here there is nothing to compare."""
    assert found(tmp_path, record("a_press", ladder={"substitutes": [{"id": "no_press", "removes": ["balance"]}]})) == []


def test_the_bundled_catalog_passes(engine):
    """No bundled adjustment makes worse and every bundled substitute delivers."""
    assert [str(p) for p in check_catalog(engine.catalog, engine.vocabulary)] == []


def test_problems_come_by_place(tmp_path):
    """Faults are located at their record and sorted."""
    bad = {"adjust": [{"id": "worse", "how": "x", "set": {"intensity": "vigorous"}}]}
    problems = check_catalog(load(tmp_path, record("z_press", **bad), record("ok_press"), record("a_press", **bad)), VOCABULARY)
    assert [p.message.split(":")[0] for p in problems] == ["z_press", "a_press"]
    assert problems[0].location.line < problems[1].location.line


# Outliers: the middle of the highs is m, the spread is the middle distance from m (1 where that is 0); a place to look is one
# that is more than the larger of 40 degrees and 4 spreads away, in a group of at least six.


def group(*highs, **more):
    return [
        record(f"p{n}_press", joints=[{"j": "shoulder", "a": "flexion", "deg": [-90, high], "mode": "active"} | more])
        for n, high in enumerate(highs)
    ]


def odd(folder, *records):
    return [p.message for p in outliers(load(folder, *records))]


def test_an_angle_far_from_its_family_is_a_place_to_look(tmp_path):
    """Middle 90, spread 0 and so 1: 131 is 41 away, 130 is 40."""
    assert odd(tmp_path / "far", *group(90, 90, 90, 90, 90, 131)) == [
        "p5_press: C22 shoulder.flexion goes to 131; the middle of family made_up is 90"
    ]
    assert odd(tmp_path / "near", *group(90, 90, 90, 90, 90, 130)) == []
    assert odd(tmp_path / "low", *group(90, 90, 90, 90, 90, 49)) == [
        "p5_press: C22 shoulder.flexion goes to 49; the middle of family made_up is 90"
    ]


def test_five_entries_are_no_group(tmp_path):
    """Too few to say what is usual."""
    assert odd(tmp_path, *group(90, 90, 90, 90, 170)) == []


def test_a_family_of_many_angles_has_no_outlier(tmp_path):
    """Middle 90 of 50, 70, 80, 100, 110, 150: distances 40, 20, 10, 10, 20, 60, spread 20, so 80 is allowed."""
    assert odd(tmp_path / "wide", *group(50, 70, 80, 100, 110, 150)) == []
    assert odd(tmp_path / "wider", *group(50, 70, 80, 100, 110, 171)) != []


def test_a_bracing_limb_and_an_implied_arc_do_not_count(tmp_path):
    """Only what the record itself says of a working joint is compared."""
    bracing = record(
        "brace_press", joints=[{"j": "shoulder", "a": "flexion", "deg": [0, 170], "mode": "active", "limb": "bracing"}]
    )
    assert odd(tmp_path, *group(90, 90, 90, 90, 90, 90), bracing) == []
