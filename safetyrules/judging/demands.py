"""The derived views of an exercise: everything a rule may ask that follows from its stored fields.

Pure functions of one exercise; nothing here is stored, so nothing can contradict the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from safetyrules.model.exercise import Exercise, JointDemand
from safetyrules.vocabulary import Vocabulary

_RAISING = frozenset({"flexion", "abduction", "elevation"})
_WORKING_MODES = frozenset({"isometric", "resisted", "ballistic"})
_SPINE = frozenset({"lumbar_spine", "thoracic_spine"})


@dataclass(frozen=True, slots=True)
class Demands:
    """An exercise with its derived attributes, exposures and their levels."""

    exercise: Exercise
    attributes: Mapping[str, frozenset[str]]
    exposures: Mapping[str, str]
    contracting: frozenset[str]


def derive(exercise: Exercise, vocabulary: Vocabulary) -> Demands:
    """Return every derived view of `exercise`."""
    return Demands(
        exercise=exercise,
        attributes=_attributes(exercise, vocabulary),
        exposures=_exposures(exercise, vocabulary),
        contracting=_contracting(exercise, vocabulary),
    )


def _contracting(e: Exercise, v: Vocabulary) -> frozenset[str]:
    """Return the muscles that contract as movers, groupings and their members alike."""
    muscles = {*e.muscles.prime, *e.muscles.synergist, *e.muscles.eccentric}
    for muscle in tuple(muscles):
        if muscle in v.muscles:
            muscles |= v.muscles[muscle].members
    for group, entry in v.muscles.items():
        if entry.members & muscles:
            muscles.add(group)
    return frozenset(muscles)


def _flag(value: bool) -> frozenset[str]:
    return frozenset({"true" if value else "false"})


def _attributes(e: Exercise, v: Vocabulary) -> dict[str, frozenset[str]]:
    contact = set(e.support.contact)
    worst_impact = max(e.impact_lower, e.impact_upper, key=v.scales["impact"].index)
    return {
        "exercise": frozenset({e.id}),
        "kind": frozenset({e.kind}),
        "pattern": frozenset(e.pattern),
        "position": frozenset(e.position),
        "reach": frozenset(e.reach),
        "equipment": frozenset(e.equipment),
        "laterality": frozenset({e.laterality}),
        "head": frozenset({e.head}),
        "region": _regions(e, v),
        "spine_flexion": _spine_flexion(e),
        "spine_rotation": _spine_rotation(e),
        "spine_extension": _spine_extension(e),
        "neck_load": frozenset({_neck_load(e, v)}),
        "arm_elevation": frozenset({_arm_elevation(e, v)}),
        "arm_behind_body": _flag(_is_arm_behind(e, v)),
        "shoulder_horizontal_abduction_end_range": _flag(
            any(d.joint == "shoulder" and d.action == "horizontal_abduction" and d.grade == "end" for d in e.joints)
        ),
        "valsalva": frozenset({e.valsalva}),
        "isometric": frozenset({e.isometric}),
        "iap": frozenset({e.iap}),
        "intensity": frozenset({e.intensity}),
        "balance": frozenset({e.balance}),
        "impact": frozenset({worst_impact}),
        "fall": frozenset({e.fall}),
        "contact": frozenset({e.contact}),
        "head_impact": _flag(e.head_impact),
        "loss_of_control": _flag(bool(e.control)),
        "abdominal_pressure": _flag(e.abdomen or bool(contact & {"abdomen", "pelvis_bar"})),
        "loaded_on_abdomen": _flag(bool(contact & {"abdomen", "pelvis_bar"})),
        "ballistic": _flag(e.kind in ("power", "plyometric") or any(d.mode == "ballistic" for d in e.joints)),
        "eccentric_emphasis": _flag(bool(e.muscles.eccentric)),
        "rapid_position_change": _flag(e.change == "rapid"),
        "rapid_head_movement": _flag(e.head_motion == "rapid"),
        "upper_limb_weight_bearing": _flag(e.support.hands in v.hands_carrying_weight),
        "heat": frozenset({e.heat}),
        "immersion": frozenset({e.immersion}),
        "setting": frozenset({e.setting}),
        "foot_weight_bearing": frozenset({e.support.feet}),
        "stance": frozenset({e.support.stance}),
        "tendon": frozenset(
            v.tendon_of_tissue[t] for t, level in e.tissues.items() if t in v.tendon_of_tissue and level >= v.tendon_from_level
        ),
    }


def _regions(e: Exercise, v: Vocabulary) -> frozenset[str]:
    joints = {v.joints[d.joint].region for d in e.joints if not (d.mode == "passive" and d.load == "none")}
    muscles = {v.muscles[m].region for m in (*e.muscles.prime, *e.muscles.synergist) if m in v.muscles}
    return frozenset(joints | muscles)


def _spine_flexion(e: Exercise) -> frozenset[str]:
    words = set()
    for d in e.joints:
        if d.joint in _SPINE and d.action == "flexion":
            if d.grade != "end":
                words.add("mild")
            elif d.mode in _WORKING_MODES or d.load != "none":
                words |= {"end_range", "loaded_end_range"}
            else:
                words.add("end_range")
    return frozenset(words or {"none"})


def _spine_rotation(e: Exercise) -> frozenset[str]:
    words = set()
    for d in e.joints:
        if d.joint in _SPINE and d.action == "rotation":
            words.add("end_range" if d.grade == "end" else "mild")
            if d.mode in ("resisted", "ballistic") and d.load != "none":
                words.add("loaded")
    return frozenset(words or {"none"})


def _spine_extension(e: Exercise) -> frozenset[str]:
    words = {"end_range" if d.grade == "end" else "mild" for d in e.joints if d.joint in _SPINE and d.action == "extension"}
    return frozenset(words or {"none"})


def _neck_load(e: Exercise, v: Vocabulary) -> str:
    neck = [d for d in e.joints if d.joint == "cervical_spine" and d.load != "none"]
    heavy = any(v.rank("joint_load", d.load) >= v.rank("joint_load", "moderate") for d in neck)
    if heavy or set(e.support.contact) & {"crown_of_head", "neck"}:
        return "high"
    return "mild" if neck else "none"


def _raised(e: Exercise) -> float:
    return max((d.high or 0.0 for d in e.joints if d.joint == "shoulder" and d.action in _RAISING), default=0.0)


def _arm_elevation(e: Exercise, v: Vocabulary) -> str:
    if "overhead" in e.reach or _raised(e) > v.angles["arm_overhead_above"]:
        return "overhead"
    return "shoulder" if _raised(e) > v.angles["arm_at_shoulder_above"] else "below_shoulder"


def _is_arm_behind(e: Exercise, v: Vocabulary) -> bool:
    if set(e.reach) & {"elbow_behind_trunk", "behind_back"}:
        return True
    limit = v.angles["arm_behind_body_above"]
    return any(d.joint == "shoulder" and d.action == "extension" and (d.high or 0.0) > limit for d in e.joints)


def _exposures(e: Exercise, v: Vocabulary) -> dict[str, str]:
    """Return each exposure with its level; the level is empty where the exposure has none."""
    found = dict.fromkeys(e.exposure, "")
    computed = {
        "overhead": "overhead" in e.reach,
        "behind_neck": "behind_head" in e.reach,
        "hand_behind_back": "behind_back" in e.reach,
        "cross_midline": "cross_midline" in e.reach,
        "hanging_from_arms": e.support.hands == "hang",
        "upper_limb_weight_bearing": e.support.hands in v.hands_carrying_weight,
        "weight_bearing": e.support.feet == "full" or (e.support.feet == "partial" and bool(set(e.position) & v.positions_on_feet)),
        "single_leg_stance": e.support.stance == "single",
        "kneeling": bool(set(e.position) & {"kneeling", "half_kneeling", "quadruped"}),
        "sitting": bool(set(e.position) & {"seated", "seated_supported", "long_sitting"}),
        "side_lying": "side_lying" in e.position,
        "fall_risk": e.balance == "high" or e.fall == "elevated" or e.surface == "unstable",
        "unstable_surface": e.surface == "unstable",
        "contact_collision": e.contact == "collision",
        "any_resistance": any(d.mode in ("resisted", "ballistic") for d in e.joints),
    }
    found |= {name: "" for name, holds in computed.items() if holds}
    levels = {
        "impact": max(e.impact_lower, e.impact_upper, key=v.scales["impact"].index),
        "breath_hold": e.valsalva,
        "axial_spinal_load": v.axial_load_of_compression[e.compression],
    }
    return found | {name: level for name, level in levels.items() if level != "none"}


def weight_on_legs(e: Exercise, v: Vocabulary) -> bool:
    """Whether the legs push against the ground, a pedal or a plate; a foot that only rests on the floor carries nothing."""
    if e.support.feet == "full":
        return True
    legs = any(
        d.joint in ("hip", "knee", "ankle") and d.chain == "closed" and d.mode not in ("passive", "stretch") for d in e.joints
    )
    return e.support.feet == "partial" and (legs or bool(set(e.position) & v.positions_on_feet))


def works(entry: JointDemand) -> bool:
    """Whether the joint is held or moved against a load."""
    return entry.mode in _WORKING_MODES
