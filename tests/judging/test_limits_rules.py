"""Limits against planned doses: which bind, can the exercise keep them, does the plan show it. All worked out by hand."""

import pytest
from made_world import judge, line_of, restriction

ALLOWED, LIMITED, OUT = "allowed", "limited", "contraindicated"


def limit(match, **limits):
    return restriction(effect="limit", match=match, limits=limits)


ANY = {}
SHOULDER = {"joint": "shoulder"}

# limits, match, item, body weight, verdict, within limits
DOSES = [
    # kilograms in total: two dumbbells count twice
    ({"load_kg": {"max": 10}}, ANY, {"exercise": "arm_raise", "load_kg": 10}, None, LIMITED, True),
    ({"load_kg": {"max": 10}}, ANY, {"exercise": "arm_raise", "load_kg": 10.5}, None, LIMITED, False),
    ({"load_kg": {"max": 10}}, ANY, {"exercise": "arm_raise", "load_kg_each": 5}, None, LIMITED, True),
    ({"load_kg": {"max": 10}}, ANY, {"exercise": "arm_raise", "load_kg_each": 5.5}, None, LIMITED, False),
    ({"load_kg": {"max": 10}}, ANY, {"exercise": "arm_raise"}, None, LIMITED, False),
    # the least that the exercise can weigh: two dumbbells of 1 kg are 2 kg, one is 1 kg, a bar is 20 kg
    ({"load_kg": {"max": 2}}, ANY, {"exercise": "arm_raise", "load_kg": 2}, None, LIMITED, True),
    ({"load_kg": {"max": 1.9}}, ANY, {"exercise": "arm_raise", "load_kg": 1}, None, OUT, False),
    ({"load_kg": {"max": 1}}, ANY, {"exercise": "one_arm_curl", "load_kg": 1}, None, LIMITED, True),
    ({"load_kg": {"max": 19.9}}, ANY, {"exercise": "bar_press", "load_kg": 10}, None, OUT, False),
    ({"load_kg": {"max": 20}}, ANY, {"exercise": "bar_press", "load_kg": 20}, None, LIMITED, True),
    ({"load_kg": {"max": 0}}, ANY, {"exercise": "bar_press"}, None, OUT, False),
    # kilograms for one arm: a bar may rest on one arm whole, two dumbbells share, one dumbbell does not
    ({"load_kg_per_arm": {"max": 5}}, ANY, {"exercise": "arm_raise", "load_kg": 10}, None, LIMITED, True),
    ({"load_kg_per_arm": {"max": 5}}, ANY, {"exercise": "arm_raise", "load_kg": 11}, None, LIMITED, False),
    ({"load_kg_per_arm": {"max": 5}}, ANY, {"exercise": "arm_raise", "load_kg_each": 5}, None, LIMITED, True),
    ({"load_kg_per_arm": {"max": 5}}, ANY, {"exercise": "one_arm_curl", "load_kg": 6}, None, LIMITED, False),
    ({"load_kg_per_arm": {"max": 25}}, ANY, {"exercise": "bar_press", "load_kg": 30}, None, LIMITED, False),
    ({"load_kg_per_arm": {"max": 25}}, ANY, {"exercise": "bar_press", "load_kg": 25}, None, LIMITED, True),
    ({"load_kg_per_arm": {"max": 19}}, ANY, {"exercise": "bar_press", "load_kg": 19}, None, OUT, False),
    # body weight on the arms is a load: 60 per cent of it; unknown weight can't be shown to be within
    ({"load_kg": {"max": 40}}, {"exposure": "pushing"}, {"exercise": "floor_press"}, 60, LIMITED, True),
    ({"load_kg": {"max": 36}}, {"exposure": "pushing"}, {"exercise": "floor_press"}, 60, LIMITED, True),
    ({"load_kg": {"max": 35}}, {"exposure": "pushing"}, {"exercise": "floor_press"}, 60, OUT, False),
    ({"load_kg": {"max": 40}}, {"exposure": "pushing"}, {"exercise": "floor_press"}, None, OUT, False),
    # standing on one's own feet is no load to lift, but on the joint that the rule names it is
    ({"load_kg": {"max": 10}}, ANY, {"exercise": "free_squat"}, 60, ALLOWED, True),
    ({"load_kg": {"max": 10}}, {"joint": "knee"}, {"exercise": "free_squat"}, 60, OUT, False),
    # effort: Borg 6-20 is read on the 0-10 scale of the plan (13 is 5); repetitions in reserve are effort from the other end
    ({"rpe20": {"max": 13}}, ANY, {"exercise": "arm_raise", "rpe": 5}, None, LIMITED, True),
    ({"rpe20": {"max": 13}}, ANY, {"exercise": "arm_raise", "rpe": 5.5}, None, LIMITED, False),
    ({"rpe20": {"max": 13}}, ANY, {"exercise": "arm_raise", "rir": 5}, None, LIMITED, True),
    ({"rpe20": {"max": 13}}, ANY, {"exercise": "arm_raise", "rir": 4}, None, LIMITED, False),
    ({"rpe": {"max": 7}}, ANY, {"exercise": "arm_raise", "rir": 3}, None, LIMITED, True),
    ({"rpe": {"max": 7}}, ANY, {"exercise": "arm_raise", "rir": 2}, None, LIMITED, False),
    ({"rpe": {"max": 7}}, ANY, {"exercise": "arm_raise"}, None, LIMITED, False),
    ({"rir": {"min": 2}}, ANY, {"exercise": "arm_raise", "rpe": 8}, None, LIMITED, True),
    ({"rir": {"min": 2}}, ANY, {"exercise": "arm_raise", "rpe": 9}, None, LIMITED, False),
    ({"rir": {"min": 2}}, ANY, {"exercise": "arm_raise", "rir": 2}, None, LIMITED, True),
    ({"rir": {"min": 2}}, ANY, {"exercise": "seated_ride", "rpe": 9}, None, ALLOWED, True),  # no repetitions on a bike
    ({"rir": {"min": 2}}, ANY, {"exercise": "deep_stretch"}, None, ALLOWED, True),
    # time, stated in minutes or in seconds
    ({"minutes": {"max": 10}}, ANY, {"exercise": "seated_ride", "minutes": 10}, None, LIMITED, True),
    ({"minutes": {"max": 10}}, ANY, {"exercise": "seated_ride", "minutes": 11}, None, LIMITED, False),
    ({"minutes": {"max": 10}}, ANY, {"exercise": "seated_ride", "seconds": 600}, None, LIMITED, True),
    ({"minutes": {"max": 10}}, ANY, {"exercise": "seated_ride", "seconds": 601}, None, LIMITED, False),
    ({"minutes": {"max": 10}}, ANY, {"exercise": "seated_ride"}, None, LIMITED, False),
    ({"seconds": {"max": 30}}, ANY, {"exercise": "deep_stretch", "seconds": 30}, None, LIMITED, True),
    ({"seconds": {"min": 10, "max": 30}}, ANY, {"exercise": "deep_stretch", "seconds": 9}, None, LIMITED, False),
    # per cent of the maximum: only of a weight
    ({"load_pct_1rm": {"max": 50}}, ANY, {"exercise": "machine_press", "load_pct_1rm": 50}, None, LIMITED, True),
    ({"load_pct_1rm": {"max": 50}}, ANY, {"exercise": "machine_press", "load_pct_1rm": 51}, None, LIMITED, False),
    ({"load_pct_1rm": {"max": 50}}, ANY, {"exercise": "free_squat"}, None, ALLOWED, True),
    # heart rate: only of cardio
    ({"heart_rate_bpm": {"max": 120}}, ANY, {"exercise": "seated_ride", "heart_rate": {"bpm": 120}}, None, LIMITED, True),
    ({"heart_rate_bpm": {"max": 120}}, ANY, {"exercise": "seated_ride", "heart_rate": {"bpm": 121}}, None, LIMITED, False),
    ({"heart_rate_bpm": {"max": 120}}, ANY, {"exercise": "seated_ride", "heart_rate": {"pct_max": 50}}, None, LIMITED, False),
    ({"heart_rate_bpm": {"max": 120}}, ANY, {"exercise": "machine_press"}, None, ALLOWED, True),
    # levels: intensity by the planned effort (light below 4), impact by the exercise
    ({"intensity": {"max": "light"}}, ANY, {"exercise": "arm_raise", "rpe": 3.9}, None, LIMITED, True),
    ({"intensity": {"max": "light"}}, ANY, {"exercise": "arm_raise", "rpe": 4}, None, LIMITED, False),
    ({"intensity": {"max": "light"}}, ANY, {"exercise": "arm_raise", "rir": 7}, None, LIMITED, True),
    ({"intensity": {"max": "light"}}, ANY, {"exercise": "arm_raise"}, None, LIMITED, False),
    ({"impact": {"max": "low"}}, ANY, {"exercise": "box_jump"}, None, OUT, False),
    ({"impact": {"max": "high"}}, ANY, {"exercise": "box_jump"}, None, ALLOWED, True),
    ({"impact": {"max": "low"}}, ANY, {"exercise": "free_squat"}, None, ALLOWED, True),
    ({"impact": {"max": "low"}}, ANY, {"exercise": "soft_jump"}, None, LIMITED, False),
    ({"impact": {"max": "low"}}, ANY, {"exercise": "soft_jump", "variant": "step_down"}, None, LIMITED, True),
    # degrees: entries beyond the range are cut where they can be
    ({"rom_deg": {"max": 60}}, SHOULDER, {"exercise": "arm_raise"}, None, LIMITED, False),
    ({"rom_deg": {"max": 90}}, SHOULDER, {"exercise": "arm_raise"}, None, LIMITED, True),
    ({"rom_deg": {"max": 20}}, SHOULDER, {"exercise": "arm_raise"}, None, OUT, False),
    ({"rom_deg": {"max": 90}}, SHOULDER, {"exercise": "bar_press"}, None, OUT, False),
    ({"rom_deg": {"max": 90}}, SHOULDER, {"exercise": "deep_stretch"}, None, OUT, False),  # no degrees in the record
    # what is watched during the session, and what is only said, never counts against the plan
    ({"pain": {"max": 3}}, ANY, {"exercise": "arm_raise"}, None, LIMITED, True),
    ({"instruction": "Slowly."}, ANY, {"exercise": "arm_raise"}, None, LIMITED, True),
]


