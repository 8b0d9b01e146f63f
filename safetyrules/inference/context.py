"""Who the client is for the rules: the declared conditions, medicines and events, resolved against the packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from safetyrules.loading.case import parameter_problems
from safetyrules.loading.names import fold
from safetyrules.loading.strict_yaml import Path_
from safetyrules.model.care_team import Event
from safetyrules.model.case import Case, raise_problems
from safetyrules.model.client import Cleared, CodeRef, Pain
from safetyrules.model.fields import UNKNOWN, dotted
from safetyrules.model.knowledge import Condition, Knowledge, Restriction


@dataclass(frozen=True, slots=True)
class Instance:
    """One condition, medicine, event, reading or always-active file as it concerns this client.

    `token` names it in facts, `path` in the case file. `start` is the clock's day, None when it is not known. Nothing of it
    is there before `begins`; from `gives_way_at` on a newer reading has taken its place.
    """

    token: str
    condition: Condition
    path: Path_ = ()
    side: str = ""
    start: date | None = None
    is_dated: bool = True
    status: str = "active"
    params: Mapping[str, Any] = field(default_factory=dict)
    cleared: tuple[tuple[str, Cleared], ...] = ()
    since: Mapping[str, date | datetime | None] = field(default_factory=dict)
    event: Event | None = None
    reading: Pain | None = None
    area: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    gives_way_at: datetime | None = None

    @property
    def label(self) -> str:
        """Return how the report names it, such as ``condition:rotator_cuff_repair@right``."""
        if self.event:
            side = f"@{self.side}" if self.side else ""
            return f"event:{self.event.id}" + (f":{self.area}{side}" if self.area else "")
        if self.path and self.path[1] == "medications":
            return f"medication:{self.condition.id}"
        if self.reading:
            return f"{self.reading.kind}:{self.area}" + (f"@{self.side}" if self.side else "")
        side = f"@{self.side}" if self.side else ""
        return f"condition:{self.condition.id}{side}"

    @property
    def where(self) -> str:
        """Return the dotted path in the case."""
        return dotted(self.path)


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something declared that no pack knows, or that names several: nothing can be judged without it.

    The rules of all `candidates` hold; `near` are only names that read alike, and no rule of theirs does.
    """

    path: Path_
    text: str
    candidates: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """The whole client as the rules see it."""

    case: Case
    instances: tuple[Instance, ...]
    unresolved: tuple[Unresolved, ...]
    by_token: Mapping[str, Instance]
    orders: tuple[Restriction, ...]
    sides: tuple[tuple[str, str, str], ...]
    """Token, side and area of every instance that has one: what verdicts depend on beyond the facts."""
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def build_context(case: Case, knowledge: Knowledge, orders: tuple[Restriction, ...] = ()) -> Context:
    """Resolve every declared condition, medicine and event.

    Raises `InputError` for parameters that the condition does not have. A condition that no pack knows is no error: it
    is kept as unresolved, and everything is then judged unknown.
    """
    resolver = _Resolver(case, knowledge)
    resolver.run()
    raise_problems(iter(resolver.problems), case)
    return Context(
        case=case,
        instances=tuple(resolver.instances),
        unresolved=tuple(resolver.unresolved),
        by_token={i.token: i for i in resolver.instances},
        orders=orders,
        sides=tuple((i.token, i.side, i.area) for i in resolver.instances if i.side or i.area),
    )


