"""The client, the care team and the plan, as the public contract writes them down.

`Case.model_validate(a_dict)` and `load_case(path)` give the same value. Times without an offset are in the case's
`timezone`. Nothing here knows a rule: whether a condition or exercise exists is for the engine to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, WithJsonSchema, model_validator

from safetyrules.errors import InputError, Location, Problem

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
UNKNOWN = "unknown"


def _time(value: Any) -> Any:
    if isinstance(value, str):
        if not _TIME.match(value):
            raise ValueError(f"'{value[:40]}' is not a time; write it as 2026-11-24T07:00 or 2026-11-24T07:00-05:00")
        try:
            return datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            raise ValueError(f"'{value}' is not a time on the calendar") from None
    return value


def time_from(text: str) -> datetime:
    """Return the time that `text` writes down; raise ValueError with a plain sentence for anything else."""
    time: datetime = _time(text)
    return time


def _date(value: Any) -> Any:
    if isinstance(value, str) and value != UNKNOWN:
        if not _DATE.match(value):
            raise ValueError(f"'{value[:40]}' is not a date; write it as 2026-11-24")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"'{value}' is not a date on the calendar") from None
    return value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _one_or_more(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value if isinstance(value, tuple) else (value,)


_TIME_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$"}
_DATE_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_DATE_OR_UNKNOWN = {"type": ["string", "null"], "pattern": r"^(\d{4}-\d{2}-\d{2}|unknown)$"}

Time = Annotated[datetime, BeforeValidator(_time), WithJsonSchema(_TIME_SCHEMA)]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema(_DATE_SCHEMA)]
DayOrUnknown = Annotated[date | Literal["unknown"] | None, BeforeValidator(_date), WithJsonSchema(_DATE_OR_UNKNOWN)]
Many = BeforeValidator(_tuple)
Some = BeforeValidator(_one_or_more)
Side = Literal["left", "right", "both"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=10_000)]
Amount = Annotated[float, Field(ge=0, le=100_000)]


class Part(BaseModel):
    """Base of every part of a case: closed, frozen, strict."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


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
    """Pain readings from 0 to 10 of one region."""

    region: Name
    side: Side | None = None
    during: Annotated[float, Field(ge=0, le=10)] | None = None
    next_morning: Annotated[float, Field(ge=0, le=10)] | None = None
    baseline: Annotated[float, Field(ge=0, le=10)] | None = None
    at: Time
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


class Member(Part):
    """A professional of the care team."""

    id: Name
    role: Name
    name: str = ""
    org: str = ""
    contact: str = ""


class RegionOf(Part):
    """A body region on a side."""

    region: Name
    side: Side | None = None
    structure: str = ""


class Event(Part):
    """What a professional did, and when."""

    id: Name
    by: Name
    at: Time
    minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    kind: Name
    regions: Annotated[tuple[RegionOf, ...], Many] = ()
    details: dict[str, Any] = Field(default_factory=dict)
    note: str = ""


class Instruction(Part):
    """What a professional ordered. `match` and `limits` are spelt as in rule packs."""

    id: Name
    by: Name
    date: Day
    until: Day | None = None
    until_cleared: bool = False
    effect: Literal["contraindicate", "limit", "require_clearance", "permit", "advise"]
    match: dict[str, Any] = Field(default_factory=dict)
    limits: dict[str, Any] = Field(default_factory=dict)
    text: str = ""


class Done(Part):
    """One time that a home exercise was done or left out."""

    at: Time
    pain: Annotated[float, Field(ge=0, le=10)] | None = None
    status: Literal["done", "skipped", "stopped"] = "done"
    note: str = ""


class HomeExercise(Part):
    """An exercise that a professional prescribed."""

    id: Name
    by: Name
    exercise: Name
    sets: Count | None = None
    reps: Count | None = None
    seconds: Amount | None = None
    minutes: Amount | None = None
    load_kg: Amount | None = None
    times_per_week: Annotated[int, Field(ge=1, le=70)] | None = None
    side: Side | None = None
    pain_max: Annotated[float, Field(ge=0, le=10)] | None = None
    until: Day | None = None
    done: Annotated[tuple[Done, ...], Many] = ()
    note: str = ""


class FindingOf(Part):
    """A note on where the body is tight, restricted or sore."""

    by: Name
    date: Day
    region: Name
    side: Side | None = None
    kind: Name
    note: str = ""


class CareTeam(Part):
    """Everyone who treats the client, what they did and what they ordered."""

    members: Annotated[tuple[Member, ...], Many] = ()
    events: Annotated[tuple[Event, ...], Many] = ()
    instructions: Annotated[tuple[Instruction, ...], Many] = ()
    home_programme: Annotated[tuple[HomeExercise, ...], Many] = ()
    findings: Annotated[tuple[FindingOf, ...], Many] = ()


class PlannedRange(Part):
    """The range that the trainer plans for one joint action, in degrees."""

    joint: Name
    action: Name
    max_deg: float | None = None
    min_deg: float | None = None


class HeartRate(Part):
    """The planned heart rate."""

    bpm: Annotated[float, Field(gt=0, le=250)] | None = None
    pct_max: Annotated[float, Field(gt=0, le=110)] | None = None
    pct_hrr: Annotated[float, Field(gt=0, le=110)] | None = None


