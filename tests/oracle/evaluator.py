"""A second evaluator, written from the specification alone, that says which restrictions are in force for a client at a moment.

It shares nothing with the library: it reads the raw condition files with plain `yaml.safe_load`, takes the case as the dict that a
client file is, and works in three truth values, `True`, `False` and `None` (unknown), with Kleene's and, or and not. It is
slow and simple on purpose. A disagreement with the library is a finding, whoever is wrong.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

ROOT = Path(__file__).parents[2]
Truth = bool | None
_COMPARE = {"lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}
_RESTRICTING = {"emergency", "not_today", "require_clearance", "contraindicate", "limit"}


def both(values: Iterable[Truth]) -> Truth:
    """Kleene's and: false wins, then unknown."""
    found = list(values)
    return False if False in found else None if None in found else True


def either(values: Iterable[Truth]) -> Truth:
    """Kleene's or: true wins, then unknown."""
    found = list(values)
    return True if True in found else None if None in found else False


def opposite(value: Truth) -> Truth:
    """Kleene's not: unknown stays unknown."""
    return None if value is None else not value


@dataclass(frozen=True)
class InForce:
    """One restriction in force: its rule, the entry of the case it comes from, and whether only for want of a fact."""

    rule: str
    entry: tuple[str, int | str]
    is_assumed: bool


@dataclass(frozen=True)
class Words:
    """What the evaluator needs of the vocabulary."""

    valid_days: Mapping[str, int]
    clearance_days: int
    covers: Mapping[str, list[str]]
    role_aliases: Mapping[str, str]


def read_words(root: Path = ROOT) -> Words:
    """Read validities and roles from the raw vocabulary."""
    raw = yaml.safe_load((root / "exercise_catalog" / "vocabulary.yaml").read_text("utf-8"))
    return Words(
        {name: value["valid_days"] for name, value in raw["measurements"].items()},
        raw["clearance_valid_days"],
        raw["role_covers"],
        raw["role_aliases"],
    )


def read_conditions(root: Path = ROOT / "rules", pack_folders: str = "*") -> dict[str, dict[str, Any]]:
    """Read every raw condition file of the packs in `root`, keyed by id, with the pack's id under ``pack``."""
    found = {}
    for path in sorted(root.glob(f"{pack_folders}/*.yaml")):
        if path.name in ("pack.yaml", "references.yaml", "parameters.yaml"):
            continue
        raw = yaml.safe_load(path.read_text("utf-8"))
        _refuse_yaml_booleans(raw, path.name)
        pack = yaml.safe_load((path.parent / "pack.yaml").read_text("utf-8"))["id"]
        found[raw["id"]] = {**raw, "pack": pack}
    return found


