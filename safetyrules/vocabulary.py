"""The closed words of safetyrules as one frozen value; `loading.vocabulary` reads it from vocabulary.yaml.

Every tag of an exercise, every fact that a rule may ask for and every quantity that a limit may bound is named here and
nowhere else, so that a misspelt word is an error when a file is loaded and never a rule that can't fire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Joint:
    """A joint: `limb` is arm, leg or trunk; `region` is the body region that its load counts toward."""

    limb: str
    region: str
    codes: Mapping[str, str]

    @property
    def is_paired(self) -> bool:
        """Whether the joint exists on both sides, so that a side matters."""
        return self.limb != "trunk"


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle or a trainer's grouping; `members` are the muscles that a grouping holds."""

    region: str
    members: frozenset[str]
    codes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured value: its unit, the possible range, and for how many days it counts (0: that day only)."""

    unit: str
    low: float
    high: float
    valid_days: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that a limit may bound: unit, plain words, the plan field that states it, which exercises it binds."""

    unit: str
    words: str
    item: str
    applies: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All closed words. Scales are ordered from less to more."""

    joints: Mapping[str, Joint]
    actions: frozenset[str]
    action_covers: Mapping[str, frozenset[str]]
    action_covers_joints: frozenset[str]
    arc_joints: frozenset[str]
    actions_without_degrees: frozenset[str]
    joints_without_degrees: frozenset[str]
    scales: Mapping[str, tuple[str, ...]]
    words: Mapping[str, frozenset[str]]
    tendon_of_tissue: Mapping[str, str]
    tendon_from_level: int
    exposures: Mapping[str, str]
    exposure_levels: Mapping[str, str]
    muscles: Mapping[str, Muscle]
    icf: frozenset[str]
    intensity_from_rpe: Mapping[str, float]
    rpe_from_rpe20: Mapping[int, float]
    quantities: Mapping[str, Quantity]
    resistance_kinds: frozenset[str]
    cardio_kinds: frozenset[str]
    weighed_load_types: frozenset[str]
    shared_load_types: frozenset[str]
    roles: frozenset[str]
    role_aliases: Mapping[str, str]
    role_covers: Mapping[str, frozenset[str]]
    event_kinds: frozenset[str]
    event_loads: Mapping[str, str]
    priorities: Mapping[str, int]
    plain_exposures: frozenset[str]
    clearance_valid_days: int
    measurements: Mapping[str, Measurement]
    symptoms: Mapping[str, str]
    states: Mapping[str, str]
    angles: Mapping[str, float]
    axial_load_of_compression: tuple[str, ...]
    hands_carrying_weight: frozenset[str]
    positions_on_feet: frozenset[str]
    region_joints: Mapping[str, frozenset[str]]
    region_limb: Mapping[str, str]
    same_words: Mapping[str, str]
    idle_words: frozenset[str]
    side_words: Mapping[str, str]
    equipment_words: Mapping[str, str]
    similarity: Mapping[str, float]
    pattern_family: Mapping[str, int]
    muscle_roles: Mapping[str, float]
    similarity_farthest: float
    arm_load_exposures: frozenset[str]
    sha256: str = field(default="", compare=False)

    def rank(self, scale: str, word: str) -> int:
        """Return the position of `word` on the ordered `scale`."""
        return self.scales[scale].index(word)

    def from_word(self, scale: str, word: str) -> frozenset[str]:
        """Return the words of `scale` at `word` or beyond it."""
        return frozenset(self.scales[scale][self.rank(scale, word) :])

    def up_to_word(self, scale: str, word: str) -> frozenset[str]:
        """Return the words of `scale` up to and with `word`."""
        return frozenset(self.scales[scale][: self.rank(scale, word) + 1])

    def intensity_of_rpe(self, rpe: float) -> str:
        """Return the intensity word of an effort rating from 0 to 10."""
        word = next(iter(self.intensity_from_rpe))
        for name, start in self.intensity_from_rpe.items():
            if rpe >= start:
                word = name
        return word

    def role(self, text: str) -> str:
        """Return the role that `text` names, or an empty string."""
        text = self.role_aliases.get(text, text)
        return text if text in self.roles else ""

    def role_counts_as(self, given: str, asked: str) -> bool:
        """Whether a word from someone in the role `given` satisfies a rule that asks for `asked`."""
        return given == asked or given in self.role_covers.get(asked, ())
