"""From a client's week to the rebalanced one: solved, written down, and judged again by the same rules as any other plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from safetyrules.model.case import Case
from safetyrules.model.rebalanced import Proof, Rebalanced
from safetyrules.model.report import LimitLine, Report
from safetyrules.planning.changes import changes_of, unmet_of
from safetyrules.planning.exact import is_available, solve_exactly
from safetyrules.planning.options import Workshop
from safetyrules.planning.problem import TIERS
from safetyrules.planning.rebalance import home_conflicts, plan_of, proof_of, solved
from safetyrules.planning.week import Week


def rebalanced(shop: Workshop, before: Report, judge: Callable[[Case], Report], effort: str) -> Rebalanced:
    """Return the rebalanced week of the client that `shop` makes options for."""
    case = shop.case
    if not case.plan.sessions:
        zeros = dict.fromkeys(TIERS, 0)
        proof = Proof(optimal=True, tiers=zeros, bounds=zeros, solver="none", nodes=0)
        return Rebalanced("unchanged", case.plan, (), (), (), proof, tuple(before.ledger), before, before)
    limits: list[tuple[LimitLine, ...]] = [()] * len(case.plan.sessions)
    for session in before.sessions:
        limits[session.number - 1] = tuple(x for x in session.limits if x.limit.quantity == "session_minutes")
    week = Week(shop, limits)
    answer = solved(week, effort, solve_exactly if is_available() else None)
    plan = plan_of(week, answer)
    conflicts = (*answer.conflicts, *home_conflicts(week))
    changes = changes_of(week, answer)
    new_case = case.model_copy(update={"plan": plan})
    new_case._locate = None
    report = judge(new_case)
    asked = tuple(sorted({*report.questions, *(q for c in conflicts for q in c.questions)}))
    report = replace(report, questions=asked)
    is_same = all(c.action == "kept" for c in changes)
    status = "infeasible" if conflicts else "unchanged" if is_same else "changed"
    return Rebalanced(
        status, plan, changes, unmet_of(week, answer), conflicts, proof_of(answer), tuple(report.ledger), report, before
    )
