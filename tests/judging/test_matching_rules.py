"""Which exercises a match hits, on which limb: each case worked out by hand from the invented records of `made_world`."""

import pytest
from made_world import build_engine, judge, line_of, make_case, restriction

ALLOWED, LIMITED, OUT = "allowed", "limited", "contraindicated"

# match, exercise, verdict of a contraindication with that match
HITS = [
    # the joint keys are judged together on one entry
    ({"joint": "shoulder"}, "bar_press", OUT),
    ({"joint": "hip"}, "bar_press", ALLOWED),
    ({"joint": ["hip", "shoulder"]}, "bar_press", OUT),
    ({"joint": "shoulder", "mode": "resisted"}, "bar_press", OUT),
    ({"joint": "shoulder", "mode": "isometric"}, "bar_press", ALLOWED),  # isometric is the grip, not the shoulder
    ({"joint": "shoulder", "mode": ["isometric", "resisted"]}, "bar_press", OUT),
    ({"mode": "isometric"}, "bar_press", OUT),  # any entry will do
    ({"joint": "shoulder", "joint_load": "heavy"}, "bar_press", OUT),
    ({"joint": "shoulder", "joint_load": "heavy"}, "floor_press", ALLOWED),  # moderate is below heavy
    ({"joint": "shoulder", "joint_load": "light"}, "floor_press", OUT),  # moderate is above light
    ({"joint": "shoulder", "chain": "closed"}, "floor_press", OUT),
    ({"joint": "shoulder", "chain": "open"}, "floor_press", ALLOWED),
    ({"joint": "shoulder", "chain": "open"}, "bar_press", OUT),  # the record does not say which: it can't show it is not open
    ({"joint": "lumbar_spine", "grade": "mid"}, "back_bend", OUT),  # end is beyond mid
    ({"joint": "shoulder", "grade": "end"}, "deep_stretch", ALLOWED),  # mid is below end
    # raising the arm in any plane: elevation means flexion and abduction too, those two don't mean each other
    ({"joint": "shoulder", "action": "flexion"}, "bar_press", OUT),
    ({"joint": "shoulder", "action": "abduction"}, "bar_press", OUT),
    ({"joint": "shoulder", "action": "elevation"}, "arm_raise", OUT),
    ({"joint": "shoulder", "action": "elevation"}, "floor_press", OUT),
    ({"joint": "shoulder", "action": "flexion"}, "arm_raise", ALLOWED),
    ({"joint": "shoulder", "action": "extension"}, "bar_press", ALLOWED),
    # degrees: beyond, below, overlapping; a boundary that is only touched is not crossed
    ({"joint": "shoulder", "rom_deg": {"gt": 165}}, "bar_press", ALLOWED),
    ({"joint": "shoulder", "rom_deg": {"gt": 164}}, "bar_press", OUT),
    ({"joint": "shoulder", "rom_deg": {"lt": 45}}, "bar_press", ALLOWED),
    ({"joint": "shoulder", "rom_deg": {"lt": 46}}, "bar_press", OUT),
    ({"joint": "shoulder", "rom_deg": {"from": 165, "to": 180}}, "bar_press", ALLOWED),
    ({"joint": "shoulder", "rom_deg": {"from": 0, "to": 45}}, "bar_press", ALLOWED),
    ({"joint": "shoulder", "rom_deg": {"from": 0, "to": 46}}, "bar_press", OUT),
    ({"joint": "shoulder", "rom_deg": {"from": 90, "to": 100}}, "bar_press", OUT),
    ({"joint": "shoulder", "action": "external_rotation", "rom_deg": {"gt": 80}}, "deep_stretch", OUT),  # no degrees: not shown
    # what the trainer can cut down to a still useful range (30) is limited, below that it is out
    ({"joint": "shoulder", "rom_deg": {"gt": 90}}, "arm_raise", ALLOWED),
    ({"joint": "shoulder", "rom_deg": {"gt": 60}}, "arm_raise", LIMITED),
    ({"joint": "shoulder", "rom_deg": {"gt": 30}}, "arm_raise", LIMITED),
    ({"joint": "shoulder", "rom_deg": {"gt": 29}}, "arm_raise", OUT),
    ({"joint": "shoulder", "rom_deg": {"from": 60, "to": 120}}, "arm_raise", LIMITED),
    ({"joint": "shoulder", "rom_deg": {"lt": 10}}, "arm_raise", OUT),  # the record offers no way to stay above
    # together: present in a draft is enough, a reviewed record must list the combination
    (
        {"joint": "shoulder", "action": "abduction", "with": [{"joint": "shoulder", "action": "external_rotation"}]},
        "draft_pose",
        OUT,
    ),
    (
        {"joint": "shoulder", "action": "abduction", "with": [{"joint": "shoulder", "action": "external_rotation"}]},
        "reviewed_pose",
        ALLOWED,
    ),
    (
        {"joint": "shoulder", "action": "abduction", "with": [{"joint": "shoulder", "action": "external_rotation"}]},
        "combined_pose",
        OUT,
    ),
    (
        {"joint": "shoulder", "action": "abduction", "with": [{"joint": "shoulder", "action": "internal_rotation"}]},
        "draft_pose",
        ALLOWED,
    ),
    (
        {
            "joint": "shoulder",
            "action": "abduction",
            "with": [{"joint": "shoulder", "action": "external_rotation", "rom_deg": {"gt": 90}}],
        },
        "draft_pose",
        ALLOWED,
    ),
    # muscles: a grouping means its members and is meant by them; one that only steadies does not count
    ({"muscle": "rotator_cuff"}, "bar_press", OUT),
    ({"muscle": "supraspinatus"}, "arm_raise", OUT),
    ({"muscle": "quadriceps"}, "bar_press", ALLOWED),
    ({"muscle": "pectoralis_major"}, "deep_stretch", ALLOWED),  # stretched, not contracting
    ({"muscle": "rotator_cuff", "mode": "resisted"}, "arm_raise", OUT),
    ({"muscle": "rotator_cuff", "mode": "isometric"}, "arm_raise", ALLOWED),
    # exposures, stated and computed, and their levels
    ({"exposure": "lifting"}, "arm_raise", OUT),
    ({"exposure": "lifting"}, "machine_press", ALLOWED),
    ({"exposure": "overhead"}, "bar_press", OUT),
    ({"exposure": "overhead"}, "arm_raise", ALLOWED),
    ({"exposure": "upper_limb_weight_bearing"}, "floor_press", OUT),
    ({"exposure": "upper_limb_weight_bearing"}, "one_arm_row", OUT),
    ({"exposure": "sitting"}, "seated_ride", OUT),
    ({"exposure": "impact"}, "box_jump", OUT),
    ({"exposure": "impact", "level": "high"}, "box_jump", OUT),
    ({"exposure": "breath_hold"}, "breath_lift", OUT),
    ({"exposure": "breath_hold"}, "bar_press", ALLOWED),
    ({"exposure": ["running", "lifting"]}, "arm_raise", OUT),
    ({"exposure": "lifting", "joint": "elbow"}, "one_arm_curl", OUT),
    ({"exposure": "lifting", "joint": "elbow"}, "arm_raise", ALLOWED),
    ({"exposure": "overhead", "mode": "resisted"}, "bar_press", OUT),
    ({"exposure": "overhead", "mode": "stretch"}, "bar_press", ALLOWED),
    # weight through the feet: full on both, part where they push a plate, none where they only rest
    ({"weight_bearing": "PWB"}, "free_squat", OUT),
    ({"weight_bearing": "FWB"}, "free_squat", OUT),
    ({"weight_bearing": "PWB"}, "machine_press", OUT),
    ({"weight_bearing": "WBAT"}, "machine_press", ALLOWED),
    ({"weight_bearing": "TTWB"}, "seated_kick", ALLOWED),
    # attributes
    ({"kind": "cardio"}, "seated_ride", OUT),
    ({"kind": "cardio"}, "free_squat", ALLOWED),
    ({"kind": ["cardio", "strength"]}, "free_squat", OUT),
    ({"kind": "strength", "position": "prone"}, "free_squat", ALLOWED),
    ({"kind": "strength", "position": "prone"}, "floor_press", OUT),
    ({"exercise": "free_squat"}, "free_squat", OUT),
    ({"ballistic": True}, "box_jump", OUT),
    ({"ballistic": False}, "box_jump", ALLOWED),
    ({"arm_elevation": "overhead"}, "bar_press", OUT),
    ({"arm_elevation": "shoulder"}, "arm_raise", LIMITED),  # 90 degrees is above 60; stopped at 60 it is not
    ({"arm_elevation": "shoulder"}, "floor_press", OUT),  # 90 degrees, and no way to stop lower
    ({"spine_flexion": "loaded_end_range"}, "back_bend", OUT),
    # nothing, any, except
    ({}, "seated_ride", OUT),
    ({"any": [{"kind": "cardio"}, {"position": "prone"}]}, "seated_ride", OUT),
    ({"any": [{"kind": "cardio"}, {"position": "prone"}]}, "floor_press", OUT),
    ({"any": [{"kind": "cardio"}, {"position": "prone"}]}, "free_squat", ALLOWED),
    ({"joint": "shoulder", "any": [{"kind": "cardio"}, {"position": "prone"}]}, "floor_press", OUT),
    ({"joint": "hip", "any": [{"kind": "cardio"}, {"position": "prone"}]}, "floor_press", ALLOWED),
    ({"joint": "knee", "except": {"kind": "cardio"}}, "seated_ride", ALLOWED),
    ({"joint": "knee", "except": {"kind": "cardio"}}, "free_squat", OUT),
    ({"joint": "knee", "except": {"kind": "strength", "position": "prone"}}, "free_squat", OUT),  # only half the exception holds
]


