"""The graphs of the bundled packs: complete, without circles, and in agreement with the judge."""

from datetime import datetime

import networkx
import pytest

from safetyrules.graph.build import condition_graph, knowledge_graph
from safetyrules.loading.packs import load_packs, pack_folders
from safetyrules.loading.vocabulary import load_vocabulary
from safetyrules.model.case import Case
from safetyrules.resources import catalog_folder, rules_folder

FILES = [path for folder in pack_folders(rules_folder()) for path in folder.glob("*.yaml")]
CONDITIONS = sorted(path.stem for path in FILES if path.stem not in ("pack", "references", "parameters"))
ORDER = ("condition", "phase", "movement", "exercise", "action", "joint", "muscle", "region")
STARTS = ("2026-11-23", "2026-10-20", "2026-08-25", "2026-05-19")  # weeks 0, 5, 13 and 27 before the session
AT = datetime.fromisoformat("2026-11-24T07:00:00-05:00")


@pytest.fixture(scope="module")
def of(engine):
    """Return the graph of a condition, each built once."""
    built = {}

    def get(name):
        if name not in built:
            hits = engine._judge.matcher.hits
            built[name] = condition_graph(engine.knowledge, engine.catalog, hits, engine.vocabulary, name)
        return built[name]

    return get


@pytest.fixture(scope="module")
def everything(engine):
    """The graph of all conditions."""
    return knowledge_graph(engine.knowledge, engine.catalog, engine._judge.matcher.hits, engine.vocabulary)


def _rules(graph):
    """Return each restriction's rule with its movement and the sources that lead to it."""
    found = {}
    for source, movement, data in graph.graph.edges(data=True):
        for ground in data.get("grounds", ()):
            found.setdefault(ground.rule, set()).add((source, movement))
    return found


def test_list_of_conditions_is_complete():
    """The tests below are run for every condition that the bundled packs hold."""
    assert list(load_packs(pack_folders(rules_folder()), load_vocabulary(catalog_folder())).conditions) == CONDITIONS


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_restriction_is_reachable(engine, of, name):
    """Every restriction of the condition file is on an edge that is reached from the condition, under its own phase."""
    graph, condition = of(name), engine.knowledge.conditions[name]
    reached = networkx.descendants(graph.graph, f"condition:{name}") | {f"condition:{name}"}
    rules = _rules(graph)
    assert set(rules) == {r.rule for r in condition.all_restrictions()}
    for r in condition.all_restrictions():
        ((source, movement),) = rules[r.rule]
        assert {source, movement} <= reached
        assert source == (f"phase:{name}/{r.phase}" if r.phase else f"condition:{name}")
        (ground,) = [g for g in graph.grounds(source, movement) if g.rule == r.rule]
        assert (ground.effect, ground.because, ground.grade) == (r.effect.value, r.because, r.grade)


@pytest.mark.parametrize("name", CONDITIONS)
def test_graph_runs_one_way(of, name):
    """There is no circle: every edge leads to a kind further from the condition."""
    graph = of(name).graph
    assert networkx.is_directed_acyclic_graph(graph)
    kinds = networkx.get_node_attributes(graph, "kind")
    assert all(ORDER.index(kinds[a]) < ORDER.index(kinds[b]) for a, b in graph.edges)
    assert set(graph) == networkx.descendants(graph, f"condition:{name}") | {f"condition:{name}"}


def _case(engine, name, start, params=None, side="both", sessions=()):
    condition = engine.knowledge.conditions[name]
    client = {"symptoms": []}
    events = []
    if condition.event_kinds:
        at = "2026-11-24T06:00" if start == STARTS[0] else f"{start}T17:00"
        where = [{"region": "shoulder", "side": "right"}]
        events = [{"id": "e1", "by": "pt-1", "at": at, "minutes": 30, "kind": condition.event_kinds[0], "regions": where}]
    elif condition.reading:
        hurts = {"region": "shoulder", "side": "right", "at": "2026-11-24T06:00" if start == STARTS[0] else f"{start}T17:00"}
        client["pain"] = [hurts | {"kind": condition.reading}]
    elif condition.is_medicine:
        client["medications"] = [{"id": name, "started": start}]
    elif not condition.always:
        client["conditions"] = [{"id": name, "date": start, "params": params or {}, **({"side": side} if condition.sided else {})}]
    return Case.model_validate(
        {
            "safetyrules": "case/1",
            "timezone": "America/New_York",
            "client": client,
            "care_team": {"members": [{"id": "pt-1", "role": "physical_therapist"}], "events": events},
            "plan": {"sessions": list(sessions)},
        }
    )


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", CONDITIONS)
def test_every_reason_of_the_judge_is_a_path(engine, of, name, start):
    """What the judge says of any exercise of the catalog, the graph leads to; so where no path is, there is no reason."""
    graph = of(name)
    rules = _rules(graph)
    seen = 0
    for item in engine.filter(_case(engine, name, start), AT).items:
        paths = graph.paths(item.exercise)
        for reason in (*item.reasons, *item.advice):
            if reason.rule not in rules:
                assert f"/{name}." not in reason.rule
                continue
            ((source, movement),) = rules[reason.rule]
            assert any(path[-3:] == (source, movement, f"exercise:{item.exercise}") for path in paths), reason.rule
            seen += 1
    # Red flags and sedation need a symptom or a medicine to speak; what a treatment bars ends within weeks.
    silent = name in ("universal_red_flags", "sedating_any") or (
        (engine.knowledge.conditions[name].event_kinds or engine.knowledge.conditions[name].reading) and start != STARTS[0]
    )
    assert seen or silent