@pytest.mark.parametrize(("limits", "match", "item", "weight", "verdict", "within"), DOSES)
def test_a_dose_is_within_a_limit_only_where_the_plan_shows_it(tmp_path, limits, match, item, weight, verdict, within):
    """A limit that the exercise can't keep is a contraindication; one that the plan does not state is not kept."""
    client = {"body_weight_kg": weight} if weight else None
    judged = judge(tmp_path, [limit(match, **limits)], item, client=client)
    assert (judged.verdict.word, judged.within_limits) == (verdict, within)


DOSE_MATCH = [
    ({"exposure": "lifting", "load_kg": {"gt": 10}}, {"exercise": "arm_raise", "load_kg": 10}, LIMITED, True),
    ({"exposure": "lifting", "load_kg": {"gt": 10}}, {"exercise": "arm_raise", "load_kg_each": 6}, LIMITED, False),
    ({"exposure": "lifting", "load_kg": {"gt": 10}}, {"exercise": "arm_raise"}, LIMITED, False),
    ({"exposure": "lifting", "load_kg": {"gt": 10}}, {"exercise": "bar_press", "load_kg": 5}, OUT, False),
    ({"exposure": "lifting", "load_kg": {"gt": 10}}, {"exercise": "seated_ride"}, ALLOWED, True),
    ({"kind": "cardio", "minutes": {"gt": 20}}, {"exercise": "seated_ride", "minutes": 20}, LIMITED, True),
    ({"kind": "cardio", "dose": {"minutes": {"gt": 20}}}, {"exercise": "seated_ride", "minutes": 21}, LIMITED, False),
    ({"kind": "strength", "rpe": {"gt": 8}}, {"exercise": "arm_raise", "rir": 2}, LIMITED, True),
    ({"kind": "strength", "rpe": {"gt": 8}}, {"exercise": "arm_raise", "rir": 1}, LIMITED, False),
]


