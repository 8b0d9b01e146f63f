"""What to do instead: near enough to train the same, and open to this client, side and moment."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judging.made_world import build_engine, make_case, restriction
from laws.plans import whole_cases

import safetyrules as sr
from safetyrules.model.verdict import Verdict

LAW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
# What fits only the exercise that it was planned for.
OWN = frozenset({"load_kg", "load_kg_each", "load_pct_1rm", "grip_width", "rom", "variant"})
ALWAYS_THERE = {"bodyweight", "wall", "mat", "chair"}
EQUIPMENT = st.one_of(
    st.none(), st.lists(st.sampled_from(["dumbbell", "barbell", "bench", "band", "cable", "machine", "box", "kettlebell", "rack"]), max_size=4, unique=True)
)


def case_of(data):
    return sr.Case.model_validate(data)


@st.composite
def planned(draw):
    """A whole case of a client with something in the way, who may list what they have."""
    case, _ = draw(whole_cases())
    # One session of two items: a hundred examples of each must stay quick.
    case["plan"]["sessions"] = [case["plan"]["sessions"][0] | {"items": case["plan"]["sessions"][0]["items"][:2]}]
    equipment = draw(EQUIPMENT)
    if equipment is not None:
        case["client"]["equipment"] = equipment
    return case


def test_every_substitute_is_open_to_the_client_it_is_offered_to(engine):
    """Law 7: judged as the planned exercise with the dose it was offered for, it is allowed, or limited with every limit kept."""
    seen = []

    @given(planned())
    @LAW
    def law(case):
        report = engine.validate(case_of(case))
        replaced = copy.deepcopy(case)
        expected = []
        order = {s.number - 1: s for s in report.sessions}
        for number, session in enumerate(case["plan"]["sessions"]):
            replaced["plan"]["sessions"][number]["items"] = []
            for item, judged in zip(session["items"], order[number].items, strict=True):
                lines = tuple(judged.substitutes)
                blocks = judged.verdict >= Verdict.UNKNOWN
                assert blocks or not lines
                assert len(lines) <= 3
                assert len({line.exercise for line in lines}) == len(lines)
                assert [line.similarity for line in lines] == sorted((line.similarity for line in lines), reverse=True)
                for line in lines:
                    assert line.exercise != judged.exercise
                    assert line.keeps
                    uses = set(engine.catalog.exercises[line.exercise].equipment)
                    assert case["client"].get("equipment") is None or uses <= {*case["client"]["equipment"], *ALWAYS_THERE}
                    dose = {k: v for k, v in item.items() if k not in OWN} | {"exercise": line.exercise}
                    replaced["plan"]["sessions"][number]["items"].append(dose)
                    expected.append((number, line))
        if not expected:
            return
        again = {s.number - 1: iter(s.items) for s in engine.validate(case_of(replaced)).sessions}
        for number, line in expected:
            judged = next(again[number])
            assert judged.exercise == line.exercise
            assert judged.verdict == line.verdict
            assert judged.verdict is Verdict.ALLOWED or (judged.verdict is Verdict.LIMITED and judged.within_limits), (case, line)
        seen.extend(expected)

    law()
    assert len(seen) >= 30
    assert {line.verdict for _, line in seen} == {Verdict.ALLOWED, Verdict.LIMITED}


# Words.

BLOCKED = ("barbell_back_squat", "barbell_bench_press", "plank", "sit_up", "box_jump", "pendlay_row", "standing_overhead_press", "pull_up", "deadlift_conventional")
CLIENTS = {
    "a cuff repair": {"id": "rotator_cuff_repair", "side": "right", "date": "2026-11-01"},
    "a new cruciate ligament": {"id": "acl_reconstruction", "side": "left", "date": "2026-10-20"},
    "a hip replacement": {"id": "tha_posterior", "side": "left", "date": "2026-11-01"},
}


def report_on(engine, condition, **client):
    items = [{"exercise": name, "sets": 3, "reps": 8, "rpe": 5} for name in BLOCKED]
    data = {
        "safetyrules": "case/1",
        "timezone": "UTC",
        "client": {"symptoms": [], "conditions": [condition], **client},
        "plan": {"sessions": [{"at": "2026-11-24T07:00", "items": items}]},
    }
    return engine.validate(case_of(data)).sessions[0].items


@pytest.fixture(params=CLIENTS, scope="module")
def offered(request, engine):
    """Every pair of a blocked item and a line offered for it."""
    found = [(item, line) for item in report_on(engine, CLIENTS[request.param]) for line in item.substitutes]
    assert found
    return found


def test_what_the_words_keep_both_exercises_have(engine, offered):
    """A muscle that is kept moves in both; a pattern that is kept is a pattern of both."""
    for item, line in offered:
        kept, _, _ = line.keeps.partition("; leaves out ")
        own, other = engine.catalog.exercises[item.exercise], engine.catalog.exercises[line.exercise]
        for word in kept.replace(" and ", ", ").split(", "):
            name = word.removeprefix("the ").removesuffix(" pattern").replace(" ", "_")
            if word.startswith("the "):
                assert name in own.pattern
                assert name in other.pattern
            elif word != "a related movement":
                name = name.removeprefix("stretched_")
                assert name in {*own.muscles.prime, *own.muscles.stretched}
                assert name in {*other.muscles.prime, *other.muscles.synergist, *other.muscles.stretched}


def test_what_the_words_leave_out_the_substitute_does_not_do(engine, offered):
    """A joint action that the words leave out is no joint action of the substitute."""
    wrong = []
    for item, line in offered:
        _, _, gone = line.keeps.partition("; leaves out ")
        for word in gone.split(" and "):
            own = [d for d in engine.catalog.exercises[line.exercise].joints if f"{d.joint} {d.action}".replace("_", " ") == word and not d.implied]
            wrong += [(item.exercise, line.exercise, word, d.mode, d.low, d.high) for d in own]
    assert wrong == []


def test_the_words_name_what_blocked_the_planned_exercise(engine, offered):
    """What is left out was a reason against the planned exercise."""
    for item, line in offered:
        _, _, gone = line.keeps.partition("; leaves out ")
        demands = "; ".join(reason.demand for reason in item.reasons)
        assert all(word in demands for word in gone.split(" and "))


def test_listed_equipment_is_all_there_is(engine):
    """A client who has nothing gets only what needs nothing; one who has a band may get a band too."""
    for equipment in ([], ["band"]):
        lines = [line for item in report_on(engine, CLIENTS["a new cruciate ligament"], equipment=equipment) for line in item.substitutes]
        assert lines
        uses = {name for line in lines for name in engine.catalog.exercises[line.exercise].equipment}
        assert uses <= ALWAYS_THERE | set(equipment)


# In a made-up world.


def only_item(folder, item, *, rules=(), **more):
    engine = build_engine(folder, *rules)
    return engine.validate(make_case(item, **more)).sessions[0].items[0]


NO_BENDING = restriction(match={"joint": "knee", "action": "flexion"})


def test_an_allowed_item_has_no_substitute(tmp_path):
    """What may be done needs no replacement; neither does what is limited."""
    assert only_item(tmp_path, {"exercise": "free_squat"}).substitutes == ()
    limit = restriction(effect="limit", match={"joint": "knee"}, limits={"rpe": {"max": 3}})
    item = only_item(tmp_path, {"exercise": "free_squat", "rpe": 9}, rules=[limit])
    assert (item.verdict.word, item.within_limits, tuple(item.substitutes)) == ("limited", False, ())


def test_a_blocked_item_has_its_nearest_open_neighbours(tmp_path):
    """The kick and the ride bend or straighten the knee in another way; nothing that bends it against the rule is offered."""
    item = only_item(tmp_path, {"exercise": "free_squat", "sets": 3, "load_kg": 10}, rules=[NO_BENDING])
    assert item.verdict.word == "contraindicated"
    names = [line.exercise for line in item.substitutes]
    assert names
    assert not {"free_squat", "machine_press", "seated_ride"} & set(names)
    assert all(line.verdict.word == "allowed" for line in item.substitutes)


def test_an_unresolved_condition_leaves_nothing_to_offer(engine):
    """While nobody knows what the client has, nothing can be called open."""
    items = report_on(engine, {"id": "no such condition"})
    assert {item.verdict.word for item in items} == {"unknown"}
    assert all(tuple(item.substitutes) == () for item in items)


def test_an_unknown_exercise_has_no_substitute(tmp_path):
    """What is not known is like nothing."""
    assert tuple(only_item(tmp_path, {"exercise": "no such thing"}, rules=[NO_BENDING]).substitutes) == ()


def test_a_limit_that_the_dose_breaks_is_not_offered(tmp_path):
    """A neighbour that is limited below the planned effort is no substitute; with a lower effort it is."""
    rules = [NO_BENDING, restriction("easy", effect="limit", match={"joint": "knee", "action": "extension"}, limits={"rpe": {"max": 4}})]
    hard = only_item(tmp_path, {"exercise": "free_squat", "rpe": 8}, rules=rules)
    easy = only_item(tmp_path, {"exercise": "free_squat", "rpe": 3}, rules=rules)
    unsaid = only_item(tmp_path, {"exercise": "free_squat"}, rules=rules)
    assert "seated_kick" not in [line.exercise for line in (*hard.substitutes, *unsaid.substitutes)]
    assert all(line.verdict is Verdict.ALLOWED or line.exercise == "seated_kick" for line in easy.substitutes)


def test_an_imported_exercise_is_never_offered(tmp_path):
    """A draft that nobody has reviewed is no way out, however alike."""
    item = only_item(tmp_path, {"exercise": "free_squat"}, rules=[NO_BENDING])
    first = item.substitutes[0].exercise
    file = tmp_path / "catalog" / "made_up.yaml"
    text = file.read_text()
    assert text.count(f"- id: {first}\n") == 1
    file.write_text(text.replace(f"- id: {first}\n", f"- id: {first}\n  status: imported\n"))
    engine = sr.Engine([tmp_path / "made"], [tmp_path / "catalog"], bundled=False)
    report = engine.validate(make_case({"exercise": "free_squat"}))
    assert first not in [line.exercise for line in report.sessions[0].items[0].substitutes]
