"""What the rule packs know, as frozen values: conditions, phases, restrictions, and the facts that they ask for.

A restriction says which demands of an exercise (`Match`) it restricts, how (`Effect`), while which facts hold (`When`),
and why anyone should believe it (citations with their grade).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from safetyrules.errors import Location

ORDERED = "ordered"
"""The grade of what a professional ordered for this client: it needs no source."""


class Effect(Enum):
    """What a restriction does to what it matches; `HARD` ones hold while a fact they need is unknown."""

    EMERGENCY = "emergency"
    NOT_TODAY = "not_today"
    REQUIRE_CLEARANCE = "require_clearance"
    CONTRAINDICATE = "contraindicate"
    LIMIT = "limit"
    PERMIT = "permit"
    ADVISE = "advise"

    @property
    def is_restricting(self) -> bool:
        """Whether the effect takes something away, so that an unknown fact must count as true."""
        return self not in (Effect.ADVISE, Effect.PERMIT)


@dataclass(frozen=True, slots=True)
class Reference:
    """A source: `grade` A (guideline, consensus, trial) to D (general web); `seen` says how much of it was read."""

    key: str
    title: str
    org: str
    year: int | None
    url: str
    grade: str
    seen: str

    def to_dict(self) -> dict[str, object]:
        """Return the citation of the report."""
        return {"title": self.title, "org": self.org, "year": self.year, "url": self.url, "grade": self.grade}


@dataclass(frozen=True, slots=True)
class Range:
    """Degrees that a match asks for: beyond `gt`, below `lt`, or overlapping `low` to `high`."""

    gt: float | None = None
    lt: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Which demands a restriction is about. Every part that is given must hold; an empty match is everything.

    The joint keys are judged together on one joint entry of the exercise. `attributes` maps a derived attribute to
    the values that match. `dose` bounds the planned dose and not the exercise.
    """

    joint: frozenset[str] = frozenset()
    action: frozenset[str] = frozenset()
    mode: frozenset[str] = frozenset()
    chain: str = ""
    rom: Range | None = None
    grade: str = ""
    contraction: frozenset[str] = frozenset()
    joint_load: str = ""
    together: tuple[Match, ...] = ()
    muscle: frozenset[str] = frozenset()
    exposure: frozenset[str] = frozenset()
    level: str = ""
    weight_bearing: str = ""
    impact_upper: str = ""
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    side: str = ""
    area: bool = False
    dose: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    any_of: tuple[Match, ...] = ()
    unless: Match | None = None
    words: str = ""

    @property
    def names_area(self) -> bool:
        """Whether it, or a part of it, is about the area that an event or a reading names."""
        parts = (*self.together, *self.any_of, *((self.unless,) if self.unless else ()))
        return self.area or any(part.names_area for part in parts)

    @property
    def has_joint_keys(self) -> bool:
        """Whether a joint entry of the exercise must match."""
        return bool(self.joint or self.action or self.chain or self.rom or self.grade or self.contraction or self.joint_load)


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on one quantity; for scales `high` is a word; `instruction` limits are only `text`."""

    quantity: str
    low: float | None = None
    high: float | str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison of one fact: `is`, `in`, `lt`, `lte`, `gt`, `gte`, or `present`."""

    __test__ = False  # pytest must not collect it

    op: str
    value: object = None


@dataclass(frozen=True, slots=True)
class Atom:
    """A question about one fact.

    `kind`: param, measure, symptom, state, condition, medication, derived, client, week, days_since, hours_since.
    """

    kind: str
    name: str
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """Holds when every part holds."""

    parts: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Holds when at least one part holds."""

    parts: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: When


When: TypeAlias = "Atom | Both | Either | Not"


@dataclass(frozen=True, slots=True)
class Restriction:
    """One rule of a pack. `rule` is ``pack/condition.id``; `phase` is the phase's id, or empty when it holds in all."""

    id: str
    rule: str
    effect: Effect
    match: Match
    because: str
    limits: tuple[Limit, ...] = ()
    when: When | None = None
    from_week: int | None = None
    until_week: int | None = None
    from_hour: int | None = None
    until_hour: int | None = None
    scope: str = "match"
    clear_by: tuple[str, ...] = ()
    instead: str = ""
    note: str = ""
    cite: tuple[Reference, ...] = ()
    phase: str = ""
    lifelong: bool = False
    spares_home: bool = False
    basis: str = ""
    location: Location = field(default=Location(""), compare=False)

    @property
    def grade(self) -> str:
        """Return the best grade among the citations; ``BK`` (background knowledge) where there is none.

        An order of a professional has no grade: it is ``ordered``.
        """
        return self.basis or min((reference.grade for reference in self.cite), default="BK")


