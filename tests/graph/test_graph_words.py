"""Words of matches, facts and limits: readable, and the same only for the same."""

import pytest

from safetyrules.graph.words import gate_words, match_words, plain, when_words
from safetyrules.model.knowledge import Atom, Both, Either, Gate, Match, Not, Range, Test


def some(*words):
    """Return the set of words."""
    return frozenset(words)


@pytest.mark.parametrize(
    ("match", "words"),
    [
        (Match(), "any exercise"),
        (Match(joint=some("shoulder"), mode=some("resisted", "active")), "shoulder: any action, active/resisted"),
        (Match(exposure=some("lifting")), "exposure: lifting"),
        (Match(exposure=some("impact"), level="high"), "exposure: impact, high or more"),
        (Match(exposure=some("overhead"), mode=some("resisted")), "exposure: overhead; mode: resisted"),
        (Match(mode=some("stretch")), "any joint: any action, stretch"),
        (Match(joint=some("hip"), action=some("flexion"), rom=Range(gt=90)), "hip: flexion, beyond 90 deg"),
        (Match(joint=some("knee"), rom=Range(low=0, high=30), chain="open"), "knee: any action, open chain, from 0 deg to 30 deg"),
        (Match(attributes={"exercise": some("bench_dip"), "kind": some("cardio")}), "exercise: bench_dip; kind: cardio"),
        (Match(dose={"rpe": ("gt", 7.0)}), "planned rpe: more than 7"),
        (
            Match(any_of=(Match(exposure=some("pushing")), Match(exposure=some("lifting")))),
            "any of (exposure: lifting | exposure: pushing)",
        ),
        (Match(exposure=some("lifting"), unless=Match(exposure=some("walking"))), "exposure: lifting; except (exposure: walking)"),
        (
            Match(joint=some("hip"), action=some("flexion"), together=(Match(joint=some("hip"), action=some("adduction")),)),
            "hip: flexion, together with (hip: adduction)",
        ),
    ],
)
def test_match_in_words(match, words):
    """A match reads as what it asks for."""
    assert match_words(match) == words


def test_words_of_an_exercise_can_not_pose_as_another_match():
    """A free text in place of an exercise id is quoted, so that it can't read like further parts of a match."""
    honest = Match(attributes={"exercise": some("a")}, side="left")
    forged = Match(attributes={"exercise": some("a; on the left")})
    assert match_words(honest) != match_words(forged)


def test_bundled_matches_share_words_only_when_equal(engine):
    """Two matches of the bundled packs have the same words if, and only if, they ask for the same."""
    found = [(r.match, match_words(r.match)) for c in engine.knowledge.conditions.values() for r in c.all_restrictions()]
    for match, words in found:
        for other, other_words in found:
            assert (words == other_words) == (match == other), (match, other)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (None, ""),
        (Atom("param", "subscapularis_repaired", (Test("is", "true"),)), "subscapularis repaired is true"),
        (Atom("measure", "resting_sbp", (Test("gte", 180.0),)), "resting sbp at least 180"),
        (Atom("days_since", "started", (Test("lt", 14.0),)), "days since started less than 14"),
        (Atom("week", "", (Test("gte", 2.0), Test("lt", 4.0))), "week at least 2 and less than 4"),
        (Not(Atom("symptom", "fever", (Test("present"),))), "not (fever)"),
        (
            Both((Atom("symptom", "fever", (Test("present"),)), Either((Atom("state", "drunk", ()), Atom("state", "ill", ()))))),
            "fever and (drunk or ill)",
        ),
    ],
)
def test_facts_in_words(when, words):
    """The facts that a restriction asks for read as a condition."""
    assert when_words(when) == words


def test_gate_says_whether_one_word_is_enough():
    """A gate of all roles joins them by and, a gate of any by or."""
    assert gate_words(Gate(("surgeon", "physical_therapist"), "all")) == "surgeon and physical therapist"
    assert gate_words(Gate(("surgeon", "physician"), "any")) == "surgeon or physician"
    assert gate_words(None) == ""


def test_plain_text_keeps_letters_and_drops_commands():
    """Control and direction characters become spaces; letters of any language stay."""
    assert plain("Küste\x1b[2J\n x\u202ey\u2028z") == "Küste [2J x y z"
