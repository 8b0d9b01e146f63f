"""The chain from the client's facts to one verdict: facts, rule firings, demands, restrictions, sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safetyrules.inference.infer import Active, Moment
from safetyrules.inference.program import Fact
from safetyrules.model.report import ItemReport, Reason
from safetyrules.model.times import time_text

if TYPE_CHECKING:
    from datetime import datetime

    from safetyrules.judging.matching import Matcher


@dataclass(frozen=True, slots=True)
class Step:
    """One firing of a rule: what it derived, from what, by which pack rule. `depth` counts from the restriction down."""

    depth: int
    statement: str
    rule: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"depth": self.depth, "statement": self.statement, "rule": self.rule}


@dataclass(frozen=True, slots=True)
class Chain:
    """One reason with the firings that put its restriction in force, and the path through the graph."""

    reason: Reason
    steps: tuple[Step, ...]
    path: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"reason": self.reason.to_dict(), "steps": [s.to_dict() for s in self.steps], "path": list(self.path)}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one planned item has its verdict, and which restrictions in force do not touch it."""

    at: datetime
    item: ItemReport
    chains: tuple[Chain, ...]
    demands: tuple[str, ...]
    silent: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "safetyrules": "explanation/1",
            "at": time_text(self.at),
            "item": self.item.to_dict(),
            "demands": list(self.demands),
            "chains": [c.to_dict() for c in self.chains],
            "silent": [{"rule": rule, "because": because} for rule, because in self.silent],
        }


def build_explanation(item: ItemReport, moment: Moment, active: tuple[Active, ...], matcher: Matcher) -> Explanation:
    """Return the explanation of an item that was judged against `active` at `moment`."""
    by_rule: dict[str, list[Active]] = {}
    for a in active:
        by_rule.setdefault(a.restriction.rule, []).append(a)
    chains = []
    for reason in (*item.reasons, *item.advice):
        found = by_rule.get(reason.rule, [])
        steps = tuple(step for a in found for step in _steps(a, moment))
        chains.append(Chain(reason, tuple(dict.fromkeys(steps)), _path(reason, found, item)))
    hit = {reason.rule for reason in (*item.reasons, *item.advice)}
    silent = tuple(sorted({(a.restriction.rule, a.restriction.because) for a in active if a.restriction.rule not in hit}))
    return Explanation(moment.at, item, tuple(chains), _demands(item, matcher), silent)


def _path(reason: Reason, found: list[Active], item: ItemReport) -> tuple[str, ...]:
    if not found:
        return tuple(filter(None, (*reason.source_facts, item.exercise)))
    phase = reason.phase or "always"
    return tuple(filter(None, (found[0].instance.label, phase, reason.demand or "every exercise", item.exercise)))


def _steps(active: Active, moment: Moment) -> list[Step]:
    steps: list[Step] = []
    if active.fire is not None:
        _walk(active.fire, moment, 0, steps, set())
    return steps


def _walk(fact: Fact, moment: Moment, depth: int, steps: list[Step], seen: set[Fact]) -> None:
    if fact in seen:
        return
    seen.add(fact)
    for derivation in moment.inferred.derivations.get(fact, ()):
        for parent in derivation.parents:
            origin = moment.facts.origins.get(parent)
            if origin:
                steps.append(Step(depth + 1, origin.label, ""))
            else:
                steps.append(Step(depth + 1, _words(parent), derivation.rule))
                _walk(parent, moment, depth + 1, steps, seen)


def _words(fact: Fact) -> str:
    kind = {"phase": "phase in force", "entered": "phase entered", "derived": "derived state", "condition": "active"}.get(
        fact.kind, fact.kind
    )
    return f"{kind}: {fact.key}"


def _demands(item: ItemReport, matcher: Matcher) -> tuple[str, ...]:
    if item.exercise is None:
        return ()
    from safetyrules.judging.matching import entry_words
    from safetyrules.model.knowledge import Match

    demands = matcher.demands[item.exercise]
    entries = [entry_words(d, Match()) + (" (estimate)" if d.estimate else "") for d in demands.exercise.joints if not d.implied]
    exposures = [f"{name.replace('_', ' ')}{', ' + level if level else ''}" for name, level in sorted(demands.exposures.items())]
    return (*entries, *exposures)
