"""Rebalance a week: from the trainer's own plan and the restrictions valid now, never from the last output."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from safetyrules.model.plan import Item, Plan
from safetyrules.model.rebalanced import Conflict, Proof
from safetyrules.model.report import Question
from safetyrules.planning.home import HomeWeek
from safetyrules.planning.options import Place
from safetyrules.planning.problem import TIERS, Choice, Option, Problem, Tuple6, evaluate
from safetyrules.planning.solver import NODES, WORST, Solution, solve
from safetyrules.planning.week import Week

_SWAP_SHARE = 10
"""Every exchange of two sessions gets this part of the nodes: most are seen to be no better at once."""

Exact = Callable[[Problem, Choice | None], Solution | None]
"""A solver that proves optima where the built-in one ran out of nodes; None where it found nothing."""


@dataclass(frozen=True, slots=True)
class Solved:
    """The chosen week: the problem it answers, what was chosen, and the sessions that were exchanged."""

    problem: Problem
    solution: Solution
    base: Mapping[Place, int]
    swapped: tuple[int, int] | None
    conflicts: tuple[Conflict, ...]
    without: frozenset[str]

    def option(self, group: str) -> Option | None:
        """Return what was chosen for a group; None where it is none of the problem."""
        assert self.solution.choice is not None
        for g, chosen in zip(self.problem.groups, self.solution.choice, strict=True):
            if g.id == group:
                return g.options[chosen]
        return None


def solved(week: Week, effort: str, exact: Exact | None) -> Solved:
    """Return the best week found: with single changes, or after an exchange of two whole sessions."""
    nodes = NODES[effort]
    own, swaps = week.bases()
    without, conflicts = _given_up(week, own, nodes)
    quick = week.problem(own, is_quick=True, without=without)
    first = solve(quick, nodes)
    if first.is_optimal and first.cost[:4] == (0, 0, 0, 0):
        return Solved(quick, first, own, None, conflicts, without)
    problem = week.problem(own, is_quick=False, without=without)
    best = Solved(problem, _best(problem, nodes, WORST, exact), own, None, conflicts, without)
    lowest = best.solution.bound
    for pair, base, offset in swaps:
        cost = best.solution.cost
        if cost[1] == 0 and cost[2] <= offset[0]:
            break  # an exchange is a change itself
        other = week.problem(base, offset, is_quick=False, without=without)
        found = solve(other, max(nodes // _SWAP_SHARE, 1), cost)
        if not found.is_optimal and found.choice is not None:
            lowest = min(lowest, found.bound)
        elif found.choice is None:
            lowest = min(lowest, max(found.bound, (0, 0, 0, 0, 0, 0)))
        if found.choice is not None and found.cost < cost:
            best = Solved(other, found, base, pair, conflicts, without)
    final = best.solution
    bound = min(lowest, final.bound) if final.choice is not None else final.bound
    solution = Solution(final.choice, final.cost, min(bound, final.cost), final.nodes, final.by)
    answer = Solved(best.problem, solution, best.base, best.swapped, conflicts, without)
    _check(answer)
    return answer


def _best(problem: Problem, nodes: int, beat: Tuple6, exact: Exact | None) -> Solution:
    # Where another solver can prove the optimum, the built-in one only has to find a good week quickly.
    found = solve(problem, nodes if exact is None else min(nodes, NODES["fast"]), beat)
    if (found.choice is not None and found.is_optimal) or found.bound >= beat or exact is None:
        return found
    proven = exact(problem, found.choice)
    if proven is None or proven.choice is None:
        return found
    cost, faults = evaluate(problem, proven.choice)
    if faults or cost > min(found.cost, beat):
        return found  # another solver's answer counts only when the independent judge agrees
    return Solution(proven.choice, cost, proven.bound, found.nodes, proven.by)


def _check(answer: Solved) -> None:
    choice = answer.solution.choice
    if choice is None:
        return
    cost, faults = evaluate(answer.problem, choice)
    assert not faults, [f.words for f in faults]
    assert cost == answer.solution.cost


def proof_of(answer: Solved) -> Proof:
    """Return how good the week is, tier by tier."""
    solution = answer.solution
    return Proof(
        optimal=solution.is_optimal,
        tiers=dict(zip(TIERS, solution.cost, strict=True)),
        bounds=dict(zip(TIERS, min(solution.bound, solution.cost), strict=True)),
        solver=solution.by,
        nodes=solution.nodes,
    )


# --- demands that can't hold together


def _given_up(week: Week, own: Mapping[Place, int], nodes: int) -> tuple[frozenset[str], tuple[Conflict, ...]]:
    """Return the demands that the week must do without, with the smallest set that each of them was in conflict with."""
    conflicts = list(_locked_but_held(week))
    without: set[str] = {
        f"lock:{place.id}" for place, item in week.places.items() if item.locked and week.shop.fit(place.session, item) is None
    }
    demands = [h.id for h in week.homes if h.count]
    demands += [f"lock:{p.id}" for p, item in week.places.items() if item.locked and f"lock:{p.id}" not in without]
    demands += [f"time:{n}" for n, s in enumerate(week.sessions) if s.minutes is not None]

    def holds(kept: Sequence[str]) -> bool:
        left_out = frozenset(without | (set(demands) - set(kept)))
        return solve(week.problem(own, is_quick=True, without=left_out), nodes).choice is not None

    while demands and not holds(demands):
        smallest = _smallest(demands, holds)
        if not smallest:
            break  # even without all of them nothing holds: rules alone leave no week, and every item is dropped
        loser = smallest[-1]
        words = tuple(_demand_words(week, d) for d in smallest)
        conflicts.append(Conflict(words, _demand_words(week, loser)))
        without.add(loser)
        demands.remove(loser)
    return frozenset(without), tuple(conflicts)


def _smallest(demands: list[str], holds: Callable[[Sequence[str]], bool]) -> list[str]:
    """Return a smallest conflicting set, the most important demands kept out of it where that can be: QuickXplain."""

    def explain(background: list[str], has_changed: bool, rest: list[str]) -> list[str]:
        if has_changed and not holds(background):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, second = rest[:half], rest[half:]
        found = explain([*background, *first], True, second)
        return explain([*background, *found], bool(found), first) + found

    found = explain([], False, demands) if holds([]) else []
    return [d for d in demands if d in found]


def _locked_but_held(week: Week) -> Sequence[Conflict]:
    found = []
    for place, item in week.places.items():
        if item.locked and week.shop.fit(place.session, item) is None:
            report = week.shop.judge(place.session, item)
            reason = next(iter(report.reasons), None)
            rule = f"{reason.rule}: {reason.because}" if reason else f"the verdict {report.verdict.word}"
            lock = _demand_words(week, f"lock:{place.id}")
            found.append(Conflict((rule, lock), lock))
    return found


def _demand_words(week: Week, demand: str) -> str:
    kind, _, rest = demand.partition(":")
    if kind == "lock":
        place = next(p for p in week.places if p.id == rest)
        return f"{week.places[place].exercise} is locked in {week.name(place.session)}"
    if kind == "time":
        number = int(rest)
        return f"{week.name(number)} lasts {week.sessions[number].minutes:g} minutes"
    home: HomeWeek = next(h for h in week.homes if h.id == demand)
    return f"{home.home.exercise} {home.wanted} times a week, prescribed by {home.home.by}"


# --- the new plan


def plan_of(week: Week, answer: Solved) -> Plan:
    """Return the new plan: home exercises first, then what stayed, then what came."""
    assert answer.solution.choice is not None
    own: list[list[tuple[tuple[int, int], Item]]] = [[] for _ in week.sessions]
    order = {place.id: n for n, place in enumerate(week.places)}
    for group, chosen in zip(answer.problem.groups, answer.solution.choice, strict=True):
        option = group.options[chosen]
        for number, item in option.items:
            came = 0 if item.home is not None else 1 if option.action in ("keep", "limit", "trim") else 2
            own[number].append(((came, order.get(group.id, 0)), item))
    sessions = tuple(
        session.model_copy(update={"items": tuple(item for _, item in sorted(own[n], key=lambda pair: pair[0]))})
        for n, session in enumerate(week.sessions)
    )
    return Plan(goals=week.case.plan.goals, sessions=sessions)


def home_conflicts(week: Week) -> tuple[Conflict, ...]:
    """Return the home exercises that a rule or another professional holds, with one closed question to each side."""
    roles = {m.id: m.role for m in week.case.care_team.members}
    authors = {i.id: i.by for i in week.case.care_team.instructions}
    found = []
    for home in week.homes:
        if not home.held_sessions or home.open_sessions:
            continue
        report = week.shop.judge(home.held_sessions[0], home.item)
        reasons = [r for r in report.reasons if r.verdict == report.verdict] or list(report.reasons)
        rules = tuple(sorted({r.rule for r in reasons}))
        because = reasons[0].because if reasons else report.verdict.word
        asked = {home.home.by} | {authors[f.split(":")[1]] for r in reasons for f in r.source_facts if f.startswith("instruction:")}
        words = f"{home.home.exercise}, prescribed by {home.home.by}, is held: {because} May it be done as prescribed?"
        questions = tuple(
            Question(to, words, ("yes", "yes, with limit", "no, until"), rules) for to in sorted(asked) if to in roles
        )
        demand = f"{home.home.exercise} {home.wanted or 'some'} times a week, prescribed by {home.home.by}"
        found.append(Conflict((f"{', '.join(rules)}: {because}", demand), demand, questions))
    return tuple(found)
