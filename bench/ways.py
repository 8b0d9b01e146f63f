"""The ways to do the task of `task.py`. Each is a function from a client's facts to the pairs (exercise, rule) held.

The straight evaluator is the unit of the comparison: plain Python, rules indexed once, nothing kept for explanations. The
shipped engines keep every derivation of every fact, which the straight one and CLIPS do not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from task import Held, Task

from safetyrules.inference import reference
from safetyrules.inference.durable import DurableEngine
from safetyrules.inference.program import Fact, Pattern, Rule

try:
    import durable_rules_engine as core
except ImportError:
    core = None

Way = Callable[[frozenset[Fact]], Held]


def straight(task: Task) -> Way:
    """Return the straight evaluator: a worklist over indexed rules, then loops over a table."""
    rules_at: dict[tuple[str, str], list[Rule]] = {}
    for rules in task.program.shards.values():
        for rule in rules:
            for pattern in rule.patterns:
                rules_at.setdefault((pattern.kind, pattern.key), []).append(rule)

    def run(facts: frozenset[Fact]) -> Held:
        known: dict[tuple[str, str], list[Fact]] = {}
        seen = set(facts)
        for fact in facts:
            known.setdefault((fact.kind, fact.key), []).append(fact)
        waiting = list(facts)
        while waiting:
            fact = waiting.pop()
            for rule in rules_at.get((fact.kind, fact.key), ()):
                for instance in _instances(rule, known):
                    for head in rule.heads:
                        derived = Fact(head.kind, head.key, head.c or instance)
                        if derived not in seen:
                            seen.add(derived)
                            known.setdefault((derived.kind, derived.key), []).append(derived)
                            waiting.append(derived)
        return task.held_by(f.key for f in seen if f.kind == "fire")

    return run


def _instances(rule: Rule, known: dict[tuple[str, str], list[Fact]]) -> set[str]:
    """Return the instances of the first pattern for which all patterns hold."""
    first, *others = rule.patterns
    found = _holding(first, known)
    for pattern in others:
        if not found:
            break
        here = _holding(pattern, known)
        found = found & here if pattern.joined else found if here else set()
    return found


def _holding(pattern: Pattern, known: dict[tuple[str, str], list[Fact]]) -> set[str]:
    return {fact.c for fact in known.get((pattern.kind, pattern.key), ()) if reference.holds(pattern, fact)}


def shipped_reference(task: Task) -> Way:
    """Return the package's reference evaluator, then loops over the table."""

    def run(facts: frozenset[Fact]) -> Held:
        return task.held_by(f.key for f in reference.infer(task.program, facts).of_kind("fire"))

    return run


def ours(task: Task) -> Way:
    """Return what the package does: durable-rules derives, the matcher with its memory matches outside."""
    engine = DurableEngine(task.program)
    matcher, exercises, matches, blocks = task.matcher, task.exercises, task.matches, task.blocks

    def run(facts: frozenset[Fact]) -> Held:
        fired = engine.infer(facts).of_kind("fire")
        pairs = {pair for fact in fired for pair in blocks.get(fact.key, ())}
        return frozenset((exercise, rule) for rule, key in pairs for exercise in exercises if matcher.hits(matches[key], exercise))

    return run


def all_in_durable(task: Task) -> Way:
    """Return everything joined inside the C core: the conditions in their shards, exercise x restriction in one more ruleset.

    Inside the sound subset: facts only, one equality join on the key and an always-true one last, a boot fact first, one
    short session, own sequential ids, every answer code checked.
    """
    engine = DurableEngine(task.program)
    joined = {"m1": {"$and": [{"kind": "performs"}, {"key": {"m0": "key"}}, {"one": {"m0": "one"}}]}}
    definition = {
        "held": {"all": [{"m0": {"$and": [{"kind": "restricts"}]}}, joined]},
        "boot": {"all": [{"m": {"$and": [{"kind": "boot"}]}}]},
    }
    handle = core.create_ruleset(f"bench.{id(task)}", json.dumps(definition))
    performs = [(key, exercise) for key, exercises in task.performers.items() for exercise in exercises]

    def tell(fields: str, number: int) -> Iterable[Held]:
        code, state = core.assert_fact(handle, f'{{{fields},"one":1,"id":"f{number}","sid":"s"}}')
        if code not in (0, 1):
            raise RuntimeError(f"durable-rules answered code {code}")
        started = core.start_action_for_state(handle, state) if code == 0 else None
        message = started[1] if started else None
        while message:
            ((name, matched),) = json.loads(message).items()
            if name == "held":
                yield frozenset({(matched["m1"]["exercise"], matched["m0"]["rule"])})
            message = core.complete_and_start_action(handle, state)

    def run(facts: frozenset[Fact]) -> Held:
        fired = engine.infer(facts).of_kind("fire")
        restricts = sorted({pair for fact in fired for pair in task.blocks.get(fact.key, ())})
        texts = ['"kind":"boot"']
        texts += [f'"kind":"restricts","rule":"{rule}","key":"{key}"' for rule, key in restricts]
        texts += [f'"kind":"performs","exercise":"{exercise}","key":"{key}"' for key, exercise in performs]
        held: set[tuple[str, str]] = set()
        for number, text in enumerate(texts):
            for found in tell(text, number):
                held |= found
        core.delete_state(handle, "s")
        return frozenset(held)

    return run
