"""The shape of a condition file, before its words are tied to references and to each other."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, model_validator

from safetyrules.loading.match_shape import BoundShape, MatchShape, vocabulary_of
from safetyrules.loading.shape import Shape, listed, unknown_word

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Kebab = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
Words = Annotated[tuple[str, ...], listed]
Sentence = Annotated[str, Field(min_length=3, max_length=1500)]


def _roles(value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    vocabulary = vocabulary_of(info)
    for item in value:
        if not vocabulary.role(item):
            raise unknown_word("role", item, vocabulary.roles)
    return tuple(vocabulary.role(item) for item in value)


Roles = Annotated[Words, AfterValidator(_roles)]


class Sourced(Shape):
    """Anything with sources: citation keys, or the honest word that it is background knowledge."""

    cite: Words = ()
    basis: Literal["background"] | None = None

    @model_validator(mode="after")
    def _one_basis(self) -> Sourced:
        if bool(self.cite) == (self.basis == "background"):
            raise ValueError("give either `cite` with at least one key, or `basis: background`")
        return self


class GateShape(Sourced):
    """Whose clearance opens a phase."""

    by: Annotated[Roles, Field(min_length=1)]
    need: Literal["all", "any"] = "any"
    text: str = ""
    why: str = ""


class TextShape(Sourced):
    """A sourced sentence."""

    text: Sentence


class RestrictionShape(Sourced):
    """One restriction."""

    id: Kebab
    effect: Literal["emergency", "not_today", "require_clearance", "contraindicate", "limit", "advise"]
    match: MatchShape | None = None
    limits: dict[str, BoundShape | str] = Field(default_factory=dict)
    when: Any = None
    from_week: Annotated[int, Field(ge=0, le=1040)] | None = None
    until_week: Annotated[int, Field(ge=0, le=1040)] | None = None
    from_hour: Annotated[int, Field(ge=0, le=10000)] | None = None
    until_hour: Annotated[int, Field(ge=0, le=10000)] | None = None
    scope: Literal["all", "vigorous", "resistance", "match"] | None = None
    clear_by: Roles = ()
    spares_home: bool = False
    because: Sentence
    instead: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _complete(self) -> RestrictionShape:
        if self.effect == "limit" and not self.limits:
            raise ValueError("effect limit wants `limits`")
        if self.limits and self.effect != "limit":
            raise ValueError(f"effect {self.effect} takes no `limits`")
        if self.effect == "require_clearance" and not self.clear_by:
            raise ValueError("effect require_clearance wants `clear_by`")
        if self.effect == "contraindicate" and self.match is None:
            raise ValueError(f"effect {self.effect} wants a `match`; write `match: {{}}` for every exercise")
        return self


class PhaseShape(Shape):
    """One phase."""

    id: Slug
    title: Sentence
    weeks: Annotated[tuple[int, int | None], listed]
    trigger: Any = None
    gate: GateShape | None = None
    criteria: Annotated[tuple[TextShape, ...], listed] = ()
    restrictions: Annotated[tuple[RestrictionShape, ...], listed] = ()


class ParameterShape(Shape):
    """A value the client may state about the condition."""

    type: Literal["choice", "flag", "number", "date"]
    question: Sentence
    values: Words = ()
    min: float | None = None
    max: float | None = None
    unit: str = ""

    @model_validator(mode="after")
    def _complete(self) -> ParameterShape:
        if (self.type == "choice") != bool(self.values):
            raise ValueError("a choice wants `values`, the other types take none")
        for value in self.values:
            # Values become tokens of the inference; anything else would have to be folded, and two could become one.
            if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,63}", value) or value == "unknown":
                raise ValueError(f"the choice '{value}' must be lower-case letters, digits and '_', and not 'unknown'")
        return self


class DerivedShape(Sourced):
    """A state that other files build on."""

    id: Kebab
    derived: Slug
    when: Any = None
    because: Sentence


class RedFlagShape(Sourced):
    """A warning sign and what it means for the session."""

    id: Kebab
    symptoms: Words = ()
    level: Literal["emergency", "not_today", "refer"]
    text: Sentence

    @model_validator(mode="after")
    def _known(self, info: ValidationInfo) -> RedFlagShape:
        symptoms = vocabulary_of(info).symptoms
        for symptom in self.symptoms:
            if symptom not in symptoms:
                raise unknown_word("symptom", symptom, symptoms)
        return self


class VariantShape(TextShape):
    """What a variant of the condition changes."""

    when: Any = None


class ClearanceShape(Sourced):
    """Whose clearance the record asks for, and for what."""

    for_: Annotated[str, Field(alias="for")]
    by: Roles = ()
    need: Literal["all", "any"] = "any"
    text: str = ""


class ValueShape(Shape):
    """What one source says in a disagreement."""

    value: str | float
    cite: Words = ()
    basis: Literal["background"] | None = None


class DisagreementShape(Shape):
    """Where sources differ."""

    topic: Sentence
    values: Annotated[tuple[ValueShape, ...], listed]
    uses: Sentence


class MonitorShape(TextShape):
    """What must be measured or watched."""

    measurements: Words = ()
    timing: Literal["before", "during", "after", "always"] = "before"


class SubstituteShape(Shape):
    """A replacement that the record names."""

    instead_of: str
    use: str
    phase: str = ""


class NeedsShape(Shape):
    """Values that must be known once the condition is declared."""

    measurements: Words = ()
    states: Words = ()


class DateFromShape(Shape):
    """How to get the clock's date from another one."""

    param: str
    minus_days: int


