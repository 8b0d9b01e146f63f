"""Every format holds the graph, is the same each time, and keeps hostile labels harmless."""

import json
import re

import graph_worlds
import networkx
import pytest
from graph_worlds import HOSTILE, LIFT, condition, phase, restriction, world

from safetyrules.errors import InputError
from safetyrules.graph.build import condition_graph, knowledge_graph
from safetyrules.graph.export import FORMATS, render

QUOTED = r'"(?:[^"\\]|\\["\\])*"'
DOT_LINE = re.compile(rf"  {QUOTED}(?: -> {QUOTED})? \[\w+=(?:{QUOTED}|\w+)(?:, \w+=(?:{QUOTED}|\w+))*\];")
LABEL = r'"(?:[^\W_]|[ .,:/()+\-_%]|#\d+;|<br>)*"'
MERMAID_LINE = re.compile(rf"  n\d+(?:\(\[{LABEL}\]\)|\[{LABEL}\]|\{{\{{{LABEL}\}}\}}| -->\|{LABEL}\| n\d+)")


@pytest.fixture(scope="module", params=["rotator_cuff_repair", "tha_posterior", "hypertension", "universal_red_flags", ""])
def graph(engine, request):
    """Graphs of conditions with and without phases, and of all conditions."""
    arguments = (engine.knowledge, engine.catalog, engine._judge.matcher.hits, engine.vocabulary)
    return condition_graph(*arguments, request.param) if request.param else knowledge_graph(*arguments)


@pytest.fixture
def hostile(engine):
    """A graph in which every text that a pack or catalog may write tries to break out."""
    rule = restriction("r", LIFT, phase="p", because=HOSTILE)
    forged = restriction(
        "s", graph_worlds.Match(attributes={"exercise": frozenset({HOSTILE})}), phase="p", because=HOSTILE, instead=HOSTILE
    )
    held = condition("one", (phase("p", 0, 6, rule, forged, title=HOSTILE),), title=HOSTILE)
    return world(
        held, vocabulary=engine.vocabulary, exercises=(graph_worlds.exercise("press", ("shoulder", "flexion"), title=HOSTILE),)
    )


def _check_dot(text):
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == ("digraph safetyrules {", "}")
    assert [line for line in lines[2:-1] if not DOT_LINE.fullmatch(line)] == []
    return lines[2:-1]


def _check_mermaid(text):
    lines = text.splitlines()
    assert lines[0] == "flowchart LR"
    assert [line for line in lines[1:] if not MERMAID_LINE.fullmatch(line)] == []
    declared = {line.split("(")[0].split("[")[0].split("{")[0].strip() for line in lines[1:] if "-->" not in line}
    used = {end for line in lines if "-->" in line for end in (line.split()[0], line.split()[-1])}
    assert used <= declared
    return lines[1:]


def test_graphml_reads_back(graph):
    """networkx reads the same nodes, edges, kinds and rules from GraphML."""
    back = networkx.parse_graphml(render(graph, "graphml"))
    assert set(back.nodes) == set(graph.graph.nodes)
    assert set(back.edges) == set(graph.graph.edges)
    for node, data in graph.graph.nodes(data=True):
        assert (back.nodes[node]["kind"], back.nodes[node]["label"]) == (data["kind"], data["label"])
    for *edge, data in graph.graph.edges(data=True):
        if "grounds" in data:
            assert [g["rule"] for g in json.loads(back.edges[edge]["grounds"])] == [g.rule for g in data["grounds"]]


def test_json_reads_back(graph):
    """The JSON is the node-link form: the same nodes and edges in the same order, with every ground."""
    data = json.loads(render(graph, "json"))
    assert data["safetyrules"] == "graph/1"
    assert [node["id"] for node in data["nodes"]] == list(graph.graph)
    assert [(edge["source"], edge["target"]) for edge in data["edges"]] == list(graph.graph.edges)
    grounds = [ground["rule"] for edge in data["edges"] for ground in edge.get("grounds", ())]
    assert grounds == [g.rule for *_, d in graph.graph.edges(data=True) for g in d.get("grounds", ())]


