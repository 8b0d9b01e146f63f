"""A planned dose brought inside the limits that hold for it: smaller, never larger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from safetyrules.model.exercise import Exercise
from safetyrules.model.plan import HeartRate, Item, PlannedRange
from safetyrules.model.report import ItemReport, LimitLine
from safetyrules.model.verdict import Verdict
from safetyrules.vocabulary import Vocabulary

_RPE_TOP = 10
_ROUNDS = 4
_PLAIN = frozenset({"seconds", "minutes", "grip_width", "load_pct_1rm"})


def is_open(report: ItemReport) -> bool:
    """Whether an item may stand as it is: allowed, or limited with every limit kept."""
    return report.verdict is Verdict.ALLOWED or (report.verdict is Verdict.LIMITED and report.within_limits)


def fitted(
    item: Item, judge: Callable[[Item], ItemReport], exercise: Exercise | None, vocabulary: Vocabulary
) -> tuple[Item, ItemReport] | None:
    """Return the item as it may stand, with its verdict; None where no smaller dose makes it so.

    A quantity that the plan leaves out is stated at its bound. Nothing grows: where a rule wants more repetitions than are
    planned, the item can't be fitted.
    """
    report = judge(item)
    for _ in range(_ROUNDS):
        if is_open(report):
            return item, report
        if report.verdict is not Verdict.LIMITED or exercise is None:
            return None
        smaller: Item | None = item
        for line in report.limits:
            if line.is_met is False and smaller is not None:
                smaller = _kept(smaller, line, exercise, vocabulary)
        if smaller is None or smaller == item:
            return None
        item = smaller
        report = judge(item)
    return (item, report) if is_open(report) else None


def _kept(item: Item, line: LimitLine, exercise: Exercise, v: Vocabulary) -> Item | None:
    """Return the item with one limit kept; None where that would make something grow."""
    quantity, low, high = line.limit.quantity, line.limit.low, line.limit.high
    if quantity.startswith("variant:"):
        return item.model_copy(update={"variant": (*item.variant, quantity.removeprefix("variant:"))})
    if quantity.startswith("rom_deg:"):
        return _range_kept(item, quantity.removeprefix("rom_deg:"), low, high)
    if quantity == "intensity":
        return _lighter(item, str(high), v)
    if isinstance(high, str):
        return None
    if quantity in ("rpe", "rir"):
        return _effort_kept(item, quantity, low, high)
    if quantity in ("load_kg", "load_kg_per_arm"):
        return None if high is None else _load_kept(item, quantity, high, exercise)
    if quantity == "reps":
        return _bounded(item, "reps", low, high, whole=True)
    if quantity == "supine_minutes":
        return _bounded(item, "minutes", low, high)
    if quantity.startswith("heart_rate_"):
        return _heart_rate_kept(item, quantity.removeprefix("heart_rate_"), low, high)
    return _bounded(item, quantity, low, high) if quantity in _PLAIN else None


def _bounded(item: Item, name: str, low: float | None, high: float | None, *, whole: bool = False) -> Item | None:
    value = getattr(item, name)
    if value is None:
        new = high if high is not None else low
    elif low is not None and value < low:
        return None
    else:
        new = value if high is None else min(value, high)
    return item.model_copy(update={name: int(new) if whole and new is not None else new})


def _effort_kept(item: Item, quantity: str, low: float | None, high: float | None) -> Item | None:
    highest = high if quantity == "rpe" else None if low is None else _RPE_TOP - low
    if highest is None or (quantity == "rpe" and low is not None and item.rpe is not None and item.rpe < low):
        return None  # a floor of effort, or a ceiling of reserve, would make the work harder
    changes: dict[str, Any] = {}
    if item.rpe is not None or item.rir is None:
        changes["rpe"] = min(item.rpe if item.rpe is not None else highest, highest)
    if item.rir is not None or (quantity == "rir" and item.rpe is None):
        changes["rir"] = max(item.rir if item.rir is not None else 0.0, _RPE_TOP - highest)
    return item.model_copy(update=changes)


def _load_kept(item: Item, quantity: str, high: float, exercise: Exercise) -> Item:
    step, least = exercise.load.step_kg, exercise.load.min_kg
    in_steps = least + int((high - least) // step) * step if step > 0 and high >= least else high
    field = "load_kg_each" if quantity == "load_kg_per_arm" else "load_kg"
    value = getattr(item, field)
    new = in_steps if value is None else min(value, in_steps)
    other = "load_kg" if field == "load_kg_each" else "load_kg_each"
    return item.model_copy(update={field: new, other: None})


def _range_kept(item: Item, name: str, low: float | None, high: float | str | None) -> Item:
    joint, _, action = name.partition(".")
    own = next((r for r in item.rom if (r.joint, r.action) == (joint, action)), PlannedRange(joint=joint, action=action))
    changes: dict[str, Any] = {}
    if isinstance(high, int | float):
        changes["max_deg"] = float(high) if own.max_deg is None else min(own.max_deg, float(high))
    if low is not None:
        changes["min_deg"] = float(low) if own.min_deg is None else max(own.min_deg, float(low))
    others = tuple(r for r in item.rom if (r.joint, r.action) != (joint, action))
    return item.model_copy(update={"rom": (*others, own.model_copy(update=changes))})


def _heart_rate_kept(item: Item, name: str, low: float | None, high: float | None) -> Item | None:
    own = item.heart_rate or HeartRate()
    value = getattr(own, name)
    if high is None or (low is not None and value is not None and value < low):
        return None
    new = float(high) if value is None else min(value, float(high))
    return item.model_copy(update={"heart_rate": own.model_copy(update={name: new})})


def _lighter(item: Item, level: str, v: Vocabulary) -> Item | None:
    """Return the item at an effort that still counts as `level`."""
    names = list(v.intensity_from_rpe)
    following = names.index(level) + 1 if level in names else len(names)
    if following >= len(names):
        return None
    highest = max(v.intensity_from_rpe[names[following]] - 1, 0.0)
    return _effort_kept(item, "rpe", None, highest)
