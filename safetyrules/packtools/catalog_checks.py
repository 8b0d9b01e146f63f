"""Checks of an exercise against itself and others: adjustments that make it worse, substitutes that don't deliver, outliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from safetyrules.errors import Problem
from safetyrules.judging.demands import derive
from safetyrules.judging.variants import adjusted
from safetyrules.model.exercise import Catalog, Exercise
from safetyrules.vocabulary import Vocabulary

_SCALES = {
    "valsalva": "valsalva",
    "isometric": "isometric",
    "iap": "iap",
    "balance": "balance",
    "impact_lower": "impact",
    "impact_upper": "impact",
    "intensity": "intensity",
    "fall": "fall",
    "contact": "contact",
}
_STRAIN = {
    "strain.valsalva": "valsalva",
    "strain.iap": "iap",
    "strain.isometric": "isometric",
    "balance": "balance",
    "intensity": "intensity",
}
_HEADS = ("above", "level", "below")
_SPREAD, _LEAST_OFF, _LEAST_ENTRIES = 4.0, 40.0, 6


def check_catalog(catalog: Catalog, vocabulary: Vocabulary) -> list[Problem]:
    """Return every fault, sorted by place."""
    found = []
    for exercise in catalog.exercises.values():
        sentences = (*_worse(exercise, vocabulary), *_undelivered(exercise, catalog, vocabulary))
        found += [Problem(exercise.location, f"{exercise.id}: {sentence}") for sentence in sentences]
    return sorted(found)


def outliers(catalog: Catalog) -> list[Problem]:
    """Return angles far from those of the same joint action in the same family: places to look, not faults."""
    groups: dict[tuple[str, str], list[tuple[float, Exercise]]] = defaultdict(list)
    for e in catalog.exercises.values():
        for d in e.joints:
            if d.high is not None and not d.implied and d.limb != "bracing":
                groups[e.family, d.name].append((d.high, e))
    found = []
    for (family, name), entries in sorted(groups.items()):
        if len(entries) < _LEAST_ENTRIES:
            continue
        middle = median(high for high, _ in entries)
        spread = median(abs(high - middle) for high, _ in entries) or 1.0
        for high, e in entries:
            if abs(high - middle) > max(_SPREAD * spread, _LEAST_OFF):
                message = f"{e.id}: C22 {name} goes to {high:g}; the middle of family {family} is {middle:g}"
                found.append(Problem(e.location, message))
    return sorted(found)


def _worse(e: Exercise, v: Vocabulary) -> Iterator[str]:
    before = derive(e, v)
    for adjustment in e.adjust:
        smaller = adjusted(e, adjustment)
        if smaller is None:
            yield f"C20 adjust '{adjustment.id}' can't be applied, so it never helps"
            continue
        for field, scale in _SCALES.items():
            if v.rank(scale, getattr(smaller, field)) > v.rank(scale, getattr(e, field)):
                yield f"C20 adjust '{adjustment.id}' raises {field.replace('_', ' ')}"
        if smaller.compression > e.compression or smaller.shear > e.shear:
            yield f"C20 adjust '{adjustment.id}' raises the load on the spine"
        if _HEADS.index(smaller.head) > _HEADS.index(e.head):
            yield f"C20 adjust '{adjustment.id}' lowers the head"
        after = derive(smaller, v)
        new = {n for n in after.exposures if n not in before.exposures and n not in ("sitting", "walking", "sustained_position")}
        if new & {
            "upper_limb_weight_bearing",
            "hanging_from_arms",
            "overhead",
            "behind_neck",
            "fall_risk",
            "unstable_surface",
            "kneeling",
        }:
            yield f"C20 adjust '{adjustment.id}' adds {', '.join(sorted(new)).replace('_', ' ')}"


def _undelivered(e: Exercise, catalog: Catalog, v: Vocabulary) -> Iterator[str]:
    for substitute in e.substitutes:
        target = catalog.exercises.get(substitute.id)
        if target is None:
            continue
        for path in substitute.removes:
            if not _is_gone(path, e, target, v):
                yield f"C21 the substitute '{target.id}' does not remove {path}"


def _is_gone(path: str, e: Exercise, target: Exercise, v: Vocabulary) -> bool:
    if path in _STRAIN:
        field = _STRAIN[path]
        return v.rank(field, getattr(target, field)) < max(1, v.rank(field, getattr(e, field)))
    head, _, rest = path.partition(".")
    match head:
        case "spine":
            return target.shear < e.shear if rest == "shear" else target.compression < e.compression
        case "impact":
            field = "impact_upper" if rest == "upper" else "impact_lower"
            return v.rank("impact", getattr(target, field)) < max(1, v.rank("impact", getattr(e, field)))
        case "exposure" | "position" | "reach":
            values = getattr(target, head)
            return (
                rest not in derive(target, v).exposures
                if head == "exposure" and rest
                else (rest not in values if rest else not values)
            )
        case "hazard":
            return (
                not set(target.control) - {"elastic_recoil"}
                if rest.startswith("control")
                else getattr(target, rest, None) != getattr(e, rest, None)
            )
        case "support" | "contact":
            return _support_is_gone(rest or head, e, target)
        case "floor_transfer":
            return not target.floor_transfer
        case "head" | "head_motion" | "surface" | "laterality" | "env":
            return True if head == "env" else getattr(target, head) != getattr(e, head)
        case "grip":
            return not any(d.joint == "hand" and d.load in ("moderate", "heavy") for d in target.joints)
        case _ if head in v.joints:
            return _joint_is_gone(head, rest, e, target, v)
    return True


def _hazard_is_gone(rest: str, e: Exercise, target: Exercise) -> bool:
    if rest.startswith("control"):
        return not set(target.control) & set(e.control)
    return getattr(target, rest, None) in (False, "floor", "none") or getattr(target, rest, None) != getattr(e, rest, None)


def _support_is_gone(rest: str, e: Exercise, target: Exercise) -> bool:
    if rest.startswith("contact") or rest in e.support.contact:
        name = rest.partition(".")[2] or rest
        return name not in target.support.contact
    field = rest.split(".", maxsplit=1)[0]
    return not hasattr(target.support, field) or getattr(target.support, field) != getattr(e.support, field)


def _joint_is_gone(joint: str, rest: str, e: Exercise, target: Exercise, v: Vocabulary) -> bool:
    action = rest.split("(", maxsplit=1)[0].split(".", maxsplit=1)[0]
    named = [d for d in target.joints if d.joint == joint and (not action or d.action == action) and d.mode not in ("passive",)]
    if not named:
        return True
    own = [d for d in e.joints if d.joint == joint and (not action or d.action == action)]
    lighter = max(v.rank("joint_load", d.load) for d in named) < max((v.rank("joint_load", d.load) for d in own), default=0)
    smaller = max((d.high or 0.0) for d in named) < max(((d.high or 0.0) for d in own), default=0.0)
    milder = max((v.rank("grade", d.grade) if d.grade else 0) for d in named) < max(
        ((v.rank("grade", d.grade) if d.grade else 0) for d in own), default=0
    )
    other_chain = bool(own) and {d.chain for d in named}.isdisjoint({d.chain for d in own})
    return lighter or smaller or milder or other_chain
