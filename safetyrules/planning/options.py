"""The options of every planned item: kept, limited, moved, substituted, trimmed or dropped, each judged by the rules first.

What a rule forbids at a time is no option at that time. Substitutes are cut to the nearest ones before they are judged, so
that another restriction can only take options away and never bring a new one in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from safetyrules.judging.client_at import ClientAt
from safetyrules.model.case import Case
from safetyrules.model.exercise import Exercise
from safetyrules.model.plan import Item
from safetyrules.model.report import ItemReport
from safetyrules.model.verdict import Verdict
from safetyrules.planning.effort import Effort, effort_of
from safetyrules.planning.fit import fitted
from safetyrules.planning.numbers import Numbers
from safetyrules.planning.problem import Group, Option
from safetyrules.planning.similarity import Similarity
from safetyrules.planning.substitute import transferred
from safetyrules.vocabulary import Vocabulary

IN_PLACE, ELSEWHERE = 32, 8
"""How many of the nearest substitutes are tried where the item stood, and in each other session."""

# What a change costs, in the order limits < move < substitute < trim < drop.
_LIMIT, _LIMIT_LOSS = 5, 20
MOVE, DAY = 10, 2
_SUBSTITUTE, _SUBSTITUTE_MOVED, _AWAY = 30, 40, 100
_TRIM, _DROP = 60, 100
_MIDDLE = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in the case file: session and item, from 0."""

    session: int
    item: int

    @property
    def id(self) -> str:
        """Return ``session.item``, from 1."""
        return f"{self.session + 1}.{self.item + 1}"


@dataclass(slots=True)
class Workshop:
    """Makes options for one client's week. Everything that was worked out once is kept for as long as the week is planned."""

    case: Case
    clients: Sequence[ClientAt]
    exercises: Mapping[str, Exercise]
    similarity: Similarity
    numbers: Numbers
    vocabulary: Vocabulary
    available: frozenset[str] | None
    days: tuple[date, ...]
    _fitted: dict[tuple[int, Item], tuple[Item, ItemReport] | None] = field(default_factory=dict)
    _judged: dict[tuple[int, Item], ItemReport] = field(default_factory=dict)
    _efforts: dict[Item, Effort | None] = field(default_factory=dict)
    _names: dict[str, str | None] = field(default_factory=dict)

    def judge(self, session: int, item: Item) -> ItemReport:
        """Return the verdict on an item in a session."""
        found = self._judged.get((session, item))
        if found is None:
            found = self._judged[session, item] = self.clients[session].item(item, self.case.place(()))
        return found

    def exercise(self, item: Item) -> Exercise | None:
        """Return the exercise that an item names; None where the name means none or several."""
        if item.exercise not in self._names:
            found = self.clients[0].judge.names.resolve(item.exercise).ids
            self._names[item.exercise] = found[0] if len(found) == 1 else None
        name = self._names[item.exercise]
        return None if name is None else self.exercises[name]

    def side(self, item: Item) -> str:
        """Return the side that an item trains, as it or its name says; empty where neither does."""
        return item.side or self.clients[0].judge.names.resolve(item.exercise).side

    def effort(self, item: Item) -> Effort | None:
        """Return what an item costs and gives; None where its exercise is not known."""
        if item not in self._efforts:
            exercise = self.exercise(item)
            self._efforts[item] = None if exercise is None else effort_of(item, exercise, self.numbers, self.vocabulary)
        return self._efforts[item]

    def fit(self, session: int, item: Item) -> tuple[Item, ItemReport] | None:
        """Return the item as it may stand in a session, with its verdict; None where nothing useful of it may."""
        key = (session, item)
        if key not in self._fitted:
            found = fitted(item, lambda i: self.judge(session, i), self.exercise(item), self.vocabulary)
            is_useful = found is not None and (found[0] == item or _lost(item, found[0]) <= 1 - self.numbers.useful_share)
            self._fitted[key] = found if is_useful else None
        return self._fitted[key]

    def substitutes(self, item: Item, count: int) -> tuple[tuple[float, str], ...]:
        """Return the nearest exercises that the client has the equipment for, whether or not a rule allows them.

        None of them is harder to learn than the item's, or brings in a kind of strain that it has not.
        """
        exercise = self.exercise(item)
        if exercise is None:
            return ()
        found = []
        matcher = self.clients[0].judge.matcher
        known = matcher.demands[exercise.id].exposures.keys() | self.vocabulary.plain_exposures
        for away, name in self.similarity.ranked(exercise.id):
            other = self.exercises[name]
            is_at_hand = self.available is None or frozenset(other.equipment) <= self.available
            if is_at_hand and other.skill <= exercise.skill and matcher.demands[name].exposures.keys() <= known:
                found.append((away, name))
                if len(found) == count:
                    break
        return tuple(found)

    def priority(self, item: Item) -> int:
        """Return what dropping an item costs: more for work of many joints, least for single-joint work."""
        exercise = self.exercise(item)
        known = [self.vocabulary.priorities[p] for p in exercise.pattern if p in self.vocabulary.priorities] if exercise else []
        return max(known, default=_MIDDLE)


