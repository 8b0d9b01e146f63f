"""Numbers become bands, questions become rules: both must say what the question says, for every value."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from safetyrules import resources
from safetyrules.errors import InputError
from safetyrules.inference import reference
from safetyrules.inference.compiler import compile_program
from safetyrules.inference.program import UNKNOWN, Fact, Program
from safetyrules.loading.packs import load_packs
from safetyrules.loading.vocabulary import load_vocabulary
from safetyrules.loading.when_shape import build_when
from safetyrules.model.knowledge import Parameter

VOCABULARY = load_vocabulary(resources.catalog_folder())
OPERATORS = {
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
}
numbers = st.one_of(st.integers(-50, 50).map(float), st.floats(-50, 50, allow_nan=False))


def program_with(thresholds):
    return Program({}, {}, {"k": tuple(sorted(set(thresholds)))}, frozenset(), {}, {}, {}, "")


@given(st.lists(numbers, max_size=6), numbers, numbers)
def test_bands_keep_the_order_of_values(thresholds, one, other):
    """A greater value never stands in a lower band, and two values in one band are told apart by no threshold."""
    program = program_with(thresholds)
    low, high = sorted((one, other))
    assert program.band("k", low) <= program.band("k", high)
    if program.band("k", low) == program.band("k", high):
        assert all((low < t) == (high < t) and (low > t) == (high > t) for t in thresholds)


@given(st.lists(numbers, min_size=1, max_size=6), numbers, st.data())
def test_comparing_bands_is_comparing_values(thresholds, value, data):
    """For every operator: the band against the threshold's own band says what the value against the threshold says."""
    threshold = data.draw(st.sampled_from(thresholds))
    program = program_with(thresholds)
    band, at = program.band("k", value), program.band("k", threshold)
    assert at % 2 == 1
    for compare in OPERATORS.values():
        assert compare(band, at) == compare(value, threshold)


@pytest.mark.parametrize(("value", "band"), [(0, 0), (1, 1), (1.5, 2), (2, 3), (3, 4), (-1, 0)])
def test_odd_bands_are_thresholds_and_even_ones_lie_between(value, band):
    """Thresholds 1 and 2: below, on, between, on, above."""
    assert program_with([1.0, 2.0]).band("k", value) == band


def test_a_key_without_thresholds_has_one_band():
    """Values that no rule compares can't be told apart."""
    assert {program_with([]).band("k", v) for v in (-1.0, 0.0, 99.0)} == {0}


# --- questions --------------------------------------------------------------------------------------------------------

PARAMS = {
    "stage": Parameter("stage", "choice", "?", ("early", "middle", "late")),
    "swollen": Parameter("swollen", "flag", "?"),
    "score": Parameter("score", "number", "?", (), 0, 10),
}
ATOMS = [
    {"param": "stage", "is": "early"},
    {"param": "stage", "in": ["early", "late"]},
    {"param": "swollen", "is": True},
    {"param": "swollen", "is": False},
    {"param": "score", "gt": 3},
    {"param": "score", "lte": 7},
    {"param": "score", "gte": 3, "lt": 7},
    {"symptom": "fever"},
]
questions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=5,
)
clients = st.fixed_dictionaries(
    {
        "stage": st.sampled_from([None, "early", "middle", "late"]),
        "swollen": st.sampled_from([None, True, False]),
        "score": st.sampled_from([None, 0, 2.9, 3, 3.1, 5, 6.9, 7, 7.1, 10]),
        "fever": st.booleans(),
    }
)


def can_hold(question, client, *, positive=True):
    """Return whether the question can be true (or false), each unknown read as whatever serves; by recursion on the text."""
    if "not" in question:
        return can_hold(question["not"], client, positive=not positive)
    for word, both in (("all", positive), ("any", not positive)):
        if word in question:
            answers = [can_hold(part, client, positive=positive) for part in question[word]]
            return all(answers) if both else any(answers)
    if "symptom" in question:
        return client["fever"] is positive
    value = client[question["param"]]
    if value is None:
        return True
    if "is" in question:
        return (value == question["is"]) is positive
    if "in" in question:
        return (value in question["in"]) is positive
    return all(OPERATORS[op](value, question[op]) for op in OPERATORS if op in question) is positive


