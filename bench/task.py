"""One inference task that several engines can do: which of 60 exercises does which rule hold, for one client at one moment.

Kept to what all of them can express: contraindications only, those that are about the exercise itself (not about the planned
dose, nor the area a therapist treated), every unknown read as if the rule held. What an exercise does for a rule's match is
worked out beforehand into keys, so that matching is an equality: `performs(exercise, key)`, `restricts(rule, key)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clients import read, week

import safetyrules as sr
from safetyrules.inference.compiler import compile_program
from safetyrules.inference.facts import build_facts
from safetyrules.inference.program import Fact, Program
from safetyrules.judging.matching import Matcher
from safetyrules.model.knowledge import Effect, Match, Restriction

Held = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Task:
    """The rules, the exercises, and which exercise performs which key."""

    program: Program
    matcher: Matcher
    exercises: tuple[str, ...]
    blocks: Mapping[str, tuple[tuple[str, str], ...]]
    """From the key of a fired fact to the (rule, key) pairs that it puts in force."""
    performers: Mapping[str, tuple[str, ...]]
    matches: Mapping[str, Match]
    clients: tuple[frozenset[Fact], ...]

    def held_by(self, fired: Iterable[str]) -> Held:
        """Return the pairs (exercise, rule) for the keys of the fired facts: plain loops over a table."""
        return frozenset(
            (exercise, rule) for block in fired for rule, key in self.blocks.get(block, ()) for exercise in self.performers[key]
        )


def build(engine: sr.Engine, *, exercises: int = 60, clients: int = 40) -> Task:
    """Return the task on the engine's bundled knowledge, with the facts of some typical clients."""
    program = compile_program(engine.knowledge)
    ids = sorted(engine.catalog.exercises)
    chosen = tuple(ids[len(ids) * n // exercises] for n in range(min(exercises, len(ids))))
    matcher = Matcher({name: engine.catalog.exercises[name] for name in chosen}, engine.vocabulary)
    keys: list[Match] = []
    blocks = {
        block: tuple((r.rule, _key(r.match, keys)) for r in restrictions if _counts(r))
        for block, restrictions in program.blocks.items()
    }
    matches = {f"k{n}": match for n, match in enumerate(keys)}
    performers = {key: tuple(e for e in chosen if matcher.hits(match, e)) for key, match in matches.items()}
    facts = []
    for seed in range(clients):
        context = engine.context(read(week(engine, 10_000 + seed)))
        facts.append(build_facts(context, context.case.plan.sessions[0].at, program, engine.vocabulary).possible)
    return Task(program, matcher, chosen, {b: pairs for b, pairs in blocks.items() if pairs}, performers, matches, tuple(facts))


def _counts(restriction: Restriction) -> bool:
    match = restriction.match
    return restriction.effect is Effect.CONTRAINDICATE and not match.dose and not _on_area(match)


def _on_area(match: Match) -> bool:
    return match.area or any(map(_on_area, match.any_of)) or (match.unless is not None and _on_area(match.unless))


def _key(match: Match, keys: list[Match]) -> str:
    """Return the key of `match`; equal matches share one."""
    if match not in keys:
        keys.append(match)
    return f"k{keys.index(match)}"
