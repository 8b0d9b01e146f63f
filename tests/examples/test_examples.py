"""The example weeks show what the rules and their sources say. Every expected value is worked out by hand from the rule files.

The novice week (StrongLifts 5x5 with a plank, a leg press and a ride) is Monday, Wednesday and Friday.
"""

from pathlib import Path

import pytest
import yaml

import safetyrules as sr
from safetyrules.cli.main import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOVICE = ("healthy", "opioids", "pregnant", "rotator_cuff_week5")


def raw(name):
    return yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reports(engine):
    """Every example judged once."""
    return {path.stem: engine.validate(sr.load_case(path)) for path in sorted(EXAMPLES.glob("*.yaml"))}


def verdicts(session):
    return {item.as_written: item.verdict.word for item in session.items}


def item_of(session, name):
    (found,) = [item for item in session.items if item.as_written == name]
    return found


def limit_of(item, quantity):
    (found,) = [line for line in item.limits if line.limit.quantity == quantity]
    return found


def rules_of(item):
    return {reason.rule for reason in item.reasons}


# --- the healthy novice -------------------------------------------------------------------------------------------


def test_a_healthy_novice_gets_the_plan_back_untouched(reports):
    """No condition, no medicine, symptoms asked and none: 18 planned items, all allowed, no needed ask, no alert."""
    report = reports["healthy"]
    found = [item.verdict.word for session in report.sessions for item in session.items]
    assert found == ["allowed"] * 18
    assert report.verdict.word == "allowed"
    assert not report.alerts
    assert not [ask for ask in report.asks if ask.is_needed]


def test_only_the_healthy_example_ends_with_exit_code_zero(engine, capsys, monkeypatch):
    """Each of the other weeks holds something that must not be done as planned, so the shell must see 1."""
    monkeypatch.setattr("safetyrules.cli.case_commands.engine_of", lambda _options: engine)
    codes = {path.stem: main(["validate", str(path)]) for path in sorted(EXAMPLES.glob("*.yaml"))}
    capsys.readouterr()
    assert codes == {"healthy": 0} | dict.fromkeys(set(codes) - {"healthy"}, 1)


# --- week 5 after a repair of the right rotator cuff ----------------------------------------------------------------


@pytest.mark.parametrize("index", [0, 1, 2])
def test_week_five_after_a_cuff_repair_leaves_legs_and_bike(reports, index):
    """Weeks 0 to 6: no active shoulder, no lifting, pushing, pulling, leaning: only leg press and bike remain."""
    session = reports["rotator_cuff_week5"].sessions[index]
    found = verdicts(session)
    free = {"leg press", "recumbent bike"}
    assert {name for name, verdict in found.items() if verdict == "allowed"} == free
    assert {verdict for name, verdict in found.items() if name not in free} == {"contraindicated"}


def test_the_week_that_is_judged_is_week_five(reports):
    """The operation was on Monday 19 October; 35, 37 and 39 days later are all completed week 5, phase Protection."""
    for session in reports["rotator_cuff_week5"].sessions:
        assert session.phases == (("condition:rotator_cuff_repair@right", "Protection", True),)
        assert {r.phase.split(",")[0] for i in session.items for r in i.reasons} == {"week 5"}


def test_a_back_squat_is_held_for_what_it_asks_of_the_shoulder(reports):
    """A bar on the back holds the shoulder in abduction and external rotation: the reason must name both."""
    squat = item_of(reports["rotator_cuff_week5"].sessions[0], "barbell back squat")
    demands = [reason.demand for reason in squat.reasons if reason.rule.endswith("no-active-shoulder")]
    assert len(demands) == 1
    assert "shoulder abduction" in demands[0]
    assert "shoulder external rotation" in demands[0]


@pytest.mark.parametrize(
    ("session", "name", "rule"),
    [
        (0, "barbell bench press", "no-pushing"),
        (0, "barbell row", "no-pulling"),
        (1, "overhead press", "no-pushing"),
        (1, "deadlift", "no-lifting"),
        (0, "plank", "no-arm-weight-bearing"),
    ],
)
def test_each_held_exercise_names_the_rule_that_holds_it(reports, session, name, rule):
    """A press pushes, a row pulls, a deadlift lifts, a plank leans on the arms; each has its rule in the protection phase."""
    item = item_of(reports["rotator_cuff_week5"].sessions[session], name)
    assert f"shoulder/rotator_cuff_repair.protection.{rule}" in rules_of(item)


def test_the_end_of_protection_is_day_42_and_waits_for_surgeon_and_therapist(reports):
    """Six completed weeks after 19 October is 30 November; the next phase is gated by surgeon and physical therapist."""
    plank = item_of(reports["rotator_cuff_week5"].sessions[0], "plank")
    ends = {(str(reason.until), reason.waits_for) for reason in plank.reasons}
    assert ends == {("2026-11-30", ("surgeon", "physical_therapist"))}


