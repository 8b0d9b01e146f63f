"""From a client's file to what is in force: gates, clearances, measurements, states, symptoms, medicines, time."""

import pytest
from made_clients import make_case, make_engine, rules_in, write_world

import safetyrules as sr


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The invented world, judged by both engines at once."""
    return make_engine(tmp_path_factory.mktemp("world"))


def hip(date="2026-09-01", cleared=(), **more):
    return {"conditions": [{"id": "sore_hip", "side": "left", "date": date, "cleared": list(cleared), **more}]}


def given(by, date="2026-11-20", scope="all", **more):
    return {"by": by, "date": date, "scope": scope, **more}


def phase(world, **client):
    session = world.validate(make_case(**client)).sessions[0]
    return [(title, sure) for _, title, sure in session.phases]


# The session is on 24 November 2026. 14 October is 41 days before, 13 October 42 days, 1 September 84 days (12 weeks).
SURGEON, THERAPIST = given("surgeon"), given("physical_therapist")

GATES = {
    "nobody cleared": ("2026-10-13", [], "First"),
    "before its time": ("2026-10-14", [SURGEON, THERAPIST], "First"),
    "both cleared": ("2026-10-13", [SURGEON, THERAPIST], "Second"),
    "one of two": ("2026-10-13", [SURGEON], "First"),
    "the same one twice": ("2026-10-13", [SURGEON, given("surgeon", "2026-11-21")], "First"),
    "somebody else": ("2026-10-13", [given("trainer"), given("massage_therapist")], "First"),
    "expired": ("2026-10-13", [SURGEON, given("physical_therapist", until="2026-11-24")], "First"),
    "on its last day": ("2026-10-13", [SURGEON, given("physical_therapist", until="2026-11-25")], "Second"),
    "not given yet": ("2026-10-13", [SURGEON, given("physical_therapist", "2026-11-25")], "First"),
    "given on the day": ("2026-10-13", [SURGEON, given("physical_therapist", "2026-11-24")], "Second"),
    "given before the operation": ("2026-10-13", [SURGEON, given("physical_therapist", "2026-10-12")], "First"),
    "for another phase by name": ("2026-10-13", [given("surgeon", scope="phase:third"), THERAPIST], "First"),
    "for this phase by name": (
        "2026-10-13",
        [given("surgeon", scope="phase:second"), given("physical_therapist", scope="phase:second")],
        "Second",
    ),
    "only for vigorous work": ("2026-10-13", [given("surgeon", scope="vigorous"), THERAPIST], "First"),
    "week 12 by the calendar alone": ("2026-09-01", [], "First"),
    "a gate is not jumped": ("2026-09-01", [given("physician")], "First"),
    "an early word does not open a late gate": (
        "2026-09-01",
        [given("surgeon", "2026-09-20"), given("physical_therapist", "2026-09-20")],
        "Second",
    ),
    "a late word opens the late gate, by either": ("2026-09-01", [SURGEON, THERAPIST], "Third"),
    "a late word of a physician's kind": (
        "2026-09-01",
        [given("surgeon", "2026-11-01"), given("physical_therapist", "2026-09-20")],
        "Third",
    ),
    "more than a year old": ("2025-01-01", [given("surgeon", "2025-11-23"), given("physical_therapist", "2025-11-23")], "First"),
    "a year less a day old": ("2025-01-01", [given("surgeon", "2025-11-25"), given("physical_therapist", "2025-11-25")], "Third"),
}


@pytest.mark.parametrize("name", GATES)
def test_a_gated_phase_wants_its_time_and_its_clearances(world, name):
    """Neither alone is enough, a clearance counts while it is valid, and only of those whom the gate names."""
    date, cleared, expected = GATES[name]
    assert phase(world, **hip(date, cleared)) == [(expected, True)]


def test_an_unknown_date_may_be_any_phase(world):
    """Every phase that can be is in force, none of them surely."""
    found = phase(world, conditions=[{"id": "sore_hip", "side": "left"}])
    assert ("First", False) in found or ("First", True) in found
    report = world.validate(make_case(conditions=[{"id": "sore_hip", "side": "left", "cleared": [SURGEON, THERAPIST]}]))
    assert rules_in(report)["none"] is True
    assert rules_in(report)["light"] is True


CLEARANCES = {
    "nobody": ([], {"ask-surgeon", "hard-no"}),
    "the surgeon, for all": ([SURGEON], {"hard-no"}),  # a contraindication is lifted by name only
    "the surgeon, for the match": ([given("surgeon", scope="match")], {"hard-no"}),
    "the surgeon, for something else": ([given("surgeon", scope="vigorous")], {"ask-surgeon", "hard-no"}),
    "the surgeon, by the rule's name": ([given("surgeon", scope="rule:made/sore_hip.ask-surgeon")], {"hard-no"}),
    "the surgeon, by the short name": ([given("surgeon", scope="rule:sore_hip.hard-no")], {"ask-surgeon"}),
    "the therapist, by name": ([given("physical_therapist", scope="rule:made/sore_hip.hard-no")], {"ask-surgeon", "hard-no"}),
    "expired": ([given("surgeon", until="2026-11-24")], {"ask-surgeon", "hard-no"}),
    "a physician is no surgeon": ([given("physician")], {"ask-surgeon", "hard-no"}),
}


@pytest.mark.parametrize("name", CLEARANCES)
def test_a_restriction_is_lifted_by_whom_it_names_and_for_what_was_said(world, name):
    """In week 12 with the last phase open, what is left are the two restrictions that a surgeon can lift."""
    cleared, expected = CLEARANCES[name]
    opened = [given(who, scope=f"phase:{p}") for who in ("surgeon", "physical_therapist") for p in ("second", "third")]
    found = rules_in(world.validate(make_case(**hip("2026-09-01", [*opened, *cleared]))))
    assert set(found) - {"forever"} == expected


def test_a_lifted_restriction_is_shown(world):
    """Loosening is always visible: who, and what."""
    report = world.validate(make_case(**hip("2026-09-01", [SURGEON])))
    assert [a.rule for a in report.alerts if a.level == "info" and "cleared" in a.message] == ["made/sore_hip.ask-surgeon"]


@pytest.mark.parametrize("role", ["physical_therapist", "physio", "physiotherapist", "pt"])
def test_a_member_of_the_care_team_clears_by_role(world, role):
    """`by` may be a member's id, and an alias of a role is the role."""
    team = {"members": [{"id": "dr-1", "role": "surgeon"}, {"id": "pt-1", "role": role}]}
    session = world.validate(make_case(team=team, **hip("2026-10-13", [given("dr-1"), given("pt-1")]))).sessions[0]
    assert [title for _, title, _ in session.phases] == ["Second"]


