"""Flat facts about one client at one moment, with unknown written down.

There are two sets. The *possible* one reads every unknown as whatever makes a rule hold; the *certain* one leaves it
out. What follows from the first is in force; what follows from the second too is sure; the difference is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from safetyrules.inference.compiler import clears_only_by_name
from safetyrules.inference.context import Context, Instance
from safetyrules.inference.program import EVERYONE, HIGHEST, LOWEST, UNKNOWN, Fact, Program, token
from safetyrules.model.client import Cleared, Observed
from safetyrules.model.knowledge import Restriction
from safetyrules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact comes from: the label for the report, and the field and question when it is missing."""

    label: str
    field: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of one moment."""

    possible: frozenset[Fact]
    certain: frozenset[Fact]
    origins: dict[Fact, Origin]


def build_facts(context: Context, at: datetime, program: Program, vocabulary: Vocabulary) -> Facts:
    """Return the facts about the client at `at`, an aware time."""
    return _Builder(context, at, program, vocabulary).build()


def hours_between(start: datetime, end: datetime) -> float:
    """Return the hours that really pass from `start` to `end`: clocks that are set forward or back don't count."""
    return (end.timestamp() - start.timestamp()) / 3600


_PARAMETERS_OF = {(True, False): "details.", (False, True): "", (False, False): "params."}
"""Where the case states the parameters of an event, of a reading, of anything else."""