@pytest.fixture(scope="module")
def hits(tmp_path_factory):
    """One engine with a restriction for each match; returns what the numbered one alone says of its exercise."""
    rules = [restriction(f"r{n}", match=match) for n, (match, _, _) in enumerate(HITS)]
    engine = build_engine(tmp_path_factory.mktemp("world"), *rules)
    names = sorted({exercise for _, exercise, _ in HITS})
    report = engine.validate(
        make_case(*({"exercise": name} for name in names), conditions=[{"id": "sore_shoulder", "side": "both"}])
    )
    items = {item.exercise: item for item in report.sessions[0].items}

    def verdict(number, exercise):
        found = [r.effect for r in items[exercise].reasons if r.rule == f"made/sore_shoulder.r{number}"]
        return found[0] if found else ALLOWED

    return verdict


@pytest.mark.parametrize("number", range(len(HITS)), ids=[f"{e}-{m}" for m, e, _ in HITS])
def test_a_match_hits_what_it_says_and_nothing_else(hits, number):
    """Every part of a match must hold, and each is one line of the record."""
    _, exercise, expected = HITS[number]
    assert hits(number, exercise) == expected


def test_a_cut_range_says_how_far(tmp_path):
    """Beyond 60 degrees is out, 30 is still useful: the raise is limited to 60, and a plan that says 60 is within."""
    rules = [restriction(match={"joint": "shoulder", "rom_deg": {"gt": 60}})]
    open_ = judge(tmp_path, rules, {"exercise": "arm_raise"})
    assert (line_of(open_, "rom_deg:shoulder.abduction").limit.high, open_.within_limits) == (60, False)
    rom = {"joint": "shoulder", "action": "abduction"}
    assert judge(tmp_path, rules, {"exercise": "arm_raise", "rom": {**rom, "max_deg": 60}}).within_limits
    assert not judge(tmp_path, rules, {"exercise": "arm_raise", "rom": {**rom, "max_deg": 61}}).within_limits
    assert judge(tmp_path, rules, {"exercise": "arm_raise", "variant": "lower"}).within_limits