@pytest.mark.parametrize("role", ["physical_therapist", "physio"])
def test_a_clearance_may_name_the_role_itself(world, role):
    """What the loader accepts as a role must count as that role."""
    assert phase(world, **hip("2026-10-13", [SURGEON, given(role)])) == [("Second", True)]


@pytest.mark.parametrize(
    ("status", "found"),
    [("active", {"none", "hard-no", "ask-surgeon"}), ("suspected", {"none", "hard-no", "ask-surgeon"}), ("resolved", set())],
)
def test_what_is_resolved_leaves_only_what_is_for_life(world, status, found):
    """A suspected condition restricts like an active one and says so; rules for life hold in every state."""
    rules = rules_in(world.validate(make_case(**hip(status=status))))
    assert set(rules) == found | {"forever"}
    assert rules["forever"] is (status == "suspected")
    assert all(rules[name] is (status == "suspected") for name in found)


def added(tmp_path, file, **more):
    """The invented world with more lines under some of the keys of one file."""
    pack, catalog = write_world(tmp_path)
    text = (pack / file).read_text()
    for key, lines in more.items():
        assert text.count(f"\n{key}:\n") <= 1
        text = text.replace(f"\n{key}:\n", f"\n{key}:\n{lines}") if f"\n{key}:\n" in text else f"{text}{key}:\n{lines}"
    (pack / file).write_text(text)
    return sr.Engine([pack], [catalog], engine="both", bundled=False)


def test_a_clearance_before_an_operation_that_lies_ahead_opens_nothing_for_sure(world):
    """Which phase the client is in is not known, as with no date at all: every phase that can be is held."""
    word = given("surgeon", "2026-11-20"), given("physical_therapist", "2026-11-20")
    ahead, undated = phase(world, **hip("2026-11-27", word)), phase(world, **hip(None, word))
    assert ahead == undated
    assert {title for title, _ in ahead} >= {"First", "Second"}
    assert all(not sure for _, sure in ahead)