@pytest.mark.parametrize(("match", "item", "verdict", "within"), DOSE_MATCH)
def test_a_contraindication_beyond_a_dose_is_the_limit_at_that_dose(tmp_path, match, item, verdict, within):
    """More than 10 kg is out means: up to 10 kg, and an exercise that starts at 20 kg is out."""
    judged = judge(tmp_path, [restriction(match=match)], item)
    assert (judged.verdict.word, judged.within_limits) == (verdict, within)


# --- together --------------------------------------------------------------------------------------------------------


def test_limits_combine_to_the_tightest(tmp_path):
    """Ten, five and seven kilograms: five, and the rule that set it is named."""
    rules = [restriction(f"r{n}", "limit", match={}, limits={"load_kg": {"max": n}}) for n in (10, 5, 7)]
    judged = judge(tmp_path, rules, {"exercise": "arm_raise", "load_kg": 6})
    line = line_of(judged, "load_kg")
    assert (line.limit.high, line.rule, line.is_met) == (5, "made/sore_shoulder.r5", False)
    assert len(judged.reasons) == 3


def test_two_scales_of_effort_are_one_quantity(tmp_path):
    """Borg 13 is 5 of 10, so it is tighter than 6 of 10, and looser than 4."""
    for other, expected in ((6, 5), (4, 4)):
        rules = [
            restriction("borg", "limit", match={}, limits={"rpe20": {"max": 13}}),
            restriction("effort", "limit", match={}, limits={"rpe": {"max": other}}),
        ]
        assert line_of(judge(tmp_path, rules, {"exercise": "arm_raise", "rpe": 5}), "rpe").limit.high == expected


