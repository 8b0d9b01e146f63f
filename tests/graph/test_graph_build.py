"""The graph holds what the records say, in one order, and answers the questions asked of it."""

import graph_worlds
import networkx
import pytest
from graph_worlds import JUMP, LIFT, PRESS, condition, phase, restriction, world

from safetyrules.errors import InputError
from safetyrules.model.knowledge import Atom, Effect, Gate, Limit, Match, Test

EARLY = phase(
    "early", 0, 6,
    restriction("no-lift", LIFT, phase="early"),
    restriction("no-press", PRESS, phase="early", until_week=3),
    restriction("jog", JUMP, Effect.ADVISE, phase="early"),
)  # fmt: skip
LATE = phase(
    "late", 6, 12, restriction("light", LIFT, Effect.LIMIT, phase="late"), gate=Gate(("surgeon", "physical_therapist"), "all")
)
ONE = condition(
    "one",
    (EARLY, LATE),
    (restriction("ever", PRESS, lifelong=True), restriction("heavy", JUMP, from_week=8)),
    aliases=("first thing",),
)
TWO = condition("two", (), (restriction("stop", LIFT, of="two"), restriction("run", JUMP, Effect.ADVISE, of="two")), sided=False)
LIFTING, PRESSING, RUNNING = "movement:exposure: lifting", "movement:shoulder: any action", "movement:exposure: running"


@pytest.fixture
def one(engine):
    """The graph of the first condition."""
    return world(ONE, TWO, vocabulary=engine.vocabulary, only="one")


@pytest.fixture
def both(engine):
    """The graph of both conditions."""
    return world(ONE, TWO, vocabulary=engine.vocabulary)


def test_nodes_are_those_of_the_records(one):
    """Every kind of node is there, for the exercises that a movement hits and for no others."""
    assert one.nodes("condition") == ("condition:one",)
    assert one.nodes("phase") == ("phase:one/early", "phase:one/late")
    assert one.nodes("movement") == (LIFTING, RUNNING, PRESSING)
    assert one.nodes("exercise") == ("exercise:curl", "exercise:press")
    assert one.nodes("action") == ("action:elbow.flexion", "action:shoulder.flexion")
    assert one.nodes("joint") == ("joint:elbow", "joint:shoulder")
    assert one.nodes("muscle") == ("muscle:quadriceps",)
    assert one.nodes("region") == ("region:arm", "region:shoulder", "region:thigh")
    assert {data["id"] == node and bool(data["label"]) for node, data in one.graph.nodes(data=True)} == {True}
    assert one.graph.nodes["phase:one/late"]["gate"] == "surgeon and physical therapist"


def test_body_edges_lead_to_regions(one):
    """An exercise leads over joint action and joint, and over muscle, to body regions."""
    assert networkx.shortest_path(one.graph, "exercise:press", "region:shoulder") == [
        "exercise:press", "action:shoulder.flexion", "joint:shoulder", "region:shoulder",
    ]  # fmt: skip
    assert networkx.shortest_path(one.graph, "exercise:press", "region:thigh")[1:] == ["muscle:quadriceps", "region:thigh"]
    assert one.graph.edges["exercise:press", "muscle:quadriceps"]["role"] == "prime/eccentric"
    assert one.graph.edges["exercise:press", "action:shoulder.flexion"]["demand"] == "resisted, 0 to 90 deg"


def test_restrictions_of_every_phase_hang_under_the_condition(one):
    """A lifelong restriction says so, and one with weeks of its own says those."""
    (lifelong,) = one.grounds("condition:one", PRESSING)
    (later,) = one.grounds("condition:one", RUNNING)
    assert (lifelong.window, lifelong.rule, lifelong.side) == ("for life", "pack/one.ever", "operated side")
    assert (later.window, later.side) == ("from week 8", "both")  # running is about the legs, the operation about an arm


