"""The plan: sessions, items and doses."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from safetyrules.model.fields import Amount, Count, Many, Name, Part, Side, Some, Time


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
    """One planned exercise with its dose.

    `variant` names an adjustment of the catalog that the plan uses. `home` is the id of the home exercise that the item
    carries out; its dose belongs to whoever prescribed it.
    """

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
    home: Name | None = None
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
