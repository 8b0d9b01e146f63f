"""The shape of a `match` and of `limits`, shared by packs and by professionals' instructions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, model_validator

from safetyrules.loading.shape import Shape, listed, unknown_word
from safetyrules.model.knowledge import Limit, Match, Range
from safetyrules.vocabulary import Vocabulary

Words = Annotated[tuple[str, ...], listed]

FLAGS = (
    "arm_behind_body", "shoulder_horizontal_abduction_end_range", "loss_of_control", "head_impact", "abdominal_pressure",
    "loaded_on_abdomen", "ballistic", "eccentric_emphasis", "rapid_position_change", "rapid_head_movement",
    "upper_limb_weight_bearing",
)  # fmt: skip
"""Attributes that an exercise has or has not."""

WORDED = (
    "pattern", "kind", "position", "reach", "region", "equipment", "head", "spine_flexion", "spine_rotation",
    "spine_extension", "neck_load", "arm_elevation", "valsalva", "isometric", "iap", "intensity", "balance", "impact", "fall",
    "contact", "heat", "immersion", "setting", "foot_weight_bearing", "stance", "tendon", "laterality", "exercise",
)  # fmt: skip
"""Attributes with a closed list of values; `exercise` takes catalog ids."""


def words_of(attribute: str, vocabulary: Vocabulary) -> frozenset[str] | None:
    """Return the values that the attribute can have; None where they are not a closed list (exercise ids)."""
    if attribute in FLAGS:
        return frozenset({"true", "false"})
    if attribute == "exercise":
        return None
    name = {"foot_weight_bearing": "feet"}.get(attribute, attribute)
    return vocabulary.words.get(name) or frozenset(vocabulary.scales[name])


def vocabulary_of(info: ValidationInfo) -> Vocabulary:
    """Return the vocabulary that the loader put into the validation context."""
    context: Any = info.context
    vocabulary: Vocabulary = context["vocabulary"]
    return vocabulary


def _in(kind: str) -> AfterValidator:
    def check(value: Any, info: ValidationInfo) -> Any:
        vocabulary = vocabulary_of(info)
        allowed = (
            {
                "joint": vocabulary.joints,
                "action": vocabulary.actions,
                "muscle": vocabulary.muscles,
                "exposure": vocabulary.exposures,
            }.get(kind)
            or vocabulary.words.get(kind)
            or vocabulary.scales[kind]
        )
        for item in value if isinstance(value, tuple) else (value,):
            if item != "any" and item not in allowed:
                raise unknown_word(kind.replace("_", " "), item, allowed)
        return tuple(item for item in value if item != "any") if isinstance(value, tuple) else value

    return AfterValidator(check)


class RangeShape(Shape):
    """Degrees: `gt`, `lt`, or `from` and `to` (also `min` and `max`)."""

    gt: float | None = None
    lt: float | None = None
    low: Annotated[float | None, Field(alias="from")] = None
    high: Annotated[float | None, Field(alias="to")] = None
    min: float | None = None
    max: float | None = None

    def build(self) -> Range:
        """Return the range as a model value."""
        low = self.low if self.low is not None else self.min
        high = self.high if self.high is not None else self.max
        return Range(self.gt, self.lt, low, high)


class DoseShape(Shape):
    """A comparison with the planned dose."""

    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None
    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _one(self) -> DoseShape:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("give exactly one of gt, gte, lt, lte, min, max")
        return self

    def build(self) -> tuple[str, float]:
        """Return operator and value; `min` reads as gte and `max` as lte."""
        ((op, value),) = self.model_dump(exclude_none=True).items()
        return {"min": "gte", "max": "lte"}.get(op, op), float(value)


class MatchShape(Shape):
    """A `match`: every key that is given must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=False)

    joint: Annotated[Words, _in("joint")] = ()
    action: Annotated[Words, _in("action")] = ()
    mode: Annotated[Words, _in("mode")] = ()
    chain: Annotated[str, _in("chain")] = ""
    rom_deg: RangeShape | None = None
    grade: Annotated[str, _in("grade")] = ""
    contraction: Annotated[Words, _in("contraction")] = ()
    joint_load: Annotated[str, _in("joint_load")] = ""
    together: Annotated[tuple[MatchShape, ...], listed, Field(alias="with")] = ()
    muscle: Annotated[Words, _in("muscle")] = ()
    exposure: Annotated[Words, _in("exposure")] = ()
    level: Annotated[str, _in("impact")] = ""
    weight_bearing: Annotated[str, _in("weight_bearing")] = ""
    impact_upper: Annotated[str, _in("impact")] = ""
    side: Annotated[str, Field(pattern="^(left|right|both)$")] = "both"
    area: bool = False
    dose: dict[str, DoseShape] = Field(default_factory=dict)
    load_kg: DoseShape | None = None
    load_pct_1rm: DoseShape | None = None
    rpe: DoseShape | None = None
    minutes: DoseShape | None = None
    any_of: Annotated[tuple[MatchShape, ...], listed, Field(alias="any")] = ()
    unless: Annotated[MatchShape | None, Field(alias="except")] = None
    attributes: dict[str, Words] = Field(default_factory=dict, exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any, info: ValidationInfo) -> Any:
        """Move the attribute keys into `attributes`, each value checked against its closed list."""
        if not isinstance(data, dict):
            return data
        rest = {key: value for key, value in data.items() if key not in FLAGS and key not in WORDED}
        if "attributes" in rest:
            raise unknown_word("key", "attributes", ("joint", "exposure", *WORDED))
        gathered: dict[str, tuple[str, ...]] = {}
        for key, value in data.items():
            if key in FLAGS or key in WORDED:
                gathered[key] = _attribute(key, value, vocabulary_of(info))
        if gathered:
            rest["attributes"] = gathered
        for key in rest:
            if key not in _KEYS:
                raise unknown_word("match key", key, (*sorted(_KEYS - {"attributes"}), *FLAGS, *WORDED))
        return rest

    def build(self) -> Match:
        """Return the match as a model value."""
        dose = {name: shape.build() for name, shape in self.dose.items()}
        for name in ("load_kg", "load_pct_1rm", "rpe", "minutes"):
            shape = getattr(self, name)
            if shape is not None:
                dose[name] = shape.build()
        return Match(
            joint=frozenset(self.joint),
            action=frozenset(self.action),
            mode=frozenset(self.mode),
            chain=self.chain,
            rom=self.rom_deg.build() if self.rom_deg else None,
            grade=self.grade,
            contraction=frozenset(self.contraction),
            joint_load=self.joint_load,
            together=tuple(part.build() for part in self.together),
            muscle=frozenset(self.muscle),
            exposure=frozenset(self.exposure),
            level=self.level,
            weight_bearing=self.weight_bearing,
            impact_upper=self.impact_upper,
            attributes={key: frozenset(value) for key, value in sorted(self.attributes.items())},
            side="" if self.side == "both" else self.side,
            area=self.area,
            dose=dose,
            any_of=tuple(part.build() for part in self.any_of),
            unless=self.unless.build() if self.unless else None,
        )


