"""The compiled form of all rules: patterns over flat facts, and what follows when they all match.

Both engines (durable-rules and the plain evaluator) run exactly this. It has constant tests and one equality join: every
joined pattern shares the instance token `c` with the first. No negation, no disjunction, no arithmetic: the compiler has
turned those into more rules and more facts. Rules only add facts, so the result is a set and order can't matter.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from safetyrules.model.knowledge import Restriction

EVERYONE = "-"
"""The instance token of facts that belong to no single condition."""

UNKNOWN = "unknown"
"""The token of a value that should be known and is not."""

HIGHEST = 1_000_000
LOWEST = -1


def token(value: object) -> str:
    """Return a stated value as the token that facts and rules use for it."""
    return "".join(ch if ch.isalnum() or ch in "_." else "_" for ch in str(value).lower())[:64]


class Fact(NamedTuple):
    """One flat statement. Tokens are short lower-case ascii; `up` and `down` carry one number for the two directions of comparison.

    A known number has `up == down`. An unknown one is as high as can be for "greater than" and as low as can be for
    "less than", so that every comparison with it holds.
    """

    kind: str
    key: str
    c: str = EVERYONE
    tok: str = "-"
    up: int = 0
    down: int = 0


class Check(NamedTuple):
    """A constant test of one field: `op` is ``in`` (values: tokens) or ``gte``/``lte`` (values: one whole number)."""

    field: str
    op: str
    values: tuple[str, ...] | int


class Pattern(NamedTuple):
    """What one fact must look like; `joined` patterns share the instance of the first."""

    kind: str
    key: str
    checks: tuple[Check, ...] = ()
    joined: bool = True


class Head(NamedTuple):
    """The fact that follows. `c` empty means: the instance of the first pattern."""

    kind: str
    key: str
    c: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """All patterns match: all heads follow. `origin` is the pack rule it comes from."""

    uid: str
    origin: str
    patterns: tuple[Pattern, ...]
    heads: tuple[Head, ...]


class Reads(NamedTuple):
    """Which time-dependent facts the rules of one condition read."""

    measurements: tuple[str, ...]
    states: tuple[str, ...]
    since: tuple[tuple[str, str], ...]
    days: bool
    hours: bool


@dataclass(frozen=True, slots=True)
class Program:
    """All rules, in shards by condition file, with what the fact builder must know to speak to them."""

    shards: Mapping[str, tuple[Rule, ...]]
    blocks: Mapping[str, tuple[Restriction, ...]]
    thresholds: Mapping[str, tuple[float, ...]]
    absent_keys: frozenset[str]
    cleared: Mapping[str, tuple[tuple[str, Restriction], ...]]
    phase_of: Mapping[str, tuple[str, int]]
    reads: Mapping[str, Reads]
    sha256: str
    asks_sex: bool = False

    def band(self, key: str, value: float) -> int:
        """Return the place of `value` among the thresholds that any rule compares `key` with.

        Odd numbers are a threshold itself, even ones lie between two. Values that no rule can tell apart give the same
        facts, and so one inference serves many sessions.
        """
        steps = self.thresholds.get(key, ())
        index = bisect_left(steps, value)
        return 2 * index + 1 if index < len(steps) and steps[index] == value else 2 * index


class Derivation(NamedTuple):
    """One way a fact came about."""

    rule: str
    parents: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Inferred:
    """All facts that follow, each with every derivation, sorted."""

    derivations: Mapping[Fact, tuple[Derivation, ...]]
    _roots: dict[Fact, frozenset[Fact]] = field(default_factory=dict, compare=False, repr=False)

    def of_kind(self, kind: str) -> list[Fact]:
        """Return the derived facts of one kind, sorted."""
        return sorted(fact for fact in self.derivations if fact.kind == kind)

    def roots(self, fact: Fact) -> frozenset[Fact]:
        """Return the given facts that `fact` rests on, over all its derivations."""
        known = self._roots.get(fact)
        if known is not None:
            return known
        seen: set[Fact] = set()
        stack = [fact]
        roots = set()
        while stack:
            current = stack.pop()
            if current in seen:
                continue
            seen.add(current)
            found = self.derivations.get(current)
            if found is None:
                roots.add(current)
            else:
                stack.extend(parent for derivation in found for parent in derivation.parents)
        self._roots[fact] = frozenset(roots)
        return self._roots[fact]
