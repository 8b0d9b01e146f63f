"""The library against an evaluator written from the specification alone, and its two engines against each other."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from oracle.evaluator import Evaluator, InForce, both, either, opposite, read_conditions, read_words
from oracle.generated import (
    BUNDLED,
    CONDITIONS,
    DECLARED,
    MADE_UP_DECLARED,
    MADE_UP_MEDICINES,
    MADE_UP_PACK,
    MEDICINES,
    cases,
    restrictions_of,
)

import safetyrules
from safetyrules.inference.durable import is_available

WORDS = read_words()
LAW = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


def ours(engine, case, at):
    """Return what the library holds to be in force."""
    built = safetyrules.Case.model_validate(case)
    moment = engine._inference.moment(engine.context(built), datetime.fromisoformat(at))
    return Counter(
        InForce(a.restriction.rule, tuple(a.instance.path[1:3]) if a.instance.path else ("", a.instance.condition.id), a.is_assumed)
        for a in moment.active
    )


def compare(engine, case, at, files=BUNDLED):
    """Return the disagreements in words; an empty list where both say the same."""
    found, expected = ours(engine, case, at), Evaluator(files, WORDS, case, at).in_force()
    return [f"only the library: {x}" for x in (found - expected)] + [f"only the oracle: {x}" for x in (expected - found)]


def case_of(client):
    return {"safetyrules": "case/1", "timezone": "America/New_York", "client": client}


@given(cases())
@LAW
def test_the_library_and_the_oracle_agree(engine, case_and_moment):
    """Whatever the client declares, both hold the same restrictions to be in force, and the same of them for want of a fact."""
    case, at = case_and_moment
    assert not compare(engine, case, at), json.dumps(case, indent=1)


@given(cases(of=(*MADE_UP_DECLARED, *MADE_UP_DECLARED, *DECLARED), medicines=(*MADE_UP_MEDICINES, *MEDICINES)))
@LAW
def test_they_agree_on_everything_a_file_may_hold(wide_engines, case_and_moment):
    """The same with made-up files that use what no bundled file does: negation, chained states, gates for two, lifelong rules."""
    case, at = case_and_moment
    assert not compare(wide_engines[0], case, at, CONDITIONS), json.dumps(case, indent=1)


@given(cases(of=(*MADE_UP_DECLARED, *DECLARED), medicines=(*MADE_UP_MEDICINES, *MEDICINES)))
@LAW
@pytest.mark.skipif(not is_available(), reason="durable-rules can't be imported here")
def test_the_two_engines_derive_the_same(wide_engines, case_and_moment):
    """durable-rules and the plain evaluator give the same facts with the same derivations, possible ones and certain ones."""
    case, at = case_and_moment
    durable, reference = wide_engines
    built = safetyrules.Case.model_validate(case)
    time = datetime.fromisoformat(at)
    facts = reference._inference.moment(reference.context(built), time).facts
    for given_facts in (facts.possible, facts.certain):
        assert durable._inference.infer(given_facts).derivations == reference._inference.infer(given_facts).derivations
    assert ours(durable, case, at) == ours(reference, case, at)


@pytest.fixture(scope="module")
def wide_engines():
    """Both engines on the bundled and the made-up files; the plain one twice where durable-rules can't be imported."""
    first = "durable" if is_available() else "reference"
    return safetyrules.Engine(packs=[MADE_UP_PACK], engine=first), safetyrules.Engine(packs=[MADE_UP_PACK], engine="reference")


WINDOWED = sorted(
    (name, rule, restriction["from_week"], restriction["until_week"])
    for name in DECLARED
    for rule, restriction in restrictions_of(CONDITIONS[name])
    if restriction.get("from_week") is not None and restriction.get("until_week") is not None and "when" not in restriction
)


def test_some_bundled_rule_has_both_ends():
    """The next test stands on real rules."""
    assert WINDOWED