def test_a_lower_and_an_upper_bound_meet(tmp_path):
    """At least 2 and at most 4 repetitions in reserve: 3 is within, 1 and 5 are not."""
    rules = [
        restriction("least", "limit", match={}, limits={"rir": {"min": 2}}),
        restriction("most", "limit", match={}, limits={"rir": {"max": 4}}),
    ]
    for stated, within in ((1, False), (2, True), (3, True), (4, True), (5, False)):
        judged = judge(tmp_path, rules, {"exercise": "arm_raise", "rir": stated})
        assert (judged.verdict.word, judged.within_limits) == (LIMITED, within)


def test_an_empty_range_is_a_contraindication(tmp_path):
    """At least 3 and at most 2 repetitions in reserve leave nothing, whatever the plan says."""
    rules = [
        restriction("least", "limit", match={}, limits={"rir": {"min": 3}}),
        restriction("most", "limit", match={}, limits={"rir": {"max": 2}}),
    ]
    judged = judge(tmp_path, rules, {"exercise": "arm_raise", "rir": 3})
    assert (judged.verdict.word, judged.within_limits) == (OUT, False)
    assert {r.rule for r in judged.reasons} == {"engine/no-range-left", "made/sore_shoulder.least", "made/sore_shoulder.most"}


def test_the_tightest_level_of_a_scale_wins(tmp_path):
    """Moderate and light intensity: light holds, so an effort of 5 is not within."""
    rules = [
        restriction("a", "limit", match={}, limits={"intensity": {"max": "moderate"}}),
        restriction("b", "limit", match={}, limits={"intensity": {"max": "light"}}),
    ]
    for order in (rules, rules[::-1]):
        for item in ({"exercise": "arm_raise", "rpe": 5}, {"exercise": "arm_raise"}, {"exercise": "arm_raise", "rpe": 3}):
            judged = judge(tmp_path, order, item)
            assert line_of(judged, "intensity").limit.high == "light"
            assert judged.within_limits is (item.get("rpe") == 3)


