"""Run the program on a client's facts and say which restrictions are in force, why, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from safetyrules.errors import EngineError
from safetyrules.inference import reference
from safetyrules.inference.context import Context, Instance, later
from safetyrules.inference.durable import DurableEngine, is_available
from safetyrules.inference.facts import Facts, Origin, build_facts
from safetyrules.inference.program import Fact, Inferred, Program
from safetyrules.model.knowledge import Gate, Restriction
from safetyrules.vocabulary import Vocabulary

EngineName = Literal["auto", "durable", "reference", "both"]
_CACHE_SIZE = 64
_UNDATED_CLOCKS = ("always", "since_start", "hours_since_event", "hours_since_reading")


@dataclass(frozen=True, slots=True)
class Active:
    """A restriction in force for one declared thing. `is_assumed`: only because something is not known.

    `fire` is the derived fact that put it in force; instructions have none, and name their source in `source`.
    """

    restriction: Restriction
    instance: Instance
    is_assumed: bool
    day: date
    inferred: Inferred | None = None
    origins: Mapping[Fact, Origin] = field(default_factory=dict)
    fire: Fact | None = None
    source: str = ""
    ends: date | None = None

    def _roots(self) -> list[Origin]:
        if self.fire is None or self.inferred is None:
            return []
        return [self.origins[root] for root in self.inferred.roots(self.fire) if root in self.origins]

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the client's facts that it rests on."""
        if self.source:
            return (self.source,)
        return tuple(sorted({o.label for o in self._roots() if not o.label.startswith("absent:")}))

    @property
    def missing(self) -> tuple[Origin, ...]:
        """Return the facts that would have to be known to do without the assumption."""
        if not self.is_assumed:
            return ()
        found = {o for o in self._roots() if o.field and o.label.startswith(("missing:", "no clearance"))}
        return tuple(sorted(found, key=lambda o: (o.field, o.question)))

    @property
    def phase(self) -> str:
        """Return the week and the phase in words."""
        condition, words = self.instance.condition, []
        start = self.instance.start
        if start is not None and condition.clock not in _UNDATED_CLOCKS and self.day >= start:
            words.append(f"week {(self.day - start).days // 7}")
        if self.restriction.phase:
            words.append(next(p.title for p in condition.phases if p.id == self.restriction.phase))
        if self.restriction.lifelong:
            words.append("for life or until cleared")
        return ", ".join(words)

    @property
    def until(self) -> date | datetime | None:
        """Return when it ends by the calendar; None when it does not, or when the date is not known."""
        restriction, instance = self.restriction, self.instance
        if self.ends is not None:
            return self.ends
        if restriction.until_hour is not None and instance.ends is not None:
            return later(instance.ends, hours=restriction.until_hour)
        weeks = restriction.until_week
        following = self._next_phase_start()
        if following is not None and (weeks is None or following <= weeks):
            weeks = following
        if weeks is None or instance.start is None:
            return None
        end = instance.start + timedelta(weeks=weeks)
        return end if end > self.day else None

    @property
    def waits_for(self) -> Gate | None:
        """Return the gate that the end also waits for."""
        following = self._next_phase_start()
        weeks = self.restriction.until_week
        if following is None or (weeks is not None and weeks < following):
            return None
        return next(p for p in self.instance.condition.phases if p.start == following).gate

    def _next_phase_start(self) -> int | None:
        if not self.restriction.phase:
            return None
        phases = self.instance.condition.phases
        index = next(i for i, p in enumerate(phases) if p.id == self.restriction.phase)
        return phases[index + 1].start if index + 1 < len(phases) else None


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
    sides: tuple[tuple[str, str, str], ...] = ()
    open_questions: tuple[tuple[Origin, tuple[str, ...]], ...] = ()
    memory: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)
    """A memory for the judge, shared by all moments from which the same follows."""


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """What follows from two sets of facts, whoever the client is: instances appear as tokens only."""

    inferred: Inferred
    fired: tuple[tuple[Restriction, str, bool, Fact], ...]
    phases: tuple[tuple[str, int, bool], ...]
    states: tuple[str, ...]
    lifted: tuple[tuple[Restriction, str], ...]
    open_facts: tuple[tuple[Fact, tuple[str, ...]], ...]
    memory: dict[object, Any] = field(default_factory=dict)


