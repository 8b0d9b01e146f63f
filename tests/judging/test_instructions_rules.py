"""What professionals order: each effect, from when to when, and that nobody's permission loosens a rule."""

import pytest
from made_world import build_engine, line_of, make_case, restriction

ITEM = {"exercise": "arm_raise", "load_kg": 6}


@pytest.fixture(scope="module")
def free(tmp_path_factory):
    """An engine whose conditions restrict nothing."""
    return build_engine(tmp_path_factory.mktemp("free"))


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """An engine that takes the arm raise away from a sore shoulder."""
    return build_engine(tmp_path_factory.mktemp("strict"), restriction(match={"exposure": "lifting"}))


def ordered(engine, item=ITEM, *, role="surgeon", conditions=(), **instruction):
    order = {"id": "i1", "by": "dr-1", "date": "2026-11-10", "effect": "contraindicate"} | instruction
    team = {"members": [{"id": "dr-1", "role": role}], "instructions": [order]}
    return engine.validate(make_case(item, conditions=list(conditions), care_team=team))


def only(report):
    return report.sessions[0].items[0]


@pytest.mark.parametrize(
    ("order", "verdict"),
    [
        ({"effect": "contraindicate", "match": {"joint": "shoulder"}}, "contraindicated"),
        ({"effect": "contraindicate", "match": {"joint": "knee"}}, "allowed"),
        ({"effect": "contraindicate"}, "contraindicated"),  # an empty match is everything
        ({"effect": "require_clearance", "match": {"exposure": "lifting"}}, "clearance_required"),
        ({"effect": "limit", "match": {"exposure": "lifting"}, "limits": {"load_kg": {"max": 5}}}, "limited"),
        ({"effect": "permit", "match": {"exposure": "lifting"}}, "allowed"),
        ({"effect": "advise", "match": {"exposure": "lifting"}}, "allowed"),
    ],
)
def test_each_effect_of_an_instruction_is_carried_out(free, order, verdict):
    """What a professional orders counts like a rule of a pack."""
    item = only(ordered(free, **order))
    assert item.verdict.word == verdict
    shown = [*item.reasons, *item.advice]
    assert [r.rule for r in shown] == ([] if order.get("match") == {"joint": "knee"} else ["instruction/i1"])
    assert all(r.source_facts == ("instruction:i1",) for r in shown)


def test_an_ordered_limit_binds_the_dose(free):
    """Five kilograms ordered, six planned: not within, five is."""
    order = {"effect": "limit", "match": {"exposure": "lifting"}, "limits": {"load_kg": {"max": 5}}}
    assert not only(ordered(free, **order)).within_limits
    item = only(ordered(free, {"exercise": "arm_raise", "load_kg": 5}, **order))
    assert item.within_limits
    assert line_of(item, "load_kg").limit.high == 5


@pytest.mark.parametrize(
    ("times", "holds"),
    [
        ({"date": "2026-11-24"}, True),  # from its own day on
        ({"date": "2026-11-25"}, False),  # not yet
        ({"until": "2026-11-25"}, True),
        ({"until": "2026-11-24"}, False),  # until is the first day on which it no longer holds
        ({"until": "2026-11-12"}, False),
        ({"until": "2026-11-12", "until_cleared": True}, True),  # waits for a word, not for a day
        ({"until_cleared": True}, True),
    ],
)
def test_an_instruction_holds_from_its_date_until_its_end(free, times, holds):
    """The session is on 24 November."""
    assert (only(ordered(free, **times)).verdict.word == "contraindicated") is holds


def test_the_reason_says_who_ordered_it_and_until_when(free):
    """The trainer must know whom to ask."""
    (reason,) = only(ordered(free, until="2026-12-20", text="No lifting yet")).reasons
    assert "surgeon" in reason.because
    assert "2026-11-10" in reason.because
    assert "No lifting yet" in reason.because
    assert str(reason.until) == "2026-12-20"


@pytest.mark.parametrize("role", ["surgeon", "physician", "physical_therapist", "trainer"])
def test_a_permission_never_loosens_a_rule(strict, role):
    """A permission is shown beside the verdict; loosening wants a clearance that the rule foresees."""
    item = only(ordered(strict, role=role, conditions=[{"id": "sore_shoulder", "side": "right"}], effect="permit"))
    assert item.verdict.word == "contraindicated"
    assert [r.rule for r in item.advice] == ["instruction/i1"]


@pytest.mark.parametrize(("planned", "verdict"), [("left", "allowed"), ("right", "contraindicated"), (None, "contraindicated")])
def test_an_instruction_can_name_a_side(free, planned, verdict):
    """No work of the right shoulder: the left arm may, an unstated side may not."""
    item = {"exercise": "one_arm_curl", "load_kg": 2} | ({"side": planned} if planned else {})
    assert only(ordered(free, item, match={"joint": "shoulder", "side": "right"})).verdict.word == verdict


def test_an_instruction_beside_a_rule_combines_to_the_tightest(tmp_path):
    """Eight kilograms by the pack, five by the surgeon: five."""
    engine = build_engine(tmp_path, restriction(effect="limit", match={}, limits={"load_kg": {"max": 8}}))
    report = ordered(engine, conditions=[{"id": "sore_shoulder", "side": "right"}], effect="limit", limits={"load_kg": {"max": 5}})
    line = line_of(only(report), "load_kg")
    assert (line.limit.high, line.rule) == (5, "instruction/i1")
    assert len(only(report).reasons) == 2
