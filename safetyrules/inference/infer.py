"""Run the program on a client's facts and say which restrictions are in force, why, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from safetyrules.errors import EngineError
from safetyrules.inference import reference
from safetyrules.inference.context import Context, Instance, instances_by_token
from safetyrules.inference.durable import DurableEngine, is_available
from safetyrules.inference.facts import Facts, Origin, build_facts
from safetyrules.inference.program import Fact, Inferred, Program
from safetyrules.model.knowledge import Restriction
from safetyrules.vocabulary import Vocabulary

EngineName = Literal["auto", "durable", "reference", "both"]
_CACHE_SIZE = 4096


@dataclass(frozen=True, slots=True)
class Active:
    """A restriction in force for one declared thing. `is_assumed`: only because something is not known."""

    restriction: Restriction
    instance: Instance
    is_assumed: bool
    phase: str
    until: date | datetime | None
    waits_for: tuple[str, ...]
    sources: tuple[str, ...]
    missing: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything in force for one client at one moment."""

    at: datetime
    active: tuple[Active, ...]
    lifted: tuple[tuple[Restriction, Instance], ...]
    states: tuple[str, ...]
    phases: tuple[tuple[str, str, bool], ...]
    inferred: Inferred
    facts: Facts


class Inference:
    """A program with its engine and a cache of what followed from which facts. Safe to share between threads."""

    def __init__(self, program: Program, vocabulary: Vocabulary, engine: EngineName = "auto") -> None:
        self.program, self.vocabulary = program, vocabulary
        if engine == "auto":
            engine = "durable" if is_available() else "reference"
        self.name = engine
        self._durable = DurableEngine(program) if engine in ("durable", "both") else None
        self._cache: dict[frozenset[Fact], Inferred] = {}

    def infer(self, facts: frozenset[Fact]) -> Inferred:
        """Return what follows from `facts`, from the cache where it is known."""
        found = self._cache.get(facts)
        if found is None:
            found = self._derive(facts)
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            self._cache[facts] = found
        return found

    def _derive(self, facts: frozenset[Fact]) -> Inferred:
        if self._durable is None:
            return reference.infer(self.program, facts)
        found = self._durable.infer(facts)
        if self.name == "both":
            expected = reference.infer(self.program, facts)
            if expected.derivations != found.derivations:
                raise EngineError("durable-rules and the reference evaluator disagree; there is no verdict")
        return found

    def moment(self, context: Context, at: datetime) -> Moment:
        """Return what is in force for the client of `context` at `at`."""
        facts = build_facts(context, at, self.program, self.vocabulary)
        possible = self.infer(facts.possible)
        certain = possible if facts.possible == facts.certain else self.infer(facts.certain)
        builder = _MomentBuilder(context, at, self.program, facts, possible, certain)
        return builder.build()


class _MomentBuilder:
    def __init__(
        self, context: Context, at: datetime, program: Program, facts: Facts, possible: Inferred, certain: Inferred
    ) -> None:
        self.context, self.at, self.program = context, at, program
        self.facts, self.possible, self.certain = facts, possible, certain
        self.day = context.case.local_day(at)
        self.instances: Mapping[str, Instance] = instances_by_token(context)

    def build(self) -> Moment:
        active = []
        for fact in self.possible.of_kind("fire"):
            is_sure = fact in self.certain.derivations
            instance = self.instances[fact.c]
            sources, missing = self._origins(fact)
            for restriction in self.program.blocks[fact.key]:
                if not is_sure and not restriction.effect.is_restricting:
                    continue
                until, waits_for = self._until(restriction, instance)
                active.append(
                    Active(restriction, instance, not is_sure, self._phase_words(restriction, instance), until, waits_for, sources, () if is_sure else missing)
                )
        active.sort(key=lambda a: (a.restriction.rule, a.instance.token))
        return Moment(
            at=self.context.case.moment(self.at),
            active=tuple(active),
            lifted=self._lifted(),
            states=tuple(fact.key for fact in self.possible.of_kind("derived")),
            phases=self._phases(),
            inferred=self.possible,
            facts=self.facts,
        )

    def _origins(self, fact: Fact) -> tuple[tuple[str, ...], tuple[Origin, ...]]:
        found = {self.facts.origins[root] for root in self.possible.roots(fact) if root in self.facts.origins}
        labels = {o.label for o in found if not o.label.startswith("absent:")}
        return tuple(sorted(labels)), tuple(sorted((o for o in found if o.label.startswith("missing:") or (o.field and o.label.startswith("no clearance"))), key=lambda o: o.field))

    def _lifted(self) -> tuple[tuple[Restriction, Instance], ...]:
        """Return the restrictions that a clearance naming them has lifted, so that the report can show them."""
        by_key = {key: restriction for pairs in self.program.cleared.values() for key, restriction in pairs}
        found = [
            (by_key[fact.key], self.instances[fact.c]) for fact in self.facts.certain if fact.kind == "cleared" and fact.tok == "open"
        ]
        return tuple(sorted(found, key=lambda pair: (pair[0].rule, pair[1].token)))

    def _phases(self) -> tuple[tuple[str, str, bool], ...]:
        found = []
        for fact in self.possible.of_kind("phase"):
            condition_id, index = self.program.phase_of[fact.key]
            instance = self.instances[fact.c]
            found.append((instance.label, instance.condition.phases[index].title, fact in self.certain.derivations))
        return tuple(sorted(found))

    def _phase_words(self, restriction: Restriction, instance: Instance) -> str:
        condition = instance.condition
        words = []
        if instance.start is not None and condition.clock not in ("always", "since_start") and (self.day - instance.start).days >= 0:
            words.append(f"week {(self.day - instance.start).days // 7}")
        if restriction.phase:
            words.append(next(p.title for p in condition.phases if p.id == restriction.phase))
        if restriction.lifelong:
            words.append("for life or until cleared")
        return ", ".join(words)

    def _until(self, restriction: Restriction, instance: Instance) -> tuple[date | datetime | None, tuple[str, ...]]:
        """Return when the restriction ends by the calendar, and whose clearance the end also waits for."""
        if restriction.until_hour is not None and instance.ends is not None:
            return instance.ends + timedelta(hours=restriction.until_hour), ()
        weeks = restriction.until_week
        waits: tuple[str, ...] = ()
        phases = instance.condition.phases
        if restriction.phase:
            index = next(i for i, p in enumerate(phases) if p.id == restriction.phase)
            if index + 1 < len(phases):
                following = phases[index + 1]
                if weeks is None or following.start <= weeks:
                    weeks = following.start
                    if following.gate:
                        waits = following.gate.by
        if weeks is None or instance.start is None:
            return None, waits
        end = instance.start + timedelta(weeks=weeks)
        return (end if end > self.day else None), waits
