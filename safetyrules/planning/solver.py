"""The built-in planner: best-first branch and bound, exact when it ends within its node limit, and honest when it doesn't.

A node holds the options that each group may still pick. Its relaxation lets every group pick its cheapest one; the bound is
what that costs, with the least that goals and growing sessions can cost. Where the relaxation breaks a row, or costs more than
the bound, one group is split by what it uses of that row. The limit counts nodes and not seconds, so that the answer is the same
on every machine.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from safetyrules.planning.problem import (
    Cap,
    Choice,
    Count,
    Group,
    Problem,
    Tuple6,
    broken,
    cheapest,
    cost_of,
    growth,
    reached,
    shortfall,
)

NODES = {"fast": 100, "standard": 1_000, "proof": 40_000}
"""How many nodes each effort may open."""

Domains = tuple[tuple[int, ...], ...]
WORST: Tuple6 = (2**62, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Solution:
    """A choice with its tiers; `bound` is the least that any choice can cost. `is_optimal` when the two are equal."""

    choice: Choice | None
    cost: Tuple6
    bound: Tuple6
    nodes: int
    by: str

    @property
    def is_optimal(self) -> bool:
        """Whether nothing better exists."""
        return self.choice is not None and self.bound >= self.cost


def solve(problem: Problem, nodes: int, beat: Tuple6 = WORST) -> Solution:
    """Return the best choice found, or none where nothing better than `beat` exists."""
    return _Search(problem, nodes, beat).run()


@dataclass(slots=True)
class _Node:
    domains: Domains
    choice: Choice
    least: dict[str, int]
    sums: dict[str, int]


class _Search:
    def __init__(self, problem: Problem, nodes: int, beat: Tuple6) -> None:
        self.problem, self.limit, self.beat = problem, nodes, beat
        self.best: Choice | None = None
        self.best_cost = beat
        self.opened = 0
        self._minima: dict[tuple[int, tuple[int, ...]], dict[str, int]] = {}
        self._maxima: dict[tuple[int, tuple[int, ...]], dict[str, int]] = {}
        self._goal_rows = {goal.row for goal in problem.goals}

    def run(self) -> Solution:
        root = self._root()
        if root is None:
            return Solution(None, WORST, WORST, 0, "built-in")
        if self.beat == WORST:
            self._greedy(root)
        heap: list[tuple[Tuple6, int, _Node]] = [(self._bound(root), 0, root)]
        number = 0
        while heap:
            bound, _, node = heapq.heappop(heap)
            if bound >= self.best_cost:
                return self._solution(self.best_cost)
            if self.opened >= self.limit:
                return self._solution(bound)
            self.opened += 1
            for child in self._expand(node, bound):
                own = self._bound(child)
                if own < self.best_cost:
                    number += 1
                    heapq.heappush(heap, (own, number, child))
        return self._solution(self.best_cost)

    def _solution(self, bound: Tuple6) -> Solution:
        return Solution(self.best, self.best_cost if self.best is not None else WORST, bound, self.opened, "built-in")

    # --- nodes

    def _root(self) -> _Node | None:
        domains = tuple(tuple(range(len(g.options))) for g in self.problem.groups)
        if not all(domains):
            return None
        choice = tuple(cheapest(g, d) for g, d in zip(self.problem.groups, domains, strict=True))
        least: dict[str, int] = {}
        sums: dict[str, int] = {}
        for number, domain in enumerate(domains):
            _add(least, self._min(number, domain), 1)
            _add(sums, self.problem.groups[number].options[choice[number]].uses, 1)
        node = _Node(domains, choice, least, sums)
        return None if self._is_hopeless(node) else node

    def _min(self, number: int, domain: tuple[int, ...]) -> dict[str, int]:
        """Return the least that a group must use of each row."""
        found = self._minima.get((number, domain))
        if found is None:
            options = self.problem.groups[number].options
            rows = set(options[domain[0]].uses)
            for o in domain[1:]:
                rows &= options[o].uses.keys()
                if not rows:
                    break
            found = {row: min(options[o].uses[row] for o in domain) for row in sorted(rows)}
            self._minima[number, domain] = found
        return found

    def _narrow(self, node: _Node, number: int, domain: tuple[int, ...]) -> _Node | None:
        if not domain:
            return None
        group = self.problem.groups[number]
        chosen = node.choice[number] if node.choice[number] in domain else cheapest(group, domain)
        least, sums = dict(node.least), dict(node.sums)
        _add(least, self._min(number, node.domains[number]), -1)
        _add(least, self._min(number, domain), 1)
        if chosen != node.choice[number]:
            _add(sums, group.options[node.choice[number]].uses, -1)
            _add(sums, group.options[chosen].uses, 1)
        domains = (*node.domains[:number], domain, *node.domains[number + 1 :])
        child = _Node(domains, (*node.choice[:number], chosen, *node.choice[number + 1 :]), least, sums)
        return None if self._is_hopeless(child) else child

    def _is_hopeless(self, node: _Node) -> bool:
        least = node.least
        if any(least.get(cap.row, 0) > cap.most for cap in self.problem.caps):
            return True
        return any(sum(least.get(row, 0) >= count.threshold for row in count.rows) > count.most for count in self.problem.counts)

    def _bound(self, node: _Node) -> Tuple6:
        cost = list(cost_of(self.problem, node.choice, node.sums))
        if self.problem.goals:
            most = self._most(node)
            cost[0] = 0
            for goal in self.problem.goals:
                low, high = node.least.get(goal.row, 0), most.get(goal.row, 0)
                nearest = min(max(goal.low, low), high) if goal.high is None else min(max(goal.low, low), max(high, low))
                nearest = max(low, nearest)
                cost[0] += shortfall(goal, nearest, self.problem.quarters)
        cost[4] = sum(growth(g, node.least.get(g.row, 0)) for g in self.problem.growths)
        missed, dropped, changed, change, grown, tie = cost
        return missed, dropped, changed, change, grown, tie

    def _most(self, node: _Node) -> dict[str, int]:
        most: dict[str, int] = {}
        for number, domain in enumerate(node.domains):
            key = (number, domain)
            own = self._maxima.get(key)
            if own is None:
                options = self.problem.groups[number].options
                amounts = {row: max(options[o].uses.get(row, 0) for o in domain) for row in self._goal_rows}
                own = self._maxima[key] = {row: amount for row, amount in sorted(amounts.items()) if amount}
            _add(most, own, 1)
        return most

    # --- branching

    def _expand(self, node: _Node, bound: Tuple6) -> Iterator[_Node]:
        rows = self._broken_rows(node)
        if not rows:
            cost = cost_of(self.problem, node.choice, node.sums)
            if cost < self.best_cost:
                self.best, self.best_cost = node.choice, cost
            if cost == bound:
                return
            rows = self._loose_rows(node)
        split = self._split(node, rows)
        if split is None:
            return
        number, below, rest = split
        for domain in (below, rest):
            child = self._narrow(node, number, domain)
            if child is not None:
                yield child

    def _broken_rows(self, node: _Node) -> tuple[str, ...]:
        for cap in self.problem.caps:
            if node.sums.get(cap.row, 0) > cap.most:
                return (cap.row,)
        for count in self.problem.counts:
            over = tuple(row for row in count.rows if node.sums.get(row, 0) >= count.threshold)
            if len(over) > count.most:
                return over
        return ()

    def _loose_rows(self, node: _Node) -> tuple[str, ...]:
        """Return the rows on which the relaxation costs more than the bound says it must."""
        most = self._most(node) if self.problem.goals else {}
        for goal in self.problem.goals:
            if node.least.get(goal.row, 0) != most.get(goal.row, 0) and shortfall(
                goal, node.sums.get(goal.row, 0), self.problem.quarters
            ):
                return (goal.row,)
        for row in self.problem.growths:
            if growth(row, node.sums.get(row.row, 0)) > growth(row, node.least.get(row.row, 0)):
                return (row.row,)
        return tuple(goal.row for goal in self.problem.goals)

    def _split(self, node: _Node, rows: tuple[str, ...]) -> tuple[int, tuple[int, ...], tuple[int, ...]] | None:
        """Return the group to split and the two parts of its options: those that use less of the row, and the rest."""
        best: tuple[int, int, int] | None = None
        picked: tuple[int, str] | None = None
        for row in rows:
            for number, domain in enumerate(node.domains):
                if len(domain) < 2:
                    continue
                options = self.problem.groups[number].options
                own = options[node.choice[number]].uses.get(row, 0)
                spread = {options[o].uses.get(row, 0) for o in domain}
                if len(spread) < 2:
                    continue
                key = (-int(own > min(spread)), -own, number)
                if best is None or key < best:
                    best, picked = key, (number, row)
        if picked is None:
            return None
        number, row = picked
        options = self.problem.groups[number].options
        domain = node.domains[number]
        own = options[node.choice[number]].uses.get(row, 0)
        border = own if own > min(options[o].uses.get(row, 0) for o in domain) else own + 1
        below = tuple(o for o in domain if options[o].uses.get(row, 0) < border)
        rest = tuple(o for o in domain if options[o].uses.get(row, 0) >= border)
        return number, below, rest

    # --- a first answer

    def _greedy(self, root: _Node) -> None:
        """Two first answers: the relaxation repaired, and a week built up from nothing; both made better one group at a time."""
        for choice in (self._repaired(root), self._built_up()):
            if choice is None:
                continue
            better = self._polished(choice)
            cost = cost_of(self.problem, better)
            if cost < self.best_cost:
                self.best, self.best_cost = better, cost

    def _repaired(self, root: _Node) -> Choice | None:
        choice = list(root.choice)
        sums = dict(root.sums)
        for _ in range(4 * len(choice)):
            faults = broken(self.problem, sums)
            if not faults:
                return tuple(choice)
            step = self._repair(choice, sums, faults)
            if step is None:
                return None
            number, other = step
            options = self.problem.groups[number].options
            _add(sums, options[choice[number]].uses, -1)
            _add(sums, options[other].uses, 1)
            choice[number] = other
        return None

    def _repair(self, choice: list[int], sums: dict[str, int], faults: list[Cap | Count]) -> tuple[int, int] | None:
        """Return the change that heals most of the faults at the least cost."""
        rows = [faults[0].row] if isinstance(faults[0], Cap) else list(faults[0].rows)
        best: tuple[int, tuple[int, int, int, int], int, int] | None = None
        for number, group in enumerate(self.problem.groups):
            now = group.options[choice[number]]
            if not any(now.uses.get(row, 0) for row in rows):
                continue
            for other, option in enumerate(group.options):
                if all(option.uses.get(row, 0) >= now.uses.get(row, 0) for row in rows):
                    continue
                _add(sums, now.uses, -1)
                _add(sums, option.uses, 1)
                key = (_amount_over(self.problem, sums), option.cost, number, other)
                _add(sums, option.uses, -1)
                _add(sums, now.uses, 1)
                if best is None or key < best:
                    best = key
        return None if best is None else (best[2], best[3])

    def _built_up(self) -> Choice | None:
        """Start with as little as every group allows, then let each group take its cheapest option that still fits."""
        choice = [_smallest(group) for group in self.problem.groups]
        sums: dict[str, int] = {}
        for group, chosen in zip(self.problem.groups, choice, strict=True):
            _add(sums, group.options[chosen].uses, 1)
        return tuple(choice) if not broken(self.problem, sums) else None

    def _polished(self, choice: Choice) -> Choice:
        """Let one group after the other pick what costs the whole week least, until nothing gets better."""
        own = list(choice)
        sums: dict[str, int] = {}
        for group, chosen in zip(self.problem.groups, own, strict=True):
            _add(sums, group.options[chosen].uses, 1)
        is_better = True
        while is_better:
            is_better = False
            for number, group in enumerate(self.problem.groups):
                for other in _by_cost(group):
                    if group.options[other].cost >= group.options[own[number]].cost:
                        break
                    now = self._part(group, own[number], sums)
                    _add(sums, group.options[own[number]].uses, -1)
                    _add(sums, group.options[other].uses, 1)
                    if not broken(self.problem, sums) and self._part(group, other, sums) < now:
                        own[number] = other
                        is_better = True
                        break
                    _add(sums, group.options[other].uses, -1)
                    _add(sums, group.options[own[number]].uses, 1)
        return tuple(own)

    def _part(self, group: Group, chosen: int, sums: dict[str, int]) -> Tuple6:
        """Return the tiers as far as they depend on one group; the others' part is the same for all of its options."""
        dropped, changed, cost, tie = group.options[chosen].cost
        missed = sum(shortfall(g, sums.get(g.row, 0), self.problem.quarters) for g in self.problem.goals)
        grown = sum(growth(g, sums.get(g.row, 0)) for g in self.problem.growths)
        return missed, dropped, changed, cost, grown, tie


def _smallest(group: Group) -> int:
    """Return the option that uses least."""
    return min(range(len(group.options)), key=lambda o: (sum(group.options[o].uses.values()), o))


def _by_cost(group: Group) -> list[int]:
    """Return the options, cheapest first."""
    return sorted(range(len(group.options)), key=lambda o: (group.options[o].cost, o))


def _amount_over(problem: Problem, sums: dict[str, int]) -> int:
    """Return by how much the sums break their rows, so that a repair which helps a little counts."""
    over = sum(max(sums.get(cap.row, 0) - cap.most, 0) for cap in problem.caps)
    for count in problem.counts:
        beyond = reached(count, sums) - count.most
        if beyond > 0:
            over += sum(max(sums.get(row, 0) - count.threshold + 1, 0) for row in count.rows)
    return over


def _add(total: dict[str, int], uses: object, sign: int) -> None:
    assert isinstance(uses, dict)
    for row, amount in uses.items():
        total[row] = total.get(row, 0) + sign * amount
