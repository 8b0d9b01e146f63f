"""What can't be judged is never called allowed, and never ends with exit code 0."""

from datetime import UTC, datetime

import pytest
from made_world import build_engine, make_case, report_on, restriction

from safetyrules.errors import InputError
from safetyrules.model.verdict import Verdict

RULE = restriction(match={"exposure": "lifting"})
HARMLESS = {"exercise": "seated_ride"}


def fails(report):
    """Whether the command line would end with 1 at its default."""
    return report.fails(Verdict.UNKNOWN)


def only(report):
    return report.sessions[0].items[0]


def test_the_harmless_item_alone_is_allowed(tmp_path):
    """The rows below differ from this one by the unknown alone."""
    report = report_on(tmp_path, [RULE], HARMLESS)
    assert only(report).verdict.word == "allowed"
    assert not fails(report)


@pytest.mark.parametrize("name", ["seated rid", "press", "ride", "bar press press", "🏋️", "x" * 200, "bar_press; bike"])
def test_an_unknown_exercise_is_unknown(tmp_path, name):
    """Near is not equal: names are offered, none is taken."""
    report = report_on(tmp_path, [RULE], {"exercise": name})
    assert (only(report).verdict.word, only(report).exercise) == ("unknown", None)
    assert fails(report)


def test_near_names_are_offered(tmp_path):
    """The trainer chooses."""
    assert only(report_on(tmp_path, [RULE], {"exercise": "seated rides bike"})).near_names[0] == "seated_ride"


@pytest.mark.parametrize("name", ["Bar Press", "bar-press", "PRESS, BAR", "bar presses", "bar_press"])
def test_the_same_name_in_another_spelling_is_the_exercise(tmp_path, name):
    """Case, hyphens, order and plural don't make another exercise."""
    assert only(report_on(tmp_path, [], {"exercise": name})).exercise == "bar_press"


def test_a_name_that_two_exercises_carry_is_unknown(tmp_path):
    """Both are offered."""
    report = report_on(tmp_path, [], {"exercise": "the twin"})
    assert only(report).verdict.word == "unknown"
    assert only(report).near_names == ("first_twin", "second_twin")
    assert fails(report)


def test_a_variant_that_the_exercise_lacks_is_unknown(tmp_path):
    """A misspelt variant must not count as the exercise itself, nor as the lighter form."""
    report = report_on(tmp_path, [], {"exercise": "soft_jump", "variant": "step_dwn"})
    assert only(report).verdict.word == "unknown"
    assert "step_down" in only(report).reasons[0].because
    assert fails(report)


@pytest.mark.parametrize(
    "client",
    [
        {"conditions": [{"id": "sore_sholder", "side": "right"}]},
        {"conditions": [{"id": {"code": {"system": "icd10cm", "value": "A00"}}}]},
        {"conditions": [{"code": {"system": "snomed", "value": "1"}}]},
        {"conditions": [], "medications": [{"id": "sore_shoulder"}]},  # a condition is no medicine
        {"conditions": [], "medications": [{"name": "nothing known"}]},
        {"conditions": [], "medications": [{"rxnorm": "1"}]},
        {"conditions": [{"id": "sore_sholder", "status": "resolved"}]},  # even then: its rules for life are not known
    ],
)
def test_a_condition_that_no_pack_knows_makes_everything_unknown(tmp_path, client):
    """Nothing can be called allowed, and the field to mend is asked for."""
    report = build_engine(tmp_path, RULE).validate(make_case(HARMLESS, client=client))
    assert only(report).verdict.word == "unknown"
    assert any(ask.is_needed and ask.field.startswith("client.") for ask in report.asks)
    assert fails(report)


def test_an_unknown_condition_never_hides_what_is_worse(tmp_path):
    """Beside an unknown condition a contraindication stays one."""
    conditions = [{"id": "nobody knows"}, {"id": "sore_shoulder", "side": "right"}]
    report = report_on(tmp_path, [RULE], {"exercise": "arm_raise"}, conditions=conditions)
    assert only(report).verdict.word == "contraindicated"
    assert {r.rule for r in only(report).reasons} == {"engine/unknown-condition", "made/sore_shoulder.r"}