class ActivatedShape(Shape):
    """The derived state that switches the file on."""

    derived: Slug


class EventShape(Shape):
    """The kinds of care-team event that switch the file on, once for each event."""

    kinds: Annotated[Words, Field(min_length=1)]


class ReadingShape(Shape):
    """The readings of the client that switch the file on, once for each reading."""

    kind: Literal["pain", "soreness"]
    newest: bool = False


class ConditionShape(Shape):
    """A condition file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal["condition/1"]
    id: Slug
    title: Sentence
    kind: Literal[
        "surgery",
        "acute_injury",
        "overuse",
        "degenerative",
        "disease",
        "pregnancy",
        "medication",
        "screening",
        "treatment",
        "umbrella",
    ]
    aliases: Words = ()
    codes: dict[Literal["icd10cm", "snomed", "atc", "rxnorm"], Words] = Field(default_factory=dict)
    region: str
    structure: str = ""
    sided: bool
    clock: Literal[
        "weeks_since_surgery",
        "weeks_since_onset",
        "irritability_then_weeks",
        "symptom_driven",
        "always",
        "weeks_of_gestation",
        "since_start",
        "hours_since_event",
        "hours_since_reading",
    ]
    params: dict[Slug, ParameterShape] = Field(default_factory=dict)
    needs: NeedsShape = NeedsShape()
    activated_by: ActivatedShape | None = None
    always: bool = False
    on_event: EventShape | None = None
    on_reading: ReadingShape | None = None
    date_from: DateFromShape | None = None
    variants: Annotated[tuple[VariantShape, ...], listed] = ()
    phases: Annotated[tuple[PhaseShape, ...], listed] = ()
    restrictions: Annotated[tuple[RestrictionShape, ...], listed] = ()
    lifelong: Annotated[tuple[RestrictionShape, ...], listed] = ()
    derives: Annotated[tuple[DerivedShape, ...], listed] = ()
    red_flags: Annotated[tuple[RedFlagShape, ...], listed] = ()
    clearance: Annotated[tuple[ClearanceShape, ...], listed] = ()
    disagreements: Annotated[tuple[DisagreementShape, ...], listed] = ()
    monitor: Annotated[tuple[MonitorShape, ...], listed] = ()
    substitutes: Annotated[tuple[SubstituteShape, ...], listed] = ()
    contraindicated_examples: dict[str, Words] = Field(default_factory=dict)
    notes: str = ""


class ReviewShape(Shape):
    """Who reviewed a pack, or that nobody has."""

    status: Literal["pending", "reviewed"]
    note: str = ""
    by: str = ""
    date: str = ""


class MaintainerShape(Shape):
    """Who looks after a pack."""

    name: str
    role: str = ""
    contact: str = ""


class PackShape(Shape):
    """A pack manifest."""

    format: Literal["pack/1"]
    id: Slug
    title: Sentence
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    license: str
    description: Sentence
    owns: Annotated[Words, Field(min_length=1)]
    review: ReviewShape
    maintainers: Annotated[tuple[MaintainerShape, ...], listed] = ()


class ReferenceShape(Shape):
    """One source."""

    title: Sentence
    org: str = ""
    year: int | None = None
    url: str = ""
    grade: Literal["A", "B", "C", "D"]
    seen: str = ""


class SettingShape(Sourced):
    """A parameter of the pack: a number with its unit, its date and its source."""

    value: float
    unit: str
    text: Sentence
    dated: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    stricter: Literal["lower", "higher"]
    loosen_by: Roles = ()


class SettingsShape(Shape):
    """The parameters of a pack."""

    format: Literal["parameters/1"]
    parameters: dict[Slug, SettingShape]


class ReferencesShape(Shape):
    """The sources of a pack."""

    format: Literal["references/1"]
    references: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], ReferenceShape]