@pytest.mark.parametrize(("sex", "found"), [("female", {"women": False}), ("male", {}), ("other", {}), (None, {"women": True})])
def test_a_rule_may_ask_for_the_sex(tmp_path, sex, found):
    """It holds for whom it names; where nobody said, it holds and is asked for."""
    rule = "- {id: women, effect: contraindicate, match: {}, when: {client: sex, is: female}, because: So., basis: background}\n"
    judge = added(tmp_path, "watched.yaml", restrictions=rule)
    client = {"conditions": [{"id": "watched"}], "states": [], "measurements": [pressure(120, "2026-11-24T06:50")]}
    report = judge.validate(make_case(**client, **({"sex": sex} if sex else {})))
    assert {name: sure for name, sure in rules_in(report).items() if name == "women"} == found
    assert ("client.sex" in [ask.field for ask in report.asks]) is (sex is None)


LIFELONG = """\
- {id: braced, effect: contraindicate, match: {kind: power}, when: {param: brace, is: true}, because: So., basis: background}
- {id: asked, effect: require_clearance, match: {kind: cardio}, scope: match, clear_by: [surgeon], because: So., basis: background}
"""


@pytest.mark.parametrize(
    ("brace", "cleared", "found"),
    [
        (True, [], {"forever": False, "braced": False, "asked": False}),
        (False, [], {"forever": False, "asked": False}),
        (None, [], {"forever": False, "braced": True, "asked": False}),
        (False, [SURGEON], {"forever": False}),
    ],
)
def test_rules_for_life_still_ask_when_the_condition_is_resolved(tmp_path, brace, cleared, found):
    """What is for life holds under its own conditions: a stated value, an unknown one, a clearance."""
    judge = added(tmp_path, "sore_hip.yaml", lifelong=LIFELONG, params="  brace: {type: flag, question: 'Braced?'}\n")
    params = {} if brace is None else {"params": {"brace": brace}}
    assert rules_in(judge.validate(make_case(**hip("2026-09-01", cleared, status="resolved", **params)))) == found


QUESTION = """\
- {id: with-hip, effect: contraindicate, match: {}, when: {condition: sore_hip}, because: So., basis: background}
- {id: without-hip, effect: contraindicate, match: {}, when: {not: {condition: sore_hip}}, because: So., basis: background}
"""


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("active", {"with-hip": False}),
        ("suspected", {"with-hip": True, "without-hip": True}),
        ("resolved", {"without-hip": False}),
    ],
)
def test_a_question_about_a_suspected_condition_has_no_sure_answer(tmp_path, status, found):
    """Suspected is neither there nor absent: rules that ask for either hold, and none surely."""
    judge = added(tmp_path, "watched.yaml", restrictions=QUESTION)
    client = {"states": [], "measurements": [pressure(120, "2026-11-24T06:50")]}
    client["conditions"] = [{"id": "watched"}, *hip(status=status)["conditions"]]
    rules = rules_in(judge.validate(make_case(**client)))
    assert {name: sure for name, sure in rules.items() if name.endswith("-hip")} == found


# --- measurements -----------------------------------------------------------------------------------------------------


def pressure(value, at, name="resting_sbp", unit="mmHg"):
    return {"name": name, "value": value, "unit": unit, "at": at}


def hemoglobin(value, at):
    return pressure(value, at, "hb", "g/L")


MEASURED = {
    # a declared need: without a valid value the rule holds, assumed
    "never": ([], {"pressure": True}),
    "high today": ([pressure(180, "2026-11-24T06:50")], {"pressure": False}),
    "below today": ([pressure(179, "2026-11-24T06:50")], {}),
    "yesterday does not count": ([pressure(120, "2026-11-23T23:59")], {"pressure": True}),
    "after the session does not count": ([pressure(120, "2026-11-24T07:01")], {"pressure": True}),
    "at the session's start counts": ([pressure(120, "2026-11-24T07:00")], {}),
    "the last of the day counts": ([pressure(190, "2026-11-24T06:00"), pressure(120, "2026-11-24T06:50")], {}),
    "in whatever order they are written": ([pressure(120, "2026-11-24T06:50"), pressure(190, "2026-11-24T06:00")], {}),
    "of two at one time the higher counts": (
        [pressure(190, "2026-11-24T06:50"), pressure(120, "2026-11-24T06:50")],
        {"pressure": False},
    ),
    "midnight at home decides the day": ([pressure(120, "2026-11-24T04:30+00:00")], {"pressure": True}),  # 23:30 the day before
    # hemoglobin counts for 7 days and is not needed: absent is absent
    "an old low count": ([pressure(120, "2026-11-24T06:50"), hemoglobin(70, "2026-11-17T12:00")], {"low-count": False}),
    "a count too old": ([pressure(120, "2026-11-24T06:50"), hemoglobin(70, "2026-11-16T12:00")], {}),
    "a good count after a low one": (
        [pressure(120, "2026-11-24T06:50"), hemoglobin(70, "2026-11-20T12:00"), hemoglobin(90, "2026-11-22T12:00")],
        {},
    ),
    "exactly on the threshold": ([pressure(120, "2026-11-24T06:50"), hemoglobin(80, "2026-11-22T12:00")], {}),
}


