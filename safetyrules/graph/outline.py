"""The graph as an outline to read: condition, phases with weeks and gate, under each what it restricts and by which source."""

from __future__ import annotations

from collections.abc import Iterator

from safetyrules.graph.body import BodyGraph, Ground
from safetyrules.graph.words import plain

_NAMED = 4
_HEADINGS = {
    "emergency": "emergency: stop, emergency care now",
    "not_today": "not today",
    "require_clearance": "clearance required",
    "contraindicate": "contraindicated",
    "limit": "limited",
    "permit": "permitted",
    "advise": "advised",
}


def outline(graph: BodyGraph) -> str:
    """Return `graph` as an indented outline that ends with a line break."""
    blocks = ["\n".join(_shown(line) for line in _condition(graph, node)) for node in graph.nodes("condition")]
    return "\n\n".join(blocks) + "\n"


def _shown(line: str) -> str:
    """Return `line` without characters that a terminal would act on, its indent kept."""
    return " " * (len(line) - len(line.lstrip(" "))) + plain(line)


def _condition(graph: BodyGraph, node: str) -> Iterator[str]:
    data = graph.graph.nodes[node]
    yield f"{data['label']} ({data['ref']}, pack {data['pack']})"
    yield f"  clock: {data['clock'].replace('_', ' ')}"
    for phase in graph.graph.successors(node):
        if graph.graph.nodes[phase]["kind"] == "phase":
            yield from _phase(graph, phase)
    direct = list(_found(graph, node))
    has_phases = any(graph.graph.nodes[found]["kind"] == "phase" for found in graph.graph.successors(node))
    for title, for_life in (("in every phase" if has_phases else "at any time", False), ("for life", True)):
        chosen = [(ground, movement) for ground, movement in direct if (ground.window == "for life") is for_life]
        if chosen:
            yield f"  {title}"
            yield from _effects(graph, chosen)


def _phase(graph: BodyGraph, node: str) -> Iterator[str]:
    data = graph.graph.nodes[node]
    yield f"  {data['weeks']}: {data['label']} ({data['ref'].split('/')[-1]})"
    if "gate" in data:
        yield f"    opens only when cleared by {data['gate']}"
    if "trigger" in data:
        yield f"    holds while {data['trigger']}"
    yield from _effects(graph, list(_found(graph, node)))


def _found(graph: BodyGraph, source: str) -> Iterator[tuple[Ground, str]]:
    for movement in graph.graph.successors(source):
        if graph.graph.nodes[movement]["kind"] == "movement":
            for ground in graph.grounds(source, movement):
                yield ground, movement


def _effects(graph: BodyGraph, found: list[tuple[Ground, str]]) -> Iterator[str]:
    for effect, heading in _HEADINGS.items():
        chosen = [(ground, movement) for ground, movement in found if ground.effect == effect]
        if chosen:
            yield f"    {heading}"
        for ground, movement in chosen:
            yield from _movement(graph, ground, movement)


def _movement(graph: BodyGraph, ground: Ground, movement: str) -> Iterator[str]:
    scope = f", scope {ground.scope}" if ground.scope in ("vigorous", "resistance") else ""
    yield f"      - {graph.graph.nodes[movement]['label']} ({ground.window}, {ground.side}{scope})"
    yield f"        {ground.because}"
    if ground.how:
        yield f"        how: {ground.how}"
    if ground.when:
        yield f"        only if {ground.when}"
    sources = f"grade {ground.grade}: {', '.join(ground.cite)}" if ground.cite else f"grade {ground.grade}: no source of its own"
    yield f"        {ground.rule}; {sources}"
    yield f"        {_exercises(graph.exercises_of(movement))}"


def _exercises(ids: tuple[str, ...]) -> str:
    if not ids:
        return "no exercise of the catalog has this movement"
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"{len(ids)} {'exercise' if len(ids) == 1 else 'exercises'}: {', '.join(ids[:_NAMED])}{more}"