@pytest.mark.parametrize("name", ["durable", "reference"])
def test_a_rule_with_both_ends_fires_between_them(name, tmp_path):
    """A rule may compare one fact twice, though durable-rules never matches one fact with two patterns of a rule."""
    if name == "durable" and not is_available():
        pytest.skip("durable-rules can't be imported here")
    pack = tmp_path / "window"
    pack.mkdir()
    (pack / "pack.yaml").write_text(
        "format: pack/1\nid: window\ntitle: Window\nversion: '1.0.0'\nlicense: CC0-1.0\ndescription: A window.\n"
        "owns: [sore_elbow]\n"
        "review: {status: pending, note: made up}\nmaintainers: [{name: nobody}]\n"
    )
    (pack / "references.yaml").write_text("format: references/1\nreferences: {}\n")
    (pack / "sore_elbow.yaml").write_text(
        "format: condition/1\nid: sore_elbow\ntitle: Sore elbow\nkind: overuse\nregion: arm\nstructure: tendon\nsided: true\n"
        'clock: weeks_since_onset\nparams:\n  score: {type: number, min: 0, max: 10, question: "How sore?"}\n'
        "needs: {measurements: [resting_hr]}\nrestrictions:\n"
        "- {id: window, effect: contraindicate, match: {muscle: [biceps_brachii]}, from_week: 2, until_week: 4,"
        " because: It heals., basis: background}\n"
        "- id: twice-each\n  effect: contraindicate\n  match: {muscle: [biceps_brachii]}\n  from_week: 1\n  until_week: 5\n"
        "  when: {all: [{week: {gte: 2, lt: 4}}, {param: score, gt: 3, lte: 6}, {measure: resting_hr, gt: 90, lt: 110}]}\n"
        "  because: It heals.\n  basis: background\n"
    )
    engine = safetyrules.Engine(packs=[pack], engine=name)
    at = "2026-11-24T07:00"

    def fires(rule, days, score=5, pulse=100):
        date = datetime.fromisoformat(at).date().toordinal() - days
        client = {
            "conditions": [
                {
                    "id": "sore_elbow",
                    "side": "left",
                    "date": datetime.fromordinal(date).date().isoformat(),
                    "params": {"score": score},
                }
            ],
            "measurements": [{"name": "resting_hr", "value": pulse, "unit": "bpm", "at": "2026-11-24T06:50"}],
        }
        return any(x.rule == f"window/sore_elbow.{rule}" for x in ours(engine, case_of(client), at))

    assert [days for days in range(35) if fires("window", days)] == list(range(14, 28))
    assert [days for days in range(42) if fires("twice-each", days)] == list(range(14, 28))
    assert [score for score in range(11) if fires("twice-each", 20, score=score)] == [4, 5, 6]
    assert [pulse for pulse in (90, 91, 109, 110) if fires("twice-each", 20, pulse=pulse)] == [91, 109]


def test_kleene():
    """The three-valued tables that everything above rests on."""
    order = {False: 0, None: 1, True: 2}
    for a, low in order.items():
        assert order[opposite(a)] == 2 - low
        for b, high in order.items():
            assert order[both([a, b])] == min(low, high)
            assert order[either([a, b])] == max(low, high)


def test_the_oracle_reads_every_file():
    """Every condition of the library is one that the oracle read raw, and the other way round."""
    assert set(read_conditions()) == set(safetyrules.Engine().knowledge.conditions)


def rules_of(case, at="2026-11-24T07:00"):
    """Return what the oracle says is in force, leaving out that it is for everyone."""
    return {(x.rule.split(".", 1)[1], x.is_assumed) for x in Evaluator(BUNDLED, WORDS, case, at).in_force() if x.entry[0]}


CUFF = {
    "id": "rotator_cuff_repair",
    "side": "right",
    "params": {"tear_size": "small", "subscapularis_repaired": False, "biceps_tenodesis": False},
}


def test_the_oracle_by_hand():
    """The oracle itself, by hand: six weeks are day 42, the gate needs both, without a date everything is supposed."""
    rule = "protection.no-active-shoulder"
    both_cleared = [
        {"by": by, "date": "2026-07-09", "scope": "phase:active_assisted_to_active"} for by in ("surgeon", "physical_therapist")
    ]
    client = {"conditions": [CUFF | {"date": "2026-06-01", "cleared": both_cleared}]}
    assert (rule, False) in rules_of(case_of(client), "2026-07-12T07:00")
    assert not {(rule, False), (rule, True)} & rules_of(case_of(client), "2026-07-13T07:00")
    client = {"conditions": [CUFF | {"date": "2026-06-01", "cleared": both_cleared[:1]}]}
    assert (rule, False) in rules_of(case_of(client), "2026-07-13T07:00")
    client = {"conditions": [CUFF | {"cleared": both_cleared}]}
    assert (rule, True) in rules_of(case_of(client), "2026-07-13T07:00")
    client = {"conditions": [CUFF | {"date": "2026-06-01", "status": "resolved"}]}
    assert not rules_of(case_of(client), "2026-07-12T07:00")
