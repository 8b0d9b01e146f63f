"""The care team: who treats the client, what they did and what they ordered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from safetyrules.model.fields import Amount, Count, Day, Many, Name, Part, Side, Time


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
