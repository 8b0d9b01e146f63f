"""What one planned item costs and gives: sets by muscle, how hard, how long. In whole quarter sets and tenths of a minute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from safetyrules.model.exercise import Exercise
from safetyrules.model.plan import Item
from safetyrules.planning.numbers import Numbers
from safetyrules.vocabulary import Vocabulary

RANGE, LIGHT, MODERATE, HARD = "range_of_motion", "light", "moderate", "hard"
LEVELS = (RANGE, LIGHT, MODERATE, HARD)
QUARTERS = 4
TENTHS = 10
_RPE_TOP = 10
_SECONDS = 60
_WORKING = frozenset({"isometric", "resisted", "ballistic"})


@dataclass(frozen=True, slots=True)
class Effort:
    """What an item costs and gives.

    `muscles` maps a muscle to quarter sets; `regions` the regions that work to the most quarter sets of one of their
    muscles; `level` is one of `LEVELS`; `tenths` the time in tenths of a minute; `areas` the joints that are loaded, with the
    limb of a one-sided exercise: working, bracing, both or trunk.
    """

    muscles: Mapping[str, int]
    regions: Mapping[str, int]
    level: str
    tenths: int
    areas: frozenset[tuple[str, str]]

    @property
    def is_hard(self) -> bool:
        """Whether the sets count as hard ones."""
        return self.level == HARD


def effort_of(item: Item, exercise: Exercise, numbers: Numbers, vocabulary: Vocabulary) -> Effort:
    """Return what the item costs and gives. An item without stated sets counts as one set."""
    level = _level(item, exercise, numbers, vocabulary)
    sets = item.sets if item.sets is not None else 1
    muscles: dict[str, int] = {}
    if level != RANGE and exercise.kind in vocabulary.resistance_kinds:
        for share, names in ((numbers.indirect_set, exercise.muscles.synergist), (numbers.direct_set, exercise.muscles.prime)):
            muscles |= dict.fromkeys(names, round(sets * share * QUARTERS))
    regions: dict[str, int] = {}
    for muscle, amount in muscles.items():
        region = vocabulary.muscles[muscle].region if muscle in vocabulary.muscles else ""
        if region:
            regions[region] = max(regions.get(region, 0), amount)
    return Effort(muscles, regions, level, _tenths(item, sets, numbers), _areas(exercise) if level != RANGE else frozenset())


def _level(item: Item, exercise: Exercise, numbers: Numbers, vocabulary: Vocabulary) -> str:
    if not any(d.mode in _WORKING for d in exercise.joints):
        return RANGE
    if exercise.kind not in vocabulary.resistance_kinds and exercise.kind not in vocabulary.cardio_kinds:
        return RANGE if all(d.load in ("none", "light") for d in exercise.joints) else LIGHT
    effort = item.rpe if item.rpe is not None else None if item.rir is None else _RPE_TOP - item.rir
    if effort is None:
        # Nobody said how hard: rehabilitation without a load is light by its nature, everything else counts as hard.
        is_small = all(d.load in ("none", "light") for d in exercise.joints)
        return LIGHT if is_small else HARD
    if effort >= numbers.hard_from_rpe:
        return HARD
    return MODERATE if effort >= numbers.moderate_from_rpe else LIGHT


def _areas(exercise: Exercise) -> frozenset[tuple[str, str]]:
    return frozenset((d.joint, d.limb) for d in exercise.joints if d.mode in _WORKING and d.load != "none")


def _tenths(item: Item, sets: int, numbers: Numbers) -> int:
    if item.minutes is not None:
        work = item.minutes * _SECONDS * (sets if item.sets else 1)
    elif item.seconds is not None:
        work = sets * item.seconds
    else:
        work = sets * (item.reps if item.reps is not None else _RPE_TOP) * _rep_seconds(item.tempo, numbers)
    sides = 2 if item.side == "both" and item.minutes is None else 1
    rest = (item.rest_s if item.rest_s is not None else numbers.rest_s) * max(sets - 1, 0)
    return round((work * sides + rest + numbers.change_s) / _SECONDS * TENTHS)


def _rep_seconds(tempo: str | None, numbers: Numbers) -> float:
    """Return the seconds of one repetition: the digits of a tempo such as 3-1-2-0, where it has that form."""
    if tempo and re.fullmatch(r"\d{1,2}(?:[-:/]\d{1,2}){1,3}", tempo):
        return float(sum(int(part) for part in re.split(r"[-:/]", tempo))) or numbers.rep_s
    return numbers.rep_s
