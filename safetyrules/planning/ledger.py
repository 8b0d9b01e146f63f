"""The ledger: what every professional, the home program and the trainer loaded, by region, side and structure.

A therapist's strengthening is a loading session like any other. Range-of-motion work is entered too, but is no load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from safetyrules.inference.context import later
from safetyrules.model.case import Case
from safetyrules.model.exercise import Exercise
from safetyrules.model.ledger import Account, Load
from safetyrules.model.plan import Item
from safetyrules.planning.effort import HARD, LEVELS, QUARTERS, RANGE, effort_of
from safetyrules.planning.numbers import Numbers
from safetyrules.vocabulary import Vocabulary

TRAINER = "trainer"
_WHOLE = "whole region"


def week_of(day: date) -> date:
    """Return the Monday of the calendar week of `day`."""
    return day - timedelta(days=day.weekday())


def loads_of(
    case: Case, exercise_of: Callable[[Item], tuple[Exercise, str] | None], numbers: Numbers, vocabulary: Vocabulary
) -> tuple[Load, ...]:
    """Return every loading that the case tells of, in order of time: past, planned, treated and done at home.

    `exercise_of` gives an item's exercise and side, or None where its name does not resolve; such an item can't be entered.
    """
    found: list[Load] = []
    for part, sessions in (("history", case.history.sessions), ("plan", case.plan.sessions)):
        for index, session in enumerate(sessions):
            start = case.moment(session.at)
            end = later(start, minutes=session.minutes or 0)
            for number, item in enumerate(session.items):
                who = _author(case, item.home) if item.home else TRAINER
                found += _of_item(item, exercise_of, end, who, f"{part}:{index + 1}.{number + 1}", numbers, vocabulary)
    for event in case.care_team.events:
        level = vocabulary.event_loads.get(event.kind)
        if level is None:
            continue
        end = later(case.moment(event.at), minutes=event.minutes)
        sets = event.details.get("sets")
        stated = float(sets) if isinstance(sets, int | float) and not isinstance(sets, bool) else None
        for region in event.regions:
            for side in _sides(region.side, _is_paired(region.region, vocabulary)):
                name = _region(region.region, vocabulary)
                structure = region.structure or _WHOLE
                found.append(Load(end, name, side, structure, event.by, f"event:{event.id}", level, stated))
    for home in case.care_team.home_programme:
        for index, done in enumerate(home.done):
            if done.status == "done":
                item = Item(exercise=home.exercise, sets=home.sets, reps=home.reps, seconds=home.seconds, side=home.side)
                end = case.moment(done.at)
                found += _of_item(item, exercise_of, end, home.by, f"home:{home.id}.{index + 1}", numbers, vocabulary)
    return tuple(sorted(found, key=lambda x: (x.end, x.region, x.side, x.structure, x.who, x.source)))


def accounts_of(case: Case, loads: Iterable[Load]) -> tuple[Account, ...]:
    """Return one account for each week, region, side and structure, in that order."""
    grouped: dict[tuple[date, str, str, str], list[Load]] = {}
    for load in loads:
        grouped.setdefault((week_of(case.local_day(load.end)), load.region, load.side, load.structure), []).append(load)
    return tuple(_account(key, entries) for key, entries in sorted(grouped.items()))


def _account(key: tuple[date, str, str, str], entries: list[Load]) -> Account:
    loading = [e for e in entries if e.level != RANGE]
    sessions: dict[str, set[str]] = {}
    for e in loading:
        sessions.setdefault(e.who, set()).add(_session_of(e.source))
    return Account(
        *key,
        sets=sum(e.sets or 0.0 for e in loading),
        level=max((e.level for e in entries), key=LEVELS.index),
        exposures=tuple((who, len(found)) for who, found in sorted(sessions.items())),
        last=max((e.end for e in loading), default=None),
        is_complete=all(e.sets is not None for e in loading),
    )


def _session_of(source: str) -> str:
    """Return the session that a source is a part of: ``plan:2`` of ``plan:2.3``."""
    return source.rpartition(".")[0] if source.startswith(("plan:", "history:")) else source


def _of_item(
    item: Item,
    exercise_of: Callable[[Item], tuple[Exercise, str] | None],
    end: datetime,
    who: str,
    source: str,
    numbers: Numbers,
    vocabulary: Vocabulary,
) -> Iterator[Load]:
    known = exercise_of(item)
    if known is None:
        return
    exercise, side = known
    effort = effort_of(item, exercise, numbers, vocabulary)
    if effort.level == RANGE:
        for joint in sorted({d.joint for d in exercise.joints}):
            entry = vocabulary.joints[joint]
            for one in _sides(side or None, entry.is_paired):
                yield Load(end, entry.region, one, _WHOLE, who, source, RANGE, 0.0)
        return
    for muscle, quarters in sorted(effort.muscles.items()):
        region = vocabulary.muscles[muscle].region if muscle in vocabulary.muscles else ""
        if region:
            is_paired = region in vocabulary.region_limb
            only = side if exercise.laterality == "unilateral" else None
            for one in _sides(only or None, is_paired):
                yield Load(end, region, one, muscle, who, source, effort.level, quarters / QUARTERS)


def _sides(side: str | None, is_paired: bool) -> tuple[str, ...]:
    if not is_paired:
        return ("",)
    return (side,) if side in ("left", "right") else ("left", "right")


def _is_paired(region: str, vocabulary: Vocabulary) -> bool:
    joint = vocabulary.joints.get(region)
    return joint.is_paired if joint else region in vocabulary.region_limb


def _region(name: str, vocabulary: Vocabulary) -> str:
    joint = vocabulary.joints.get(name)
    return joint.region if joint else name


def _author(case: Case, home: str) -> str:
    return next((h.by for h in case.care_team.home_programme if h.id == home), TRAINER)


__all__ = ["HARD", "TRAINER", "accounts_of", "loads_of", "week_of"]