class Item(Part):
    """One planned exercise with its dose. `variant` names an adjustment of the catalog that the plan uses."""

    exercise: Name
    sets: Count | None = None
    reps: Count | None = None
    seconds: Amount | None = None
    minutes: Amount | None = None
    load_kg: Amount | None = None
    load_kg_each: Amount | None = None
    load_pct_1rm: Annotated[float, Field(ge=0, le=150)] | None = None
    rpe: Annotated[float, Field(ge=0, le=10)] | None = None
    rir: Annotated[float, Field(ge=0, le=50)] | None = None
    tempo: str | None = None
    rest_s: Amount | None = None
    side: Side | None = None
    rom: Annotated[tuple[PlannedRange, ...], Some] = ()
    heart_rate: HeartRate | None = None
    grip_width: Annotated[float, Field(gt=0, le=5)] | None = None
    variant: Annotated[tuple[str, ...], Some] = ()
    locked: bool = False
    note: str = ""


class Session(Part):
    """One training session."""

    at: Time
    minutes: Annotated[float, Field(gt=0, le=1440)] | None = None
    items: Annotated[tuple[Item, ...], Many, Field(max_length=200)] = ()
    note: str = ""


class Goals(Part):
    """What the trainer wants from the week; `weekly_sets` maps a muscle to least and most sets."""

    weekly_sets: dict[str, Annotated[tuple[float, float], Many]] = Field(default_factory=dict)
    note: str = ""


class Plan(Part):
    """The trainer's week."""

    goals: Goals | None = None
    sessions: Annotated[tuple[Session, ...], Many, Field(max_length=200)] = ()


class History(Part):
    """What was really done before."""

    sessions: Annotated[tuple[Session, ...], Many, Field(max_length=2000)] = ()


class Case(Part):
    """A client, a care team and a plan: the input of every verdict."""

    safetyrules: Literal["case/1"]
    timezone: str | None = None
    client: Client = Client()
    care_team: CareTeam = CareTeam()
    history: History = History()
    plan: Plan = Plan()

    _locate: Any = PrivateAttr(default=None)
    _zone: Any = PrivateAttr(default=None)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Case:
        """Return `obj` (a dict as read from JSON or YAML) as a case; raise `InputError` with every problem."""
        from safetyrules.loading.case import case_from

        return case_from(obj, **options)

    def place(self, path: tuple[str | int, ...]) -> Location:
        """Return where the value at `path` stands in the file that the case came from."""
        return self._locate(path) if self._locate else Location("case")

    def zone(self) -> ZoneInfo | None:
        """Return the case's time zone, if it names one."""
        if self._zone is None and self.timezone:
            self._zone = ZoneInfo(self.timezone)
        zone: ZoneInfo | None = self._zone
        return zone

    def moment(self, time: datetime) -> datetime:
        """Return `time` with its time zone."""
        return time if time.tzinfo else time.replace(tzinfo=self.zone())

    def local_day(self, time: datetime) -> date:
        """Return the calendar day of `time` where the client lives."""
        aware = self.moment(time)
        zone = self.zone()
        return (aware.astimezone(zone) if zone else aware).date()


def times_of(case: Case) -> Iterator[tuple[tuple[str | int, ...], datetime]]:
    """Yield every time in the case with its path."""

    def walk(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], datetime]]:
        if isinstance(value, datetime):
            yield path, value
        elif isinstance(value, BaseModel):
            for name in type(value).model_fields:
                yield from walk(getattr(value, name), (*path, name))
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                yield from walk(item, (*path, index))

    yield from walk(case, ())


def problems_in(case: Case) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield what the shapes can't see: path, sentence, hint."""
    zone: ZoneInfo | None = None
    if case.timezone is not None:
        if case.timezone in available_timezones():
            zone = ZoneInfo(case.timezone)
        else:
            yield ("timezone",), f"unknown time zone '{case.timezone[:60]}'", "Use a name such as America/New_York."
            return
    for path, time in times_of(case):
        if time.tzinfo is None and zone is None:
            yield path, "this time has no offset and the case no `timezone`", "Add `timezone:` to the case."
        elif time.tzinfo is None and not _exists(time, zone):
            yield path, f"{time:%Y-%m-%d %H:%M} does not exist in {case.timezone}: the clocks skip it", ""
    members = {member.id for member in case.care_team.members}
    yield from _repeated(("care_team", "members"), case.care_team.members)
    yield from _repeated(("care_team", "events"), case.care_team.events)
    yield from _repeated(("care_team", "instructions"), case.care_team.instructions)
    yield from _repeated(("care_team", "home_programme"), case.care_team.home_programme)
    for key in ("events", "instructions", "home_programme"):
        for index, item in enumerate(getattr(case.care_team, key)):
            if item.by not in members:
                yield ("care_team", key, index, "by"), f"'{item.by}' is no member of the care team", f"Members: {', '.join(sorted(members)) or 'none'}."


def _repeated(path: tuple[str | int, ...], items: Any) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.id in seen:
            yield (*path, index, "id"), f"the id '{item.id}' is used twice", ""
        seen.add(item.id)


def _exists(time: datetime, zone: ZoneInfo | None) -> bool:
    aware = time.replace(tzinfo=zone)
    there_and_back = (aware - timedelta()).astimezone(ZoneInfo("UTC")).astimezone(zone)
    return there_and_back.replace(tzinfo=None, fold=0) == time.replace(fold=0)


def raise_problems(found: Iterator[tuple[tuple[str | int, ...], str, str]], case: Case) -> None:
    """Raise `InputError` for the problems found, each at its place, or return when there is none."""
    problems = [Problem(case.place(path), message, hint, dotted(path)) for path, message, hint in found]
    if problems:
        raise InputError(problems)


def dotted(path: tuple[str | int, ...]) -> str:
    """Return `path` as the report writes it, such as ``client.conditions[0].date``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


