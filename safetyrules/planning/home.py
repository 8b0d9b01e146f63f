"""The home program inside the week: at exactly its dose and frequency, first in the session, never above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from safetyrules.model.care_team import HomeExercise
from safetyrules.model.case import Case
from safetyrules.model.plan import Item
from safetyrules.planning.effort import RANGE
from safetyrules.planning.ledger import week_of
from safetyrules.planning.options import Workshop, tie
from safetyrules.planning.problem import Group, Option

_MOST_WAYS = 60


@dataclass(frozen=True, slots=True)
class HomeWeek:
    """One home exercise in one calendar week: how often it was asked for, done, and can be placed in a session."""

    home: HomeExercise
    week: date
    wanted: int | None
    done: int
    open_sessions: tuple[int, ...]
    held_sessions: tuple[int, ...]
    item: Item
    current: tuple[int, ...]
    is_load: bool

    @property
    def id(self) -> str:
        """Return the id of its group and of its demand."""
        return f"home:{self.home.id}@{self.week.isoformat()}"

    @property
    def count(self) -> int:
        """Return in how many sessions it is placed."""
        left = max((self.wanted or 0) - self.done, 0)
        return min(left, len(self.open_sessions))


def home_item(home: HomeExercise) -> Item:
    """Return a home exercise as an item of a session, with its dose as prescribed."""
    names = ("exercise", "sets", "reps", "seconds", "minutes", "load_kg", "side", "note")
    return Item(home=home.id, **{name: getattr(home, name) for name in names})


def home_weeks(case: Case, shop: Workshop) -> tuple[HomeWeek, ...]:
    """Return every home exercise in every calendar week that has a session."""
    weeks: dict[date, list[int]] = {}
    for number, day in enumerate(shop.days):
        weeks.setdefault(week_of(day), []).append(number)
    found = []
    for home in case.care_team.home_programme:
        item = home_item(home)
        effort = shop.effort(item)
        for week, sessions in sorted(weeks.items()):
            due = [s for s in sessions if home.until is None or shop.days[s] < home.until]
            if not due:
                continue
            done = {d.at for d in home.done if d.status == "done" and week_of(case.local_day(d.at)) == week}
            fits = {s: shop.fit(s, item) for s in due}
            opened = tuple(s for s in due if fits[s] is not None)
            current = tuple(s for s in sessions if any(i.home == home.id for i in case.plan.sessions[s].items))
            found.append(
                HomeWeek(
                    home,
                    week,
                    home.times_per_week,
                    len(done),
                    opened,
                    tuple(s for s in due if s not in opened),
                    item,
                    current,
                    effort is not None and effort.level != RANGE,
                )
            )
    return tuple(found)


def home_group(shop: Workshop, week: HomeWeek) -> Group | None:
    """Return where a home exercise may be placed; None where it is not placed at all."""
    if week.count == 0:
        return None
    options = []
    for number, chosen in enumerate(_ways(shop, week)):
        items = []
        for session in chosen:
            found = shop.fit(session, week.item)
            assert found is not None
            items.append((session, found[0]))
        moved = len(set(chosen) ^ set(week.current)) if week.current else 0
        key = "place:" + ",".join(str(s + 1) for s in chosen)
        options.append(Option(key, "added", tuple(items), (0, moved, 0, 0 if number == 0 else tie(week.id, key))))
    return Group(week.id, tuple(sorted(options, key=lambda o: (o.cost, o.key))), demand=week.id)


def _ways(shop: Workshop, week: HomeWeek) -> Sequence[tuple[int, ...]]:
    """Return the sets of sessions; never two on one day while that can be helped, the earliest first."""
    all_ways = []
    for chosen in combinations(week.open_sessions, week.count):
        all_ways.append((week.count - len({shop.days[s] for s in chosen}), chosen))
        if len(all_ways) > _MOST_WAYS * _MOST_WAYS:
            break
    fewest = min(doubled for doubled, _ in all_ways)
    ways = [chosen for doubled, chosen in all_ways if doubled == fewest]
    if week.current and tuple(week.current) in ways:
        ways.remove(tuple(week.current))
        ways.insert(0, tuple(week.current))
    return ways[:_MOST_WAYS]
