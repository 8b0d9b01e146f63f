"""What became of every planned line, in words: each change with the rule or event that asked for it, or what undoing it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from safetyrules.inference.facts import hours_between
from safetyrules.model.plan import Item
from safetyrules.model.rebalanced import Change, Unmet, Why
from safetyrules.model.report import Reason
from safetyrules.model.times import time_text
from safetyrules.model.verdict import Verdict
from safetyrules.planning.effort import QUARTERS
from safetyrules.planning.fit import is_open
from safetyrules.planning.options import Place
from safetyrules.planning.problem import Cap, Option, broken, cost_of, reached, sums_of
from safetyrules.planning.rebalance import Solved
from safetyrules.planning.week import Week

_ACTIONS = {"keep": "kept", "limit": "limited", "trim": "limited", "move": "moved", "substitute": "substituted", "drop": "dropped"}
_DOSE = (
    "sets",
    "reps",
    "seconds",
    "minutes",
    "load_kg",
    "load_kg_each",
    "load_pct_1rm",
    "rpe",
    "rir",
    "grip_width",
    "variant",
    "rom",
)


def changes_of(week: Week, answer: Solved) -> tuple[Change, ...]:
    """Return what became of every planned line, in the order of the case, then what was added."""
    found = []
    for place, item in week.places.items():
        option = answer.option(place.id)
        assert option is not None
        found.append(_change(week, answer, place, item, option))
    found += _old_home_lines(week, answer)
    found.sort(key=lambda c: (c.session, c.item))
    return (*found, *_added(week, answer))


def _change(week: Week, answer: Solved, place: Place, item: Item, option: Option) -> Change:
    if not option.items:
        reasons = _reasons(week, answer, place, item)
        return Change(
            place.session + 1,
            place.item + 1,
            item.exercise,
            "dropped",
            _sentence(week, place, item, "is left out", reasons),
            {},
            reasons,
        )
    session, now = option.items[0]
    action = _ACTIONS[option.action]
    if action in ("kept", "limited") and session != place.session:
        action = "moved"
    to = _to(session, now, item)
    if action == "kept":
        return Change(place.session + 1, place.item + 1, item.exercise, action, f"{item.exercise} stays as planned.", to)
    reasons = _reasons(week, answer, place, item)
    done = _done(week, place, item, action, session, now)
    return Change(
        place.session + 1, place.item + 1, item.exercise, action, _sentence(week, place, item, done, reasons), to, reasons
    )


def _to(session: int, now: Item, before: Item) -> dict[str, object]:
    to: dict[str, object] = {"session": session + 1, "exercise": now.exercise}
    for name in _DOSE:
        value, was = getattr(now, name), getattr(before, name)
        if value != was and value not in (None, ()):
            to[name] = (
                [r.model_dump(exclude_none=True) for r in value] if name == "rom" else list(value) if name == "variant" else value
            )
    return to


def _done(week: Week, place: Place, item: Item, action: str, session: int, now: Item) -> str:
    where = f" to {week.name(session)}" if session != place.session else ""
    if action == "moved":
        return f"moves{where}" + (f", with {_dose_words(now, item)}" if _dose_words(now, item) else "")
    if action == "substituted":
        shown = now.exercise.replace("_", " ")
        return f"is replaced by {shown}" + (f" in {week.name(session)}" if where else "")
    return f"stays with {_dose_words(now, item) or 'limits'}"


def _dose_words(now: Item, before: Item) -> str:
    words = []
    units = {
        "load_kg": "kg",
        "load_kg_each": "kg in each hand",
        "load_pct_1rm": "% of one-repetition maximum",
        "seconds": "s",
        "minutes": "min",
    }
    for name in _DOSE:
        value, was = getattr(now, name), getattr(before, name)
        if value == was or value in (None, ()):
            continue
        if name == "rom":
            for r in value:
                bounds = " ".join(f"{label} {v:g}" for label, v in (("from", r.min_deg), ("to", r.max_deg)) if v is not None)
                words.append(f"{r.joint.replace('_', ' ')} {r.action.replace('_', ' ')} {bounds} degrees")
        elif name == "variant":
            words += [v.replace("_", " ") for v in value if v not in before.variant]
        elif name in units:
            words.append(f"at most {value:g} {units[name]}")
        elif name == "rir":
            words.append(f"{value:g} repetitions in reserve")
        else:
            words.append(f"{name.replace('_', ' ')} {value:g}")
    return ", ".join(words)


def _sentence(week: Week, place: Place, item: Item, done: str, reasons: tuple[Why, ...]) -> str:
    because = reasons[0].because.rstrip(".") if reasons else ""
    head = f"{item.exercise} ({week.name(place.session)}) {done}"
    if not because:
        return f"{head}."
    left = reasons[0].hours_left
    window = f" ({left:g} hours of that are left)" if left is not None else ""
    return f"{head}: {because}{window}."


def _reasons(week: Week, answer: Solved, place: Place, item: Item) -> tuple[Why, ...]:
    """Return why a line changed: what forbids it where it stood, or what putting it back would break."""
    report = week.shop.judge(place.session, item)
    if not is_open(report):
        start = week.starts[place.session]
        direct = [_why(r, start) for r in report.reasons if r.verdict >= min(report.verdict, Verdict.LIMITED)]
        return tuple(direct)
    if answer.swapped is not None and answer.base[place] != place.session:
        a, b = answer.swapped
        words = f"{week.name(a)} and {week.name(b)} change places as a whole, which needs fewer changes than anything else"
        return (Why("planning/exchange", words), *_put_back(answer, place))
    return _put_back(answer, place) or (Why("planning/fewest-changes", "no week with fewer or smaller changes keeps every rule"),)


def _why(reason: Reason, start: datetime) -> Why:
    left = None
    if isinstance(reason.until, datetime):
        left = round(hours_between(start, reason.until), 1)
    return Why(reason.rule, reason.because, reason.source_facts, left)


def _put_back(answer: Solved, place: Place) -> tuple[Why, ...]:
    """Return what breaks when the line alone goes back to where it stood."""
    assert answer.solution.choice is not None
    choice = list(answer.solution.choice)
    for number, group in enumerate(answer.problem.groups):
        if group.id != place.id:
            continue
        back = next((n for n, o in enumerate(group.options) if o.action in ("keep", "limit")), None)
        if back is None or back == choice[number]:
            return ()
        choice[number] = back
    sums = sums_of(answer.problem, tuple(choice))
    found = []
    for fault in broken(answer.problem, sums):
        if isinstance(fault, Cap):
            amount = (sums[fault.row] - fault.most) / fault.per
            over = f", {amount:g} {fault.unit} too much" if fault.unit else ""
            found.append(Why(f"planning/{_code(fault.demand)}", f"{fault.words}{over}"))
        else:
            found.append(Why(f"planning/{_code(fault.demand)}", fault.words))
            assert reached(fault, sums) > fault.most
    if found:
        return tuple(found)
    cost = cost_of(answer.problem, tuple(choice), sums)
    if cost[0] > answer.solution.cost[0]:
        return (Why("planning/goals", "the weekly sets that were wanted would be missed by more"),)
    return ()


def _code(demand: str) -> str:
    kind = demand.partition(":")[0].replace(" ", "-")
    return {"time": "session-length", "vol": "receiving-muscles", "same": "twice-in-a-session", "rule": "session-limit"}.get(
        kind, kind
    )


def _added(week: Week, answer: Solved) -> Iterator[Change]:
    for home in week.homes:
        option = answer.option(home.id)
        for session, item in option.items if option else ():
            if session in home.current:
                continue
            words = f"{item.exercise} comes first in {week.name(session)}, as {home.home.by} prescribed it."
            why = Why("planning/home-programme", words, (f"home:{home.home.id}",))
            yield Change(0, 0, item.exercise, "added", words, {"session": session + 1, "home": home.home.id}, (why,))


def _old_home_lines(week: Week, answer: Solved) -> Iterator[Change]:
    """Yield what became of the home exercises that the plan already held."""
    for s, session in enumerate(week.sessions):
        for n, item in enumerate(session.items):
            if item.home is None:
                continue
            home = next((h for h in week.homes if h.home.id == item.home and s in h.current), None)
            option = answer.option(home.id) if home else None
            stands = option is not None and any(at == s for at, _ in option.items)
            if stands:
                yield Change(s + 1, n + 1, item.exercise, "kept", f"{item.exercise} stays, as prescribed.", {"session": s + 1})
            else:
                words = f"{item.exercise} ({week.name(s)}) is left out: it is done as often as prescribed, or held there."
                why = Why("planning/home-programme", words, (f"home:{item.home}",))
                yield Change(s + 1, n + 1, item.exercise, "dropped", words, {}, (why,))


def unmet_of(week: Week, answer: Solved) -> tuple[Unmet, ...]:
    """Return what was wanted and is not had: weekly sets, home exercises, and those that were missed."""
    assert answer.solution.choice is not None
    sums = sums_of(answer.problem, answer.solution.choice)
    found = []
    goals = week.case.plan.goals.weekly_sets if week.case.plan.goals else {}
    for name, (low, _) in sorted(goals.items()):
        got = sums.get(f"goal:{name}", 0) / QUARTERS
        if got < low:
            found.append(Unmet(f"sets of {name}", low, got, "the plan did not hold more, or rules and the care team leave no more"))
    for home in week.homes:
        option = answer.option(home.id)
        placed = len(option.items) if option else 0
        where = f"home exercise {home.home.id} ({home.home.exercise}), week of {home.week.isoformat()}"
        if home.wanted is None:
            found.append(Unmet(where, 0, placed, f"{home.home.by} did not say how often; ask"))
        elif home.done + placed < home.wanted:
            held = f"; held in {len(home.held_sessions)} of them" if home.held_sessions else ""
            why = f"{home.done} done, {len(week.sessions)} sessions in the plan{held}: the rest is done at home"
            found.append(Unmet(where, home.wanted, home.done + placed, why))
        missed = [d for d in home.home.done if d.status != "done"]
        if missed:
            times = ", ".join(str(time_text(week.case.moment(d.at))) for d in missed)
            found.append(Unmet(f"{where}, missed", len(missed), 0, f"not done on {times}; it is not made up for"))
    return tuple(found)