@pytest.mark.parametrize(
    ("weeks", "in_phase", "expected"),
    [
        ({}, (6, 12), "weeks 6-12"),
        ({}, (0, 6), "weeks 0-6"),
        ({}, (26, None), "from week 26"),
        ({"until_week": 3}, (0, 6), "until week 3"),
        ({"until_week": 9}, (6, 12), "weeks 6-9"),
        ({"until_week": 20}, (6, 12), "weeks 6-12"),
        ({"from_week": 9}, (6, 12), "weeks 9-12"),
        ({}, None, "always"),
        ({"until_week": 16}, None, "until week 16"),
        ({"from_week": 14}, None, "from week 14"),
        ({"from_week": 4, "until_week": 8}, None, "weeks 4-8"),
        ({"until_hour": 48}, None, "hours 0-48"),
        ({"from_hour": 24, "until_hour": 72}, None, "hours 24-72"),
        ({"from_hour": 24}, None, "from hour 24"),
        ({"lifelong": True}, None, "for life"),
    ],
)
def test_window_says_when(engine, weeks, in_phase, expected):
    """The window is the phase's weeks narrowed by the restriction's own weeks, or its hours."""
    if in_phase is None:
        graph, source = (
            world(condition("one", (), (restriction("r", LIFT, **weeks),)), vocabulary=engine.vocabulary),
            "condition:one",
        )
    else:
        held = condition("one", (phase("p", *in_phase, restriction("r", LIFT, phase="p", **weeks)),))
        graph, source = world(held, vocabulary=engine.vocabulary), "phase:one/p"
    assert graph.graph.edges[source, LIFTING]["window"] == expected


def test_one_edge_keeps_every_restriction(engine):
    """Two restrictions of one phase on one movement share an edge: the strictest leads, both stay with their facts."""
    when = Atom("param", "tear_size", (Test("in", ("large", "massive")),))
    rules = (
        restriction("a-light", LIFT, Effect.LIMIT, phase="p", limits=(Limit("load_kg_per_arm", high=2.5),)),
        restriction("b-none", LIFT, Effect.CONTRAINDICATE, phase="p", when=when),
    )
    graph = world(condition("one", (phase("p", 0, 6, *rules),)), vocabulary=engine.vocabulary)
    edge = graph.graph.edges["phase:one/p", LIFTING]
    assert (edge["effect"], edge["rule"], edge["rules"]) == (
        "contraindicate",
        "pack/one.p.b-none",
        "pack/one.p.b-none, pack/one.p.a-light",
    )
    assert [g.when for g in edge["grounds"]] == ["tear size is large or massive", ""]
    assert edge["grounds"][1].how == "load per arm at most 2.5 kg"


def test_paths_say_why(one):
    """Each path runs from the condition over phase and movement to the exercise; effects narrow them."""
    assert one.paths("press", "contraindicate") == (
        ("condition:one", "phase:one/early", LIFTING, "exercise:press"),
        ("condition:one", "phase:one/early", PRESSING, "exercise:press"),
        ("condition:one", PRESSING, "exercise:press"),
    )
    assert one.paths("curl", "limit") == (("condition:one", "phase:one/late", LIFTING, "exercise:curl"),)
    assert len(one.paths("curl")) == 2
    assert one.paths("squat") == ()


def test_contraindicated_by_phase_and_week(one):
    """A phase counts its own contraindications and those of no phase in its weeks; limits and advice do not count."""
    assert one.contraindicated("early") == ("curl", "press")
    assert one.contraindicated("phase:one/late") == ("press",)  # only the lifelong rule: lifting is limited there
    assert one.contraindicated_at(5) == ("curl", "press")
    assert one.contraindicated_at(6) == ("press",)
    assert one.contraindicated_at(300) == ("press",)


def test_a_week_outside_the_window_is_not_counted(engine):
    """A contraindication that ends at week 3 holds in week 2 and not in week 3."""
    graph = world(
        condition("one", (phase("p", 0, 6, restriction("r", PRESS, phase="p", until_week=3)),)), vocabulary=engine.vocabulary
    )
    assert graph.contraindicated_at(2) == ("press",)
    assert graph.contraindicated_at(3) == ()


def test_movements_without_exercise_are_told(one):
    """A movement that no exercise of the catalog has is unreachable; the others are not."""
    assert one.unreachable() == (RUNNING,)
    assert one.exercises_of("exposure: lifting") == ("curl", "press")
    assert one.exercises_of(RUNNING) == ()


