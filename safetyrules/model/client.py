"""The client: conditions, medicines, measurements, states, symptoms and consents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from safetyrules.model.fields import Day, DayOrUnknown, Many, Name, Part, Side, Some, Time


class Cleared(Part):
    """A professional's clearance. `scope`: all, vigorous, resistance, match, ``phase:ID`` or ``rule:ID``."""

    by: Name
    date: Day
    scope: Annotated[str, Field(pattern=r"^(all|vigorous|resistance|match|phase:[a-z0-9_]+|rule:[a-z0-9_./-]+)$")] = "all"
    until: Day | None = None
    note: str = ""


class Code(Part):
    """A code of a terminology that a pack lists as a look-up alias."""

    system: Literal["icd10cm", "snomed", "atc", "rxnorm"]
    value: Name


class CodeRef(Part):
    """A condition named by its code."""

    code: Code


class ConditionOf(Part):
    """A condition of the client. `date` is onset or surgery; ``unknown`` and absent mean the same."""

    id: Name | CodeRef | None = None
    code: Code | None = None
    side: Side | Literal["unknown"] | None = None
    date: DayOrUnknown = None
    status: Literal["active", "resolved", "suspected"] = "active"
    cleared: Annotated[tuple[Cleared, ...], Some] = ()
    params: dict[str, Any] = Field(default_factory=dict)
    note: str = ""

    @model_validator(mode="after")
    def _named(self) -> ConditionOf:
        if (self.id is None) == (self.code is None):
            raise ValueError("a condition has an `id` (or a `code`), exactly one")
        return self


class Medication(Part):
    """A medicine, by class id, by name, or by RxNorm ingredient."""

    id: Name | None = None
    name: Name | None = None
    rxnorm: Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, int) else v)] | None = None
    started: DayOrUnknown = None
    dose_changed: DayOrUnknown = None
    last_dose_at: Time | None = None
    cleared: Annotated[tuple[Cleared, ...], Some] = ()
    params: dict[str, Any] = Field(default_factory=dict)
    note: str = ""

    @model_validator(mode="after")
    def _named(self) -> Medication:
        if sum(x is not None for x in (self.id, self.name, self.rxnorm)) != 1:
            raise ValueError("a medication has an `id`, a `name` or an `rxnorm`, exactly one")
        return self


class MeasurementOf(Part):
    """A value measured at a time."""

    name: Name
    value: float
    unit: str
    at: Time


class Observed(Part):
    """A state or symptom; `present: false` says that it was looked for and is not there."""

    id: Name
    at: Time | None = None
    present: bool = True
    note: str = ""


class Pain(Part):
    """Readings from 0 to 10 of one region: pain, or the soreness of worked muscles (`kind: soreness`).

    `baseline` is what was usual before. `warm_up` and `afterwards` tell the course of soreness; `effusion` is the swelling
    of a joint from 0 to 3; `signs` are those that end the work on the area.
    """

    kind: Literal["pain", "soreness"] = "pain"
    region: Name
    side: Side | None = None
    signs: Annotated[tuple[Literal["sharp", "radiating", "night", "giving_way"], ...], Some] = ()
    warm_up: Literal["none", "gone", "continues"] | None = None
    afterwards: Literal["none", "over_1h", "next_day", "over_72h"] | None = None
    effusion: Annotated[int, Field(ge=0, le=3)] | None = None
    during: Annotated[float, Field(ge=0, le=10)] | None = None
    next_morning: Annotated[float, Field(ge=0, le=10)] | None = None
    baseline: Annotated[float, Field(ge=0, le=10)] | None = None
    at: Time
    cleared: Annotated[tuple[Cleared, ...], Some] = ()
    note: str = ""


class Screening(Part):
    """Answers of a screening questionnaire."""

    date: Day
    answers: dict[str, Any] = Field(default_factory=dict)


class Consent(Part):
    """What the client lets one recipient see."""

    to: Name
    scopes: Annotated[tuple[str, ...], Many] = ()
    until: Day | None = None
    granted: Day | None = None
    revoked: Day | None = None


class Client(Part):
    """The person being trained."""

    ref: Name | None = None
    birth_date: Day | None = None
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    sex: Literal["female", "male", "other"] | None = None
    experience: Literal["novice", "intermediate", "advanced"] | None = None
    body_weight_kg: Annotated[float, Field(gt=0, le=500)] | None = None
    equipment: Annotated[tuple[str, ...], Many] | None = None
    conditions: Annotated[tuple[ConditionOf, ...], Many] = ()
    medications: Annotated[tuple[Medication, ...], Many] = ()
    measurements: Annotated[tuple[MeasurementOf, ...], Many] = ()
    states: Annotated[tuple[Observed, ...], Many] | None = None
    symptoms: Annotated[tuple[Observed, ...], Many] | None = None
    pain: Annotated[tuple[Pain, ...], Many] = ()
    screening: Screening | None = None
    consents: Annotated[tuple[Consent, ...], Many] = ()
    note: str = ""