def test_dot_holds_every_node_and_edge(graph):
    """Each line of the dot file is one node or one edge, well quoted."""
    lines = _check_dot(render(graph, "dot"))
    assert sum('" -> "' in line for line in lines) == graph.graph.number_of_edges()
    assert sum('" -> "' not in line for line in lines) == graph.graph.number_of_nodes()


def test_mermaid_draws_conditions_phases_and_movements(graph):
    """Each line declares a node or draws an edge between declared ones."""
    lines = _check_mermaid(render(graph, "mermaid"))
    drawn = sum(len(graph.nodes(kind)) for kind in ("condition", "phase", "movement"))
    assert sum("-->" not in line for line in lines) == drawn
    assert sum("-->" in line for line in lines) == sum(
        d["kind"] in ("has phase", "restricts") for *_, d in graph.graph.edges(data=True)
    )


def test_mermaid_of_one_condition_stays_within_what_viewers_draw(engine):
    """Viewers refuse a flowchart of more than 500 edges or 50,000 characters; no bundled condition comes near."""
    for name in engine.knowledge.conditions:
        one = condition_graph(engine.knowledge, engine.catalog, engine._judge.matcher.hits, engine.vocabulary, name)
        text = render(one, "mermaid")
        assert text.count("-->") <= 500
        assert len(text) <= 50_000


def test_outline_names_every_rule_source_and_phase(graph):
    """The outline holds every restriction with grade and source keys, under the phase it belongs to."""
    text = render(graph, "text")
    for *_, data in graph.graph.edges(data=True):
        for ground in data.get("grounds", ()):
            assert f"{ground.rule}; grade {ground.grade}" in text
            assert all(key in text for key in ground.cite)
    for node in graph.nodes("phase"):
        data = graph.graph.nodes[node]
        assert f"  {data['weeks']}: {data['label']} ({data['ref'].split('/')[-1]})\n" in text


def test_outline_reads_as_written(engine):
    """The whole outline of a small condition."""
    rule = restriction("no-lift", LIFT, phase="early", because="Too early.", instead="Walk.")
    graph = world(condition("one", (phase("early", 0, 6, rule),)), vocabulary=engine.vocabulary)
    assert render(graph, "text") == (
        "One (one, pack pack)\n"
        "  clock: weeks since surgery\n"
        "  weeks 0-6: Early (early)\n"
        "    contraindicated\n"
        "      - exposure: lifting (weeks 0-6, operated side)\n"
        "        Too early.\n"
        "        how: Walk.\n"
        "        pack/one.early.no-lift; grade BK: no source of its own\n"
        "        2 exercises: curl, press\n"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_same_graph_same_bytes(engine, form):
    """Two graphs built from the same records are written alike."""
    arguments = (engine.knowledge, engine.catalog, engine._judge.matcher.hits, engine.vocabulary, "acl_reconstruction")
    first, second = (render(condition_graph(*arguments), form) for _ in range(2))
    assert first == second
    assert first.endswith("\n")


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_labels_stay_text(hostile, form):
    """No text of a pack can end a label, add a node or an edge, or send a command to a terminal."""
    text = render(hostile, form)
    assert not [ch for ch in text if ch != "\n" and (ord(ch) < 32 or ch in "\x7f\x85\u202e\u2028")]
    if form == "dot":
        assert len(_check_dot(text)) == hostile.graph.number_of_nodes() + hostile.graph.number_of_edges()
    elif form == "mermaid":
        assert len(_check_mermaid(text)) == 4 + 3
    elif form == "graphml":
        assert networkx.parse_graphml(text).number_of_edges() == hostile.graph.number_of_edges()
    elif form == "json":
        assert json.loads(text)["nodes"][0]["label"] == HOSTILE
    else:
        # Condition, clock, phase and effect; five lines of the restriction with an alternative, four of the other.
        assert len(text.splitlines()) == 4 + 5 + 4


def test_unknown_format_is_an_error(hostile):
    """A format that does not exist is refused with the nearest one."""
    with pytest.raises(InputError, match="Did you mean 'mermaid'"):
        render(hostile, "mermade")