def test_shared_restrictions_meet_in_one_node(both):
    """Two conditions that restrict lifting share it; what one of them only advises is not shared."""
    assert both.shared() == ((LIFTING, ("one", "two")),)
    assert both.shared(["one"]) == ()
    assert both.shared(["two", "one"]) == both.shared()


def test_a_phase_name_of_several_conditions_is_asked_back(engine):
    """A name that two conditions give a phase needs the condition before it."""
    graph = world(condition("one", (EARLY,)), condition("two", (EARLY,)), vocabulary=engine.vocabulary)
    with pytest.raises(InputError, match="one/early, two/early"):
        graph.contraindicated("early")
    assert graph.contraindicated("two/early") == ("curl", "press")


@pytest.mark.parametrize("name", ["one", "One", "first thing", "things, FIRST"])
def test_names_resolve_like_in_a_case(engine, name):
    """Id, title and alias name a condition, whatever their case, order and plural."""
    assert world(ONE, TWO, vocabulary=engine.vocabulary, only=name).nodes("condition") == ("condition:one",)


def test_ambiguous_name_is_not_guessed(engine):
    """A name of two conditions is an error that names both."""
    with pytest.raises(InputError, match="one, two"):
        world(condition("one", aliases=("same",)), condition("two", aliases=("same",)), vocabulary=engine.vocabulary, only="same")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda g: g.paths("pres"), "no such exercise in the graph. Did you mean 'press'"),
        (lambda g: g.paths("press", "forbid"), "no such effect"),
        (lambda g: g.contraindicated("erly"), "no such phase"),
        (lambda g: g.exercises_of("exposure: liftin"), "Did you mean 'exposure: lifting'"),
        (lambda g: g.shared(["three"]), "no such condition"),
    ],
)
def test_a_misspelt_question_is_an_error(one, ask, message):
    """Nothing misspelt is answered with an empty result."""
    with pytest.raises(InputError, match=message):
        ask(one)


def test_graph_can_not_be_changed(one):
    """The graph is frozen; a copy is not."""
    with pytest.raises(networkx.NetworkXError):
        one.graph.remove_node("condition:one")
    one.graph.copy().remove_node("condition:one")


def test_order_of_input_does_not_matter(engine):
    """Exercises given in another order give the same nodes and edges in the same order."""
    some = tuple(graph_worlds.exercise(name, ("shoulder", "flexion"), ("knee", "flexion")) for name in ("press", "curl", "squat"))
    first, second = (world(ONE, vocabulary=engine.vocabulary, exercises=given, only="one") for given in (some, some[::-1]))
    assert list(first.graph.nodes(data=True)) == list(second.graph.nodes(data=True))
    assert list(first.graph.edges(data=True)) == list(second.graph.edges(data=True))


@pytest.mark.parametrize(
    ("match", "side"),
    [
        (Match(joint=frozenset({"shoulder"})), "operated side"),
        (Match(exposure=frozenset({"lifting"})), "operated side"),
        (Match(exposure=frozenset({"walking"})), "both"),
        (Match(joint=frozenset({"lumbar_spine"})), "both"),
        (Match(mode=frozenset({"ballistic"})), "operated side"),
        (Match(attributes={"kind": frozenset({"power"})}), "both"),
        (Match(), "both"),
        (Match(joint=frozenset({"shoulder"}), side="left"), "left"),
        (Match(area=True), "treated side"),
    ],
)
def test_side_is_that_of_the_limb(engine, match, side):
    """A restriction on the operated limb holds on its side; one on trunk, another limb or the whole exercise on both."""
    graph = world(condition("one", (), (restriction("r", match),)), vocabulary=engine.vocabulary)
    (data,) = [data for _, _, data in graph.graph.edges(data=True) if data["kind"] == "restricts"]
    assert data["side"] == side


@pytest.mark.parametrize(
    ("kind", "sided", "side"), [("surgery", True, "operated side"), ("overuse", True, "affected side"), ("disease", False, "both")]
)
def test_side_says_operated_only_after_an_operation(engine, kind, sided, side):
    """An injury has an affected side, an operation an operated one, and what has no side holds on both."""
    held = condition("one", (), (restriction("r", PRESS),), kind=kind, sided=sided)
    assert world(held, vocabulary=engine.vocabulary).grounds("condition:one", PRESSING)[0].side == side
