"""Laws 1 to 4 and 7 on generated weeks: nothing forbidden stands, nothing grows, nothing is lost, twice is once."""

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import safetyrules as sr
from safetyrules.model.verdict import Verdict

LAW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
DOSED = ("sets", "reps", "seconds", "minutes", "load_kg", "load_kg_each", "load_pct_1rm", "rpe")

LIFTS = [
    "overhead press", "bench press", "back squat", "leg press", "leg extension", "lying leg curl", "plank", "seated cable row",
    "lat pulldown front", "deadlift", "lateral raise", "barbell curl", "triceps pushdown", "standing calf raise", "glute bridge",
]  # fmt: skip
ITEMS = st.one_of(
    st.fixed_dictionaries(
        {"exercise": st.sampled_from(LIFTS), "sets": st.integers(1, 4), "reps": st.sampled_from([5, 8, 12])},
        optional={
            "load_kg": st.sampled_from([5, 20, 60]),
            "rpe": st.sampled_from([5, 7, 9]),
            "locked": st.sampled_from([False, False, True]),
        },
    ),
    st.fixed_dictionaries(
        {"exercise": st.sampled_from(["recumbent bike", "walking"]), "minutes": st.sampled_from([10, 20]), "rpe": st.just(4)}
    ),
)
DAYS = ["2026-11-24T07:00", "2026-11-25T18:00", "2026-11-26T07:00", "2026-11-28T09:00"]
SIDES = st.sampled_from(["left", "right"])
KINDS = ["strengthening", "manual_therapy", "massage_deep", "dry_needling", "injection_hyaluronic", "manipulation"]
EVENTS = st.fixed_dictionaries(
    {
        "by": st.just("pt-1"),
        "at": st.sampled_from(["2026-11-23T17:00", "2026-11-24T12:00", "2026-11-26T17:00"]),
        "minutes": st.just(45),
        "kind": st.sampled_from(KINDS),
        "regions": st.lists(
            st.fixed_dictionaries({"region": st.sampled_from(["shoulder", "knee", "low_back"]), "side": SIDES}),
            min_size=1, max_size=1,
        ),
    }
)  # fmt: skip
CONDITIONS = st.sampled_from(
    [
        {"id": "rotator_cuff_repair", "side": "right", "date": "2026-10-19", "params": {"tear_size": "medium"}},
        {"id": "rotator_cuff_repair", "side": "left", "date": "2026-06-19"},
        {
            "id": "acl_reconstruction",
            "side": "left",
            "date": "2026-10-20",
            "params": {"graft": "hamstring", "meniscus_repaired": False},
        },
        {"id": "lumbar_disc_herniation", "date": "2026-11-01"},
    ]
)
HOME = st.fixed_dictionaries(
    {"by": st.just("pt-1"), "exercise": st.sampled_from(["pendulum", "quad_set", "heel_slide", "glute bridge"]), "sets": st.just(2),
     "reps": st.just(10), "times_per_week": st.integers(1, 6), "side": st.sampled_from(["left", "right"])}
)  # fmt: skip


@st.composite
def weeks(draw):
    """A whole case of two to four sessions with somebody else's work on other days."""
    sessions = [
        {"at": at, "items": draw(st.lists(ITEMS, min_size=1, max_size=4)), **draw(st.sampled_from([{}, {"minutes": 45}]))}
        for at in DAYS[: draw(st.integers(2, 4))]
    ]
    goals = draw(st.sampled_from([None, {"weekly_sets": {"quadriceps": [4, 10]}}]))
    return {
        "safetyrules": "case/1",
        "timezone": "America/New_York",
        "client": {"symptoms": [], "conditions": draw(st.lists(CONDITIONS, max_size=1))},
        "care_team": {
            "members": [{"id": "pt-1", "role": "physical_therapist"}],
            "events": [e | {"id": f"e{n}"} for n, e in enumerate(draw(st.lists(EVENTS, max_size=2)))],
            "home_programme": [h | {"id": f"h{n}"} for n, h in enumerate(draw(st.lists(HOME, max_size=1)))],
        },
        "plan": {"sessions": sessions} | ({"goals": goals} if goals else {}),
    }