class Inference:
    """A program with its engine and a cache of what followed from which facts. Safe to share between threads."""

    def __init__(self, program: Program, vocabulary: Vocabulary, engine: EngineName = "auto") -> None:
        if engine not in get_args(EngineName):
            raise ValueError(f"'{engine}' is no inference engine; there are {', '.join(get_args(EngineName))}")
        self.program, self.vocabulary = program, vocabulary
        if engine == "auto":
            engine = "durable" if is_available() else "reference"
        self.name = engine
        self._durable = DurableEngine(program) if engine in ("durable", "both") else None
        self._cache: dict[tuple[frozenset[Fact], frozenset[Fact]], _Skeleton] = {}

    def infer(self, facts: frozenset[Fact]) -> Inferred:
        """Return what follows from `facts`. With the engine ``both``, a disagreement raises `EngineError`."""
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
        skeleton = self._skeleton(facts)
        instances = context.by_token
        day = context.case.local_day(at)
        return Moment(
            at=context.case.moment(at),
            active=tuple(
                Active(restriction, instances[token], not is_sure, day, skeleton.inferred, facts.origins, fire)
                for restriction, token, is_sure, fire in skeleton.fired
            ),
            lifted=tuple((restriction, instances[token]) for restriction, token in skeleton.lifted),
            states=skeleton.states,
            phases=tuple(
                sorted(
                    (instances[token].label, instances[token].condition.phases[index].title, sure)
                    for token, index, sure in skeleton.phases
                )
            ),
            inferred=skeleton.inferred,
            facts=facts,
            sides=context.sides,
            open_questions=tuple((facts.origins[fact], rules) for fact, rules in skeleton.open_facts),
            memory=skeleton.memory,
        )

    def _skeleton(self, facts: Facts) -> _Skeleton:
        key = (facts.possible, facts.certain)
        found = self._cache.get(key)
        if found is None:
            possible = self.infer(facts.possible)
            certain = possible if facts.possible == facts.certain else self.infer(facts.certain)
            found = self._build(facts, possible, certain)
            while len(self._cache) >= _CACHE_SIZE:
                self._cache.pop(next(iter(self._cache), key), None)  # the oldest; another thread may have been faster
            self._cache[key] = found
        return found

    def _build(self, facts: Facts, possible: Inferred, certain: Inferred) -> _Skeleton:
        fired = []
        for fact in possible.of_kind("fire"):
            is_sure = fact in certain.derivations
            for restriction in self.program.blocks[fact.key]:
                if is_sure or restriction.effect.is_restricting:
                    fired.append((restriction, fact.c, is_sure, fact))
        by_key = {key: restriction for pairs in self.program.cleared.values() for key, restriction in pairs}
        lifted = [(by_key[f.key], f.c) for f in facts.certain if f.kind == "cleared" and f.tok == "open"]
        phases = [(f.c, self.program.phase_of[f.key][1], f in certain.derivations) for f in possible.of_kind("phase")]
        return _Skeleton(
            inferred=possible,
            fired=tuple(sorted(fired, key=lambda x: (x[0].rule, x[1]))),
            phases=tuple(phases),
            states=tuple(f.key for f in possible.of_kind("derived")),
            lifted=tuple(sorted(lifted, key=lambda x: (x[0].rule, x[1]))),
            open_facts=self._open_facts(facts, possible, fired),
        )

    @staticmethod
    def _open_facts(
        facts: Facts, possible: Inferred, fired: list[tuple[Restriction, str, bool, Fact]]
    ) -> tuple[tuple[Fact, tuple[str, ...]], ...]:
        """Return the unknown facts that restrictions are assumed on, each with those restrictions' rules."""
        found: dict[Fact, set[str]] = {}
        for restriction, _, is_sure, fact in fired:
            if not is_sure:
                for root in possible.roots(fact):
                    if root not in facts.certain and facts.origins[root].field:
                        found.setdefault(root, set()).add(restriction.rule)
        return tuple((fact, tuple(sorted(rules))) for fact, rules in sorted(found.items()))
