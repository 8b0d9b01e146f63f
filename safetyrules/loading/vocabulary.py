"""Read vocabulary.yaml: the closed words that every other file is checked against."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from safetyrules.errors import InputError, Problem
from safetyrules.loading.shape import Shape, fit
from safetyrules.loading.strict_yaml import read
from safetyrules.vocabulary import Joint, Measurement, Muscle, Quantity, Vocabulary


class _Quantity(Shape):
    unit: str
    words: str
    item: str
    applies: str


class _Measurement(Shape):
    unit: str
    min: float
    max: float
    valid_days: int


class _NameWords(Shape):
    same: dict[str, str]
    idle: list[str]
    sides: dict[str, str]


class _File(Shape):
    format: str
    joints: dict[str, dict[str, str]]
    actions: list[str]
    action_covers: dict[str, list[str]]
    action_covers_joints: list[str]
    arc_joints: list[str]
    actions_without_degrees: list[str]
    joints_without_degrees: list[str]
    scales: dict[str, list[str]]
    words: dict[str, list[str]]
    tendon_of_tissue: dict[str, str]
    tendon_from_level: int
    exposures: dict[str, list[str]]
    exposure_levels: dict[str, str]
    muscles: dict[str, dict[str, Any]]
    icf: dict[str, str]
    intensity_from_rpe: dict[str, float]
    rpe_from_rpe20: dict[str, float]
    quantities: dict[str, _Quantity]
    resistance_kinds: list[str]
    cardio_kinds: list[str]
    weighed_load_types: list[str]
    shared_load_types: list[str]
    roles: list[str]
    role_aliases: dict[str, str]
    role_covers: dict[str, list[str]]
    event_kinds: list[str]
    event_loads: dict[str, str]
    priorities: dict[str, int]
    plain_exposures: list[str]
    clearance_valid_days: int
    measurements: dict[str, _Measurement]
    symptoms: dict[str, str]
    states: dict[str, str]
    angles: dict[str, float]
    axial_load_of_compression: list[str]
    hands_carrying_weight: list[str]
    positions_on_feet: list[str]
    region_joints: dict[str, list[str]]
    region_limb: dict[str, str]
    name_words: _NameWords
    equipment_words: dict[str, str]
    similarity: dict[str, float]
    pattern_families: list[list[str]]
    muscle_roles: dict[str, float]
    similarity_farthest: float
    arm_load_exposures: list[str]


def load_vocabulary(folder: Path) -> Vocabulary:
    """Return the vocabulary of the catalog in `folder`; raise `InputError` when it is missing or malformed."""
    document = read(folder / "vocabulary.yaml")
    file = fit(_File, document)
    if file.format != "vocabulary/1":
        raise InputError([Problem(document.locate(("format",)), f"unknown format '{file.format}'", "Use vocabulary/1.")])
    return Vocabulary(
        joints={
            name: Joint(d["limb"], d["region"], {k: v for k, v in d.items() if k not in ("limb", "region")})
            for name, d in file.joints.items()
        },
        actions=frozenset(file.actions),
        action_covers={k: frozenset(v) for k, v in file.action_covers.items()},
        action_covers_joints=frozenset(file.action_covers_joints),
        arc_joints=frozenset(file.arc_joints),
        actions_without_degrees=frozenset(file.actions_without_degrees),
        joints_without_degrees=frozenset(file.joints_without_degrees),
        scales={k: tuple(v) for k, v in file.scales.items()},
        words={k: frozenset(v) for k, v in file.words.items()},
        tendon_of_tissue=file.tendon_of_tissue,
        tendon_from_level=file.tendon_from_level,
        exposures={name: limb for limb, names in file.exposures.items() for name in names},
        exposure_levels=file.exposure_levels,
        muscles={
            name: Muscle(
                d["region"],
                frozenset(d.get("members", ())),
                {k: tuple(d[k]) for k in ("uberon", "fma") if k in d},
            )
            for name, d in file.muscles.items()
        },
        icf=frozenset(file.icf),
        intensity_from_rpe=file.intensity_from_rpe,
        rpe_from_rpe20={int(k): v for k, v in file.rpe_from_rpe20.items()},
        quantities={k: Quantity(q.unit, q.words, q.item, q.applies) for k, q in file.quantities.items()},
        resistance_kinds=frozenset(file.resistance_kinds),
        cardio_kinds=frozenset(file.cardio_kinds),
        weighed_load_types=frozenset(file.weighed_load_types),
        shared_load_types=frozenset(file.shared_load_types),
        roles=frozenset(file.roles),
        role_aliases=file.role_aliases,
        role_covers={k: frozenset(v) for k, v in file.role_covers.items()},
        event_kinds=frozenset(file.event_kinds),
        event_loads=file.event_loads,
        priorities=file.priorities,
        plain_exposures=frozenset(file.plain_exposures),
        clearance_valid_days=file.clearance_valid_days,
        measurements={k: Measurement(v.unit, v.min, v.max, v.valid_days) for k, v in file.measurements.items()},
        symptoms=file.symptoms,
        states=file.states,
        angles=file.angles,
        axial_load_of_compression=tuple(file.axial_load_of_compression),
        same_words=file.name_words.same,
        idle_words=frozenset(file.name_words.idle),
        side_words=file.name_words.sides,
        equipment_words=file.equipment_words,
        similarity=file.similarity,
        pattern_family={pattern: n for n, family in enumerate(file.pattern_families) for pattern in family},
        muscle_roles=file.muscle_roles,
        similarity_farthest=file.similarity_farthest,
        region_joints={k: frozenset(v) for k, v in file.region_joints.items()},
        region_limb=file.region_limb,
        positions_on_feet=frozenset(file.positions_on_feet),
        hands_carrying_weight=frozenset(file.hands_carrying_weight),
        arm_load_exposures=frozenset(file.arm_load_exposures),
        sha256=hashlib.sha256((folder / "vocabulary.yaml").read_bytes()).hexdigest(),
    )
