"""CP-SAT of OR-tools, where it is installed: proves the optimum of the same problem, one tier after the other.

Deterministic: one worker, a fixed seed, and a limit in deterministic time. Its answer is judged by `problem.evaluate` like any
other.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from safetyrules.planning.problem import Choice, Problem, Tuple6, cost_of
from safetyrules.planning.solver import Solution

_TIERS = 6
_DETERMINISTIC_TIME = 4.0
_SEED = 1
_SEPARABLE = {1: 0, 2: 1, 3: 2, 5: 3}


def is_available() -> bool:
    """Return whether OR-tools can be imported."""
    return find_spec("ortools") is not None


def solve_exactly(problem: Problem, hint: Choice | None) -> Solution | None:
    """Return the optimum, or the best found with its bound; None where there is none or nothing was found in time."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    picks: list[list[Any]] = []
    rows: dict[str, list[tuple[int, Any]]] = {}
    for g, group in enumerate(problem.groups):
        own = [model.new_bool_var(f"g{g}o{o}") for o in range(len(group.options))]
        model.add_exactly_one(own)
        picks.append(own)
        for variable, option in zip(own, group.options, strict=True):
            for row, amount in option.uses.items():
                rows.setdefault(row, []).append((amount, variable))
        if hint is not None:
            for o, variable in enumerate(own):
                model.add_hint(variable, int(o == hint[g]))

    def total(row: str) -> Any:
        return sum(amount * variable for amount, variable in rows.get(row, []))

    for cap in problem.caps:
        model.add(total(cap.row) <= cap.most)
    hot: dict[tuple[str, int], Any] = {}
    for count in problem.counts:
        for row in count.rows:
            if (row, count.threshold) not in hot and row in rows:
                flag = model.new_bool_var(f"hot {row}")
                model.add(total(row) <= count.threshold - 1).only_enforce_if(flag.negated())
                hot[row, count.threshold] = flag
        model.add(sum(hot[row, count.threshold] for row in count.rows if row in rows) <= count.most)
    tiers: list[Any] = [0] * _TIERS
    for tier, place in _SEPARABLE.items():
        tiers[tier] = sum(
            option.cost[place] * variable
            for group, own in zip(problem.groups, picks, strict=True)
            for option, variable in zip(group.options, own, strict=True)
            if option.cost[place]
        )
    misses = []
    for goal in problem.goals:
        most = sum(amount for amount, _ in rows.get(goal.row, []))
        low = model.new_int_var(0, max(goal.low, 0) // problem.quarters + 1, f"low {goal.row}")
        model.add(low * problem.quarters >= goal.low - total(goal.row))
        misses.append(low)
        if goal.high is not None:
            high = model.new_int_var(0, most // problem.quarters + 1, f"high {goal.row}")
            model.add(high * problem.quarters >= total(goal.row) - goal.high)
            misses.append(high)
    tiers[0] = sum(misses)
    grown = []
    for session in problem.growths:
        most = sum(amount for amount, _ in rows.get(session.row, []))
        steps = model.new_int_var(0, most // session.step + 1, f"grow {session.row}")
        model.add(steps * session.step >= total(session.row) - session.own)
        grown.append(steps)
    tiers[4] = sum(grown)
    return _in_tiers(problem, model, picks, tiers, cp_model)


def _in_tiers(problem: Problem, model: Any, picks: list[list[Any]], tiers: list[Any], cp_model: Any) -> Solution | None:
    choice: Choice | None = None
    bound = [0] * _TIERS
    is_proven = True
    for tier, objective in enumerate(tiers):
        if isinstance(objective, int):
            bound[tier] = objective
            continue
        model.minimize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = _SEED
        solver.parameters.max_deterministic_time = _DETERMINISTIC_TIME
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            is_proven = False
            break
        choice = tuple(next(o for o, v in enumerate(own) if solver.boolean_value(v)) for own in picks)
        bound[tier] = int(solver.best_objective_bound)
        if status != cp_model.OPTIMAL:
            is_proven = False
            break
        model.add(objective <= int(solver.objective_value))
        model.clear_hints()
        for own, chosen in zip(picks, choice, strict=True):
            for o, v in enumerate(own):
                model.add_hint(v, int(o == chosen))
    if choice is None:
        return None
    cost = cost_of(problem, choice)
    least: Tuple6 = (bound[0], bound[1], bound[2] + problem.offset[0], bound[3] + problem.offset[1], bound[4], bound[5])
    return Solution(choice, cost, cost if is_proven else min(least, cost), 0, "cp-sat")
