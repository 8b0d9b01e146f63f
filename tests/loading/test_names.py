"""From words to one exercise: what folds alike is the same, and a guess is never a match."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_exercises import VOCABULARY, named, record

import safetyrules as sr
from safetyrules.loading.catalog_lint import code_of, lint_catalog
from safetyrules.loading.names import fold, words_of

LAW = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)


def says(text):
    return words_of(text, VOCABULARY.same_words, VOCABULARY.idle_words)


# Folding.

ALIKE = {
    "capitals": ("Lateral Raise", "lateral raise"),
    "a plural": ("lateral raises", "lateral raise"),
    "a plural in -ches": ("crunches", "crunch"),
    "a plural in -xes": ("boxes", "box"),
    "a plural in -sses": ("presses", "press"),
    "a plural in -ies": ("flies", "fly"),
    "a plural in -ps": ("dips", "dip"),
    "a plural after a hyphen": ("push-ups", "push-up"),
    "a plural of two words": ("pull ups", "pull up"),
    "a plural of a step": ("step-ups", "step up"),
    "an irregular plural": ("seated calves raise", "seated calf raise"),
    "a hyphen": ("push-up", "push up"),
    "a dash": ("push\u2013up", "push up"),
    "an underscore": ("push_up", "push up"),
    "a hyphen and one word": ("pushup", "push-up"),
    "a comma": ("row, seated", "row seated"),
    "word order": ("row, one-arm dumbbell", "one arm dumbbell row"),
    "an apostrophe": ("farmer's carry", "farmers carry"),
    "a typographic apostrophe": ("farmer\u2019s carry", "farmer's carry"),
    "db": ("DB bench press", "dumbbell bench press"),
    "dbs": ("bench press with DBs", "dumbbell bench press"),
    "bb": ("bb row", "barbell row"),
    "kb": ("KB swing", "kettlebell swing"),
    "single": ("single arm row", "one-arm row"),
    "a digit": ("1-arm row", "one arm row"),
    "unilateral": ("unilateral leg press", "one leg press"),
    "two": ("two leg press", "both leg press"),
    "rdl": ("RDL", "romanian deadlift"),
    "rdls": ("RDLs", "romanian deadlift"),
    "ohp": ("ohp", "overhead press"),
    "ext": ("leg ext", "leg extension"),
    "tricep": ("tricep pushdown", "triceps pushdown"),
    "quads": ("quads stretch", "quadriceps stretch"),
    "idle words": ("the squat at a box", "squat box"),
    "the word exercise": ("clamshell exercise", "clamshell"),
    "with": ("squat with barbell", "barbell squat"),
}


@pytest.mark.parametrize("name", ALIKE)
def test_names_that_mean_the_same_fold_alike(name):
    """A trainer's spelling is no other exercise."""
    one, two = ALIKE[name]
    assert sorted(says(one)) == sorted(says(two))