_CONDITION = {
    "format": "condition/1",
    "id": "asked",
    "title": "Asked",
    "kind": "disease",
    "region": "systemic",
    "sided": False,
    "clock": "always",
    "params": {
        "stage": {"type": "choice", "values": ["early", "middle", "late"], "question": "Which stage?"},
        "swollen": {"type": "flag", "question": "Is it swollen?"},
        "score": {"type": "number", "min": 0, "max": 10, "question": "Which score?"},
    },
}


def compiled(folder: Path, when, **more):
    rule = {"id": "r", "effect": "contraindicate", "match": {}, "because": "Because.", "basis": "background", "when": when}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(
        "format: pack/1\nid: made\ntitle: Made\nversion: 1.0.0\nlicense: CC0-1.0\ndescription: For tests.\n"
        "owns: [asked]\nreview: {status: pending}\n"
    )
    (folder / "references.yaml").write_text("format: references/1\nreferences: {SRC: {title: Made up, grade: B}}\n")
    (folder / "asked.yaml").write_text(yaml.safe_dump(_CONDITION | {"restrictions": [rule]} | more))
    return compile_program(load_packs([folder], VOCABULARY))


def facts_of(program, client):
    """The facts of one client, written down by hand: unknown is as high as can be and as low as can be."""
    yield Fact("condition", "asked", "c0")
    yield Fact("ever", "asked", "c0")
    yield Fact("has", "symptom.fever", tok="present" if client["fever"] else "absent")
    for name in ("stage", "swollen"):
        value = client[name]
        yield Fact("value", f"asked.p.{name}", "c0", UNKNOWN if value is None else str(value).lower())
    if "asked.p.score" in program.thresholds:
        value = client["score"]
        if value is None:
            yield Fact("number", "asked.p.score", "c0", UNKNOWN, 1_000_000, -1)
        else:
            band = program.band("asked.p.score", value)
            yield Fact("number", "asked.p.score", "c0", "known", band, band)


@settings(max_examples=150, deadline=None)
@given(questions, clients)
def test_a_compiled_question_holds_exactly_where_it_can(tmp_path_factory, when, client):
    """Negation, alternatives and comparisons survive compilation, and unknown counts for whichever answer restricts."""
    try:
        program = compiled(tmp_path_factory.mktemp("q"), when)
    except InputError as error:
        assert "alternatives" in str(error)  # noqa: PT017
        return
    found = reference.infer(program, facts_of(program, client))
    fired = any(fact.kind == "fire" for fact in found.derivations)
    assert fired is can_hold(when, client)


def test_a_question_with_too_many_alternatives_is_refused(tmp_path):
    """Four of three alternatives each would be 81 rules: the author is told to split it."""
    when = {
        "all": [{"any": [{"symptom": s} for s in group]} for group in zip(*[iter(sorted(VOCABULARY.symptoms))] * 3, strict=False)][
            :4
        ]
    }
    with pytest.raises(InputError, match="alternatives"):
        compiled(tmp_path, when)


def test_a_derived_state_can_not_be_denied(tmp_path):
    """Rules only add: that a state was not derived is never known before the end."""
    with pytest.raises(InputError, match="can't be negated"):
        compiled(tmp_path, {"not": {"derived": "anything"}})


def test_all_faults_of_all_conditions_are_reported_at_once(tmp_path):
    """Two rules that can't be compiled, two problems."""
    rules = [
        {
            "id": f"r{n}",
            "effect": "contraindicate",
            "match": {},
            "because": "Because.",
            "basis": "background",
            "when": {"not": {"derived": f"d{n}"}},
        }
        for n in range(2)
    ]
    with pytest.raises(InputError) as caught:
        compiled(tmp_path, {"symptom": "fever"}, restrictions=rules)
    assert len(caught.value.problems) == 2


@given(questions)
def test_every_question_of_the_grammar_can_be_read(when):
    """What this file generates is what packs may write."""
    assert build_when(when, PARAMS, VOCABULARY)
