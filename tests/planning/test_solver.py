"""The built-in planner against exhaustive search, and against CP-SAT where that is installed."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safetyrules.planning.exact import is_available, solve_exactly
from safetyrules.planning.problem import Cap, Count, Goal, Group, Growth, Option, Problem, evaluate
from safetyrules.planning.solver import solve

ROWS = ["time:0", "time:1", "hot:0:a", "hot:1:a", "goal:m", "vol:m"]


@st.composite
def problems(draw):
    """A small problem with every kind of row."""
    groups = []
    for g in range(draw(st.integers(1, 5))):
        options = []
        for o in range(draw(st.integers(1, 4))):
            uses = draw(st.dictionaries(st.sampled_from(ROWS), st.integers(1, 9), max_size=3))
            changed = int(o > 0)
            cost = (draw(st.integers(0, 2)) * changed, changed, draw(st.integers(0, 30)) * changed, draw(st.integers(0, 50)))
            options.append(Option(f"o{o}", "keep" if o == 0 else "move", (), cost, uses))
        groups.append(Group(f"g{g}", tuple(options)))
    caps = tuple(Cap(r, draw(st.integers(0, 12)), "time", r) for r in draw(st.lists(st.sampled_from(ROWS[:2]), unique=True)))
    counts = (Count("c", ("hot:0:a", "hot:1:a"), draw(st.integers(1, 8)), draw(st.integers(0, 1)), "spacing", "c"),)
    goals = (Goal("goal:m", draw(st.integers(0, 20)), draw(st.sampled_from([None, 4, 12])), "m"),) if draw(st.booleans()) else ()
    growths = (Growth("time:0", draw(st.integers(0, 10)), 3),)
    return Problem(tuple(groups), caps, counts, goals, growths)


def exhaustive(problem):
    best = None
    for choice in product(*(range(len(g.options)) for g in problem.groups)):
        cost, faults = evaluate(problem, choice)
        if not faults and (best is None or cost < best):
            best = cost
    return best


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(problems())
def test_exhaustive_search_finds_nothing_better(problem):
    """What the planner calls optimal is optimal, and it finds an answer wherever there is one."""
    best = exhaustive(problem)
    found = solve(problem, 100_000)
    if best is None:
        assert found.choice is None
    else:
        assert found.is_optimal
        assert found.cost == best
        assert evaluate(problem, found.choice) == (best, [])


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(problems(), st.integers(1, 6))
def test_with_few_nodes_it_is_honest(problem, nodes):
    """Cut short it never claims more than it knows: the bound is not above the true optimum, the answer breaks nothing."""
    best = exhaustive(problem)
    found = solve(problem, nodes)
    if found.choice is not None:
        cost, faults = evaluate(problem, found.choice)
        assert (cost, faults) == (found.cost, [])
        assert found.bound <= best <= found.cost
        if found.is_optimal:
            assert found.cost == best


@pytest.mark.skipif(not is_available(), reason="OR-tools is not installed")
@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(problems())
def test_cp_sat_agrees(problem):
    """The same optimum by another method."""
    best = exhaustive(problem)
    found = solve_exactly(problem, None)
    if best is None:
        assert found is None
    else:
        assert found is not None
        assert found.cost == best
        assert found.is_optimal


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(problems(), st.data())
def test_taking_an_option_away_never_helps(problem, data):
    """Another restriction only deletes options: the optimum can't improve."""
    number = data.draw(st.integers(0, len(problem.groups) - 1))
    group = problem.groups[number]
    if len(group.options) == 1:
        return
    gone = data.draw(st.integers(0, len(group.options) - 1))
    left = Group(group.id, tuple(o for n, o in enumerate(group.options) if n != gone))
    poorer = Problem(
        (*problem.groups[:number], left, *problem.groups[number + 1 :]),
        problem.caps, problem.counts, problem.goals, problem.growths,
    )  # fmt: skip
    before, after = solve(problem, 100_000), solve(poorer, 100_000)
    assert after.choice is None or (before.choice is not None and before.cost <= after.cost)
