"""The plain evaluator: the same program as durable-rules, run by a naive fixpoint in a few lines of Python.

It is the engine where the C core can't be imported, and the second opinion of `check_engine`.
"""

from __future__ import annotations

from collections.abc import Iterable

from safetyrules.errors import EngineError
from safetyrules.inference.program import Derivation, Fact, Inferred, Pattern, Program, Rule

_MAX_FACTS = 20_000


def infer(program: Program, facts: Iterable[Fact]) -> Inferred:
    """Return everything that follows from `facts`."""
    known: dict[tuple[str, str], set[Fact]] = {}
    for fact in facts:
        known.setdefault((fact.kind, fact.key), set()).add(fact)
    found: dict[Fact, set[Derivation]] = {}
    given = {fact for group in known.values() for fact in group}
    rules_at: dict[tuple[str, str], list[Rule]] = {}
    for shard in program.shards.values():
        for rule in shard:
            for pattern in rule.patterns:
                rules_at.setdefault((pattern.kind, pattern.key), []).append(rule)
    waiting = sorted(given)
    while waiting:
        fact = waiting.pop()
        for rule in rules_at.get((fact.kind, fact.key), ()):
            for parents in _matches(rule, known):
                for head in rule.heads:
                    derived = Fact(head.kind, head.key, head.c or parents[0].c)
                    found.setdefault(derived, set()).add(Derivation(rule.uid, parents))
                    group = known.setdefault((derived.kind, derived.key), set())
                    if derived not in group:
                        group.add(derived)
                        waiting.append(derived)
        if len(found) > _MAX_FACTS:
            raise EngineError(f"the rules derive more than {_MAX_FACTS} facts")
    return Inferred({fact: tuple(sorted(ways)) for fact, ways in sorted(found.items()) if fact not in given})


def _matches(rule: Rule, known: dict[tuple[str, str], set[Fact]]) -> list[tuple[Fact, ...]]:
    partial: list[tuple[Fact, ...]] = [()]
    for pattern in rule.patterns:
        candidates = [fact for fact in known.get((pattern.kind, pattern.key), ()) if holds(pattern, fact)]
        partial = [
            (*parents, fact)
            for parents in partial
            for fact in candidates
            if not parents or not pattern.joined or fact.c == parents[0].c
        ]
        if not partial:
            break
    return partial


def holds(pattern: Pattern, fact: Fact) -> bool:
    """Whether `fact` passes every constant test of `pattern`."""
    for field, op, values in pattern.checks:
        value = getattr(fact, field)
        if op == "in" and value not in values:  # type: ignore[operator]
            return False
        if op == "gte" and not value >= values:
            return False
        if op == "lte" and not value <= values:
            return False
    return True