def test_a_missing_side_is_both_and_asked_for(tmp_path):
    """The plan is not passed until somebody says which shoulder it is."""
    report = report_on(tmp_path, [RULE], HARMLESS, conditions=[{"id": "sore_shoulder"}])
    assert "client.conditions[0].side" in [ask.field for ask in report.asks if ask.is_needed]
    assert fails(report)


@pytest.mark.parametrize("date", [None, "unknown", "2026-12-24"], ids=["absent", "unknown", "ahead"])
def test_a_missing_date_holds_every_phase_and_is_asked_for(tmp_path, date):
    """Weeks that can't be counted may be any weeks: both rules hold, assumed. A date ahead counts no weeks either."""
    rules = [
        restriction("early", match={"exposure": "lifting"}, until_week=6),
        restriction("late", match={"exposure": "pushing"}, from_week=6),
    ]
    engine = build_engine(tmp_path, *rules, clock="weeks_since_onset")
    condition = {"id": "sore_shoulder", "side": "right"} | ({"date": date} if date else {})
    report = engine.validate(make_case({"exercise": "bar_press"}, HARMLESS, conditions=[condition]))
    press, ride = report.sessions[0].items
    assert {(r.rule.rpartition(".")[2], r.is_assumed) for r in press.reasons} == {("early", True), ("late", True)}
    assert press.verdict.word == "contraindicated"
    assert "client.conditions[0].date" in [ask.field for ask in report.asks if ask.is_needed]
    assert ride.verdict.word == "allowed"
    assert fails(report)


@pytest.mark.parametrize(("date", "early", "late"), [("2026-10-14", True, False), ("2026-10-13", False, True)])
def test_six_weeks_are_forty_two_days(tmp_path, date, early, late):
    """On 24 November, 14 October is 41 days ago and 13 October 42: completed weeks, half-open."""
    rules = [
        restriction("early", match={"exposure": "lifting"}, until_week=6),
        restriction("late", match={"exposure": "pushing"}, from_week=6),
    ]
    engine = build_engine(tmp_path, *rules, clock="weeks_since_onset")
    report = engine.validate(
        make_case({"exercise": "bar_press"}, conditions=[{"id": "sore_shoulder", "side": "right", "date": date}])
    )
    found = {r.rule.rpartition(".")[2] for r in only(report).reasons}
    assert ("early" in found, "late" in found) == (early, late)


PARAMS = {"stage": {"type": "choice", "values": ["early", "late"], "question": "Which stage?"}}


@pytest.mark.parametrize(
    ("value", "verdict", "assumed"),
    [
        ("early", "contraindicated", False),
        ("late", "allowed", None),
        (None, "contraindicated", True),
        ("unknown", "contraindicated", True),
    ],
)
def test_a_missing_parameter_holds_the_rule_and_is_asked_for(tmp_path, value, verdict, assumed):
    """A rule of the early stage holds for a client of unknown stage, says so, and asks."""
    rule = restriction(match={"exposure": "lifting"}, when={"param": "stage", "is": "early"})
    engine = build_engine(tmp_path, rule, params=PARAMS)
    condition = {"id": "sore_shoulder", "side": "right", "params": {"stage": value} if value else {}}
    report = engine.validate(make_case({"exercise": "arm_raise"}, conditions=[condition]))
    assert only(report).verdict.word == verdict
    assert [r.is_assumed for r in only(report).reasons] == ([] if assumed is None else [assumed])
    asked = "client.conditions[0].params.stage" in [ask.field for ask in report.asks if ask.is_needed]
    assert asked is bool(assumed)


def test_advice_is_never_given_on_an_assumption(tmp_path):
    """An unknown counts as true for what restricts, not for what encourages."""
    rule = restriction(effect="advise", match={"exposure": "lifting"}, when={"param": "stage", "is": "late"})
    engine = build_engine(tmp_path, rule, params=PARAMS)
    report = engine.validate(make_case({"exercise": "arm_raise"}, conditions=[{"id": "sore_shoulder", "side": "right"}]))
    assert not only(report).advice