UNLIKE = {
    "an s that belongs to the word": ("press", "pres"),
    "another number of arms": ("one arm row", "both arm row"),
    "another tool": ("dumbbell row", "barbell row"),
    "a word more": ("incline bench press", "bench press"),
    "a word twice": ("step step", "step"),
    "with and without": ("squat with jump", "squat without jump"),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_names_that_mean_another_thing_do_not_fold_alike(name):
    """Folding is blind to spelling, never to meaning."""
    one, two = UNLIKE[name]
    assert sorted(says(one)) != sorted(says(two))


def test_fold_sorts_singular_words():
    """The fold of a name is its words in order of the alphabet."""
    assert fold("Rows, One-Arm Dumbbell") == "arm dumbbell one row"
    assert fold("DB rows", {"db": "dumbbell"}) == "dumbbell row"
    assert fold("rows for the lats", idle=frozenset({"for", "the"})) == "lat row"
    assert fold("  -- ' ") == ""


# Resolving.

WORLD = (
    record(
        "deadlift",
        equipment=["barbell"],
        load={"type": ["barbell"], "min_kg": 20},
        exposure=["lifting"],
        aka=["conventional deadlift"],
    ),
    record(
        "side_raise", name="Lateral raise", equipment=["dumbbell"], load={"type": ["dumbbell"], "min_kg": 1}, exposure=["lifting"]
    ),
    record("lunge_walk", name="Walking lunge", aka=["farmer's lunge"], equipment=["bodyweight"], load={"type": ["bodyweight"]}),
    record("first_twin", aka=["the twin"]),
    record("second_twin", aka=["twins"]),
)


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    return named(tmp_path_factory.mktemp("names"), *WORLD)


RESOLVED = {
    "deadlift": ("deadlift",),
    "DEADLIFTS": ("deadlift",),
    "conventional dead lift": (),
    "conventional deadlifts": ("deadlift",),
    "barbell deadlift": ("deadlift",),
    "deadlift with a bar": ("deadlift",),
    "bb conventional deadlift": ("deadlift",),
    "kettlebell deadlift": (),
    "barbell kettlebell deadlift": (),
    "dumbbell deadlift": (),
    "deadlift on a mat": (),
    "lateral raises with DBs": ("side_raise",),
    "cable lateral raise": (),
    "barbell": (),
    "farmers lunges": ("lunge_walk",),
    "bodyweight walking lunge": ("lunge_walk",),
    "lunge": (),
    "twin": ("first_twin", "second_twin"),
    "machine twin": ("first_twin", "second_twin"),
    "first twin": ("first_twin",),
    "deadlift deadlift": (),
    "": (),
    "the": (),
    "\u0000\U0001f3cb": (),
}


@pytest.mark.parametrize("text", RESOLVED)
def test_a_text_resolves_to_what_it_names(names, text):
    """Spelling aside a text is a name or it is none; an equipment word counts only where the exercise uses it."""
    assert names.resolve(text).ids == RESOLVED[text]
    assert names.resolve(text).side == ""


def test_a_side_word_names_the_side(names):
    """`left` in a name is the side, wherever it stands; two sides are no side."""
    assert names.resolve("left walking lunge") == names.resolve("walking lunges, left")
    assert (names.resolve("left walking lunge").ids, names.resolve("left walking lunge").side) == (("lunge_walk",), "left")
    assert names.resolve("Right twin").ids == ("first_twin", "second_twin")
    assert names.resolve("Right barbell deadlift").side == "right"
    assert names.resolve("left right walking lunge").ids == ()
    assert names.resolve("left").ids == ()
    assert names.resolve("left kettlebell deadlift").ids == ()


def test_a_name_of_its_own_beats_the_side_word(tmp_path):
    """Where a name itself holds the word, it is part of the name."""
    names = named(tmp_path, record("left_hook"), record("hook"))
    assert (names.resolve("left hook").ids, names.resolve("left hook").side) == (("left_hook",), "")
    assert (names.resolve("right hook").ids, names.resolve("right hook").side) == (("hook",), "right")


def test_every_exercise_that_an_equipment_word_leaves_is_a_candidate(tmp_path):
    """Two ways to leave a word out that lead to two exercises are two meanings, not the first of them."""
    names = named(
        tmp_path,
        record("pulley_pull", name="Cable row", equipment=["cable", "bench"]),
        record("plank_pull", name="Bench row", equipment=["cable", "bench"]),
    )
    assert names.resolve("cable bench row").ids == ("plank_pull", "pulley_pull")


def test_opposite_directions_are_two_exercises(tmp_path):
    """`high to low` and `low to high` hold the same words, and each is the one that it says."""
    names = named(tmp_path, record("down_chop", name="Chop, high to low"), record("up_chop", name="Chop, low to high"))
    assert names.resolve("chop low to high").ids == ("up_chop",)
    assert names.resolve("high to low chop").ids == ("down_chop",)
    assert names.resolve("chop high low").ids == ()


@pytest.mark.parametrize(
    ("name", "opposite"),
    [("Chop, high to low", "chop low to high"), ("Fly, low to high", "high to low fly"), ("Jump to a box", "jump from a box")],
)
def test_a_direction_is_never_swapped(tmp_path, name, opposite):
    """The one direction that the catalog has is not the other one that the plan names."""
    names = named(tmp_path, record("one_way", name=name))
    assert names.resolve(name).ids == ("one_way",)
    assert names.resolve(opposite).ids == ()


def test_the_bundled_directions_are_not_swapped(engine):
    """A fly from high to low is not the bundled fly from low to high."""
    assert engine.names.resolve("low to high cable fly").ids == ("low_cable_crossover",)
    assert engine.names.resolve("high to low cable fly").ids != ("low_cable_crossover",)


def test_the_bundled_kettlebell_deadlift_is_not_the_barbell_one(engine):
    """Another implement is another exercise."""
    assert "deadlift_conventional" not in engine.names.resolve("kettlebell deadlift").ids
    assert "deadlift_conventional" not in engine.names.resolve("dumbbell deadlift").ids
    assert engine.names.resolve("barbell deadlifts").ids == ("deadlift_conventional",)


def test_unknown_names_get_near_names(names):
    """Near names are offered best first; where no word is alike there is none."""
    assert names.near("dead lift")[0] == "deadlift"
    assert names.near("lateral raize")[0] == "side_raise"
    assert set(names.near("twin brother", 2)) == {"first_twin", "second_twin"}
    assert names.near("zzzz qqqq") == ()
    assert len(names.near("deadlift raise lunge twin", 1)) == 1


PLURALS = {
    "push-ups": "push_up",
    "pull ups": "pull_up",
    "dips": "parallel_bar_dip",
    "goblet squats": "goblet_squat",
    "farmer carries": "farmers_carry",
    "triceps pushdowns": "triceps_pushdown",
    "step-ups": "step_up",
}


@pytest.mark.parametrize("text", PLURALS)
def test_bundled_names_resolve_in_the_plural(engine, text):
    """A plan writes exercises in the plural."""
    assert engine.names.resolve(text).ids == (PLURALS[text],)


# In a report.

SIDES = ("left", "right")


def item_of(engine, **item):
    case = {"safetyrules": "case/1", "timezone": "UTC", "plan": {"sessions": [{"at": "2026-11-24T07:00", "items": [item]}]}}
    return engine.validate(sr.Case.model_validate(case)).sessions[0].items[0]


def test_the_side_in_a_name_is_the_side_that_is_judged(engine):
    """A name that says left is judged as left, with or without the plan saying so too."""
    for side in ({}, {"side": "left"}):
        item = item_of(engine, exercise="left one-arm dumbbell row", **side)
        assert (item.exercise, item.side, item.verdict.word) == ("one_arm_dumbbell_row", "left", "allowed")


@pytest.mark.parametrize("side", ["right", "both"])
def test_a_side_that_contradicts_the_name_is_unknown(engine, side):
    """Two sides for one item can't be judged."""
    item = item_of(engine, exercise="left one-arm dumbbell row", side=side)
    assert item.verdict.word == "unknown"
    assert [reason.rule for reason in item.reasons] == ["engine/unknown-side"]


def test_a_side_in_a_name_decides_what_an_injury_forbids(engine):
    """The arm that the name gives is the arm that is held against a one-sided condition: the same as when the plan gives it."""

    def on(**item):
        conditions = [{"id": "rotator_cuff_repair", "side": "right", "date": "2026-11-01"}]
        sessions = [{"at": "2026-11-24T07:00", "items": [item]}]
        data = {"safetyrules": "case/1", "timezone": "UTC", "client": {"conditions": conditions}, "plan": {"sessions": sessions}}
        (found,) = engine.validate(sr.Case.model_validate(data)).sessions[0].items
        return found.verdict, found.side, tuple(r.rule for r in found.reasons)

    named, planned = (
        {s: on(exercise=f"{s} concentration curl") for s in SIDES},
        {s: on(exercise="concentration curl", side=s) for s in SIDES},
    )
    assert named == planned
    assert named["left"] != named["right"]


def test_ambiguous_and_unknown_names_are_unknown_with_their_candidates(engine):
    """What is not one exercise is never judged as one."""
    item = item_of(engine, exercise="no such thing at all")
    assert (item.exercise, item.verdict.word) == (None, "unknown")
    item = item_of(engine, exercise="kettlebel deadlift")
    assert (item.exercise, item.verdict.word) == (None, "unknown")
    assert "kettlebell_deadlift" in item.near_names


# Laws over the bundled catalog.


@pytest.fixture(scope="module")
def shared(engine):
    """Return the folded names that lint lists as shared."""
    problems = lint_catalog(engine.catalog, engine.vocabulary)
    return {p.message.split("the name '")[1].split("' already")[0] for p in problems if code_of(p) == "C19"}


def test_every_own_name_resolves_to_its_exercise(engine, shared):
    """An id, name or alias means that exercise and no other, unless lint lists it as shared."""
    wrong = {}
    for exercise in engine.catalog.exercises.values():
        for text in (exercise.id, exercise.name, *exercise.aka):
            folded = fold(text, engine.vocabulary.same_words, engine.vocabulary.idle_words)
            found = engine.names.resolve(text)
            if folded in shared and text != exercise.id:
                assert exercise.id in found.ids
                assert len(found.ids) > 1
            elif (found.ids, found.side) != ((exercise.id,), ""):
                wrong[text] = found
    assert wrong == {}


WORDS = sorted(
    set(VOCABULARY.equipment_words) | {"left", "right", "one", "arm", "squat", "row", "press", "the", "to", "up", "high", "low"}
)


def text_of(chance, names):
    """Return words of up to two real names, some left out, shuffled, with others among them."""
    words = [word for name in chance.sample(names, chance.randint(0, 2)) for word in name.split()]
    if chance.random() < 0.5:
        words = [word for word in words if chance.random() < 0.75]
    words += chance.sample(WORDS, chance.randint(0, 2))
    return " ".join(chance.sample(words, len(words)))


@pytest.fixture(scope="module")
def written(engine):
    """Return every name of the bundled catalog as it is written."""
    return [text for e in engine.catalog.exercises.values() for text in (e.name, *e.aka)]


@given(st.integers(0, 10**9))
@settings(LAW, max_examples=1000)
def test_a_match_says_nothing_that_its_exercise_does_not(engine, written, seed):
    """Every word of a matched text is in one own name, or a side, or equipment in use; and that name is all there."""
    text = text_of(random.Random(seed), written)  # noqa: S311
    v = engine.vocabulary
    asked = words_of(text, v.same_words, v.idle_words)
    for match in engine.names.resolve(text).ids:
        exercise = engine.catalog.exercises[match]
        uses = {*exercise.equipment, *exercise.load.type}
        free = {w for w in asked if w in v.side_words or v.equipment_words.get(w) in uses}
        own = [words_of(n, v.same_words, v.idle_words) for n in (exercise.id, exercise.name, *exercise.aka)]
        assert any(set(asked) & set(name) for name in own), (text, match)
        assert any(set(name) <= set(asked) and set(asked) - free <= set(name) for name in own), (text, match)


@given(st.text(max_size=40), st.integers(0, 5))
@settings(LAW, max_examples=100)
def test_any_text_can_be_asked(engine, text, count):
    """No text makes a failure; near names are ids, at most as many as asked for, each once."""
    assert set(engine.names.resolve(text).ids) <= set(engine.catalog.exercises)
    near = engine.names.near(text, count)
    assert len(near) == len(set(near)) <= count
    assert set(near) <= set(engine.catalog.exercises)
