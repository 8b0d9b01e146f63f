"""Write a graph out: an outline and a flowchart to read, and dot, GraphML and JSON that hold every node and edge.

Every label may come from a pack or catalog of a stranger, so each format escapes what could end a label or start a
command in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import networkx

from safetyrules.errors import InputError, Location, Problem
from safetyrules.graph.body import BodyGraph
from safetyrules.graph.outline import outline
from safetyrules.graph.words import plain
from safetyrules.loading.shape import nearest

_NAMED = 3
_MERMAID_SAFE = frozenset(" .,:/()+-_%")
_DOT_SHAPES = {"condition": "doubleoctagon", "phase": "box", "movement": "hexagon", "exercise": "ellipse"}


def render(graph: BodyGraph, form: str) -> str:
    """Return `graph` as ``text``, ``mermaid``, ``dot``, ``graphml`` or ``json``, ending with a line break.

    The same graph gives the same text. Raises `InputError` for another format.
    """
    writer = _WRITERS.get(form)
    if writer is None:
        guess = nearest(form, _WRITERS)
        hint = f"Did you mean '{guess}'?" if guess else f"Known are: {', '.join(_WRITERS)}."
        raise InputError([Problem(Location(form), "no such format of a graph", hint)])
    return writer(graph)


def _mermaid(graph: BodyGraph) -> str:
    """Draw conditions, phases and movements; exercises are counted, as no reader can follow thousands of arrows."""
    ids: dict[str, str] = {}
    lines = ["flowchart LR"]
    for kind, left, right in (("condition", "([", "])"), ("phase", "[", "]"), ("movement", "{{", "}}")):
        for node in graph.nodes(kind):
            ids[node] = f"n{len(ids)}"
            label = "<br>".join(_mermaid_text(line) for line in _mermaid_lines(graph, node))
            lines.append(f'  {ids[node]}{left}"{label}"{right}')
    for source, target, data in graph.graph.edges(data=True):
        if source in ids and target in ids:
            words = data["window"] if data["kind"] == "has phase" else f"{data['effect']}, {data['window']}".replace("_", " ")
            lines.append(f'  {ids[source]} -->|"{_mermaid_text(words)}"| {ids[target]}')
    return "\n".join(lines) + "\n"


def _mermaid_lines(graph: BodyGraph, node: str) -> Iterator[str]:
    data = graph.graph.nodes[node]
    yield data["label"]
    if data["kind"] == "phase":
        yield f"opened by {data['gate']}" if "gate" in data else data["weeks"]
    if data["kind"] == "movement":
        exercises = graph.exercises_of(node)
        named = ", ".join(exercises[:_NAMED]) + (", ..." if len(exercises) > _NAMED else "")
        yield f"{len(exercises)} exercises" + (f": {named}" if exercises else "")


def _mermaid_text(text: str) -> str:
    return "".join(ch if ch.isalnum() or ch in _MERMAID_SAFE else f"#{ord(ch)};" for ch in plain(text))


def _dot(graph: BodyGraph) -> str:
    lines = ["digraph safetyrules {", "  rankdir=LR;"]
    for node, data in graph.graph.nodes(data=True):
        shape = _DOT_SHAPES.get(data["kind"], "plaintext")
        lines.append(f"  {_dot_text(node)} [label={_dot_text(data['label'])}, kind={_dot_text(data['kind'])}, shape={shape}];")
    for source, target, data in graph.graph.edges(data=True):
        shown = {"kind": data["kind"]}
        if data["kind"] == "restricts":
            label = f"{data['effect']}, {data['window']}".replace("_", " ")
            shown = {"label": label, **shown, "rules": data["rules"], "side": data["side"], "grade": data["grade"]}
        words = ", ".join(f"{key}={_dot_text(value)}" for key, value in shown.items())
        lines.append(f"  {_dot_text(source)} -> {_dot_text(target)} [{words}];")
    return "\n".join([*lines, "}"]) + "\n"


def _dot_text(text: str) -> str:
    return '"' + plain(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _flat(data: dict[str, Any]) -> dict[str, str | float]:
    """Return attributes as text and numbers; the grounds of an edge become JSON text."""
    flat: dict[str, str | float] = {}
    for key, value in data.items():
        if key == "grounds":
            flat[key] = plain(json.dumps([ground.to_dict() for ground in value], sort_keys=True))
        else:
            flat[key] = plain(value) if isinstance(value, str) else float(value)
    return flat


def _graphml(graph: BodyGraph) -> str:
    copy = networkx.DiGraph()
    for node, data in graph.graph.nodes(data=True):
        copy.add_node(plain(node), **_flat(data))
    for source, target, data in graph.graph.edges(data=True):
        copy.add_edge(plain(source), plain(target), **_flat(data))
    # generate_graphml always uses the standard library; write_graphml would write other bytes where lxml is installed.
    return "\n".join(networkx.generate_graphml(copy, named_key_ids=False)) + "\n"


def _json(graph: BodyGraph) -> str:
    """Return the node-link form that `networkx.node_link_graph(data, edges="edges")` reads back."""
    nodes = [dict(data) for _, data in graph.graph.nodes(data=True)]
    edges = [{"source": source, "target": target, **_jsonable(data)} for source, target, data in graph.graph.edges(data=True)]
    data = {"safetyrules": "graph/1", "directed": True, "multigraph": False, "graph": {}, "nodes": nodes, "edges": edges}
    return json.dumps(data, indent=2, sort_keys=True) + "\n"


def _jsonable(data: dict[str, Any]) -> dict[str, Any]:
    return {key: [ground.to_dict() for ground in value] if key == "grounds" else value for key, value in data.items()}


_WRITERS: dict[str, Callable[[BodyGraph], str]] = {
    "text": outline,
    "mermaid": _mermaid,
    "dot": _dot,
    "graphml": _graphml,
    "json": _json,
}

FORMATS = tuple(_WRITERS)
"""The names of the formats that `render` writes."""
