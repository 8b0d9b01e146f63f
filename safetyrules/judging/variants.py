"""An exercise made smaller by one of its own adjustments, so that the same rules can judge the smaller one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from safetyrules.model.exercise import Adjustment, Exercise, JointDemand

_PLAIN = {
    "spine.compression": "compression",
    "spine.shear": "shear",
    "spine.site": "load_site",
    "head": "head",
    "floor_transfer": "floor_transfer",
    "impact.lower": "impact_lower",
    "impact.upper": "impact_upper",
    "strain.valsalva": "valsalva",
    "strain.isometric": "isometric",
    "strain.iap": "iap",
    "balance": "balance",
    "laterality": "laterality",
    "surface": "surface",
    "hold_on": "hold_on",
    "change": "change",
    "head_motion": "head_motion",
    "intensity": "intensity",
    "hazard.fall": "fall",
    "hazard.contact": "contact",
    "hazard.head_impact": "head_impact",
    "hazard.abdomen": "abdomen",
    "env.immersion": "immersion",
}
_LISTS = {"position": "position", "reach": "reach", "exposure": "exposure", "hazard.control": "control", "equipment": "equipment"}
_SUPPORT = {
    "support.hands": "hands",
    "support.feet": "feet",
    "support.stance": "stance",
    "support.contact": "contact",
    "support.pct_bw": "pct_bw",
}
_JOINT_FIELDS = {"max": "high", "min": "low", "grade": "grade", "mode": "mode", "load": "load"}
_NOTHING: dict[str, Any] = {"exposure": (), "reach": (), "control": ()}
_REMOVED: dict[str, Any] = {
    "compression": 0, "shear": 0, "load_site": "none", "head": "above", "floor_transfer": False, "impact_lower": "none",
    "impact_upper": "none", "valsalva": "none", "isometric": "none", "iap": "low", "fall": "floor", "contact": "none",
    "head_impact": False, "abdomen": False, "balance": "low", "immersion": "none",
}  # fmt: skip


def adjusted(exercise: Exercise, adjustment: Adjustment) -> Exercise | None:
    """Return `exercise` with `adjustment` applied; None where a path can't be applied, so that nothing is assumed of it."""
    result: Exercise | None = exercise
    for path in adjustment.removes:
        result = _remove(result, path) if result else None
    for path, value in adjustment.set.items():
        result = _set(result, path, value) if result else None
    return result if result and result.position else None


def _set(e: Exercise, path: str, value: Any) -> Exercise | None:
    if path in _PLAIN:
        return replace(e, **{_PLAIN[path]: value})
    if path in _LISTS:
        items: Any = tuple(value) if isinstance(value, list | tuple) else (value,)
        return replace(e, **{_LISTS[path]: items})
    if path in _SUPPORT:
        new: Any = tuple(value) if isinstance(value, list | tuple) else value
        return replace(e, support=replace(e.support, **{_SUPPORT[path]: new}))
    if path in ("load.pct_bw", "load.min_pct_bw"):
        return replace(e, load=replace(e.load, min_pct_bw=float(value)))
    if path == "load.min_kg":
        return replace(e, load=replace(e.load, min_kg=float(value)))
    if path.startswith("tissues."):
        return replace(e, tissues={**e.tissues, path[8:]: value})
    if path == "mode":
        return replace(e, joints=tuple(replace(d, mode=value) if d.mode in ("resisted", "ballistic") else d for d in e.joints))
    name, _, field = path.rpartition(".")
    if field not in _JOINT_FIELDS or not any(d.name == name for d in e.joints):
        return None
    return replace(e, joints=tuple(_joint(d, name, _JOINT_FIELDS[field], value) for d in e.joints))


def _joint(entry: JointDemand, name: str, field: str, value: Any) -> JointDemand:
    """Set one field of the named entry, and of the opposite direction that it implies."""
    twin = entry.implied and entry.joint == name.split(".", maxsplit=1)[0]
    if entry.name != name and not (twin and field in ("high", "low")):
        return entry
    if field == "high" and entry.high is not None:
        return replace(entry, high=min(entry.high, value), low=min(entry.low or 0.0, value))
    if field == "low" and entry.low is not None:
        return replace(entry, low=max(entry.low, value), high=max(entry.high or 0.0, value))
    return replace(entry, **{field: value})


def _remove(e: Exercise, path: str) -> Exercise | None:
    if path in _PLAIN and _PLAIN[path] in _REMOVED:
        return replace(e, **{_PLAIN[path]: _REMOVED[_PLAIN[path]]})
    if path in ("exposure", "reach", "hazard.control"):
        field = _LISTS[path]
        return replace(e, **{field: _NOTHING[field]})
    for prefix, field in _LISTS.items():
        if path.startswith(prefix + "."):
            kept: Any = tuple(item for item in getattr(e, field) if item != path[len(prefix) + 1 :])
            return replace(e, **{field: kept}) if len(kept) < len(getattr(e, field)) else None
    if path.startswith(("contact.", "support.contact.")):
        gone = path.rpartition(".")[2]
        return replace(e, support=replace(e.support, contact=tuple(c for c in e.support.contact if c != gone)))
    kept_joints = tuple(d for d in e.joints if d.name != path and not (d.implied and d.joint == path.split(".", maxsplit=1)[0]))
    return replace(e, joints=kept_joints) if len(kept_joints) < len(e.joints) else None
