"""What a validation returns: frozen, sorted, and the same for the same input to the last byte."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar, overload

from safetyrules.errors import Location
from safetyrules.model.knowledge import Limit, Reference
from safetyrules.model.ledger import Account
from safetyrules.model.times import time_text
from safetyrules.model.verdict import Verdict, strictest

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Reason:
    """One restriction that speaks about one item, and everything needed to follow it to its source."""

    rule: str
    effect: str
    verdict: Verdict
    because: str
    source_facts: tuple[str, ...] = ()
    phase: str = ""
    demand: str = ""
    until: date | datetime | None = None
    waits_for: tuple[str, ...] = ()
    waits_need: str = "all"
    evidence: str = ""
    citations: tuple[Reference, ...] = ()
    is_assumed: bool = False
    is_estimate: bool = False
    instead: str = ""
    location: Location = field(default=Location(""), compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; keys without a value are left out."""
        result: dict[str, Any] = {
            "rule": self.rule,
            "effect": self.effect,
            "because": self.because,
            "source_facts": list(self.source_facts),
            "evidence": self.evidence,
            "citations": [c.to_dict() for c in self.citations],
        }
        optional = {
            "phase": self.phase,
            "demand": self.demand,
            "until": time_text(self.until),
            "waits_for_clearance_by": list(self.waits_for),
            "waits_for_clearance_of": self.waits_need if self.waits_for else "",
            "assumed": self.is_assumed,
            "demand_is_estimate": self.is_estimate,
            "instead": self.instead,
        }
        return result | {key: value for key, value in optional.items() if value}


class Lazy(Sequence[Part]):
    """A tuple that is made when it is first looked at. Verdicts never wait for wording or for substitutes."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], tuple[Part, ...]]) -> None:
        self._make: Callable[[], tuple[Part, ...]] | None = make
        self._made: tuple[Part, ...] = ()

    def _all(self) -> tuple[Part, ...]:
        make = self._make
        if make is not None:
            self._made = make()
            self._make = None
        return self._made

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> Part: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Part, ...]: ...

    def __getitem__(self, index: int | slice) -> Part | tuple[Part, ...]:
        """Return one part, or a tuple of them."""
        return self._all()[index]

    def __eq__(self, other: object) -> bool:
        """Compare as a tuple."""
        return isinstance(other, Lazy | tuple) and self._all() == tuple(other)

    def __hash__(self) -> int:
        """Hash as a tuple."""
        return hash(self._all())

    def __repr__(self) -> str:
        """Show the tuple."""
        return repr(self._all())

    def __reduce__(self) -> tuple[type[tuple[Part, ...]], tuple[tuple[Part, ...]]]:
        """Pickle as a plain tuple."""
        return tuple, (self._all(),)


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A bound in force for an item: the tightest of all that were set, with the rule that set it.

    `is_met` says whether the planned dose keeps it: None where the plan can't state the quantity. `is_stated` is false
    where the plan could say but does not; then it is not met either.
    """

    limit: Limit
    rule: str
    is_met: bool | None
    is_stated: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        result: dict[str, Any] = {"quantity": self.limit.quantity, "rule": self.rule}
        if self.limit.low is not None:
            result["min"] = self.limit.low
        if self.limit.high is not None:
            result["max"] = self.limit.high
        if self.limit.text:
            result["how"] = self.limit.text
        if self.is_met is not None:
            result["within"] = self.is_met
            result["stated"] = self.is_stated
        return result


@dataclass(frozen=True, slots=True)
class SubstituteLine:
    """Another exercise that this client may do at this moment."""

    exercise: str
    similarity: float
    keeps: str
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"exercise": self.exercise, "similarity": self.similarity, "keeps": self.keeps, "verdict": self.verdict.word}


