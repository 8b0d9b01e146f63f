"""Checks of an exercise against itself and others: adjustments that make it worse, substitutes that don't deliver, outliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from safetyrules.errors import Problem
from safetyrules.judging.variants import adjusted
from safetyrules.model.exercise import Catalog, Exercise, JointDemand
from safetyrules.packtools.catalog_fields import FACETS, is_joint_path, is_path, joint_ranks, ranks
from safetyrules.vocabulary import Vocabulary

# What an adjustment may add because it is the other way to do the same: sitting down, standing up, holding on, leaning on.
_TRADED = frozenset(
    {
        *("exposure.sitting", "exposure.walking", "exposure.sustained_position", "exposure.weight_bearing"),
        *("support.hands", "support.feet", "support.contact"),
    }
)
# What only repeats another field of the table.
_REPEATED = frozenset(
    {
        *("exposure", "exposure.impact", "exposure.breath_hold", "exposure.axial_spinal_load"),
        *("reach", "grip", "impact", "hazard.control"),
    }
)
_FREE_GROUPS = ("position.", "equipment.", "contact.")
_FREE_CONTACT = "support.contact."
_PRESSED = frozenset({"abdomen", "pelvis_bar", "crown_of_head", "neck"})
_WORDS = {
    "head": "lowers the head",
    "spine.compression": "raises the load on the spine",
    "spine.shear": "raises the load on the spine",
    "load.min_kg": "raises the smallest load",
    "load.min_pct_bw": "raises the smallest load",
}
_ADDED = ("exposure", "reach", "hazard.control")
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
    before = ranks(e, v)
    for adjustment in e.adjust:
        smaller = adjusted(e, adjustment)
        if smaller is None:
            yield f"C20 adjust '{adjustment.id}' can't be applied, so it never helps"
            continue
        after = ranks(smaller, v)
        worse = [path for path, rank in after.items() if rank > before.get(path, 0.0) and not _is_free(path)]
        added = dict.fromkeys(_last(path) for path in worse if path.rpartition(".")[0] in _ADDED)
        raised = dict.fromkeys(_raises(path) for path in worse if path.rpartition(".")[0] not in _ADDED)
        if added:
            yield f"C20 adjust '{adjustment.id}' adds {', '.join(added)}"
        for words in raised:
            yield f"C20 adjust '{adjustment.id}' {words}"


def _is_free(path: str) -> bool:
    if path.startswith(_FREE_CONTACT):
        return path.removeprefix(_FREE_CONTACT) not in _PRESSED
    return path in _TRADED | _REPEATED or path.startswith(_FREE_GROUPS)


def _last(path: str) -> str:
    return path.rpartition(".")[2].replace("_", " ")


def _raises(path: str) -> str:
    plain = path.removeprefix("strain.").removeprefix("hazard.").removeprefix("support.")
    return _WORDS.get(path, f"raises {plain.replace('.', ' ').replace('_', ' ')}")


def _undelivered(e: Exercise, catalog: Catalog, v: Vocabulary) -> Iterator[str]:
    for substitute in e.substitutes:
        target = catalog.exercises.get(substitute.id)
        if target is None:
            continue
        for path in substitute.removes:
            if not _is_gone(path, e, target, v):
                yield f"C21 the substitute '{target.id}' does not remove {path}"


def _is_gone(path: str, e: Exercise, target: Exercise, v: Vocabulary) -> bool:
    if not is_path(path, v):
        return False
    if is_joint_path(path, v):
        return _is_joint_spared(path, e, target, v)
    left = ranks(target, v).get(path, 0.0)
    return left == 0.0 or left < ranks(e, v).get(path, 0.0)


def _is_joint_spared(path: str, e: Exercise, target: Exercise, v: Vocabulary) -> bool:
    """Whether the joint is left alone, or asked for less in one way and for more in none."""
    left, own = (_most(path, exercise.joints, v) for exercise in (target, e))
    if left["mode"] == 0.0:
        return True
    return any(left[f] < own[f] for f in FACETS) and not any(left[f] > own[f] for f in FACETS)


def _most(path: str, joints: tuple[JointDemand, ...], v: Vocabulary) -> dict[str, float]:
    named = [joint_ranks(d, v) for d in joints if path in (d.joint, d.name) and d.mode != "passive"]
    return {facet: max((rank[facet] for rank in named), default=0.0) for facet in FACETS}