SIDES = [
    # condition's side, exercise, planned side, match, verdict
    ("right", "one_arm_curl", "left", {"joint": "shoulder"}, ALLOWED),
    ("right", "one_arm_curl", "right", {"joint": "shoulder"}, OUT),
    ("right", "one_arm_curl", None, {"joint": "shoulder"}, OUT),  # not stated: may be the sore one
    ("right", "one_arm_curl", "both", {"joint": "shoulder"}, OUT),
    ("left", "one_arm_curl", "left", {"joint": "shoulder"}, OUT),
    ("left", "one_arm_curl", "right", {"joint": "shoulder"}, ALLOWED),
    ("both", "one_arm_curl", "left", {"joint": "shoulder"}, OUT),
    (None, "one_arm_curl", "left", {"joint": "shoulder"}, OUT),  # unknown side is both
    ("unknown", "one_arm_curl", "right", {"joint": "shoulder"}, OUT),
    # the bracing limb counts, on the other side
    ("right", "one_arm_row", "left", {"joint": "shoulder", "action": "flexion"}, OUT),
    ("right", "one_arm_row", "right", {"joint": "shoulder", "action": "flexion"}, ALLOWED),
    ("right", "one_arm_row", "right", {"joint": "shoulder", "action": "extension"}, OUT),
    ("right", "one_arm_row", "left", {"joint": "shoulder", "action": "extension"}, ALLOWED),
    ("right", "one_arm_row", "left", {"joint": "shoulder"}, OUT),
    ("right", "one_arm_row", "left", {"exposure": "upper_limb_weight_bearing"}, OUT),
    ("right", "one_arm_row", "right", {"exposure": "upper_limb_weight_bearing"}, ALLOWED),
    # two arms, and one after the other, load both whatever the plan says
    ("right", "arm_raise", "left", {"joint": "shoulder"}, OUT),
    ("right", "left_right_punch", "left", {"joint": "shoulder"}, OUT),
    # a match with a side of its own
    ("both", "one_arm_curl", "left", {"joint": "shoulder", "side": "right"}, ALLOWED),
    ("both", "one_arm_curl", "right", {"joint": "shoulder", "side": "right"}, OUT),
]