@dataclass(frozen=True, slots=True)
class ItemReport:
    """The verdict on one planned exercise. `side` is the side that was judged, where one was named."""

    exercise: str | None
    as_written: str
    verdict: Verdict
    within_limits: bool
    reasons: Sequence[Reason] = ()
    limits: tuple[LimitLine, ...] = ()
    advice: Sequence[Reason] = ()
    substitutes: Sequence[SubstituteLine] = ()
    near_names: tuple[str, ...] = ()
    side: str = ""
    rules: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    location: Location = field(default=Location(""), compare=False)

    @property
    def is_failing(self) -> bool:
        """Whether the dose as planned breaks a limit."""
        return self.verdict is Verdict.LIMITED and not self.within_limits

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        result: dict[str, Any] = {
            "exercise": self.exercise,
            "as_written": self.as_written,
            "verdict": self.verdict.word,
            "within_limits": self.within_limits,
            "reasons": [r.to_dict() for r in self.reasons],
            "limits": [line.to_dict() for line in self.limits],
            "substitutes": [s.to_dict() for s in self.substitutes],
        }
        if self.side:
            result["side"] = self.side
        if self.advice:
            result["advice"] = [r.to_dict() for r in self.advice]
        if self.near_names:
            result["near_names"] = list(self.near_names)
        return result


@dataclass(frozen=True, slots=True)
class SessionReport:
    """The verdict on one session: the strictest of its items and of what concerns it as a whole.

    Sessions stand in order of time; `number` is the place in the case file, from 1.
    """

    at: datetime
    verdict: Verdict
    items: tuple[ItemReport, ...]
    reasons: tuple[Reason, ...] = ()
    limits: tuple[LimitLine, ...] = ()
    within_limits: bool = True
    phases: tuple[tuple[str, str, bool], ...] = ()
    number: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "at": time_text(self.at),
            "number": self.number,
            "verdict": self.verdict.word,
            "within_limits": self.within_limits,
            "phases": [{"of": of, "phase": phase, "sure": sure} for of, phase, sure in self.phases],
            "reasons": [r.to_dict() for r in self.reasons],
            "limits": [line.to_dict() for line in self.limits],
            "items": [i.to_dict() for i in self.items],
        }


@dataclass(frozen=True, slots=True, order=True)
class Ask:
    """Something to find out. `is_needed`: a declared thing can't be judged without it; otherwise it is worth asking."""

    field: str
    question: str
    rules: tuple[str, ...]
    is_needed: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "field": self.field,
            "question": self.question,
            "rules": list(self.rules),
            "level": "needed" if self.is_needed else "info",
        }


@dataclass(frozen=True, slots=True, order=True)
class Alert:
    """Something to act on before anything else. `level`: emergency, stop, warn or info."""

    level: str
    message: str
    rule: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"level": self.level, "message": self.message, "rule": self.rule}


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """A closed question to a professional."""

    to: str
    question: str
    options: tuple[str, ...]
    rules: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"to": self.to, "question": self.question, "options": list(self.options), "rules": list(self.rules)}


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What judged: version, inference engine, packs with digests, catalog digest."""

    version: str
    inference: str
    packs: tuple[Mapping[str, str], ...]
    catalog_sha256: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "version": self.version,
            "inference": self.inference,
            "packs": [dict(p) for p in self.packs],
            "catalog_sha256": self.catalog_sha256,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts on a whole plan."""

    engine: EngineInfo
    sessions: tuple[SessionReport, ...]
    asks: tuple[Ask, ...]
    alerts: tuple[Alert, ...]
    questions: tuple[Question, ...]
    ledger: Sequence[Account] = ()

    @property
    def verdict(self) -> Verdict:
        """Return the strictest verdict; at least unknown while something can't be judged, or nothing was."""
        found = [s.verdict for s in self.sessions]
        if not self.sessions or any(ask.is_needed for ask in self.asks):
            found.append(Verdict.UNKNOWN)
        return strictest(found)

    @property
    def within_limits(self) -> bool:
        """Whether every planned dose keeps every limit."""
        return all(s.within_limits and not any(i.is_failing for i in s.items) for s in self.sessions)

    def fails(self, fail_on: Verdict) -> bool:
        """Whether the plan must not be used as it is: something at or above `fail_on`, or a dose beyond its limits."""
        return self.verdict >= fail_on or not self.within_limits

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the public contract."""
        return {
            "safetyrules": "report/1",
            "verdict": self.verdict.word,
            "within_limits": self.within_limits,
            "engine": self.engine.to_dict(),
            "sessions": [s.to_dict() for s in self.sessions],
            "asks": [a.to_dict() for a in self.asks],
            "alerts": [a.to_dict() for a in self.alerts],
            "questions": [q.to_dict() for q in self.questions],
            "ledger": [a.to_dict() for a in self.ledger],
        }
