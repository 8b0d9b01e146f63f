"""How alike two exercises train: a distance that behaves like one, from demands and training effect alone."""

from itertools import combinations, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loading.made_exercises import VOCABULARY, load, record

from safetyrules.planning.similarity import Similarity, distance, profile_of

LAW = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
ANY = st.integers(0, 10**6)
WEIGHTS = {
    "pattern": 0.30,
    "muscles": 0.30,
    "joints": 0.15,
    "intensity": 0.07,
    "equipment": 0.08,
    "kind": 0.05,
    "skill": 0.03,
    "laterality": 0.02,
}


@pytest.fixture(scope="module")
def away(engine):
    """Return the distance between two bundled exercises."""
    profiles = {name: profile_of(exercise, engine.vocabulary) for name, exercise in engine.catalog.exercises.items()}

    def between(a, b):
        return distance(profiles[a], profiles[b], engine.vocabulary)

    return between


def picked(engine, *numbers):
    """Return the ids of the exercises that the numbers pick."""
    ids = list(engine.catalog.exercises)
    return [ids[number % len(ids)] for number in numbers]


def apart(folder, **fields):
    """Return the distance between the sound press and the same with other fields."""
    found = load(folder, record("one_press"), record("other_press", **fields)).exercises
    return distance(*(profile_of(found[name], VOCABULARY) for name in ("one_press", "other_press")), VOCABULARY)


# The sound press: horizontal_push, prime pectoralis_major (1), synergist triceps_brachii (0.5), resisted shoulder and elbow
# (hand.grip is isometric and does not count), machine, moderate, skill 1.
DIFFERENCES = {
    "nothing": ({}, 0.0),
    "names and codes": ({"name": "Quite another", "aka": ["third name"], "codes": {"a": 1}}, 0.0),
    "what makes it safe or not": (
        {"hazard": {"fall": "elevated"}, "floor_transfer": True, "strain": {"valsalva": "high"}, "spine": {"compression": 4}},
        0.0,
    ),
    "kind": ({"kind": "rehab_strength"}, 0.05),
    "laterality": ({"laterality": "unilateral"}, 0.02),
    "one skill step of two": ({"skill": 2}, 0.015),
    "two skill steps": ({"skill": 3}, 0.03),
    "other equipment": ({"equipment": ["cable"]}, 0.08),
    "one of two pieces shared": ({"equipment": ["machine", "cable"]}, 0.08 * (1 - 1 / 2)),
    "an unlike pattern": ({"pattern": ["squat"]}, 0.30),
    "a pattern of the family": ({"pattern": ["vertical_push"]}, 0.30 * (1 - 1 / 3)),
    "a shared pattern": ({"pattern": ["horizontal_push", "squat"]}, 0.30 * (1 - 2 / 4)),
    "other muscles": ({"muscles": {"prime": ["quadriceps"]}}, 0.30),
    "the synergist gone": ({"muscles": {"prime": ["pectoralis_major"]}}, 0.30 * (1 - 1 / 1.5)),
    "roles exchanged": (
        {"muscles": {"prime": ["triceps_brachii"], "synergist": ["pectoralis_major"]}},
        0.30 * (1 - (0.5 + 0.5) / (1 + 1)),
    ),
    "a stabiliser more": (
        {"muscles": {"prime": ["pectoralis_major"], "synergist": ["triceps_brachii"], "stabiliser": ["core"]}},
        0.30 * (1 - 1.5 / 1.65),
    ),
    "a muscle twice counts by its greater role": (
        {
            "muscles": {
                "prime": ["pectoralis_major"],
                "synergist": ["triceps_brachii", "pectoralis_major"],
                "stabiliser": ["triceps_brachii"],
            }
        },
        0.0,
    ),
    "a stretch is no contraction": ({"muscles": {"stretched": ["pectoralis_major", "triceps_brachii"]}}, 0.30),
    "several at once": ({"kind": "cardio", "skill": 3, "equipment": ["bike"], "pattern": ["squat"]}, 0.05 + 0.03 + 0.08 + 0.30),
}


def test_the_weights_are_those_of_the_vocabulary():
    """The rows below are worked out with these weights, which add up to 1."""
    assert VOCABULARY.similarity == WEIGHTS
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert VOCABULARY.muscle_roles == {"prime": 1.0, "synergist": 0.5, "stabiliser": 0.15}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_each_difference_counts_as_it_is_weighed(tmp_path, name):
    """What differs adds its weight, and nothing else adds anything."""
    fields, expected = DIFFERENCES[name]
    assert apart(tmp_path, **fields) == pytest.approx(expected, abs=1e-9)