def test_a_suspected_condition_restricts_as_if_it_were_there(tmp_path):
    """And says that it is an assumption."""
    conditions = [{"id": "sore_shoulder", "side": "right", "status": "suspected"}]
    report = report_on(tmp_path, [RULE], {"exercise": "arm_raise"}, conditions=conditions)
    assert only(report).verdict.word == "contraindicated"


def test_a_resolved_condition_restricts_nothing_but_for_life(tmp_path):
    """What is over is known to be over; rules for life stay."""
    lifelong = [restriction("forever", match={"exposure": "pushing"})]
    engine = build_engine(tmp_path, RULE, lifelong=lifelong)
    conditions = [{"id": "sore_shoulder", "side": "right", "status": "resolved"}]
    report = engine.validate(make_case({"exercise": "arm_raise"}, {"exercise": "bar_press"}, conditions=conditions))
    raise_, press = report.sessions[0].items
    assert raise_.verdict.word == "allowed"
    assert [r.rule for r in press.reasons] == ["made/sore_shoulder.forever"]


def test_a_case_without_sessions_allows_nothing(tmp_path):
    """Nothing was judged: the report has no session to call allowed."""
    report = build_engine(tmp_path, RULE).validate(make_case(plan={"sessions": []}))
    assert report.sessions == ()
    assert [alert.rule for alert in report.alerts] == ["engine/no-plan"]


# --- a declared condition that no pack knows -----------------------------------------------------------------------------

AT = datetime(2026, 11, 24, 7)


def test_no_way_to_ask_calls_anything_allowed_while_a_condition_is_unknown(tmp_path):
    """Plan, filter and explanation say the same: unknown, with the reason, and no exercise of the catalog is open."""
    engine = build_engine(tmp_path, RULE)
    case = make_case(HARMLESS, conditions=[{"id": "no such condition"}])
    planned, explained = only(engine.validate(case)), engine.explain(case, 0, 0).item
    for item in (planned, explained, *engine.filter(case, AT).items):
        assert item.verdict >= Verdict.UNKNOWN
        assert item.within_limits is False
        assert "engine/unknown-condition" in [reason.rule for reason in item.reasons]
    assert engine.filter(case, AT).ids("allowed", "limited") == ()
    assert planned.to_dict()["verdict"] == explained.to_dict()["verdict"]


def test_a_name_that_only_reads_alike_is_offered_and_holds_no_rule(tmp_path):
    """The reason must not claim that the rules of a guess hold: they do not."""
    engine = build_engine(tmp_path, restriction(match={}))
    item = only(engine.validate(make_case(HARMLESS, conditions=[{"id": "sore shouldre"}])))
    (reason,) = item.reasons
    assert item.verdict.word == "unknown"
    assert "sore_shoulder" in reason.because
    assert "hold" not in reason.because


@pytest.mark.parametrize("zone", ["", "Nope", "America", "../etc/passwd", "zone.tab", "a\0b", "x" * 300])
def test_a_zone_that_does_not_exist_is_bad_input(zone):
    """Whatever the text is, a file of that name or a folder: it is refused."""
    with pytest.raises(InputError, match="unknown time zone"):
        make_case(HARMLESS, timezone=zone)


@pytest.mark.parametrize(("zone", "sentence"), [("America/New_York", "the clocks skip it"), (None, "no offset")])
def test_the_catalog_is_not_judged_for_a_time_that_is_not_there(tmp_path, zone, sentence):
    """The library refuses what the command line and a case file refuse."""
    engine = build_engine(tmp_path, RULE)
    case = make_case(timezone=zone, plan={"sessions": []})
    with pytest.raises(InputError, match=sentence):
        engine.filter(case, datetime(2026, 3, 8, 2, 30))
    assert engine.filter(case, datetime(2026, 3, 8, 2, 30, tzinfo=UTC)).items
