"""What a rebalanced week is: the new plan, every change with its reason, what could not be had, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safetyrules.model.ledger import Account
from safetyrules.model.plan import Plan
from safetyrules.model.report import Question, Report


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for a change: the rule or event, one plain sentence, and the hours left in a window."""

    rule: str
    because: str
    source_facts: tuple[str, ...] = ()
    hours_left: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        result: dict[str, Any] = {"rule": self.rule, "because": self.because, "source_facts": list(self.source_facts)}
        return result if self.hours_left is None else result | {"hours_left": self.hours_left}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one planned line, or of one home exercise.

    `session` and `item` count from 1 in the case file, and are 0 for what was added. `to` says where it stands now and with
    what dose; empty when it was dropped.
    """

    session: int
    item: int
    exercise: str
    action: str
    sentence: str
    to: Mapping[str, Any]
    reasons: tuple[Why, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "session": self.session,
            "item": self.item,
            "exercise": self.exercise,
            "action": self.action,
            "to": dict(self.to),
            "sentence": self.sentence,
            "reasons": [w.to_dict() for w in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class Unmet:
    """Something wanted that the week does not give."""

    goal: str
    wanted: float
    got: float
    why: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"goal": self.goal, "wanted": self.wanted, "got": self.got, "why": self.why}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Demands that can't hold together: none of them can be left out of the set. `given_up` is the one the plan does without."""

    demands: tuple[str, ...]
    given_up: str
    questions: tuple[Question, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "demands": list(self.demands),
            "given_up": self.given_up,
            "questions": [q.to_dict() for q in self.questions],
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """How good the week is: the value of every tier, the least that any week could have, who found it."""

    optimal: bool
    tiers: Mapping[str, int]
    bounds: Mapping[str, int]
    solver: str
    nodes: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "optimal": self.optimal,
            "tiers": dict(self.tiers),
            "bounds": dict(self.bounds),
            "solver": self.solver,
            "nodes": self.nodes,
        }


@dataclass(frozen=True, slots=True)
class Rebalanced:
    """A week that holds to every rule and is as near to the trainer's as it can be."""

    status: str
    plan: Plan
    changes: Sequence[Change]
    unmet: tuple[Unmet, ...]
    conflicts: tuple[Conflict, ...]
    proof: Proof
    ledger: tuple[Account, ...]
    report: Report
    before: Report

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the public contract."""
        return {
            "safetyrules": "rebalanced/1",
            "status": self.status,
            "plan": self.plan.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
            "changes": [c.to_dict() for c in self.changes],
            "unmet": [u.to_dict() for u in self.unmet],
            "conflicts": [c.to_dict() for c in self.conflicts],
            "proof": self.proof.to_dict(),
            "ledger": [a.to_dict() for a in self.ledger],
            "report": self.report.to_dict(),
        }
