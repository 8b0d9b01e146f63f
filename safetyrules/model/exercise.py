"""What an exercise demands of the body, as plain frozen values.

An exercise never says for whom it is bad: it says which joints move how far, under what load, on which limb, in what
position, with what strain. Angles are degrees from anatomical zero, the worst of ordinary technique.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from safetyrules.errors import Location


@dataclass(frozen=True, slots=True)
class JointDemand:
    """One motion of one joint. `low` and `high` are degrees; `grade` stands in where degrees are not practical.

    `keep` is the smallest still useful bound when `adjustable`. `limb` says which side of a one-sided exercise it
    loads. `estimate` is true unless a published fact gives the angle. `implied` marks the opposite direction of a
    resisted arc, which the loader adds.
    """

    joint: str
    action: str
    low: float | None = None
    high: float | None = None
    grade: str = ""
    mode: str = "active"
    load: str = "none"
    chain: str = ""
    contraction: tuple[str, ...] = ()
    limb: str = "both"
    adjustable: bool = False
    keep: float | None = None
    estimate: bool = True
    implied: bool = False

    @property
    def name(self) -> str:
        """Return ``joint.action``."""
        return f"{self.joint}.{self.action}"


@dataclass(frozen=True, slots=True)
class Muscles:
    """Which muscles do what."""

    prime: tuple[str, ...] = ()
    synergist: tuple[str, ...] = ()
    stabiliser: tuple[str, ...] = ()
    stretched: tuple[str, ...] = ()
    eccentric: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Support:
    """What carries the body: feet, stance, hands, contact; `on` is the leg that stands when the stance is single."""

    feet: str
    hands: str
    stance: str = "bilateral"
    contact: tuple[str, ...] = ()
    pct_bw: float | None = None
    on: str = "both"


@dataclass(frozen=True, slots=True)
class Load:
    """The smallest load the exercise can have: kilograms on the implement, per cent of body weight."""

    type: tuple[str, ...]
    min_kg: float = 0.0
    min_pct_bw: float = 0.0
    step_kg: float = 0.0


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A way to make the exercise smaller: what it sets, what it removes, and how to do it in words."""

    id: str
    how: str
    set: Mapping[str, object] = field(default_factory=dict)
    removes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Substitute:
    """Another exercise named as a replacement, what that removes and what it keeps."""

    id: str
    removes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of the catalog, complete.

    `status`: imported (judged unknown until a person has reviewed it), draft (tagged by us), reviewed (by a named person).
    """

    id: str
    name: str
    family: str
    kind: str
    pattern: tuple[str, ...]
    laterality: str
    joints: tuple[JointDemand, ...]
    muscles: Muscles
    support: Support
    position: tuple[str, ...]
    load: Load
    equipment: tuple[str, ...]
    intensity: str
    aka: tuple[str, ...] = ()
    plane: tuple[str, ...] = ()
    combos: tuple[tuple[str, ...], ...] = ()
    compression: int = 0
    shear: int = 0
    load_site: str = "none"
    tissues: Mapping[str, int] = field(default_factory=dict)
    head: str = "above"
    floor_transfer: bool = False
    change: str = "slow"
    head_motion: str = "none"
    reach: tuple[str, ...] = ()
    impact_lower: str = "none"
    impact_upper: str = "none"
    grf_bw: float | None = None
    exposure: tuple[str, ...] = ()
    valsalva: str = "none"
    isometric: str = "none"
    iap: str = "low"
    mets: Mapping[str, object] = field(default_factory=dict)
    balance: str = "low"
    hold_on: str = "none"
    surface: str = "stable"
    fall: str = "floor"
    control: tuple[str, ...] = ()
    contact: str = "none"
    head_impact: bool = False
    abdomen: bool = False
    immersion: str = "none"
    heat: str = "none"
    setting: str = "gym"
    skill: int = 1
    dose: Mapping[str, object] = field(default_factory=dict)
    adjust: tuple[Adjustment, ...] = ()
    regress: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    icf: tuple[str, ...] = ()
    codes: Mapping[str, object] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    status: str = "draft"
    location: Location = field(default=Location(""), compare=False)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All exercises by id, in order of id, with the digest of the files they came from."""

    exercises: Mapping[str, Exercise]
    sha256: str