def group_of(shop: Workshop, place: Place, item: Item, base: int, *, is_locked: bool, is_quick: bool) -> Group:
    """Return the options of a planned item that stands in session `base`.

    A locked item that may stand has no other option. `is_quick` leaves out everything but keeping and dropping it.
    """
    made: list[tuple[Option, int]] = []
    own = shop.fit(base, item)
    if own is not None:
        loss = _loss(item, own[0])
        made.append(
            _option(shop, place, "keep" if own[0] == item else "limit", base, own[0], 0, 0 if own[0] == item else _LIMIT + loss)
        )
        if is_locked:
            return Group(place.id, tuple(o for o, _ in made), demand=f"lock:{place.id}")
    if not is_quick:
        made += _other_ways(shop, place, item, base)
    made.append(_option(shop, place, "drop", None, None, shop.priority(item), _DROP))
    options = [o for o, _ in made]
    return Group(place.id, tuple(sorted(options, key=lambda o: (o.cost, o.key))))


def _other_ways(shop: Workshop, place: Place, item: Item, base: int) -> list[tuple[Option, int]]:
    made = []
    trimmed = _trimmed(item, shop.numbers)
    if trimmed is not None and (found := shop.fit(base, trimmed)) is not None:
        made.append(_option(shop, place, "trim", base, found[0], 0, _TRIM + _loss(trimmed, found[0])))
    for session in range(len(shop.clients)):
        if session == base:
            continue
        away = abs((shop.days[session] - shop.days[base]).days)
        found = shop.fit(session, item)
        if found is not None:
            extra = 0 if found[0] == item else _LIMIT + _loss(item, found[0])
            made.append(_option(shop, place, "move", session, found[0], 0, MOVE + DAY * away + extra))
    for session in range(len(shop.clients)):
        away = abs((shop.days[session] - shop.days[base]).days)
        count = IN_PLACE if session == base else ELSEWHERE
        for distance, name in shop.substitutes(item, count):
            other = transferred(item, name)
            found = shop.fit(session, other)
            if found is None or found[1].verdict > Verdict.LIMITED:
                continue
            cost = _SUBSTITUTE if session == base else _SUBSTITUTE_MOVED + DAY * away
            made.append(_option(shop, place, "substitute", session, found[0], 0, cost + round(distance * _AWAY)))
    return made


def _option(
    shop: Workshop, place: Place, action: str, session: int | None, item: Item | None, dropped: int, cost: int
) -> tuple[Option, int]:
    items = () if session is None or item is None else ((session, item),)
    when = "" if session is None else shop.clients[session].moment.at.isoformat()
    key = action if item is None else f"{action}:{when}:{item.exercise}:{item.side or ''}"
    changed = int(action != "keep")
    # By what the line says and not by where it stands in the file, so that the order of the file decides nothing.
    own = shop.case.plan.sessions[place.session].items[place.item]
    line = (
        f"{shop.clients[place.session].moment.at.isoformat()}:{own.exercise}:{own.side or ''}:{own.sets}:{own.reps}:{own.load_kg}"
    )
    return Option(key, action, items, (dropped, changed, cost, tie(line, key) if changed else 0)), cost


def tie(*parts: str) -> int:
    """Return a small number that depends on nothing but the words, so that equal plans are told apart everywhere alike."""
    return int.from_bytes(hashlib.sha256("|".join(parts).encode()).digest()[:2]) >> 4


def _trimmed(item: Item, numbers: Numbers) -> Item | None:
    if item.sets is None or item.locked:
        return None
    sets = int(item.sets * numbers.trim_share)
    return item.model_copy(update={"sets": sets}) if sets >= 1 else None


def _lost(before: Item, after: Item) -> float:
    """Return the largest share of the planned dose that limits took; all of it where only an empty load is left."""
    shares = [0.0]
    for name in ("load_kg", "load_kg_each", "load_pct_1rm", "rpe", "reps", "seconds", "minutes"):
        was, now = getattr(before, name), getattr(after, name)
        if was is None and now is not None and name.startswith("load") and now == 0:
            shares.append(1.0)
        if was and now is not None and now < was:
            shares.append(1 - now / was)
    return max(shares)


def _loss(before: Item, after: Item) -> int:
    """Return what a limit takes of the planned dose: nothing for a quantity that was only stated, more the more is lost."""
    return round(_lost(before, after) * _LIMIT_LOSS)
