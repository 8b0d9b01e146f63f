"""Build the graph of one condition, or of all, from condition files, catalog and vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import networkx
from rapidfuzz import fuzz, process

from safetyrules.errors import InputError, Location, Problem
from safetyrules.graph.body import BodyGraph, Ground, strictness, weeks_of_hours
from safetyrules.graph.words import gate_words, limit_words, match_words, weeks_words, when_words, window_words
from safetyrules.loading.names import fold
from safetyrules.model.exercise import Catalog, Exercise, JointDemand
from safetyrules.model.knowledge import Condition, Knowledge, Match, Phase, Restriction
from safetyrules.vocabulary import Vocabulary

__all__ = ["BodyGraph", "Demanded", "Hits", "condition_graph", "knowledge_graph"]

_KINDS = ("condition", "phase", "movement", "exercise", "action", "joint", "muscle", "region")
_NEAR = 3
_SIDES = {"surgery": "operated side", "treatment": "treated side"}


class Demanded(Protocol):
    """One demand of an exercise that a match hits, as the matching index returns it."""

    @property
    def words(self) -> str:
        """The demand in words."""

    @property
    def limb(self) -> str:
        """Which limb has the demand: working, bracing, both or trunk."""


Hits = Callable[[Match, str], Sequence[Demanded]]
"""Which demands of the exercise with this id a match hits; none when it does not touch the exercise."""


def condition_graph(knowledge: Knowledge, catalog: Catalog, hits: Hits, vocabulary: Vocabulary, condition: str) -> BodyGraph:
    """Return the graph of one condition: its phases, what they restrict, the exercises that do it, the body they load.

    `condition` is an id, a title or an alias. Raises `InputError` with the nearest ids when no pack knows it, and with
    the candidates when it can mean several.
    """
    return _Builder(knowledge, catalog, hits, vocabulary).build([_resolve(knowledge, condition)])


def knowledge_graph(knowledge: Knowledge, catalog: Catalog, hits: Hits, vocabulary: Vocabulary) -> BodyGraph:
    """Return the graph of every condition, in which movements that several restrict are one node."""
    return _Builder(knowledge, catalog, hits, vocabulary).build(list(knowledge.conditions.values()))


def _resolve(knowledge: Knowledge, text: str) -> Condition:
    if text in knowledge.conditions:
        return knowledge.conditions[text]
    ids = knowledge.names.get(fold(text), ())
    if len(ids) == 1:
        return knowledge.conditions[ids[0]]
    if ids:
        raise InputError([Problem(Location(text[:80]), f"this can mean several conditions: {', '.join(ids)}", "Name one of them.")])
    near = _near(knowledge, text)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known are: {', '.join(knowledge.conditions)}."
    raise InputError([Problem(Location(text[:80]), "no pack knows a condition of this name", hint)])


def _near(knowledge: Knowledge, text: str) -> tuple[str, ...]:
    found = process.extract(fold(text), list(knowledge.names), scorer=fuzz.token_set_ratio, limit=4 * _NEAR, score_cutoff=60)
    ids = dict.fromkeys(i for name, _, _ in sorted(found, key=lambda f: (-f[1], f[0])) for i in knowledge.names[name])
    return tuple(ids)[:_NEAR]


@dataclass(frozen=True, slots=True)
class _Node:
    """A node on its way into the graph; `rank` orders it among the nodes of its kind."""

    kind: str
    rank: tuple[int | str, ...]
    data: dict[str, Any]


class _Builder:
    """Gathers nodes and edges in any order, and puts them into the graph in one order."""

    def __init__(self, knowledge: Knowledge, catalog: Catalog, hits: Hits, vocabulary: Vocabulary) -> None:
        self.knowledge, self.catalog, self.hits, self.vocabulary = knowledge, catalog, hits, vocabulary
        self.nodes: dict[str, _Node] = {}
        self.edges: dict[tuple[str, str], dict[str, Any]] = {}
        self.grounds: dict[tuple[str, str], list[Ground]] = {}

    def build(self, conditions: Iterable[Condition]) -> BodyGraph:
        """Return the graph of the conditions."""
        for index, condition in enumerate(conditions):
            self._condition(index, condition)
        self._exercises()
        for edge, grounds in self.grounds.items():
            self.edges[edge] = _restricts(sorted(grounds, key=strictness))
        graph = networkx.DiGraph()
        for node, found in sorted(self.nodes.items(), key=lambda n: (_KINDS.index(n[1].kind), n[1].rank)):
            graph.add_node(node, **found.data)
        order = {node: index for index, node in enumerate(graph)}
        for source, target in sorted(self.edges, key=lambda edge: (order[edge[0]], order[edge[1]])):
            graph.add_edge(source, target, **self.edges[source, target])
        return BodyGraph(networkx.freeze(graph), tuple(self.catalog.exercises))

    def _node(self, kind: str, ref: str, label: str, *, rank: tuple[int | str, ...] = (), **data: Any) -> str:
        node = f"{kind}:{ref}"
        if node not in self.nodes:
            known = {key: value for key, value in data.items() if value not in ("", None)}
            self.nodes[node] = _Node(kind, rank or (ref,), {"kind": kind, "id": node, "label": label, "ref": ref, **known})
        return node

    def _condition(self, index: int, condition: Condition) -> None:
        top = self._node(
            "condition", condition.id, condition.title, rank=(index,),
            pack=condition.pack, clock=condition.clock, region=condition.region, structure=condition.structure,
        )  # fmt: skip
        for number, phase in enumerate(condition.phases):
            following = condition.phases[number + 1].start if number + 1 < len(condition.phases) else None
            node = self._node(
                "phase", f"{condition.id}/{phase.id}", phase.title, rank=(index, number), start=phase.start, held_until=following,
                weeks=weeks_words(phase.start, phase.end), gate=gate_words(phase.gate), trigger=when_words(phase.trigger),
            )  # fmt: skip
            self.edges[top, node] = {"kind": "has phase", "window": weeks_words(phase.start, phase.end)}
            for restriction in phase.restrictions:
                self._restriction(node, condition, restriction, phase, following)
        for restriction in condition.restrictions:
            self._restriction(top, condition, restriction, None, None)

    def _restriction(self, source: str, condition: Condition, r: Restriction, phase: Phase | None, held_until: int | None) -> None:
        match = r.match
        words = match_words(match)
        movement = self._node("movement", words, words)
        if (source, movement) not in self.grounds:
            self._performed(movement, match)
        if r.from_hour is not None or r.until_hour is not None:
            start, end = weeks_of_hours(r.from_hour, r.until_hour)
        else:
            start = max(r.from_week or 0, phase.start if phase else 0)
            end = min((week for week in (r.until_week, held_until) if week is not None), default=None)
        ground = Ground(
            rule=r.rule,
            effect=r.effect.value,
            window=window_words(r, phase),
            side=_side(condition, match, self.vocabulary),
            grade=r.grade,
            cite=tuple(reference.key for reference in r.cite),
            because=r.because,
            when=when_words(r.when),
            how="; ".join(limit_words(limit, self.vocabulary) for limit in r.limits) or r.instead,
            scope=r.scope,
            start=start,
            end=end,
        )
        self.grounds.setdefault((source, movement), []).append(ground)

    def _performed(self, movement: str, match: Match) -> None:
        for name, exercise in self.catalog.exercises.items():
            found = self.hits(match, name)
            if found:
                node = self._node("exercise", name, exercise.name, family=exercise.family)
                demands = "; ".join(dict.fromkeys(hit.words for hit in found))
                limbs = "/".join(sorted({hit.limb for hit in found}))
                self.edges[movement, node] = {"kind": "part of", "demand": demands, "limb": limbs}

    def _exercises(self) -> None:
        for exercise in self.catalog.exercises.values():
            node = f"exercise:{exercise.id}"
            if node in self.nodes:
                self._joints(node, exercise)
                self._muscles(node, exercise)

    def _joints(self, node: str, exercise: Exercise) -> None:
        found: dict[str, dict[str, None]] = {}
        for entry in exercise.joints:
            action = self._node("action", entry.name, entry.name.replace("_", " ").replace(".", " "))
            joint = self._node("joint", entry.joint, entry.joint.replace("_", " "), limb=self.vocabulary.joints[entry.joint].limb)
            region = self._region(self.vocabulary.joints[entry.joint].region)
            self.edges[action, joint] = {"kind": "at"}
            self.edges[joint, region] = {"kind": "in"}
            found.setdefault(action, {})[_entry_words(entry)] = None
        for action, demands in found.items():
            self.edges[node, action] = {"kind": "moves", "demand": "; ".join(demands)}

    def _muscles(self, node: str, exercise: Exercise) -> None:
        roles: dict[str, list[str]] = {}
        for role in ("prime", "synergist", "stabiliser", "stretched", "eccentric"):
            for muscle in getattr(exercise.muscles, role):
                roles.setdefault(muscle, []).append(role)
        for name, found in roles.items():
            muscle = self._node("muscle", name, name.replace("_", " "))
            self.edges[muscle, self._region(self.vocabulary.muscles[name].region)] = {"kind": "in"}
            self.edges[node, muscle] = {"kind": "uses", "role": "/".join(found)}

    def _region(self, name: str) -> str:
        return self._node("region", name, name.replace("_", " "))


def _entry_words(entry: JointDemand) -> str:
    words = [entry.mode.replace("_", " ")]
    if entry.low is not None and entry.high is not None:
        words.append(f"{entry.low:g} to {entry.high:g} deg")
    elif entry.grade:
        words.append(f"{entry.grade} range")
    if entry.limb != "both":
        words.append(f"{entry.limb} limb")
    return ", ".join(words)


def _side(condition: Condition, match: Match, vocabulary: Vocabulary) -> str:
    """Return on which side a restriction holds: on both, where it is about trunk, another limb or the exercise as a whole."""
    if match.side:
        return match.side
    if condition.sided and match.names_area:
        return _SIDES["treatment"]
    own = {j.limb for name, j in vocabulary.joints.items() if condition.region in (name, j.region)} or {"arm", "leg"}
    if not condition.sided or not _limbs(match, vocabulary) & own - {"trunk"}:
        return "both"
    return _SIDES.get(condition.kind, "affected side")


def _limbs(match: Match, vocabulary: Vocabulary) -> set[str]:
    """Return the limbs that `match` can be about: arm, leg, trunk; none when it asks for no demand of a limb."""
    found = {vocabulary.exposures[name] for name in match.exposure}
    if match.has_joint_keys or (match.mode and not match.exposure and not match.muscle):
        found |= {vocabulary.joints[joint].limb for joint in match.joint or vocabulary.joints}
    for muscle in match.muscle:
        region = vocabulary.muscles[muscle].region
        found |= {joint.limb for joint in vocabulary.joints.values() if joint.region == region} or {"arm", "leg"}
    return found.union(*(_limbs(part, vocabulary) for part in match.any_of))


def _restricts(grounds: Sequence[Ground]) -> dict[str, Any]:
    """Return the edge to a movement: the strictest restriction in plain attributes, all of them as `grounds`."""
    first = grounds[0]
    return {
        "kind": "restricts",
        "effect": first.effect,
        "window": first.window,
        "side": first.side,
        "grade": first.grade,
        "rule": first.rule,
        "because": first.because,
        "rules": ", ".join(ground.rule for ground in grounds),
        "grounds": tuple(grounds),
    }
