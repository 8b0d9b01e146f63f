"""The graph as a value, and what can be asked of it: why, what, when, what not, and what conditions share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import networkx

from safetyrules.errors import InputError, Location, Problem
from safetyrules.loading.shape import nearest
from safetyrules.model.knowledge import Effect

_HOURS_A_WEEK = 7 * 24
_EFFECTS = tuple(effect.value for effect in Effect)
RESTRICTING = frozenset(effect.value for effect in Effect if effect.is_restricting)
"""The effects that take something away; the others only advise or permit."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One restriction as a reason for an edge to a movement: what it does, when, on which side, and why to believe it.

    `start` and `end` are the half-open weeks of the calendar in which it can hold; `end` None is open. `when` says which
    facts of the client it also asks for, `how` what a limit allows, `scope` what a clearance is about.
    """

    rule: str
    effect: str
    window: str
    side: str
    grade: str
    cite: tuple[str, ...]
    because: str
    when: str = ""
    how: str = ""
    scope: str = "match"
    start: float = 0
    end: float | None = None

    def overlaps(self, start: float, end: float | None) -> bool:
        """Whether the restriction can hold at some time in the half-open window of weeks."""
        return (self.end is None or start < self.end) and (end is None or self.start < end)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self) | {"cite": list(self.cite)}


def strictness(ground: Ground) -> tuple[int, str]:
    """Return the sort key that puts the strictest ground first, and equal ones in order of rule."""
    return _EFFECTS.index(ground.effect), ground.rule


def weeks_of_hours(start: int | None, end: int | None) -> tuple[float, float | None]:
    """Return a window of hours as weeks."""
    return (start or 0) / _HOURS_A_WEEK, None if end is None else end / _HOURS_A_WEEK


@dataclass(frozen=True, slots=True)
class BodyGraph:
    """A graph of knowledge that can be asked and not changed.

    `graph` is a frozen `networkx.DiGraph`; copy it to change it. Its node ids are ``KIND:NAME``, such as
    ``exercise:leg_press``. `exercises` are the ids of the whole catalog, so that a misspelt one is an error and not
    taken for an exercise that nothing restricts. The graph follows the records alone: it knows neither the client's
    facts nor ways to do an exercise without the movement, so that it may show more than `Engine.validate` holds
    against a client, and never less.
    """

    graph: networkx.DiGraph
    exercises: tuple[str, ...]

    def nodes(self, kind: str) -> tuple[str, ...]:
        """Return the ids of all nodes of one kind: condition, phase, movement, exercise, action, joint, muscle, region."""
        return tuple(node for node, data in self.graph.nodes(data=True) if data["kind"] == kind)

    def grounds(self, source: str, movement: str) -> tuple[Ground, ...]:
        """Return the restrictions on the edge from a phase or condition to a movement, the strictest first."""
        found: tuple[Ground, ...] = self.graph.edges[source, movement]["grounds"]
        return found

    def paths(self, exercise: str, *effects: str) -> tuple[tuple[str, ...], ...]:
        """Return why conditions speak of an exercise: every chain of node ids from condition over phase and movement to it.

        A restriction that belongs to no phase gives a chain without one. `effects` keeps the chains with a restriction
        of one of these effects. Raises `InputError` for an exercise that the catalog doesn't hold.
        """
        node = self._exercise(exercise)
        wanted = {self._one_of(effect, _EFFECTS, "effect") for effect in effects} or set(_EFFECTS)
        if node not in self.graph:
            return ()
        found = []
        for movement in self.graph.predecessors(node):
            for source in self.graph.predecessors(movement):
                if any(ground.effect in wanted for ground in self.grounds(source, movement)):
                    found.append((*self._down_to(source), movement, node))
        order = {name: index for index, name in enumerate(self.graph)}
        return tuple(sorted(found, key=lambda path: [order[step] for step in path]))

    def contraindicated(self, phase: str) -> tuple[str, ...]:
        """Return the ids of the exercises with a movement that is contraindicated during a phase, sorted.

        Counts the restrictions of the phase and those of no phase whose weeks overlap it, also those that only some
        clients have. `phase` is a phase's id, in a graph of several conditions with the condition before it:
        ``rotator_cuff_repair/protection``. Raises `InputError` for a phase that is not in the graph.
        """
        node = self._phase(phase)
        data = self.graph.nodes[node]
        return self._hit((node, *self.graph.predecessors(node)), data["start"], data.get("held_until"))

    def contraindicated_at(self, week: int) -> tuple[str, ...]:
        """Return the ids of the exercises with a movement that is contraindicated in a week of the calendar, sorted.

        A condition's phase is then the one whose weeks hold `week`; the last phase has no end. A gate or symptoms can
        keep a client in an earlier phase, which only the client's own case tells.
        """
        phases = tuple(node for node in self.nodes("phase") if self._is_in(node, week))
        return self._hit((*self.nodes("condition"), *phases), week, week + 1)

    def exercises_of(self, movement: str) -> tuple[str, ...]:
        """Return the ids of the exercises that a movement is part of, sorted; raise `InputError` for no such movement."""
        node = self._named("movement", movement)
        return tuple(sorted(self.graph.nodes[found]["ref"] for found in self.graph.successors(node)))

    def unreachable(self) -> tuple[str, ...]:
        """Return the movement nodes that no exercise of the catalog has."""
        return tuple(node for node in self.nodes("movement") if not self.graph.out_degree(node))

    def shared(self, conditions: Iterable[str] = ()) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the movements that at least two conditions restrict, each with the ids of those conditions.

        `conditions` are ids; empty means every condition in the graph. Advice and permissions don't count.
        """
        asked = {self._named("condition", name) for name in conditions} or set(self.nodes("condition"))
        found = []
        for movement in self.nodes("movement"):
            sources = (s for s in self.graph.predecessors(movement) if self._is_restricting(s, movement))
            sharing = sorted({self._down_to(source)[0] for source in sources} & asked)
            if len(sharing) > 1:
                found.append((movement, tuple(self.graph.nodes[node]["ref"] for node in sharing)))
        return tuple(found)

    def _hit(self, sources: Iterable[str], start: float, end: float | None) -> tuple[str, ...]:
        found: set[str] = set()
        for source in sources:
            for movement in self._movements(source):
                grounds = self.grounds(source, movement)
                if any(g.effect == Effect.CONTRAINDICATE.value and g.overlaps(start, end) for g in grounds):
                    found.update(self.exercises_of(movement))
        return tuple(sorted(found))

    def _is_restricting(self, source: str, movement: str) -> bool:
        return any(ground.effect in RESTRICTING for ground in self.grounds(source, movement))

    def _movements(self, source: str) -> Iterator[str]:
        return (node for node in self.graph.successors(source) if self.graph.nodes[node]["kind"] == "movement")

    def _is_in(self, phase: str, week: int) -> bool:
        data = self.graph.nodes[phase]
        return bool(data["start"] <= week and ("held_until" not in data or week < data["held_until"]))

    def _down_to(self, source: str) -> tuple[str, ...]:
        if self.graph.nodes[source]["kind"] == "condition":
            return (source,)
        return (next(iter(self.graph.predecessors(source))), source)

    def _exercise(self, name: str) -> str:
        return "exercise:" + self._one_of(name.removeprefix("exercise:"), self.exercises, "exercise")

    def _phase(self, name: str) -> str:
        ends = [node for node in self.nodes("phase") if node.endswith(f"/{name}")]
        if len(ends) > 1:
            shown = ", ".join(node.removeprefix("phase:") for node in ends)
            raise InputError([Problem(Location(name), "several conditions have a phase of this name", f"Write one of: {shown}.")])
        return ends[0] if ends else self._named("phase", name)

    def _named(self, kind: str, name: str) -> str:
        start = f"{kind}:"
        return start + self._one_of(name.removeprefix(start), (node.removeprefix(start) for node in self.nodes(kind)), kind)

    @staticmethod
    def _one_of(name: str, known: Iterable[str], kind: str) -> str:
        names = tuple(known)
        if name not in names:
            guess = nearest(name, names)
            raise InputError([Problem(Location(name), f"no such {kind} in the graph", f"Did you mean '{guess}'?" if guess else "")])
        return name