@pytest.mark.parametrize(
    ("effects", "verdict"),
    [
        (("advise",), ALLOWED),
        (("advise", "limit"), LIMITED),
        (("limit", "contraindicate"), OUT),
        (("contraindicate", "require_clearance"), "clearance_required"),
        (("require_clearance", "not_today"), "not_today"),
        (("not_today", "emergency"), "emergency"),
        (("emergency", "advise"), "emergency"),
    ],
)
def test_the_strictest_verdict_wins_and_every_reason_is_kept(tmp_path, effects, verdict):
    """In whatever order the file has them; advice is shown beside and never loosens."""
    extra = {"limit": {"limits": {"load_kg": {"max": 10}}}, "require_clearance": {"clear_by": ["surgeon"]}}
    rules = [
        restriction(effect.replace("_", "-"), effect, match={"kind": "strength"}, **extra.get(effect, {})) for effect in effects
    ]
    for order in (rules, rules[::-1]):
        judged = judge(tmp_path, order, {"exercise": "arm_raise", "load_kg": 5})
        assert judged.verdict.word == verdict
        assert {r.rule for r in judged.reasons} == {f"made/sore_shoulder.{e.replace('_', '-')}" for e in effects if e != "advise"}
        assert [r.effect for r in judged.advice] == ["advised"] * ("advise" in effects)


# --- adjustments -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "exercise", "verdict"),
    [
        ({"valsalva": "high"}, "breath_lift", LIMITED),  # more or less strain: breathe out
        ({"position": "prone"}, "breath_lift", OUT),  # lying or standing is no more-or-less; standing up is another exercise
        ({"valsalva": "high", "position": "prone"}, "breath_lift", LIMITED),  # both must hold, so breathing out is enough
        ({"any": [{"valsalva": "high"}, {"position": "prone"}]}, "breath_lift", OUT),  # either holds, and one has no way out
        ({"any": [{"valsalva": "high"}, {"kind": "cardio"}]}, "breath_lift", LIMITED),
        ({"impact": "high"}, "soft_jump", LIMITED),
        ({"impact": ["low", "moderate", "high"]}, "soft_jump", OUT),  # stepping down is still low impact
        ({"exposure": "plyometric"}, "soft_jump", OUT),  # without the jump it is another exercise
        ({"kind": "plyometric"}, "soft_jump", OUT),
        ({"impact": "high"}, "box_jump", OUT),  # the record offers nothing
    ],
)
def test_only_what_is_a_matter_of_degree_can_be_turned_down(tmp_path, match, exercise, verdict):
    """A contraindication of a level is a limit where an adjustment of the record leaves the level."""
    judged = judge(tmp_path, [restriction(match=match)], {"exercise": exercise})
    assert judged.verdict.word == verdict
    assert not judged.within_limits


def test_a_plan_that_names_the_variant_is_within(tmp_path):
    """The trainer says that the lighter form is meant; another variant does not count."""
    rules = [restriction(match={"valsalva": "high"})]
    assert judge(tmp_path, rules, {"exercise": "breath_lift", "variant": "exhale"}).within_limits
    assert not judge(tmp_path, rules, {"exercise": "breath_lift", "variant": "stand"}).within_limits
    assert judge(tmp_path, rules, {"exercise": "breath_lift", "variant": ["stand", "exhale"]}).within_limits