_KEYS = frozenset(field.alias or name for name, field in MatchShape.model_fields.items())


def _attribute(key: str, value: Any, vocabulary: Vocabulary) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    texts = tuple(str(item).lower() if isinstance(item, bool) else item for item in values)
    allowed = words_of(key, vocabulary)
    for text in texts:
        if not isinstance(text, str) or (allowed is not None and text not in allowed):
            raise unknown_word(key.replace("_", " "), text, allowed or ())
    return texts


class BoundShape(Shape):
    """The bounds of one limited quantity."""

    min: float | None = None
    max: float | str | None = None


LimitsShape = dict[str, BoundShape | str]


def build_limits(shape: LimitsShape, vocabulary: Vocabulary) -> tuple[Limit, ...]:
    """Return the limits, sorted; raise ValueError for a quantity or level that does not exist."""
    limits = []
    for name, bound in sorted(shape.items()):
        if isinstance(bound, str):
            if name not in ("instruction", "supervision"):
                raise ValueError(f"the limit '{name}' wants min or max; only 'instruction' and 'supervision' are text")
            limits.append(Limit(name, text=bound))
            continue
        if name not in vocabulary.quantities:
            raise ValueError(str(unknown_word("quantity", name, vocabulary.quantities).message()))
        if bound.min is None and bound.max is None:
            raise ValueError(f"the limit '{name}' wants min or max")
        scale = vocabulary.quantities[name].applies == "scale"
        if scale and bound.max not in vocabulary.scales[name]:
            raise ValueError(f"'{bound.max}' is no level of {name}: {', '.join(vocabulary.scales[name])}")
        if not scale and isinstance(bound.max, str):
            raise ValueError(f"the limit '{name}' wants a number, not '{bound.max}'")
        if isinstance(bound.max, float | int) and bound.min is not None and bound.min > bound.max:
            raise ValueError(f"the limit '{name}' has min above max")
        limits.append(Limit(name, bound.min, bound.max))
    return tuple(limits)