class _Builder:
    def __init__(self, context: Context, at: datetime, program: Program, vocabulary: Vocabulary) -> None:
        self.context, self.program, self.vocabulary = context, program, vocabulary
        self.case = context.case
        self.at = self.case.moment(at)
        self.day = self.case.local_day(at)
        self.possible: set[Fact] = set()
        self.certain: set[Fact] = set()
        self.origins: dict[Fact, Origin] = {}

    def build(self) -> Facts:
        self._client()
        self._signs()
        for instance in self.context.instances:
            self._instance(instance)
        return Facts(frozenset(self.possible), frozenset(self.certain), self.origins)

    def _know(self, fact: Fact, origin: Origin) -> None:
        self.possible.add(fact)
        self.certain.add(fact)
        self.origins[fact] = origin

    def _suppose(self, fact: Fact, origin: Origin) -> None:
        self.possible.add(fact)
        self.origins[fact] = origin

    def _number(self, key: str, c: str, value: float | None, origin: Origin) -> None:
        if value is None:
            self._suppose(Fact("number", key, c, UNKNOWN, HIGHEST, LOWEST), origin)
        else:
            band = self.program.band(key, value)
            self._know(Fact("number", key, c, "known", band, band), origin)

    def _client(self) -> None:
        client = self.case.client
        if "client.age" in self.program.thresholds:
            age = client.age
            if client.birth_date:
                born = client.birth_date
                age = self.day.year - born.year - ((self.day.month, self.day.day) < (born.month, born.day))
            self._number(
                "client.age",
                EVERYONE,
                age,
                Origin(
                    "client:age" if age is not None else "missing:client.birth_date",
                    "client.birth_date",
                    "When was the client born?",
                ),
            )

        if self.program.asks_sex:
            if client.sex is None:
                question = Origin("missing:client.sex", "client.sex", "What is the client's sex?")
                self._suppose(Fact("value", "client.sex", tok=UNKNOWN), question)
            else:
                self._know(Fact("value", "client.sex", tok=token(client.sex)), Origin("client:sex"))

    def _signs(self) -> None:
        present = {f"symptom.{s.id}": f"symptom:{s.id}" for s in _seen(self.case.client.symptoms, self) if s.present}
        perhaps: dict[str, str] = {}
        for instance in self.context.instances:
            if instance.path and instance.status in ("active", "suspected") and not instance.ends:
                kind = "medication" if instance.condition.is_medicine else "condition"
                found = present if instance.status == "active" else perhaps
                found[f"{kind}.{instance.condition.id}"] = instance.label
        for key in sorted(perhaps.keys() - present.keys()):
            # Neither there nor absent for sure.
            for word in ("present", "absent"):
                self._suppose(Fact("has", key, tok=word), Origin(f"{perhaps[key]} (suspected)"))
        for key, label in sorted(present.items()):
            self._know(Fact("has", key, tok="present"), Origin(label))
        for key in sorted(self.program.absent_keys - present.keys() - perhaps.keys()):
            self._know(Fact("has", key, tok="absent"), Origin(f"absent:{key}"))

    def _instance(self, instance: Instance) -> None:
        condition, c = instance.condition, instance.token
        if instance.status == "dormant":
            self._still(instance)
            self._moving(instance)
            return
        now = self.at.timestamp()
        if instance.begins is not None and now < instance.begins.timestamp():
            return
        if instance.gives_way_at is not None and now >= instance.gives_way_at.timestamp():
            return
        # What is resolved is there no longer, but rules for life still hold and still ask for what is known.
        for kind in ("ever",) if instance.status == "resolved" else ("ever", "condition"):
            if instance.status == "suspected":
                self._suppose(Fact(kind, condition.id, c), Origin(f"{instance.label} (suspected)"))
            else:
                self._know(Fact(kind, condition.id, c), Origin(instance.label))
        self._clock(instance)
        self._still(instance)
        self._moving(instance)

    def _clock(self, instance: Instance) -> None:
        condition, c = instance.condition, instance.token
        reads = self.program.reads[condition.id]
        if reads.hours and instance.ends:
            self._number(f"{condition.id}.hours", c, max(hours_between(instance.ends, self.at), 0.0), Origin(instance.label))
        if not reads.days:
            return
        days = self.days_since(instance)
        if days is not None:
            self._number(f"{condition.id}.days", c, days, Origin(instance.label))
            return
        where = f"{instance.where}.{'started' if condition.is_medicine else 'date'}"
        question = {
            "weeks_since_surgery": f"On which day was the operation ({condition.title})?",
            "weeks_of_gestation": "What was the first day of the last menstrual period, or what is the due date?",
            "since_start": f"When was the medicine started ({condition.title})?",
        }.get(condition.clock, f"When did it begin ({condition.title})?")
        self._number(f"{condition.id}.days", c, None, Origin(f"missing:{where}", where, question))

    def days_since(self, instance: Instance) -> int | None:
        """Return the completed days since the instance began; None when unknown, or when it lies ahead."""
        if instance.start is None:
            return None
        days = (self.day - instance.start).days
        return days if days >= 0 else None

    def _still(self, instance: Instance) -> None:
        """Add the facts that do not change with time, worked out once for each case: parameters, gates nobody has cleared."""
        found = self.context.memory.get(instance.token)
        if found is None:
            found = self._parameters(instance)
            if not instance.cleared:
                found += self._gates(instance)
            self.context.memory[instance.token] = found
        self._add(found)
        if instance.cleared:
            self._add(self._gates(instance))

    def _add(self, found: list[tuple[Fact, Origin, bool]]) -> None:
        for fact, origin, is_known in found:
            self.origins[fact] = origin
            self.possible.add(fact)
            if is_known:
                self.certain.add(fact)

    def _parameters(self, instance: Instance) -> list[tuple[Fact, Origin, bool]]:
        condition, c = instance.condition, instance.token
        found = []
        for name, parameter in condition.params.items():
            key = f"{condition.id}.p.{name}"
            if parameter.type == "date" or (parameter.type == "number" and key not in self.program.thresholds):
                continue
            value: Any = instance.params.get(name)
            where = f"{instance.where}.{_PARAMETERS_OF[bool(instance.event), bool(instance.reading)]}{name}"
            if value is None:
                number = (HIGHEST, LOWEST) if parameter.type == "number" else (0, 0)
                kind = "number" if parameter.type == "number" else "value"
                found.append((Fact(kind, key, c, UNKNOWN, *number), Origin(f"missing:{where}", where, parameter.question), False))
                continue
            origin = Origin(f"{instance.label}.{name}", where, parameter.question)
            if parameter.type == "number":
                band = self.program.band(key, value)
                found.append((Fact("number", key, c, "known", band, band), origin, True))
            else:
                found.append((Fact("value", key, c, token(value)), origin, True))
        return found

    def _moving(self, instance: Instance) -> None:
        """Add the facts that change with time and that the condition's rules read."""
        reads = self.program.reads[instance.condition.id]
        for name in reads.states:
            self._state(instance, name)
        for name in reads.measurements:
            self._measurement(instance, name)
        for letter, event in reads.since:
            self._since(instance, letter, event)

    def _state(self, instance: Instance, name: str) -> None:
        condition = instance.condition
        key = f"{condition.id}.s.{name}"
        present = _observed_today(self, name)
        if present is None and name in condition.needs_states:
            origin = Origin(f"missing:client.states.{name}", "client.states", self.vocabulary.states[name])
            self._suppose(Fact("value", key, instance.token, UNKNOWN), origin)
        else:
            label = f"state:{name}" if present else f"absent:state.{name}"
            self._know(Fact("value", key, instance.token, "present" if present else "absent"), Origin(label))

    def _measurement(self, instance: Instance, name: str) -> None:
        condition, known = instance.condition, self.vocabulary.measurements[name]
        key = f"{condition.id}.m.{name}"
        value = self._latest(name, known.valid_days)
        if value is not None:
            self._number(key, instance.token, value, Origin(f"measurement:{name}={value:g}"))
        elif name in condition.needs_measurements:
            where = f"client.measurements.{name}"
            self._number(
                key, instance.token, None, Origin(f"missing:{where}", where, _measure_question(name, known.unit, known.valid_days))
            )
        else:
            self._know(Fact("value", key, instance.token, "absent"), Origin(f"absent:measurement.{name}"))

    def _latest(self, name: str, valid_days: int) -> float | None:
        """Return the newest value of `name` that still counts at this moment."""
        taken = self.context.memory.get("measurements")
        if taken is None:
            taken = {}
            for value in self.case.client.measurements:
                when = self.case.moment(value.at).timestamp()
                taken.setdefault(value.name, []).append((when, value.value, self.case.local_day(value.at)))
            self.context.memory["measurements"] = taken
        now = self.at.timestamp()
        counting = [
            (when, value) for when, value, day in taken.get(name, ()) if when <= now and (self.day - day).days <= valid_days
        ]
        return max(counting)[1] if counting else None

    def _since(self, instance: Instance, letter: str, event: str) -> None:
        moment = instance.since.get(event)
        where = f"{instance.where}.{event}"
        key = f"{instance.condition.id}.{letter}.{event}"
        value: float | None = None
        if isinstance(moment, datetime):
            hours = hours_between(self.case.moment(moment), self.at)
            value = hours if letter == "h" else float((self.day - self.case.local_day(moment)).days)
        elif moment is not None and letter == "d":
            value = float((self.day - moment).days)
        if value is not None and value >= 0:
            self._number(key, instance.token, value, Origin(instance.label))
            return
        question = {
            "started": "When was the medicine started?",
            "dose_changed": "When was the dose last changed?",
            "last_dose_at": "When was the last dose taken?",
        }[event]
        self._number(key, instance.token, None, Origin(f"missing:{where}", where, question))

    def _gates(self, instance: Instance) -> list[tuple[Fact, Origin, bool]]:
        """Return whether each gate is open, and whether each restriction that a clearance may lift is lifted."""
        condition, c = instance.condition, instance.token
        found = []
        for index, phase in enumerate(condition.phases):
            if phase.gate and instance.status != "dormant":
                state = self._gate_state(instance, index)
                needed = f" {'and' if phase.gate.need == 'all' else 'or'} ".join(role.replace("_", " ") for role in phase.gate.by)
                origin = Origin(
                    f"clearance:{condition.id}:{phase.id}" if state == "open" else f"no clearance:{condition.id}:{phase.id}",
                    f"{instance.where}.cleared" if state == UNKNOWN else "",
                    f"Has the {needed} cleared the client for the phase '{phase.title}' of {condition.title}?",
                )
                found.append((Fact("gate", f"{condition.id}.{index}", c, state), origin, state != UNKNOWN))
        for key, restriction in self.program.cleared.get(condition.id, ()):
            is_lifted = self._is_lifted(instance, restriction)
            label = f"clearance:{restriction.rule}" if is_lifted else f"no clearance:{restriction.rule}"
            found.append((Fact("cleared", key, c, "open" if is_lifted else "closed"), Origin(label), True))
        return found

    def _valid(self, cleared: Cleared) -> bool:
        last = cleared.until or cleared.date + timedelta(days=self.vocabulary.clearance_valid_days)
        return cleared.date <= self.day < last

    def _gate_state(self, instance: Instance, index: int) -> str:
        """Return open, closed or unknown for the gate in front of phase `index`.

        A clearance that names the phase opens it. A general one opens only the phase after the one that the client was
        in by the calendar when it was given: nobody clears months ahead by saying "all".
        """
        phase = instance.condition.phases[index]
        assert phase.gate is not None
        given: dict[str, str] = {}
        for role, cleared in instance.cleared:
            if not self._valid(cleared):
                continue
            state = "closed"
            if cleared.scope == f"phase:{phase.id}":
                state = "open"
            elif cleared.scope == "all":
                is_placed = self.days_since(instance) is not None
                state = UNKNOWN if not is_placed else "open" if self._was_due(instance, index, cleared.date) else "closed"
            for asked in phase.gate.by:
                if self.vocabulary.role_counts_as(self.vocabulary.role(role), asked):
                    given[asked] = max(given.get(asked, "closed"), state, key=("closed", UNKNOWN, "open").index)
        states = [given.get(role, "closed") for role in phase.gate.by]
        order = ("closed", UNKNOWN, "open")
        return (min if phase.gate.need == "all" else max)(states, key=order.index)

    @staticmethod
    def _was_due(instance: Instance, index: int, day: date) -> bool:
        assert instance.start is not None
        return (day - instance.start).days >= instance.condition.phases[index - 1].start * 7

    def _is_lifted(self, instance: Instance, restriction: Restriction) -> bool:
        """Whether a clearance lifts the restriction. A general one counts for a phase's hold only if given close to that phase."""
        named = {f"rule:{restriction.rule}", f"rule:{restriction.rule.split('/', 1)[1]}"}
        general = set() if clears_only_by_name(restriction) else {"all", restriction.scope}
        for role, cleared in instance.cleared:
            who = self.vocabulary.role(role)
            if not self._valid(cleared) or not any(self.vocabulary.role_counts_as(who, asked) for asked in restriction.clear_by):
                continue
            if cleared.scope in named or (cleared.scope in general and self._is_timely(instance, restriction, cleared.date)):
                return True
        return False

    def _is_timely(self, instance: Instance, restriction: Restriction, day: date) -> bool:
        """Whether a general clearance of `day` reaches the restriction's phase: the one the client was in, or the next."""
        if not restriction.phase:
            return True
        index = next(i for i, p in enumerate(instance.condition.phases) if p.id == restriction.phase)
        return index == 0 or (instance.start is not None and self._was_due(instance, index, day))


