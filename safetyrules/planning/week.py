"""A client's week as a problem: the rows that tie the options of its items together, each with the demand it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations

from safetyrules.inference.facts import hours_between
from safetyrules.model.plan import Item
from safetyrules.model.report import LimitLine
from safetyrules.planning.effort import QUARTERS, RANGE, TENTHS, Effort
from safetyrules.planning.home import HomeWeek, home_group, home_weeks
from safetyrules.planning.ledger import week_of
from safetyrules.planning.options import DAY, MOVE, Place, Workshop, group_of
from safetyrules.planning.problem import Cap, Count, Goal, Group, Growth, Option, Problem

_STEP = 5 * TENTHS


@dataclass(frozen=True, slots=True)
class Area:
    """An area that a professional strengthens: how many sessions of it are left for the trainer in one calendar week."""

    region: str
    side: str
    week: date
    left: int
    taken: int
    joints: frozenset[str]
    by: str

    @property
    def row(self) -> str:
        """Return the beginning of the names of its rows."""
        return f"area:{self.week.isoformat()}:{self.region}:{self.side}"


class Week:
    """Builds problems of one week. What does not depend on where items stand is worked out once."""

    def __init__(self, shop: Workshop, session_limits: Sequence[tuple[LimitLine, ...]]) -> None:
        self.shop = shop
        self.case = shop.case
        self.sessions = self.case.plan.sessions
        self.starts: tuple[datetime, ...] = tuple(self.case.moment(s.at) for s in self.sessions)
        self.places = {
            Place(s, n): item
            for s, session in enumerate(self.sessions)
            for n, item in enumerate(session.items)
            if item.home is None
        }
        self.homes: tuple[HomeWeek, ...] = home_weeks(self.case, shop)
        self.areas = tuple(self._areas())
        self._session_limits = session_limits
        self._baseline = self._sums((place.session, item) for place, item in self.places.items())
        self._baseline_hot = {row for row in self._baseline if row.startswith(("hot:", "day:"))}

    # --- what an item uses

    def uses(self, session: int, item: Item) -> dict[str, int]:
        """Return what an item in a session uses of every row."""
        shop = self.shop
        exercise, effort = shop.exercise(item), shop.effort(item)
        if exercise is None or effort is None:
            return {}
        rows = {f"time:{session}": effort.tenths, f"same:{session}:{exercise.id}:{item.side or ''}": 1}
        if item.home is not None:
            return rows  # what is prescribed is no volume that the trainer's lines would have to give way to, only time
        for muscle, amount in effort.muscles.items():
            rows[f"vol:{muscle}"] = amount
        if effort.is_hard:
            for region, amount in effort.regions.items():
                rows[f"hot:{session}:{region}"] = amount
                rows[f"day:{shop.days[session].isoformat()}:{region}"] = amount
        for name in self._goals():
            amount = self._goal_amount(name, effort)
            if amount:
                rows[f"goal:{name}"] = amount
        if exercise.kind in shop.vocabulary.resistance_kinds and effort.level != RANGE:
            for area in self.areas:
                if area.week == week_of(shop.days[session]) and self._loads(area, item, effort, exercise.laterality):
                    rows[f"{area.row}:{session}"] = 1
        return rows

    @staticmethod
    def _loads(area: Area, item: Item, effort: Effort, laterality: str) -> bool:
        for joint, limb in effort.areas:
            if joint not in area.joints:
                continue
            if laterality != "unilateral" or limb in ("both", "trunk") or area.side == "" or item.side not in ("left", "right"):
                return True
            if (item.side == area.side) == (limb == "working"):
                return True
        return False

    def _goals(self) -> Mapping[str, tuple[float, float]]:
        goals = self.case.plan.goals
        return goals.weekly_sets if goals else {}

    def _goal_amount(self, name: str, effort: Effort) -> int:
        members = self.shop.vocabulary.muscles[name].members if name in self.shop.vocabulary.muscles else frozenset[str]()
        return max((effort.muscles.get(m, 0) for m in (name, *members)), default=0)

    def _sums(self, items: Iterable[tuple[int, Item]]) -> dict[str, int]:
        sums: dict[str, int] = {}
        for session, item in items:
            for row, amount in self.uses(session, item).items():
                sums[row] = sums.get(row, 0) + amount
        return sums

    def _areas(self) -> Iterator[Area]:
        """Yield the areas that a professional strengthens in a week of the plan, and what is left of them for the trainer."""
        v = self.shop.vocabulary
        for week in sorted({week_of(day) for day in self.shop.days}):
            taken: dict[tuple[str, str], list[tuple[datetime, str, object]]] = {}
            for event in self.case.care_team.events:
                if v.event_loads.get(event.kind, RANGE) == RANGE or week_of(self.case.local_day(event.at)) != week:
                    continue
                for worked in event.regions:
                    for one in ("left", "right") if worked.side in (None, "both") else (str(worked.side),):
                        number = event.details.get("exposures_per_week")
                        taken.setdefault((worked.region, one), []).append((self.case.moment(event.at), event.by, number))
            for (region, side), events in sorted(taken.items()):
                own = frozenset(name for name, joint in v.joints.items() if region in (name, joint.region))
                joints = v.region_joints.get(region, own)
                home = sum(h.count + h.done for h in self.homes if h.week == week and h.is_load and self._is_in(h, joints, side))
                stated = [n for _, _, n in sorted(events, key=lambda e: e[0]) if isinstance(n, int) and not isinstance(n, bool)]
                most = stated[-1] if stated else int(self.shop.numbers.area_exposures)
                used = len({at for at, _, _ in events}) + home
                yield Area(region, side, week, max(most - used, 0), used, joints, events[-1][1])

    def _is_in(self, week: HomeWeek, joints: frozenset[str], side: str) -> bool:
        effort = self.shop.effort(week.item)
        return effort is not None and any(joint in joints for joint, _ in effort.areas) and week.home.side in (None, "both", side)

    # --- the problem

    def problem(
        self, base: Mapping[Place, int], offset: tuple[int, int] = (0, 0), *, is_quick: bool, without: frozenset[str] = frozenset()
    ) -> Problem:
        """Return the problem of a week whose items stand in the sessions that `base` says.

        `without` are the demands that are given up: locks, home exercises, session lengths.
        """
        groups = [
            group_of(
                self.shop,
                place,
                item,
                base[place],
                is_locked=item.locked and f"lock:{place.id}" not in without,
                is_quick=is_quick,
            )
            for place, item in self.places.items()
        ]
        for home in self.homes:
            group = home_group(self.shop, home)
            if group is not None and home.id not in without:
                groups.append(group)
        groups = [replace(g, options=tuple(self._with_uses(o) for o in g.options)) for g in groups]
        return self._tied(groups, offset, without)

    def _with_uses(self, option: Option) -> Option:
        return replace(option, uses=self._sums(option.items))

    def _tied(self, groups: Sequence[Group], offset: tuple[int, int], without: frozenset[str]) -> Problem:
        most: dict[str, int] = {}
        for group in groups:
            best: dict[str, int] = {}
            for option in group.options:
                for row, amount in option.uses.items():
                    best[row] = max(best.get(row, 0), amount)
            for row, amount in best.items():
                most[row] = most.get(row, 0) + amount
        # A row that can't be broken whatever is chosen needs no place in the problem.
        caps = tuple(c for c in (*self._time(without), *self._volume(most), *self._repeats(most)) if most.get(c.row, 0) > c.most)
        counts = tuple(
            c
            for c in (*self._spacing(), *self._rows_of_days(), *self._exposures())
            if sum(most.get(row, 0) >= c.threshold for row in c.rows) > c.most
        )
        caps += tuple(c for c in self._after_history() if most.get(c.row, 0) > c.most)
        goals = tuple(self._goal_rows())
        growths = tuple(
            Growth(f"time:{s}", self._own_length(s), _STEP) for s in range(len(self.sessions)) if most.get(f"time:{s}", 0)
        )
        used = {c.row for c in caps} | {g.row for g in goals} | {g.row for g in growths}
        used |= {row for c in counts for row in c.rows}
        kept = tuple(
            replace(
                g,
                options=tuple(replace(o, uses={r: a for r, a in o.uses.items() if r in used}) for o in g.options),
            )
            for g in groups
        )
        return Problem(kept, caps, counts, goals, growths, QUARTERS, offset)

    def _own_length(self, session: int) -> int:
        planned = self.sessions[session].minutes
        home = (self.shop.effort(i) for i in self.sessions[session].items if i.home is not None)
        own = self._baseline.get(f"time:{session}", 0) + sum(e.tenths for e in home if e is not None)
        return max(round(planned * TENTHS), own) if planned is not None else own

    def _time(self, without: frozenset[str]) -> Iterator[Cap]:
        for number, session in enumerate(self.sessions):
            for line in self._session_limits[number]:
                if isinstance(line.limit.high, int | float):
                    words = f"{line.rule} limits the session to {line.limit.high:g} minutes"
                    yield Cap(f"time:{number}", round(line.limit.high * TENTHS), f"rule:{line.rule}", words, TENTHS, "min")
            if session.minutes is not None and f"time:{number}" not in without:
                most = self._own_length(number)
                yield Cap(
                    f"time:{number}", most, f"time:{number}", f"{self.name(number)} has {most / TENTHS:g} minutes", TENTHS, "min"
                )

    def _volume(self, most: Mapping[str, int]) -> Iterator[Cap]:
        numbers = self.shop.numbers
        floor = round(numbers.receive_floor_sets * QUARTERS)
        for row in sorted(most):
            if row.startswith("vol:"):
                own = self._baseline.get(row, 0)
                allowed = max(int(own * (100 + numbers.receive_pct) / 100), floor, own)
                muscle = row.removeprefix("vol:").replace("_", " ")
                words = f"{muscle} takes on at most {numbers.receive_pct:g} percent more sets, {allowed / QUARTERS:g} in all"
                yield Cap(row, allowed, row, words, QUARTERS, "sets")

    def _repeats(self, most: Mapping[str, int]) -> Iterator[Cap]:
        for row in sorted(most):
            if row.startswith("same:"):
                exercise = row.split(":")[2].replace("_", " ")
                yield Cap(row, max(self._baseline.get(row, 0), 1), row, f"{exercise} would stand twice in one session")

    def _regions(self) -> tuple[str, ...]:
        return tuple(sorted(self.shop.vocabulary.words["region"]))

    def _threshold(self) -> int:
        return round(self.shop.numbers.hard_from_sets * QUARTERS)

    def _is_hot(self, row: str) -> bool:
        return self._baseline.get(row, 0) >= self._threshold()

    def _spacing(self) -> Iterator[Count]:
        hours = self.shop.numbers.spacing_h
        for a, b in combinations(range(len(self.sessions)), 2):
            apart = abs(hours_between(self.starts[a], self.starts[b]))
            if apart >= hours:
                continue
            for region in self._regions():
                rows = (f"hot:{a}:{region}", f"hot:{b}:{region}")
                if all(self._is_hot(row) for row in rows):
                    continue  # the trainer's own week has it; nobody asked to change that
                words = (
                    f"{_words(region)} would work hard in {self.name(a)} and {self.name(b)}, "
                    f"{apart:g} hours apart; {hours:g} are wanted"
                )
                yield Count(f"spacing:{a}:{b}:{region}", rows, self._threshold(), 1, "spacing", words)

    def _rows_of_days(self) -> Iterator[Count]:
        most = int(self.shop.numbers.hard_days_in_row)
        days = sorted(set(self.shop.days))
        for start in days:
            run = [start + timedelta(days=n) for n in range(most + 1)]
            if not set(run) <= set(days):
                continue
            for region in self._regions():
                rows = tuple(f"day:{day.isoformat()}:{region}" for day in run)
                if all(self._is_hot(row) for row in rows):
                    continue
                words = f"{_words(region)} would work hard on {most + 1} days in a row"
                yield Count(f"days:{start.isoformat()}:{region}", rows, self._threshold(), most, "days in a row", words)

    def _exposures(self) -> Iterator[Count]:
        for area in self.areas:
            rows = tuple(f"{area.row}:{s}" for s in range(len(self.sessions)))
            side = f"{area.side} " if area.side else ""
            words = (
                f"the {side}{_words(area.region)} already gets {area.taken} strengthening sessions that week from the care team; "
                f"{area.left} are left for the trainer"
            )
            yield Count(f"{area.row}", rows, 1, area.left, "exposures", words)

    def _after_history(self) -> Iterator[Cap]:
        """Yield what last week's hard sessions leave for the first ones of this week."""
        for past in self.case.history.sessions:
            start = self.case.moment(past.at)
            sums: dict[str, int] = {}
            for item in past.items:
                effort = self.shop.effort(item)
                for region, amount in effort.regions.items() if effort is not None and effort.is_hard else ():
                    sums[region] = sums.get(region, 0) + amount
            for number, begins in enumerate(self.starts):
                apart = hours_between(start, begins)
                if not 0 <= apart < self.shop.numbers.spacing_h:
                    continue
                for region, amount in sorted(sums.items()):
                    row = f"hot:{number}:{region}"
                    if amount >= self._threshold() and not self._is_hot(row):
                        words = f"{_words(region)} worked hard {apart:g} hours before {self.name(number)}"
                        yield Cap(row, self._threshold() - 1, "spacing", words, QUARTERS, "sets")

    def _goal_rows(self) -> Iterator[Goal]:
        slack = round(self.shop.numbers.goal_tolerance * QUARTERS)
        for name, (low, high) in sorted(self._goals().items()):
            own = self._baseline.get(f"goal:{name}", 0)
            least = max(min(round(low * QUARTERS), own) - slack, 0)
            yield Goal(f"goal:{name}", least, max(round(high * QUARTERS), own) + slack, name)

    # --- whole sessions exchanged

    def bases(self) -> tuple[dict[Place, int], list[tuple[tuple[int, int], dict[Place, int], tuple[int, int]]]]:
        """Return where items stand, and every exchange of two whole sessions with its offset.

        Only sessions whose whole content may stand in each other's place are exchanged: anything else is better told line by line.
        """
        own = {place: place.session for place in self.places}
        locked = {place.session for place, item in self.places.items() if item.locked}
        swaps = []
        for a, b in combinations(range(len(self.sessions)), 2):
            if a in locked or b in locked or not {a, b} <= set(own.values()):
                continue
            to = {a: b, b: a}
            if not all(self.shop.fit(to[s], self.places[place]) for place, s in own.items() if s in to):
                continue
            away = abs((self.shop.days[a] - self.shop.days[b]).days)
            swaps.append(((a, b), {place: to.get(s, s) for place, s in own.items()}, (1, 2 * (MOVE + DAY * away))))
        return own, swaps

    def name(self, session: int) -> str:
        """Return a session as people call it, such as ``Tue 24 Nov 07:00``."""
        return f"{self.starts[session]:%a} {self.starts[session].day} {self.starts[session]:%b %H:%M}"


def _words(text: str) -> str:
    return text.replace("_", " ")
