"""Every field of an exercise of which more is worse, as one table of numbers that two exercises can be compared by."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from safetyrules.judging.demands import derive
from safetyrules.model.exercise import Exercise, JointDemand
from safetyrules.vocabulary import Vocabulary

FACETS = ("load", "degrees", "grade", "mode")
_Rank = Callable[[Exercise, Vocabulary], float]
_HEADS = ("above", "level", "below")
_FEET = ("none", "partial", "full")
_STANCES = ("none", "bilateral", "split", "alternating", "single")
_HANDS = ("none", "light", "grip", "forearm", "weight_bearing_free_hand", "weight_bearing", "hang")
_WATER = ("none", "pool", "submersion")
_MODES = {"passive": 0, "active_assisted": 1, "stretch": 2, "active": 2, "isometric": 3, "resisted": 4, "ballistic": 5}
_STRAIGHT = 180.0  # further than knee or elbow can bend
_HARMLESS = frozenset({"elastic_recoil"})


def _scale(name: str, field: str) -> _Rank:
    return lambda e, v: v.rank(name, getattr(e, field))


# path: how much of it an exercise has, in steps from 0 (none of it).
ORDERED: Mapping[str, _Rank] = {
    "spine.compression": lambda e, _: e.compression,
    "spine.shear": lambda e, _: e.shear,
    "head": lambda e, _: _HEADS.index(e.head),
    "strain.valsalva": _scale("valsalva", "valsalva"),
    "strain.isometric": _scale("isometric", "isometric"),
    "strain.iap": _scale("iap", "iap"),
    "balance": _scale("balance", "balance"),
    "intensity": _scale("intensity", "intensity"),
    "impact": lambda e, v: max(v.rank("impact", e.impact_lower), v.rank("impact", e.impact_upper)),
    "impact.lower": _scale("impact", "impact_lower"),
    "impact.upper": _scale("impact", "impact_upper"),
    "change": _scale("motion", "change"),
    "head_motion": _scale("motion", "head_motion"),
    "surface": _scale("surface", "surface"),
    "floor_transfer": lambda e, _: e.floor_transfer,
    "hazard.fall": _scale("fall", "fall"),
    "hazard.contact": _scale("contact", "contact"),
    "hazard.head_impact": lambda e, _: e.head_impact,
    "hazard.abdomen": lambda e, _: e.abdomen,
    "hazard.control": lambda e, _: bool(set(e.control) - _HARMLESS),
    "load.min_kg": lambda e, _: e.load.min_kg,
    "load.min_pct_bw": lambda e, _: e.load.min_pct_bw,
    "support.hands": lambda e, _: _HANDS.index(e.support.hands),
    "support.feet": lambda e, _: _FEET.index(e.support.feet),
    "support.stance": lambda e, _: _STANCES.index(e.support.stance),
    "support.contact": lambda e, _: bool(e.support.contact),
    "env.immersion": lambda e, _: _WATER.index(e.immersion),
    "env.heat": lambda e, _: e.heat != "none",
    "exposure": lambda e, _: bool(e.exposure),
    "reach": lambda e, _: bool(e.reach),
    "grip": lambda e, v: max((v.rank("joint_load", d.load) - 1 for d in e.joints if d.joint == "hand"), default=0),
}
# path before the last dot: the words that may follow, by their key in the vocabulary, and those that an exercise has.
_TAGS: Mapping[str, tuple[str, Callable[[Exercise, Vocabulary], frozenset[str]]]] = {
    "exposure": ("", lambda e, v: frozenset(derive(e, v).exposures)),
    "reach": ("reach", lambda e, _: frozenset(e.reach)),
    "position": ("position", lambda e, _: frozenset(e.position)),
    "equipment": ("equipment", lambda e, _: frozenset(e.equipment)),
    "contact": ("support_contact", lambda e, _: frozenset(e.support.contact)),
    "support.contact": ("support_contact", lambda e, _: frozenset(e.support.contact)),
    "hazard.control": ("control", lambda e, _: frozenset(e.control) - _HARMLESS),
}


def ranks(e: Exercise, v: Vocabulary) -> dict[str, float]:
    """Return how much `e` has of everything ordered; a path that is missing is 0."""
    found = {path: float(rank(e, v)) for path, rank in ORDERED.items()}
    for group, (_, tags) in _TAGS.items():
        found |= {f"{group}.{tag}": 1.0 for tag in sorted(tags(e, v))}
    found |= {f"tissues.{tissue}": float(level) for tissue, level in e.tissues.items()}
    for entry in e.joints:
        for facet, rank in joint_ranks(entry, v).items():
            path = f"{entry.name}.{facet}"
            found[path] = max(found.get(path, 0.0), rank)
    return found


def joint_ranks(entry: JointDemand, v: Vocabulary) -> dict[str, float]:
    """Return the four measures of one joint entry; one with degrees in place of a grade counts as the middle grade."""
    grade = v.rank("grade", entry.grade or "mid") if entry.grade or entry.high is not None else -1
    return {
        "load": float(v.rank("joint_load", entry.load)),
        "degrees": _degrees(entry, v),
        "grade": float(grade + 1),
        "mode": float(_MODES[entry.mode]),
    }


def _degrees(entry: JointDemand, v: Vocabulary) -> float:
    """How far the entry goes: knee and elbow are in degrees of flexion, so the straighter the more where they extend."""
    if entry.low is None or entry.high is None:
        return 0.0
    if entry.action == "extension" and entry.joint in v.arc_joints:
        return _STRAIGHT - entry.low
    return max(0.0, entry.high)


def is_path(path: str, v: Vocabulary) -> bool:
    """Whether `path` names something that an exercise could have."""
    group, _, last = path.rpartition(".")
    if path in ORDERED:
        return True
    if group in _TAGS:
        return last in (v.words[_TAGS[group][0]] if _TAGS[group][0] else v.exposures)
    return last in v.words["tissue"] if group == "tissues" else is_joint_path(path, v)


def is_joint_path(path: str, v: Vocabulary) -> bool:
    """Whether `path` names a joint, or one action of it."""
    joint, dot, action = path.partition(".")
    return joint in v.joints and (action in v.actions or not dot)