def rebalanced(engine, data):
    return engine.rebalance(sr.Case.model_validate(data))


def again(engine, data, result):
    case = sr.Case.model_validate(data)
    return engine.rebalance(case.model_copy(update={"plan": result.plan}))


@LAW
@given(weeks())
def test_the_result_holds_to_every_rule_and_is_stable(engine, data):
    """Nothing at or above unknown, no limit exceeded, and rebalancing again changes nothing."""
    result = rebalanced(engine, data)
    for session in result.report.sessions:
        for item in session.items:
            assert item.verdict < Verdict.UNKNOWN, item.as_written
            assert item.within_limits or item.verdict is Verdict.ALLOWED
    second = again(engine, data, result)
    assert second.plan == result.plan
    assert all(c.action == "kept" for c in second.changes)


@LAW
@given(weeks())
def test_every_line_is_accounted_for_once_and_nothing_grows(engine, data):
    """No line is lost, none stands twice; no set, repetition, minute, load or effort is more than was planned."""
    result = rebalanced(engine, data)
    planned = [(s + 1, i + 1) for s, session in enumerate(data["plan"]["sessions"]) for i in range(len(session["items"]))]
    assert sorted((c.session, c.item) for c in result.changes if c.session) == planned
    own = [i for s in result.plan.sessions for i in s.items if i.home is None]
    assert len(own) == sum(c.action not in ("dropped", "added") for c in result.changes)
    for change in result.changes:
        if change.session == 0:
            continue
        before = data["plan"]["sessions"][change.session - 1]["items"][change.item - 1]
        for name in DOSED:
            if before.get(name) is not None and name in change.to:
                assert change.to[name] <= before[name]
        assert change.action == "kept" or change.reasons
        assert change.sentence


@LAW
@given(weeks())
def test_home_exercises_keep_their_dose_and_never_exceed_their_number(engine, data):
    """Exactly as prescribed, at most as often as prescribed, first in the session."""
    result = rebalanced(engine, data)
    for home in data["care_team"]["home_programme"]:
        placed = [
            (s, n, i) for s, session in enumerate(result.plan.sessions) for n, i in enumerate(session.items) if i.home == home["id"]
        ]
        assert len(placed) <= home["times_per_week"]
        for _, number, item in placed:
            assert (item.sets, item.reps, item.side) == (home["sets"], home["reps"], home["side"])
            assert number == 0


@settings(LAW, max_examples=15)
@given(weeks(), EVENTS)
def test_another_event_never_makes_the_optimum_better(engine, data, event):
    """Restrictions only take options away."""
    before = rebalanced(engine, data)
    more = copy.deepcopy(data)
    more["care_team"]["events"].append(event | {"id": "more"})
    after = rebalanced(engine, more)
    if before.conflicts or after.conflicts or not (before.proof.optimal and after.proof.optimal):
        return
    if data["care_team"]["home_programme"]:
        return  # a home exercise that can no longer be placed asks for less room
    assert list(before.proof.tiers.values())[:5] <= list(after.proof.tiers.values())[:5]


@settings(LAW, max_examples=15)
@given(weeks(), st.randoms(use_true_random=False))
def test_the_order_of_lines_decides_nothing(engine, data, random):
    """The same lines in another order end the same way."""
    mixed = copy.deepcopy(data)
    for session in mixed["plan"]["sessions"]:
        random.shuffle(session["items"])
    one, two = rebalanced(engine, data), rebalanced(engine, mixed)
    assert one.proof.tiers == two.proof.tiers
    for a, b in zip(one.plan.sessions, two.plan.sessions, strict=True):
        assert sorted(map(repr, a.items)) == sorted(map(repr, b.items))


def test_a_healthy_week_comes_back_untouched(engine):
    """Nobody asked for anything to change."""
    case = sr.load_case("examples/healthy.yaml")
    result = engine.rebalance(case)
    assert result.status == "unchanged"
    assert result.plan == case.plan