@dataclass(frozen=True, slots=True)
class Derived:
    """A state that other rules build on, and when it holds."""

    id: str
    rule: str
    state: str
    when: When | None
    because: str
    cite: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """Whose clearance opens a phase; `need` is all or any of the roles."""

    by: tuple[str, ...]
    need: str
    text: str = ""
    cite: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the record with its sources: a criterion, a variant's effect, a thing to monitor."""

    text: str
    cite: tuple[Reference, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where sources differ: what each says, and which value the restrictions use."""

    topic: str
    values: tuple[Statement, ...]
    uses: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A half-open window of completed weeks since the condition's date; `end` None is open."""

    id: str
    title: str
    start: int
    end: int | None
    trigger: When | None
    gate: Gate | None
    criteria: tuple[Statement, ...]
    restrictions: tuple[Restriction, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that the client file may state about a condition."""

    name: str
    type: str
    question: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A dated and cited parameter of a pack: a number that its rules, or the planning, use by name.

    `stricter` says which direction tightens: ``lower`` or ``higher``; `loosen_by` are the roles that may loosen it.
    """

    id: str
    value: float
    unit: str
    text: str
    dated: str
    stricter: str
    loosen_by: tuple[str, ...] = ()
    cite: tuple[Reference, ...] = ()
    location: Location = field(default=Location(""), compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """An injury, operation, disease, pregnancy, medicine class, treatment or screening, with everything the pack says of it."""

    id: str
    pack: str
    title: str
    kind: str
    region: str = "systemic"
    structure: str = ""
    sided: bool = False
    clock: str = "always"
    aliases: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    params: Mapping[str, Parameter] = field(default_factory=dict)
    needs_measurements: tuple[str, ...] = ()
    needs_states: tuple[str, ...] = ()
    always: bool = False
    activated_by: str = ""
    event_kinds: tuple[str, ...] = ()
    reading: str = ""
    is_newest_only: bool = False
    date_param: str = ""
    date_minus_days: int = 0
    phases: tuple[Phase, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    derives: tuple[Derived, ...] = ()
    variants: tuple[Statement, ...] = ()
    clearance: tuple[Statement, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    monitor: tuple[Statement, ...] = ()
    substitutes: tuple[Mapping[str, str], ...] = ()
    contraindicated_examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    red_flags: tuple[Statement, ...] = ()
    notes: str = ""
    location: Location = field(default=Location(""), compare=False)

    @property
    def is_medicine(self) -> bool:
        """Whether the client lists it under medications."""
        return self.kind == "medication"

    def all_restrictions(self) -> tuple[Restriction, ...]:
        """Return every restriction of every phase and of none, in file order."""
        return (*(r for phase in self.phases for r in phase.restrictions), *self.restrictions)


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack: identity, version, digest and conditions."""

    id: str
    title: str
    version: str
    license: str
    description: str
    sha256: str
    review: str
    references: Mapping[str, Reference]
    conditions: tuple[Condition, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    location: Location = field(default=Location(""), compare=False)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All packs together: every condition by id, and the names and codes that resolve to them."""

    packs: tuple[Pack, ...]
    conditions: Mapping[str, Condition]
    names: Mapping[str, tuple[str, ...]]
    codes: Mapping[tuple[str, str], tuple[str, ...]]
    sha256: str

    def setting(self, name: str) -> Setting | None:
        """Return the parameter ``pack.id``, or None where no pack has it."""
        pack, _, own = name.partition(".")
        return next((p.settings.get(own) for p in self.packs if p.id == pack), None)
