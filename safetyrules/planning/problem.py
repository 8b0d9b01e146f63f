"""The rebalancing problem, free of any solver: every group picks exactly one of its options.

Options that a rule forbids are never made, so no solver can choose one. All amounts are whole numbers. `evaluate` is the
one judge of a choice: every solver's answer is checked by it before it leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from safetyrules.model.plan import Item

TIERS = ("goal_shortfall_sets", "dropped_priority", "changed_items", "change_cost", "session_growth", "tie_break")

Choice = tuple[int, ...]
"""For each group, the number of the option chosen."""

Tuple6 = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can happen to a group. `items` are what then stands where: session number and item.

    `cost` is dropped priority, changed items, cost of the change, tie-break. `uses` maps rows to amounts.
    """

    key: str
    action: str
    items: tuple[tuple[int, Item], ...]
    cost: tuple[int, int, int, int]
    uses: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A planned item or a home exercise, with its options; the first is the cheapest."""

    id: str
    options: tuple[Option, ...]
    demand: str = ""


@dataclass(frozen=True, slots=True)
class Cap:
    """A row whose sum is at most `most`. `demand` names the demand that it belongs to, `words` says it."""

    row: str
    most: int
    demand: str
    words: str
    per: int = 1
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """Of these rows at most `most` may reach `threshold`."""

    id: str
    rows: tuple[str, ...]
    threshold: int
    most: int
    demand: str
    words: str


@dataclass(frozen=True, slots=True)
class Goal:
    """Quarter sets that a row should have; each whole set too few or too many costs one."""

    row: str
    low: int
    high: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Growth:
    """A session's own length in tenths of a minute; each five minutes beyond it cost one."""

    row: str
    own: int
    step: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Groups and the rows that tie them together. `offset` is what the problem costs before anything is chosen."""

    groups: tuple[Group, ...]
    caps: tuple[Cap, ...] = ()
    counts: tuple[Count, ...] = ()
    goals: tuple[Goal, ...] = ()
    growths: tuple[Growth, ...] = ()
    quarters: int = 4
    offset: tuple[int, int] = (0, 0)
    """Changes and their cost that the problem begins with: a swap of whole sessions."""


def sums_of(problem: Problem, choice: Choice) -> dict[str, int]:
    """Return the sum of every row under a choice."""
    sums: dict[str, int] = {}
    for group, chosen in zip(problem.groups, choice, strict=True):
        for row, amount in group.options[chosen].uses.items():
            sums[row] = sums.get(row, 0) + amount
    return sums


def broken(problem: Problem, sums: Mapping[str, int]) -> list[Cap | Count]:
    """Return every row and count that the sums break, in order."""
    found: list[Cap | Count] = [cap for cap in problem.caps if sums.get(cap.row, 0) > cap.most]
    found += [count for count in problem.counts if reached(count, sums) > count.most]
    return found


def reached(count: Count, sums: Mapping[str, int]) -> int:
    """Return how many rows of a count reach its threshold."""
    return sum(sums.get(row, 0) >= count.threshold for row in count.rows)


def shortfall(goal: Goal, amount: int, quarters: int) -> int:
    """Return how many whole sets an amount misses its goal by."""
    missing = max(goal.low - amount, 0)
    beyond = max(amount - goal.high, 0) if goal.high is not None else 0
    return -(-missing // quarters) + -(-beyond // quarters)


def growth(row: Growth, amount: int) -> int:
    """Return how many steps a session has grown."""
    return -(-max(amount - row.own, 0) // row.step)


def cost_of(problem: Problem, choice: Choice, sums: Mapping[str, int] | None = None) -> Tuple6:
    """Return the tiers of a choice, most important first."""
    sums = sums_of(problem, choice) if sums is None else sums
    dropped = changed = cost = tie = 0
    for group, chosen in zip(problem.groups, choice, strict=True):
        d, c, k, t = group.options[chosen].cost
        dropped, changed, cost, tie = dropped + d, changed + c, cost + k, tie + t
    missed = sum(shortfall(g, sums.get(g.row, 0), problem.quarters) for g in problem.goals)
    grown = sum(growth(g, sums.get(g.row, 0)) for g in problem.growths)
    return missed, dropped, changed + problem.offset[0], cost + problem.offset[1], grown, tie


def evaluate(problem: Problem, choice: Choice) -> tuple[Tuple6, list[Cap | Count]]:
    """Return the tiers of a choice and everything that it breaks. Independent of every solver."""
    sums = sums_of(problem, choice)
    return cost_of(problem, choice, sums), broken(problem, sums)


def cheapest(group: Group, domain: Sequence[int]) -> int:
    """Return the option of least cost; options are told apart by their tie-break and by their place."""
    return min(domain, key=lambda o: (group.options[o].cost, o))