class _Resolver:
    def __init__(self, case: Case, knowledge: Knowledge) -> None:
        self.case, self.knowledge = case, knowledge
        self.instances: list[Instance] = []
        self.unresolved: list[Unresolved] = []
        self.problems: list[tuple[Path_, str, str]] = []
        self.roles = {m.id: m.role for m in case.care_team.members}

    def run(self) -> None:
        for condition in self.knowledge.conditions.values():
            if condition.always:
                self.instances.append(Instance(f"a.{condition.id}", condition))
            elif condition.activated_by:
                # Whoever prescribes what switches an umbrella on may clear what it holds.
                given = tuple((self.roles.get(c.by, c.by), c) for m in self.case.client.medications for c in m.cleared)
                self.instances.append(Instance(f"u.{condition.id}", condition, status="dormant", cleared=given))
        for index, entry in enumerate(self.case.client.conditions):
            path: Path_ = ("client", "conditions", index)
            code = entry.id.code if isinstance(entry.id, CodeRef) else entry.code
            for number, condition in enumerate(self._conditions(path, str(entry.id or ""), code and (code.system, code.value))):
                side = entry.side if entry.side not in (None, UNKNOWN) else ""
                self._keep(f"c{index}.{number}", condition, path, entry, side=side if condition.sided else "")
        for index, medicine in enumerate(self.case.client.medications):
            path = ("client", "medications", index)
            code_ref = ("rxnorm", medicine.rxnorm) if medicine.rxnorm else None
            for number, condition in enumerate(self._conditions(path, medicine.id or medicine.name or "", code_ref)):
                self._keep(f"m{index}.{number}", condition, path, medicine)
        self._events()
        self._readings()

    def _conditions(self, path: Path_, text: str, code: Any) -> list[Condition]:
        """Return the one condition named; all candidates where a code or name means several, so that the union is judged."""
        known = self.knowledge
        ids: tuple[str, ...]
        if code:
            system, value = code
            ids = known.codes.get((system, value), ())
            stem = value
            while not ids and len(stem) > 3:
                stem = stem[:-1].rstrip(".")
                ids = known.codes.get((system, stem), ())
            text = f"{system} {value}"
        elif text in known.conditions:
            ids = (text,)
        else:
            ids = known.names.get(fold(text), ())
        wanted = path[1]
        kept = [i for i in ids if self._fits(known.conditions[i], str(wanted))]
        if len(kept) != 1:
            self.unresolved.append(Unresolved(path, text, tuple(kept), () if kept else self._near(text)))
        return [known.conditions[i] for i in kept]

    @staticmethod
    def _fits(condition: Condition, wanted: str) -> bool:
        if condition.always or condition.activated_by or condition.event_kinds or condition.reading:
            return False
        return condition.is_medicine == (wanted == "medications")

    def _near(self, text: str) -> tuple[str, ...]:
        from rapidfuzz import process

        found = process.extract(fold(text), list(self.knowledge.names), limit=3, score_cutoff=60)
        return tuple(dict.fromkeys(i for name, _, _ in found for i in self.knowledge.names[name]))

    def _keep(self, token: str, condition: Condition, path: Path_, entry: Any, side: str = "") -> None:
        self.problems.extend(parameter_problems(path, entry.params, condition))
        since: dict[str, date | datetime | None] = {}
        start: Any = getattr(entry, "date", None)
        if condition.is_medicine:
            started = _known(entry.started)
            changed = started if entry.dose_changed is None else _known(entry.dose_changed)
            since = {"started": started, "dose_changed": changed, "last_dose_at": entry.last_dose_at}
            start = started
        start = _known(start)
        if start is None and condition.date_param:
            other = entry.params.get(condition.date_param)
            if isinstance(other, str) and other != UNKNOWN:
                try:
                    start = date.fromisoformat(other) - timedelta(days=condition.date_minus_days)
                except ValueError:
                    start = None
            elif isinstance(other, date):
                start = other - timedelta(days=condition.date_minus_days)
        self.instances.append(
            Instance(
                token,
                condition,
                path,
                side=side,
                start=start,
                is_dated=start is not None,
                status=getattr(entry, "status", "active"),
                params={k: v for k, v in entry.params.items() if v is not None and v != UNKNOWN},
                cleared=tuple((self.roles.get(c.by, c.by), c) for c in entry.cleared),
                since=since,
            )
        )

    def _events(self) -> None:
        """Make one instance for each region that an event worked on; one without a region if it names none."""
        for index, event in enumerate(self.case.care_team.events):
            ends = later(self.case.moment(event.at), minutes=event.minutes)
            areas = [(r.region, r.side or "") for r in event.regions] or [("", "")]
            path: Path_ = ("care_team", "events", index)
            for condition in self.knowledge.conditions.values():
                if event.kind not in condition.event_kinds:
                    continue
                params = {k: v for k, v in event.details.items() if k in condition.params and v is not None and v != UNKNOWN}
                self.problems += [((*p[:3], "details", *p[4:]), m, h) for p, m, h in parameter_problems(path, params, condition)]
                for number, (area, side) in enumerate(areas):
                    token = f"e{index}.{number}.{condition.id}"
                    self.instances.append(
                        Instance(
                            token,
                            condition,
                            path,
                            side="" if side == "both" else side,
                            params=params,
                            event=event,
                            area=area,
                            begins=self.case.moment(event.at),
                            ends=ends,
                        )
                    )

    def _readings(self) -> None:
        """Make one instance of each file that reads pain or soreness, for each reading."""
        readings = [(index, reading, self.case.moment(reading.at)) for index, reading in enumerate(self.case.client.pain)]
        for index, reading, at in readings:
            own = reading.side or ""
            later_ones = [
                when
                for _, other, when in readings
                if when > at and (other.kind, other.region, other.side or "") == (reading.kind, reading.region, own)
            ]
            injured = self._injuries(reading)
            # What hurts where the client is injured is never taken for the soreness of worked muscles alone.
            kinds = {reading.kind, "pain"} if injured else {reading.kind}
            # Swelling, and the course of a soreness that has its number, are told when they are there.
            told = reading.during is not None
            params = {
                "during": reading.during,
                "next_morning": reading.next_morning,
                "rise": _difference(reading.next_morning, reading.baseline),
                "warm_up": reading.warm_up or ("none" if told else None),
                "afterwards": reading.afterwards or ("none" if told else None),
                "effusion": reading.effusion or 0,
                "has_sign": bool(reading.signs),
                "after_surgery": any(c.kind == "surgery" for c in injured),
            }
            for condition in self.knowledge.conditions.values():
                if condition.reading not in kinds:
                    continue
                self.instances.append(
                    Instance(
                        f"r{index}.{condition.id}",
                        condition,
                        ("client", "pain", index),
                        side="" if own == "both" else own,
                        params={k: v for k, v in params.items() if v is not None and k in condition.params},
                        cleared=tuple((self.roles.get(c.by, c.by), c) for c in reading.cleared),
                        reading=reading,
                        area=reading.region,
                        begins=at,
                        ends=at,
                        gives_way_at=min(later_ones, default=None) if condition.is_newest_only else None,
                    )
                )

    def _injuries(self, reading: Pain) -> list[Condition]:
        """Return the client's conditions in the region of a reading, on its side or on one that is not known."""
        found = []
        for instance in self.instances:
            condition = instance.condition
            is_there = instance.path[:2] == ("client", "conditions") and instance.status != "resolved"
            is_same = condition.region in reading.region or reading.region in condition.region
            sides = {instance.side or "both", reading.side or "both"}
            if is_there and is_same and sides != {"left", "right"}:
                found.append(condition)
        return found


def later(moment: datetime, *, minutes: float = 0, hours: float = 0) -> datetime:
    """Return the time that really comes so much later, in the same zone, whatever the clocks do in between."""
    return (moment.astimezone(UTC) + timedelta(minutes=minutes, hours=hours)).astimezone(moment.tzinfo)


def _difference(value: float | None, usual: float | None) -> float | None:
    return None if value is None or usual is None else value - usual


def _known(value: Any) -> Any:
    return None if value in (None, UNKNOWN) else value


def declared(context: Context) -> Iterator[Instance]:
    """Yield what the client file declares, without the always-active and the umbrella files."""
    return (instance for instance in context.instances if instance.path)