def _on(day, cleared):
    data = raw("rotator_cuff_week5")
    data["client"]["conditions"][0]["cleared"] = cleared
    data["plan"]["sessions"] = [{"at": f"{day}T18:00", "items": [{"exercise": "leg press"}]}]
    return sr.Case.model_validate(data)


BOTH = [{"by": who, "date": "2026-11-23", "scope": "all"} for who in ("surgeon", "physical_therapist")]


@pytest.mark.parametrize(
    ("day", "cleared", "phase"),
    [
        ("2026-11-29", BOTH, "Protection"),
        ("2026-11-30", BOTH, "Active-assisted to active"),
        ("2026-11-30", [], "Protection"),
        ("2026-11-30", BOTH[:1], "Protection"),
        ("2026-11-30", BOTH[1:], "Protection"),
    ],
    ids=["day 41 cleared", "day 42 cleared", "day 42 uncleared", "day 42 surgeon only", "day 42 therapist only"],
)
def test_the_next_phase_wants_both_day_42_and_both_clearances(engine, day, cleared, phase):
    """Time alone never opens a gated phase, clearance alone never shortens it, and one of two professionals is not both."""
    (session,) = engine.validate(_on(day, cleared)).sessions
    assert session.phases == (("condition:rotator_cuff_repair@right", phase, True),)


# --- pregnant, week 22, regularly active ----------------------------------------------------------------------------


@pytest.mark.parametrize("index", [0, 1, 2])
def test_week_22_of_pregnancy_holds_face_down_work_and_bounds_the_rest(reports, index):
    """From week 14 nothing face down: the plank goes. Everything else is bounded in effort (Borg 14 for everybody)."""
    found = verdicts(reports["pregnant"].sessions[index])
    assert found.pop("plank") == "contraindicated"
    assert set(found.values()) == {"limited"}


def test_effort_in_pregnancy_is_bounded_by_the_stricter_of_two_borg_ceilings(reports):
    """Borg 14 for everybody and 16 for the active: 14 wins, and is 6 of 10; a plan at 7 is beyond it, one at 6 is not."""
    session = reports["pregnant"].sessions[0]
    hard = limit_of(item_of(session, "barbell row"), "rpe")
    easy = limit_of(item_of(session, "leg press"), "rpe")
    assert (hard.limit.high, hard.is_met) == (6, False)
    assert (easy.limit.high, easy.is_met) == (6, True)


def test_what_the_pregnant_plan_does_not_state_is_not_within_limits(reports):
    """80 % of the maximum, 90 % of the maximal heart rate and 3 minutes on the back are bounded; the plan states none."""
    session = reports["pregnant"].sessions[0]
    for name, quantity, high in (
        ("leg press", "load_pct_1rm", 80),
        ("recumbent bike", "heart_rate_pct_max", 90),
        ("barbell bench press", "supine_minutes", 3),
    ):
        item = item_of(session, name)
        line = limit_of(item, quantity)
        assert (line.limit.high, line.is_met) == (high, False)
        assert not item.within_limits


def test_a_held_breath_is_turned_down_where_the_lift_has_a_lighter_form(reports):
    """Back squat and deadlift at their heaviest want a held breath; a lighter form exists, so they are bounded to it."""
    for session, name in ((0, "barbell back squat"), (1, "deadlift")):
        item = item_of(reports["pregnant"].sessions[session], name)
        assert "pregnancy/pregnancy.no-breath-holding" in rules_of(item)
        assert [line.is_met for line in item.limits if line.limit.quantity.startswith("variant:")] == [False]


def test_the_pregnant_week_needs_no_further_answer(reports):
    """Placenta praevia counts from week 26 and twins from week 28: in week 22 nothing that is missing matters."""
    assert not [ask for ask in reports["pregnant"].asks if ask.is_needed]


# --- an opioid since Friday, drowsy on Monday ------------------------------------------------------------------------


def test_a_drowsy_client_on_an_opioid_keeps_to_supported_work(reports):
    """Monday: drowsy. Out: balance from moderate on (squat), load that can get loose over the face (bench). Rest: bounded."""
    assert verdicts(reports["opioids"].sessions[0]) == {
        "barbell back squat": "contraindicated",
        "barbell bench press": "contraindicated",
        "barbell row": "limited",
        "plank": "limited",
        "leg press": "limited",
        "recumbent bike": "limited",
    }