def _refuse_yaml_booleans(raw: Any, where: str) -> None:
    """YAML 1.1 turns words such as `no` and `on` into booleans: as keys or as values of a choice they would be lost words."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            if not isinstance(key, str):
                raise TypeError(f"{where}: the key {key!r} is not a word")
            if key in ("values", "in", "symptoms", "by", "clear_by") and isinstance(value, list):
                wrong = [item for item in value if isinstance(item, bool)]
                if wrong:
                    raise TypeError(f"{where}: {key} holds {wrong}")
            _refuse_yaml_booleans(value, where)
    elif isinstance(raw, list):
        for item in raw:
            _refuse_yaml_booleans(item, where)


@dataclass(frozen=True)
class Entry:
    """One declared condition or medicine, or a file that holds without being declared."""

    condition: Mapping[str, Any]
    key: tuple[str, int | str]
    value: Truth  # true: holds; unknown: suspected, or switched on by an unknown state; false: only what is lifelong
    raw: Mapping[str, Any] = field(default_factory=dict)
    is_resolved: bool = False
    hours: float | None = None  # since the end of a treatment


class Evaluator:
    """Everything about one client at one moment."""

    def __init__(self, conditions: Mapping[str, Mapping[str, Any]], words: Words, case: Mapping[str, Any], at: str) -> None:
        self.conditions, self.words, self.case = conditions, words, case
        self.client = case.get("client") or {}
        self.zone = ZoneInfo(case["timezone"])
        self.at = self._time(at)
        self.day = self._day_of(self.at)
        self.names = _names(conditions)
        self._derived: dict[str, Truth] = {}
        self.declared = list(self._declared())
        self.entries = [*self.declared, *self._switched_on()]

    def in_force(self) -> Counter[InForce]:
        """Return every restriction in force: restricting ones when true or unknown, advice only when true."""
        found: Counter[InForce] = Counter()
        for entry in self.entries:
            for rule, restriction, value in self._restrictions(entry):
                if restriction["effect"] in _RESTRICTING:
                    if value is not False:
                        found[InForce(rule, entry.key, value is None)] += 1
                elif value is True:
                    found[InForce(rule, entry.key, False)] += 1
        return found

    # What the client declares.

    def _declared(self) -> Iterable[Entry]:
        for kind in ("conditions", "medications"):
            for index, raw in enumerate(self.client.get(kind) or ()):
                condition = self.conditions[self.names[(raw.get("id") or raw.get("name")).casefold()]]
                status = raw.get("status", "active")
                value = {"active": True, "suspected": None, "resolved": False}[status]
                yield Entry(condition, (kind, index), value, raw, status == "resolved")
        yield from self._events()

    def _events(self) -> Iterable[Entry]:
        """Yield one entry for each region that a treatment worked on, from its start on; one where it names no region."""
        for index, event in enumerate((self.case.get("care_team") or {}).get("events") or ()):
            begins = self._time(event["at"])
            if begins > self.at:
                continue
            hours = max((self.at - begins - timedelta(minutes=event.get("minutes") or 0)) / timedelta(hours=1), 0)
            for condition in self.conditions.values():
                if event["kind"] not in (condition.get("on_event") or {}).get("kinds", ()):
                    continue
                for _ in event.get("regions") or [None]:
                    yield Entry(condition, ("events", index), True, {"params": event.get("details") or {}}, hours=hours)

    def _switched_on(self) -> Iterable[Entry]:
        for name, condition in self.conditions.items():
            if condition.get("always"):
                yield Entry(condition, ("", name), True)
        yield from self._umbrellas()

    def _umbrellas(self, deriving: str = "") -> Iterable[Entry]:
        """Yield the files that a derived state switches on; with `deriving` only those that derive that state in turn."""
        for name, condition in self.conditions.items():
            if "activated_by" in condition and (
                not deriving or any(d["derived"] == deriving for d in condition.get("derives") or ())
            ):
                # Nobody declares an umbrella: what a clearance of it would be stands with the medicines that switch it on.
                cleared = [c for medicine in self.declared if medicine.key[0] == "medications" for c in _cleared(medicine)]
                yield Entry(condition, ("", name), self._state(condition["activated_by"]["derived"]), {"cleared": cleared})

    # Restrictions.

    def _restrictions(self, entry: Entry) -> Iterable[tuple[str, Mapping[str, Any], Truth]]:
        condition = entry.condition
        stem = f"{condition['pack']}/{condition['id']}"
        for number, phase in enumerate(condition.get("phases") or ()):
            here = both([entry.value, self._phase(entry, number)])
            for restriction in phase.get("restrictions") or ():
                rule = f"{stem}.{phase['id']}.{restriction['id']}"
                yield rule, restriction, both([here, self._own(entry, rule, restriction)])
        for restriction in condition.get("restrictions") or ():
            rule = f"{stem}.{restriction['id']}"
            yield rule, restriction, both([entry.value, self._own(entry, rule, restriction)])
        for restriction in condition.get("lifelong") or ():
            rule = f"{stem}.{restriction['id']}"
            value = True if entry.is_resolved else entry.value
            yield rule, restriction, both([value, self._own(entry, rule, restriction)])
        for flag in condition.get("red_flags") or ():
            if flag["level"] in ("emergency", "not_today") and flag.get("symptoms"):
                value = either(self._symptom(name) for name in flag["symptoms"])
                yield f"{stem}.{flag['id']}", {"effect": flag["level"]}, both([entry.value, value])

    def _own(self, entry: Entry, rule: str, restriction: Mapping[str, Any]) -> Truth:
        """Return what the restriction itself asks: its `when`, its weeks, and that nobody has lifted it."""
        days = self._days(entry)
        parts = []
        if "when" in restriction:
            parts.append(self._when(restriction["when"], entry))
        if restriction.get("from_week") is not None:
            parts.append(None if days is None else days >= restriction["from_week"] * 7)
        if restriction.get("until_week") is not None:
            parts.append(None if days is None else days < restriction["until_week"] * 7)
        if restriction.get("from_hour") is not None:
            parts.append(None if entry.hours is None else entry.hours >= restriction["from_hour"])
        if restriction.get("until_hour") is not None:
            parts.append(None if entry.hours is None else entry.hours < restriction["until_hour"])
        if restriction.get("clear_by"):
            parts.append(not any(self._lifts(entry, rule, restriction, clearance) for clearance in _cleared(entry)))
        return both(parts)

    # Phases and clearances.

    def _phase(self, entry: Entry, number: int) -> Truth:
        phases = entry.condition["phases"]
        # Left is what was entered and went on; said with the step alone, an answer that is open for both cancels out.
        is_left = False if number + 1 == len(phases) else self._steps_into(entry, number + 1)
        return both([self._entered(entry, number), opposite(is_left)])

    def _entered(self, entry: Entry, number: int) -> Truth:
        if number == 0:
            return True
        return both([self._entered(entry, number - 1), self._steps_into(entry, number)])

    def _steps_into(self, entry: Entry, number: int) -> Truth:
        """Whether someone in the phase before goes on into this one."""
        phases = entry.condition["phases"]
        before, phase = phases[number - 1], phases[number]
        days = self._days(entry)
        is_time = None if days is None else days >= phase["weeks"][0] * 7
        is_early = self._when(phase["trigger"], entry) if phase.get("trigger") else False
        holds_back = self._when(before["trigger"], entry) if before.get("trigger") else False
        return both([either([is_time, is_early]), self._gate(entry, number), opposite(holds_back)])

    def _gate(self, entry: Entry, number: int) -> Truth:
        gate = entry.condition["phases"][number].get("gate")
        if not gate:
            return True
        roles = [either(self._opens(entry, number, c, role) for c in _cleared(entry)) for role in gate["by"]]
        return both(roles) if gate.get("need", "any") == "all" else either(roles)

    def _opens(self, entry: Entry, number: int, clearance: Mapping[str, Any], role: str) -> Truth:
        """Whether one clearance is this role's word for entering the phase."""
        phases = entry.condition["phases"]
        if not self._clears(clearance, [role]):
            return False
        scope = clearance.get("scope", "all")
        if scope == f"phase:{phases[number]['id']}":
            return True
        if scope != "all":
            return False
        start = self._start(entry)
        if start is None or start > self.day:
            return None
        return (_date(clearance["date"]) - start).days >= phases[number - 1]["weeks"][0] * 7

    def _lifts(self, entry: Entry, rule: str, restriction: Mapping[str, Any], clearance: Mapping[str, Any]) -> bool:
        """Whether one clearance lifts the restriction: by its name, or, for a `require_clearance`, in general.

        Nobody clears months ahead by saying "all": for a phase's own hold a general clearance counts only if it was given
        when the phase before was due, as for its gate.
        """
        if not self._clears(clearance, restriction["clear_by"]):
            return False
        scope = clearance.get("scope", "all")
        if scope == f"rule:{rule}":
            return True
        own = restriction.get("scope") or ("match" if restriction.get("match") else "all")
        if restriction["effect"] != "require_clearance" or scope not in ("all", own):
            return False
        phases = entry.condition.get("phases") or ()
        number = next((n for n, phase in enumerate(phases) if any(r is restriction for r in phase.get("restrictions") or ())), 0)
        if number == 0:
            return True
        start = self._start(entry)
        return start is not None and (_date(clearance["date"]) - start).days >= phases[number - 1]["weeks"][0] * 7

    def _clears(self, clearance: Mapping[str, Any], roles: Iterable[str]) -> bool:
        """Whether the clearance is valid today and given by one of the roles."""
        given = _date(clearance["date"])
        until = _date(clearance["until"]) if clearance.get("until") else given + timedelta(days=self.words.clearance_days)
        if not given <= self.day < until:
            return False
        members = {m["id"]: m["role"] for m in (self.case.get("care_team") or {}).get("members") or ()}
        by = self._role(members.get(clearance["by"], clearance["by"]))
        return any(by in self.words.covers.get(self._role(role), [self._role(role)]) for role in roles)

    def _role(self, word: str) -> str:
        return self.words.role_aliases.get(word, word)

    # Facts.

    def _when(self, when: Mapping[str, Any], entry: Entry) -> Truth:
        if "all" in when:
            return both(self._when(part, entry) for part in when["all"])
        if "any" in when:
            return either(self._when(part, entry) for part in when["any"])
        if "not" in when:
            return opposite(self._when(when["not"], entry))
        needs = entry.condition.get("needs") or {}
        if "param" in when:
            return _test(_known((entry.raw.get("params") or {}).get(when["param"])), when)
        if "measure" in when:
            value = self._measured(when["measure"])
            return _test(value, when) if value is not None or when["measure"] in (needs.get("measurements") or ()) else False
        if "symptom" in when:
            return self._symptom(when["symptom"])
        if "state" in when:
            return self._observed(when["state"], is_needed=when["state"] in (needs.get("states") or ()))
        if "derived" in when:
            return self._state(when["derived"])
        if "week" in when:
            days = self._days(entry)
            return _test(None if days is None else days // 7, when["week"])
        if "days_since" in when:
            return _test(self._days_since(entry, when["days_since"]), when)
        if "hours_since" in when:
            return _test(self._hours_since(entry, when["hours_since"]), when)
        if "condition" in when or "medication" in when:
            kind, name = ("conditions", when["condition"]) if "condition" in when else ("medications", when["medication"])
            return either(e.value for e in self.declared if e.key[0] == kind and e.condition["id"] == name)
        if when.get("client") == "age":
            return _test(self._age(), when)
        if when.get("client") == "sex":
            return _test(self.client.get("sex"), when)
        raise ValueError(f"the specification has no question {when}")

    def _start(self, entry: Entry) -> date | None:
        found = _known(entry.raw.get("started" if entry.key[0] == "medications" else "date"))
        if found is None and "date_from" in entry.condition:
            source = entry.condition["date_from"]
            other = _known((entry.raw.get("params") or {}).get(source["param"]))
            return None if other is None else _date(other) - timedelta(days=source["minus_days"])
        return None if found is None else _date(found)

    def _days(self, entry: Entry) -> int | None:
        start = self._start(entry)
        return None if start is None or start > self.day else (self.day - start).days

    def _days_since(self, entry: Entry, event: str) -> int | None:
        raw = entry.raw.get(event)
        if event == "dose_changed" and raw is None:
            raw = entry.raw.get("started")
        known = _known(raw)
        days = None if known is None else (self.day - _date(known)).days
        return None if days is None or days < 0 else days

    def _hours_since(self, entry: Entry, event: str) -> float | None:
        raw = entry.raw.get(event)
        hours = None if raw is None else (self.at - self._time(raw)).total_seconds() / 3600
        return None if hours is None or hours < 0 else hours

    def _age(self) -> int | None:
        if self.client.get("birth_date"):
            born = _date(self.client["birth_date"])
            return self.day.year - born.year - ((self.day.month, self.day.day) < (born.month, born.day))
        return self.client.get("age")

    def _measured(self, name: str) -> float | None:
        """Return the latest value that still counts: taken before the session and not older than its validity."""
        found = []
        for raw in self.client.get("measurements") or ():
            time = self._time(raw["at"])
            age = (self.day - self._day_of(time)).days
            if raw["name"] == name and time <= self.at and age <= self.words.valid_days[name]:
                found.append((time, raw["value"]))
        return max(found)[1] if found else None

    def _symptom(self, name: str) -> Truth:
        """A symptom persists from its time on until a later entry says that it is gone."""
        return bool(self._latest("symptoms", name, is_same_day=False))

    def _observed(self, name: str, *, is_needed: bool) -> Truth:
        if self.client.get("states") == []:
            return False
        latest = self._latest("states", name, is_same_day=True)
        return latest if latest is not None else None if is_needed else False

    def _latest(self, key: str, name: str, *, is_same_day: bool) -> bool | None:
        found = []
        for raw in self.client.get(key) or ():
            if raw["id"] != name:
                continue
            time = self._time(raw["at"]) if raw.get("at") else None
            if time is not None and (time > self.at or (is_same_day and self._day_of(time) != self.day)):
                continue
            found.append((time.timestamp() if time else float("-inf"), raw.get("present", True)))
        return max(found)[1] if found else None

    def _state(self, name: str) -> Truth:
        """A derived state is true if any deriving rule is true, else unknown if any is unknown."""
        if name not in self._derived:
            self._derived[name] = None  # a state that would need itself is not known
            self._derived[name] = either(
                both([entry.value, self._when(rule["when"], entry) if "when" in rule else True])
                for entry in [*self.declared, *self._umbrellas(name)]
                for rule in entry.condition.get("derives") or ()
                if rule["derived"] == name
            )
        return self._derived[name]

    # Times.

    def _time(self, raw: str) -> datetime:
        """Return the time in UTC: two aware times of one zone would be compared by the wall clock, also across a change of it."""
        time = datetime.fromisoformat(raw)
        return (time if time.tzinfo else time.replace(tzinfo=self.zone)).astimezone(UTC)

    def _day_of(self, time: datetime) -> date:
        return time.astimezone(self.zone).date()


def _names(conditions: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {word.casefold(): name for name, raw in conditions.items() for word in [*(raw.get("aliases") or ()), name]}


def _cleared(entry: Entry) -> list[Mapping[str, Any]]:
    found = entry.raw.get("cleared") or []
    return [found] if isinstance(found, Mapping) else list(found)


def _known(value: Any) -> Any:
    return None if value == "unknown" else value


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _test(value: Any, tests: Mapping[str, Any]) -> Truth:
    if value is None:
        return None
    results = []
    for op, wanted in tests.items():
        if op == "is":
            results.append(value == wanted and isinstance(value, bool) == isinstance(wanted, bool))
        elif op == "in":
            results.append(value in wanted)
        elif op in _COMPARE:
            results.append(_COMPARE[op](value, wanted))
    return all(results)