def test_intensity_counts_by_steps(tmp_path):
    """One step of the scale is its part of the weight; the ends are the whole weight apart."""
    scale = VOCABULARY.scales["intensity"]
    found = load(tmp_path, *(record(f"press_{word}", intensity=word) for word in scale)).exercises
    profiles = [profile_of(found[f"press_{word}"], VOCABULARY) for word in scale]
    assert distance(profiles[0], profiles[-1], VOCABULARY) == pytest.approx(0.07)
    assert distance(profiles[0], profiles[1], VOCABULARY) == pytest.approx(0.07 / (len(scale) - 1))


def test_only_loaded_or_stretched_joints_count(tmp_path):
    """A grip that only holds does not make two exercises alike or unlike; a resisted joint does."""
    joints = record("x")["joints"]
    assert apart(tmp_path / "grip", joints=joints[:2]) == pytest.approx(0)
    assert apart(tmp_path / "elbow", joints=[joints[0], joints[2]]) > 0.03


@given(ANY, ANY)
@LAW
def test_the_distance_is_symmetric_and_from_0_to_1(engine, away, a, b):
    """Either way round it is the same, never negative, never above 1, and 0 to itself."""
    a, b = picked(engine, a, b)
    assert away(a, a) == 0
    assert 0 <= away(a, b) <= 1 + 1e-9
    assert away(a, b) == pytest.approx(away(b, a), abs=1e-12)
    assert a != b or away(a, b) == 0


@given(ANY, ANY, ANY)
@LAW
def test_a_detour_is_never_shorter(engine, away, a, b, c):
    """Two exercises that are both like a third are at most that unlike each other."""
    for x, y, z in permutations(picked(engine, a, b, c)):
        assert away(x, z) <= away(x, y) + away(y, z) + 1e-9, (x, y, z)


def test_a_detour_over_an_exercise_of_two_patterns_is_never_shorter(engine, away):
    """Patterns are where a detour is most likely to be short: every two that one exercise joins are tried."""
    worst = (1e-9, "", "", "")
    by_pattern = {}
    for name, exercise in engine.catalog.exercises.items():
        if len(exercise.pattern) == 1:
            by_pattern.setdefault(exercise.pattern[0], []).append(name)
    for middle, exercise in engine.catalog.exercises.items():
        near = {p: min(names, key=lambda n, m=middle: away(n, m)) for p, names in by_pattern.items() if p in exercise.pattern}
        for a, b in combinations(sorted(near.values()), 2):
            worst = max(worst, (away(a, b) - away(a, middle) - away(middle, b), a, middle, b))
    assert worst[1:] == ("", "", ""), worst


def test_ranked_is_nearest_first_without_itself(tmp_path):
    """Others come by distance, then by name; what is further than the limit does not come at all."""
    catalog = load(
        tmp_path,
        record("asked"),
        record("b_same"),
        record("a_same"),
        record("skilled", skill=3),
        record("cabled", equipment=["cable"]),
        # 0.30 + 0.30 + 0.08 and the joints: beyond 0.6.
        record("far_off", pattern=["squat"], muscles={"prime": ["quadriceps"]}, equipment=["bodyweight"]),
    )
    similarity = Similarity(catalog.exercises, VOCABULARY)
    assert similarity.ranked("asked") == ((0.0, "a_same"), (0.0, "b_same"), (0.03, "skilled"), (0.08, "cabled"))
    assert similarity.ranked("asked") is similarity.ranked("asked")


def test_kept_names_what_both_do(tmp_path):
    """Shared prime movers, then shared patterns; what the other only steadies is not kept."""
    catalog = load(
        tmp_path,
        record(
            "asked",
            pattern=["horizontal_push", "anti_extension"],
            muscles={"prime": ["pectoralis_major", "quadriceps"], "synergist": ["core"]},
        ),
        record("helper", muscles={"prime": ["core"], "synergist": ["pectoralis_major"], "stabiliser": ["quadriceps"]}),
        record("stranger", pattern=["squat"], muscles={"prime": ["core"]}),
        record("puller", pattern=["stretch"], muscles={"stretched": ["pectoralis_major"]}),
    )
    similarity = Similarity(catalog.exercises, VOCABULARY)
    assert similarity.kept("asked", "helper") == ("pectoralis major", "the horizontal push pattern")
    assert similarity.kept("asked", "stranger") == ()
    assert similarity.kept("asked", "puller") == ()


def test_an_exercise_that_is_not_there_is_an_error(engine):
    """Nothing is like what the catalog does not have."""
    with pytest.raises(KeyError):
        engine.similar("no_such_exercise")


def test_the_engine_gives_likeness_from_nearest(engine, away):
    """`similar` is one minus the distance, in falling order, and as many as asked for."""
    found = engine.similar("leg_press", 5)
    assert len(found) == 5
    assert [likeness for _, likeness, _ in found] == sorted((likeness for _, likeness, _ in found), reverse=True)
    assert all(likeness == pytest.approx(1 - away("leg_press", name), abs=0.0051) for name, likeness, _ in found)