def test_a_drowsy_client_stays_light(reports):
    """Intensity at most light: efforts of 4 and more of 10 are moderate, so neither 6 nor 4 is within it."""
    session = reports["opioids"].sessions[0]
    for name in ("leg press", "recumbent bike"):
        assert limit_of(item_of(session, name), "intensity").is_met is False
    (minutes,) = session.limits
    assert (minutes.limit.quantity, minutes.limit.high, minutes.is_met) == ("session_minutes", 40, False)


def test_an_alert_client_on_an_opioid_only_stops_before_failure(reports):
    """Wednesday: looked, not drowsy. One repetition in reserve; effort 7 leaves 3. Nothing is out, everything is within."""
    session = reports["opioids"].sessions[1]
    assert set(verdicts(session).values()) == {"limited"}
    assert all(item.within_limits for item in session.items)
    line = limit_of(item_of(session, "deadlift"), "rir")
    assert (line.limit.low, line.is_met) == (1, True)
    assert session.limits == ()


def test_a_day_on_which_nobody_looked_is_judged_as_drowsy_and_asked_for(reports):
    """Friday: nobody looked. A hard rule holds on an unknown fact: the same verdicts as on Monday, assumed, and an ask."""
    monday, _, friday = reports["opioids"].sessions
    assert verdicts(friday) == verdicts(monday)
    squat = item_of(friday, "barbell back squat")
    held = [r for r in squat.reasons if r.rule == "medicines/sedating_any.sedated-no-fall-hazards"]
    assert [r.is_assumed for r in held] == [True]
    assert "missing:client.states.sedated" in held[0].source_facts
    assert "client.states" in [ask.field for ask in reports["opioids"].asks if ask.is_needed]


def test_one_sedative_and_no_falls_do_not_cancel_the_session(engine, reports):
    """Two sedatives, or two falls in a year, would be not_today while drowsy; this client states 1 and 0."""
    assert not [alert for alert in reports["opioids"].alerts if alert.level in ("emergency", "stop")]
    data = raw("opioids")
    data["client"]["medications"][0]["params"]["combined_sedatives"] = 2
    assert engine.validate(sr.Case.model_validate(data)).sessions[0].verdict.word == "not_today"


# --- the article's week: therapist on Monday evening, trainer on Tuesday morning --------------------------------------


def test_tuesday_core_and_legs_leaves_only_what_spares_the_shoulder(reports):
    """13.25 hours after 17:45 the shoulder gets no load: a plank, a carry, a hang and a bar on the back all load it."""
    found = verdicts(reports["article_week"].sessions[0])
    free = {"leg press", "leg extension", "lying leg curl", "recumbent bike"}
    assert {name for name, verdict in found.items() if verdict == "allowed"} == free
    assert {verdict for name, verdict in found.items() if name not in free} == {"contraindicated"}


def test_thursday_pressing_is_back(reports):
    """61.25 hours after the therapist's session the 48-hour window is over; tendon advice until 72 hours never restricts."""
    session = reports["article_week"].sessions[1]
    assert verdicts(session) == {"overhead press": "allowed", "bench press": "allowed"}
    advised = {reason.rule for item in session.items for reason in item.advice}
    assert "care_team/strengthening_session.tendon-needs-longer" in advised


@pytest.mark.parametrize(("time", "verdict"), [("17:44", "contraindicated"), ("17:45", "allowed")])
def test_the_window_is_hours_from_the_end_of_the_therapist_session(engine, time, verdict):
    """The session ran 17:00 to 17:45 on Monday; 48 hours later is Wednesday 17:45 to the minute, half-open."""
    data = raw("article_week")
    data["plan"]["sessions"] = [{"at": f"2026-11-25T{time}", "items": [{"exercise": "overhead press", "load_kg": 30, "rpe": 7}]}]
    (session,) = engine.validate(sr.Case.model_validate(data)).sessions
    assert verdicts(session) == {"overhead press": verdict}


def test_the_reason_on_tuesday_names_the_event_and_its_end(reports):
    """A trainer must see what caused the hold and when it ends: event e1, until Wednesday 17:45 local time."""
    press = item_of(reports["article_week"].sessions[0], "overhead press")
    (reason,) = [r for r in press.reasons if r.rule == "care_team/strengthening_session.no-resisted-work"]
    assert [fact for fact in reason.source_facts if fact.startswith("event:e1")]
    assert reason.until.isoformat() == "2026-11-25T17:45:00-05:00"


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOVICE)
def test_the_four_novice_weeks_hold_one_and_the_same_plan(name):
    """Only the client differs between them, so that the verdicts can be compared."""
    assert raw(name)["plan"] == raw("healthy")["plan"]


def test_every_example_states_every_exercise_by_a_name_the_catalog_knows(reports):
    """An example with an unknown exercise would teach the wrong thing."""
    for report in reports.values():
        assert all(item.exercise for session in report.sessions for item in session.items)