def test_plan_reasons_are_paths(engine, of):
    """The contraindications of a judged plan are paths of contraindication, and the item without one has none in its phase."""
    names = ["standing_overhead_press", "push_up", "barbell_bench_press", "leg_press"]
    session = {"at": "2026-11-24T07:00", "items": [{"exercise": name, "sets": 3, "reps": 8} for name in names]}
    case = _case(engine, "rotator_cuff_repair", "2026-10-20", side="right", sessions=[session])
    graph = of("rotator_cuff_repair")
    items = engine.validate(case).sessions[0].items
    pairs = [(i.exercise, r.rule) for i in items for r in i.reasons if r.rule.split(".")[-1].startswith("no-")]
    assert {"standing_overhead_press", "push_up", "barbell_bench_press"} == {exercise for exercise, _ in pairs}
    rules = _rules(graph)
    for exercise, rule in pairs:
        ((source, movement),) = rules[rule]
        assert any(path[-3:] == (source, movement, f"exercise:{exercise}") for path in graph.paths(exercise, "contraindicate"))


def test_graph_and_judge_agree_exactly_where_nothing_is_left_open(engine, of):
    """With both sides operated and every fact known, week 5 contraindicates for the judge just what it does in the graph."""
    known = {"tear_size": "small", "subscapularis_repaired": False, "biceps_tenodesis": False}
    graph = of("rotator_cuff_repair")
    expected = set()
    for source in ("condition:rotator_cuff_repair", "phase:rotator_cuff_repair/protection"):
        for movement in graph.graph.successors(source):
            if graph.graph.nodes[movement]["kind"] == "movement":
                for g in graph.grounds(source, movement):
                    if g.effect == "contraindicate" and not g.when and g.overlaps(5, 6):
                        expected |= {(g.rule, exercise) for exercise in graph.exercises_of(movement)}
    restrictions = engine.knowledge.conditions["rotator_cuff_repair"].all_restrictions()
    contraindicating = {r.rule for r in restrictions if r.effect.value == "contraindicate"}
    pool = engine.filter(_case(engine, "rotator_cuff_repair", "2026-10-20", known), AT)
    found = {(r.rule, i.exercise) for i in pool.items for r in i.reasons if r.rule in contraindicating}
    assert found == expected
    assert found


def test_week_five_after_cuff_repair(of):
    """Five weeks after a cuff repair the arm lifts and presses nothing; a leg press asks nothing of the shoulder."""
    graph = of("rotator cuff repair")
    found = graph.contraindicated_at(5)
    assert "standing_overhead_press" in found
    assert "leg_press" not in found
    # The bar on taking the elbow behind the body ends at week 3: the phase as a whole holds it, week 5 does not.
    assert set(found) < set(graph.contraindicated("protection"))
    path = ("phase:rotator_cuff_repair/protection", "movement:exposure: lifting", "exercise:standing_overhead_press")
    assert ("condition:rotator_cuff_repair", *path) in graph.paths("standing_overhead_press", "contraindicate")


def test_lifelong_care_after_hip_replacement(of):
    """The deep, crossed, turned-in pose is to be avoided for life after a posterior hip replacement, also years later."""
    graph = of("tha_posterior")
    edges = [d for _, _, d in graph.graph.out_edges("condition:tha_posterior", data=True) if d.get("window") == "for life"]
    assert {"hip/tha_posterior.lifelong-no-deep-dislocation-pose", "hip/tha_posterior.lifelong-no-contact"} <= {
        d["rule"] for d in edges
    }
    assert all(d["side"] in ("operated side", "both") for d in edges)


def test_shoulder_operations_share_leaning_on_the_arm(everything):
    """A repaired cuff and a replaced shoulder both bar leaning on the arm; the graph finds that in one node."""
    shared = dict(everything.shared(["rotator_cuff_repair", "total_shoulder_arthroplasty"]))
    assert shared["movement:exposure: upper limb weight bearing"] == ("rotator_cuff_repair", "total_shoulder_arthroplasty")
    assert networkx.is_directed_acyclic_graph(everything.graph)


def test_whole_graph_holds_each_single_one(everything, of):
    """Every node and edge of one condition's graph is in the graph of all."""
    for name in CONDITIONS:
        assert set(of(name).graph.edges) <= set(everything.graph.edges)
