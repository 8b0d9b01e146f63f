"""Limits against one planned dose: which bind this exercise, can it keep them, and does the plan show that it does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from safetyrules.judging.demands import Demands
from safetyrules.model.knowledge import Limit
from safetyrules.model.plan import Item
from safetyrules.vocabulary import Vocabulary

_RPE_TOP = 10


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit as it binds one item.

    `can_keep`: the exercise can be done inside it. `is_met`: the plan shows it is; None: a plan can't state it.
    `ask` is the plan field that would show it, where the plan leaves it out. `rank` orders levels of a scale, the
    tightest lowest.
    """

    limit: Limit
    can_keep: bool = True
    is_met: bool | None = True
    ask: str = ""
    rank: int = 0


def bind(
    limit: Limit, demands: Demands, item: Item, vocabulary: Vocabulary, *, on_joint: bool, body_weight: float | None
) -> Bound | None:
    """Return how `limit` binds the planned item; None where it does not concern this exercise.

    `on_joint`: the limit is about one joint, so that body weight resting on it is a load.
    """
    if limit.quantity in ("instruction", "supervision"):
        return Bound(limit, is_met=None)
    applies = vocabulary.quantities[limit.quantity].applies
    if applies == "monitored":
        return Bound(limit, is_met=None)
    if applies in ("session", "joint", "scale"):
        return None
    if not _concerns(applies, demands, vocabulary, on_joint=on_joint):
        return None
    if limit.quantity == "load_pct_1rm" and not _is_weighed(demands, vocabulary):
        return None  # nobody has a one-repetition maximum in body weight; effort and kilograms bound it instead
    if limit.quantity in ("load_kg", "load_kg_per_arm"):
        return _load(limit, demands, item, vocabulary, body_weight)
    limit, stated = _stated(limit, item, vocabulary)
    if stated is None:
        return Bound(limit, is_met=False, ask=_field(limit.quantity, vocabulary))
    return Bound(limit, is_met=_inside(stated, limit))


def _concerns(applies: str, demands: Demands, v: Vocabulary, *, on_joint: bool) -> bool:
    e = demands.exercise
    if applies == "loaded":
        return _is_weighed(demands, v) or (
            e.load.min_pct_bw > 0 and (on_joint or bool(demands.exposures.keys() & v.arm_load_exposures))
        )
    if applies == "resistance":
        return e.kind in v.resistance_kinds and any(d.mode in ("resisted", "ballistic") for d in e.joints)
    if applies == "cardio":
        return e.kind in v.cardio_kinds
    if applies == "supine":
        return "supine" in e.position
    return True


def _is_weighed(demands: Demands, v: Vocabulary) -> bool:
    e = demands.exercise
    return bool(set(e.load.type) & v.weighed_load_types) and e.kind in v.resistance_kinds


def _load(limit: Limit, demands: Demands, item: Item, v: Vocabulary, body_weight: float | None) -> Bound:
    """Compare kilograms. An implement that both hands share may rest wholly on one arm."""
    e = demands.exercise
    highest = limit.high
    assert isinstance(highest, int | float)
    if not set(e.load.type) & v.weighed_load_types:
        carried = body_weight * e.load.min_pct_bw / 100 if body_weight else None
        return Bound(limit, can_keep=carried is not None and carried <= highest, is_met=carried is not None and carried <= highest)
    is_shared = bool(set(e.load.type) & v.shared_load_types) or e.laterality != "bilateral"
    smallest = e.load.min_kg
    if limit.quantity == "load_kg" and not is_shared:
        smallest *= 2
    if smallest > highest:
        return Bound(limit, can_keep=False, is_met=False)
    stated = _kilograms(item, limit.quantity, is_shared=is_shared)
    if stated is None:
        return Bound(limit, is_met=False, ask="load_kg")
    return Bound(limit, is_met=stated <= highest)


def _kilograms(item: Item, quantity: str, *, is_shared: bool) -> float | None:
    if quantity == "load_kg_per_arm":
        if item.load_kg_each is not None:
            return item.load_kg_each
        if item.load_kg is None:
            return None
        return item.load_kg if is_shared else item.load_kg / 2
    if item.load_kg is not None:
        return item.load_kg
    if item.load_kg_each is None:
        return None
    return item.load_kg_each if is_shared else item.load_kg_each * 2


def _stated(limit: Limit, item: Item, v: Vocabulary) -> tuple[Limit, float | None]:
    """Return the limit on the plan's own scale, and what the plan states about it."""
    quantity = limit.quantity
    effort = item.rpe if item.rpe is not None else (_RPE_TOP - item.rir if item.rir is not None else None)
    if quantity == "rpe20":
        high = v.rpe_from_rpe20[int(limit.high)] if isinstance(limit.high, int | float) else None
        low = v.rpe_from_rpe20[int(limit.low)] if limit.low is not None else None
        return replace(
            limit, quantity="rpe", low=low, high=high, text=limit.text or f"Borg 6-20: {limit.high or limit.low:g}"
        ), effort
    if quantity == "rpe":
        return limit, effort
    if quantity == "rir":
        return limit, item.rir if item.rir is not None else (_RPE_TOP - item.rpe if item.rpe is not None else None)
    if quantity in ("minutes", "supine_minutes"):
        return limit, item.minutes if item.minutes is not None else (item.seconds / 60 if item.seconds is not None else None)
    if quantity.startswith("heart_rate_"):
        rate = item.heart_rate
        return limit, getattr(rate, quantity.removeprefix("heart_rate_")) if rate else None
    value = getattr(item, quantity, None)
    return limit, float(value) if value is not None else None


def _field(quantity: str, v: Vocabulary) -> str:
    return v.quantities[quantity].item


def _inside(value: float, limit: Limit) -> bool:
    if limit.low is not None and value < limit.low:
        return False
    return not isinstance(limit.high, int | float) or value <= limit.high


def scale_level(quantity: str, demands: Demands, item: Item, v: Vocabulary) -> str:
    """Return the level of `quantity` that the item has: intensity by the planned effort where the plan states it."""
    if quantity == "intensity" and (item.rpe is not None or item.rir is not None):
        return v.intensity_of_rpe(item.rpe if item.rpe is not None else _RPE_TOP - (item.rir or 0))
    (level,) = demands.attributes[quantity]
    return level


def tightest(limits: list[Limit]) -> Limit | None:
    """Return the intersection of numeric limits on one quantity; None where nothing is left."""
    lows = [x.low for x in limits if x.low is not None]
    highs = [x.high for x in limits if isinstance(x.high, int | float)]
    low, high = max(lows, default=None), min(highs, default=None)
    if low is not None and high is not None and low > high:
        return None
    texts = dict.fromkeys(x.text for x in limits if x.text and (x.low == low or x.high == high))
    return Limit(limits[0].quantity, low, high, "; ".join(texts))