@pytest.mark.parametrize(("side", "exercise", "planned", "match", "expected"), SIDES)
def test_a_side_is_spared_only_where_the_other_limb_does_all(tmp_path, side, exercise, planned, match, expected):
    """A one-sided exercise on the other side may stand; the bracing limb, both limbs and an unknown side may not."""
    item = {"exercise": exercise} | ({"side": planned} if planned else {})
    condition = {"id": "sore_shoulder"} | ({"side": side} if side else {})
    assert judge(tmp_path, [restriction(match=match)], item, conditions=[condition]).verdict.word == expected


def test_the_trunk_has_no_sides(tmp_path):
    """A back is one back: an exercise for one side loads it all the same."""
    item = judge(
        tmp_path,
        [restriction(match={"kind": "strength"})],
        {"exercise": "one_arm_curl", "side": "left"},
        conditions=[{"id": "sore_back"}],
        on="sore_back",
    )
    assert item.verdict.word == OUT


def test_an_arm_exercise_on_one_side_does_not_free_a_knee(tmp_path):
    """A sore right knee and a curl on the left: which arm works says nothing about the legs."""
    item = judge(
        tmp_path,
        [restriction(match={"muscle": "quadriceps"})],
        {"exercise": "one_arm_curl", "side": "left"},
        conditions=[{"id": "sore_knee", "side": "right"}],
        on="sore_knee",
    )
    assert item.verdict.word == OUT