def _seen(observed: tuple[Observed, ...] | None, builder: _Builder) -> list[Observed]:
    """Return, for each id, the last observation made up to this moment; one without a time always counts."""
    latest: dict[str, tuple[Any, Observed]] = {}
    for order, item in enumerate(observed or ()):
        when = builder.case.moment(item.at) if item.at else None
        if when is not None and when > builder.at:
            continue
        rank = (when is not None, when.timestamp() if when else 0.0, item.present, order)
        if item.id not in latest or rank[:3] > latest[item.id][0][:3]:
            latest[item.id] = (rank, item)
    return [item for _, item in latest.values()]


def _observed_today(builder: _Builder, name: str) -> bool | None:
    """Return whether the state was seen today; None when nobody looked. An empty list means: looked, nothing there."""
    states = builder.case.client.states
    if states is None:
        return None
    if not states:
        return False
    today = [s for s in states if s.id == name and (s.at is None or builder.case.local_day(s.at) == builder.day)]
    found = _seen(tuple(today), builder)
    return found[0].present if found else None


def _measure_question(name: str, unit: str, valid_days: int) -> str:
    when = "on the day, before the session" if valid_days == 0 else f"within {valid_days} days"
    return f"What is {name.replace('_', ' ')} ({unit}), measured {when}?"