@pytest.mark.parametrize("name", MEASURED)
def test_a_measurement_counts_for_its_days_and_the_newest_governs(world, name):
    """Blood pressure on the day and before the session, hemoglobin for seven days."""
    values, expected = MEASURED[name]
    client = {"conditions": [{"id": "watched"}], "states": [], "measurements": values}
    found = rules_in(world.validate(make_case(**client)))
    assert {k: v for k, v in found.items() if k in ("pressure", "low-count")} == expected


def test_a_missing_measurement_is_asked_for(world):
    """With its unit and when to take it."""
    report = world.validate(make_case(conditions=[{"id": "watched"}], states=[]))
    (ask,) = [a for a in report.asks if a.is_needed]
    assert ask.field == "client.measurements.resting_sbp"
    assert "mmHg" in ask.question
    assert report.verdict.word == "not_today"


# --- states and symptoms ----------------------------------------------------------------------------------------------


def state(name, at=None, **more):
    return {"id": name, **({"at": at} if at else {}), **more}


STATES = {
    # ambient_hot is a declared need, exercising_alone is not
    "nobody looked": (None, {"hot": True}),
    "looked, nothing there": ([], {}),
    "hot today": ([state("ambient_hot", "2026-11-24T06:50")], {"hot": False}),
    "hot at no stated time": ([state("ambient_hot")], {"hot": False}),
    "not hot today": ([state("ambient_hot", "2026-11-24T06:50", present=False)], {}),
    "hot yesterday says nothing of today": ([state("ambient_hot", "2026-11-23T06:50")], {"hot": True}),
    "hot after the session says nothing of it": ([state("ambient_hot", "2026-11-24T08:00")], {"hot": True}),
    "the last look counts": (
        [state("ambient_hot", "2026-11-24T06:00"), state("ambient_hot", "2026-11-24T06:50", present=False)],
        {},
    ),
    "of two looks at one time the bad one counts": (
        [state("ambient_hot", "2026-11-24T06:50", present=False), state("ambient_hot", "2026-11-24T06:50")],
        {"hot": False},
    ),
    "alone": ([state("ambient_hot", present=False), state("exercising_alone")], {"alone": False}),
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_what_was_seen_on_the_day(world, name):
    """A state is of today: yesterday's says nothing, and what a rule needs and nobody looked for holds."""
    states, expected = STATES[name]
    client = {"conditions": [{"id": "watched"}], "measurements": [pressure(120, "2026-11-24T06:50")]}
    found = rules_in(world.validate(make_case(**client, **({} if states is None else {"states": states}))))
    assert {k: v for k, v in found.items() if k in ("hot", "alone")} == expected


SYMPTOMS = {
    "none asked": (None, False),
    "asked, none": ([], False),
    "today": ([state("fever", "2026-11-24T06:50")], True),
    "at no stated time": ([state("fever")], True),
    "days ago and not since": ([state("fever", "2026-11-20T06:50")], True),
    "later": ([state("fever", "2026-11-24T07:01")], False),
    "gone": ([state("fever", "2026-11-22T06:50"), state("fever", "2026-11-23T06:50", present=False)], False),
    "back again": ([state("fever", "2026-11-22T06:50", present=False), state("fever", "2026-11-23T06:50")], True),
    "gone and written first": ([state("fever", "2026-11-23T06:50", present=False), state("fever", "2026-11-22T06:50")], False),
}


@pytest.mark.parametrize("name", SYMPTOMS)
def test_a_symptom_lasts_until_somebody_says_that_it_is_gone(world, name):
    """Unlike a state it is not over with the day; what nobody mentioned is absent."""
    symptoms, present = SYMPTOMS[name]
    client = {"conditions": [{"id": "watched"}], "states": [], "measurements": [pressure(120, "2026-11-24T06:50")]}
    found = rules_in(world.validate(make_case(**client | {"symptoms": symptoms})))
    assert ("sick" in found, "cool" in found) == (present, not present)


# --- medicines --------------------------------------------------------------------------------------------------------

PILLS = {
    "started 13 days ago": ({"started": "2026-11-11"}, {"no-power": False}),
    "started 14 days ago": ({"started": "2026-11-10"}, {}),
    "starts today": ({"started": "2026-11-24"}, {"no-power": False}),
    "starts tomorrow": ({"started": "2026-11-25"}, {"no-power": True}),  # a date ahead is no date: assumed
    "start unknown": ({}, {"no-power": True}),
    "start said to be unknown": ({"started": "unknown"}, {"no-power": True}),
    "a dose 3.9 hours ago": ({"started": "2026-01-01", "last_dose_at": "2026-11-24T03:06"}, {"after-dose": False}),
    "a dose 4 hours ago": ({"started": "2026-01-01", "last_dose_at": "2026-11-24T03:00"}, {}),
    "a dose 4 hours ago elsewhere": ({"started": "2026-01-01", "last_dose_at": "2026-11-24T08:00Z"}, {}),  # 12:00Z is 07:00
}


@pytest.mark.parametrize("name", PILLS)
def test_a_medicine_counts_days_from_its_start_and_hours_from_its_dose(world, name):
    """And what it derives switches on a file that nobody names."""
    pill, expected = PILLS[name]
    if "last_dose_at" not in pill:
        pill = pill | {"last_dose_at": "2026-11-23T07:00"}
    found = rules_in(world.validate(make_case(medications=[{"id": "drowsy_pill", **pill}])))
    assert found == expected


def test_an_unknown_last_dose_is_assumed_recent_and_asked_for(world):
    """Hours that can't be counted may be few."""
    report = world.validate(make_case(medications=[{"id": "drowsy_pill", "started": "2026-01-01"}]))
    assert rules_in(report) == {"after-dose": True}
    assert "client.medications[0].last_dose_at" in [a.field for a in report.asks if a.is_needed]


def test_hours_are_counted_as_they_pass_and_not_by_the_clock(world):
    """On 1 November 2026 the clocks go back at 02:00: from 00:30 to 04:00 there are 4.5 hours, on the dial 3.5."""
    pill = {"id": "drowsy_pill", "started": "2026-01-01", "last_dose_at": "2026-11-01T00:30"}
    assert rules_in(world.validate(make_case(at="2026-11-01T04:00", medications=[pill]))) == {}
    assert rules_in(world.validate(make_case(at="2026-11-01T03:00", medications=[pill]))) == {"after-dose": False}


def test_the_umbrella_is_named_with_the_medicine_that_opened_it(world):
    """The reason must lead back to what the client takes."""
    report = world.validate(
        make_case(medications=[{"id": "drowsy_pill", "started": "2026-11-20", "last_dose_at": "2026-11-20T07:00"}])
    )
    (reason,) = [r for i in report.sessions[0].items for r in i.reasons]
    assert reason.rule == "made/drowsy.no-power"
    assert "medication:drowsy_pill" in reason.source_facts


# --- stated values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        ("0.5", "1.5", "2.5"),
        ("a-b", "a b", "ab"),
        ("A+", "A-", "O"),
        ("größer", "kleiner", "gleich"),
        ("x" * 70, "x" * 70 + "y", "z"),
        ("Unknown type", "other", "none"),
    ],
    ids=lambda v: v[0][:8],
)
@pytest.mark.parametrize("engine", ["durable", "reference"])
def test_stated_values_are_told_apart_or_the_pack_is_refused(tmp_path, values, engine):
    """A rule for the first two of three values holds for these, not for the third, in both engines; never an internal error."""
    pack, catalog = write_world(tmp_path)
    rules = "".join(
        f"- {{id: r{n}, effect: contraindicate, match: {{}}, when: {{param: kind, in: {list(wanted)}}}, "
        "because: So., basis: background}\n"
        for n, wanted in enumerate((values[:2], values[:1]))
    )
    text = (pack / "watched.yaml").read_text()
    params = f"params: {{kind: {{type: choice, values: {list(values)}, question: 'Which kind?'}}}}\n"
    (pack / "watched.yaml").write_text(text.replace("restrictions:\n", params + "restrictions:\n" + rules), encoding="utf-8")
    try:
        judge = sr.Engine([pack], [catalog], engine=engine, bundled=False)
    except sr.InputError:
        return
    for value in values:
        watched = {"id": "watched", "params": {"kind": value}}
        client = {"conditions": [watched], "states": [], "measurements": [pressure(120, "2026-11-24T06:50")]}
        found = {name for name in rules_in(judge.validate(make_case(**client))) if name in ("r0", "r1")}
        assert ("r0" in found, "r1" in found) == (value in values[:2], value == values[0]), value
