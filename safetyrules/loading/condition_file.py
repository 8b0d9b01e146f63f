"""One condition file: from its shape to the model, every reference, parameter and week tied together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from safetyrules.errors import InputError, Problem
from safetyrules.loading.condition_shape import ConditionShape, RestrictionShape
from safetyrules.loading.match_shape import build_limits
from safetyrules.loading.shape import fit, nearest
from safetyrules.loading.strict_yaml import Document, Path_
from safetyrules.loading.when_shape import build_when
from safetyrules.model.knowledge import (
    Atom,
    Condition,
    Derived,
    Disagreement,
    Effect,
    Either,
    Gate,
    Match,
    Parameter,
    Phase,
    Reference,
    Restriction,
    Statement,
    Test,
    When,
)
from safetyrules.vocabulary import Vocabulary


def load_condition(document: Document, pack: str, references: Mapping[str, Reference], vocabulary: Vocabulary) -> Condition:
    """Return the condition that `document` holds; raise `InputError` with all its problems."""
    shape = fit(ConditionShape, document, context={"vocabulary": vocabulary})
    builder = _Builder(document, shape, pack, references, vocabulary)
    condition = builder.build()
    if builder.problems:
        raise InputError(builder.problems)
    return condition


class _Builder:
    """Builds one condition and collects the problems on the way."""

    def __init__(
        self, document: Document, shape: ConditionShape, pack: str, references: Mapping[str, Reference], vocabulary: Vocabulary
    ) -> None:
        self.document, self.shape, self.pack = document, shape, pack
        self.references, self.vocabulary = references, vocabulary
        self.problems: list[Problem] = []
        self.params = {
            name: Parameter(name, p.type, p.question, p.values, p.min, p.max, p.unit) for name, p in shape.params.items()
        }
        self.ids: set[str] = set()

    def build(self) -> Condition:
        shape = self.shape
        self._check_words()
        phases = tuple(self._phase(index) for index in range(len(shape.phases)))
        self._check_weeks()
        restrictions = (
            *(self._restriction(r, ("restrictions", i)) for i, r in enumerate(shape.restrictions)),
            *(self._restriction(r, ("lifelong", i), lifelong=True) for i, r in enumerate(shape.lifelong)),
            *self._red_flags(),
        )
        return Condition(
            id=shape.id,
            pack=self.pack,
            title=shape.title,
            kind=shape.kind,
            aliases=shape.aliases,
            codes={system: tuple(codes) for system, codes in shape.codes.items()},
            region=shape.region,
            structure=shape.structure,
            sided=shape.sided,
            clock=shape.clock,
            params=self.params,
            needs_measurements=shape.needs.measurements,
            needs_states=shape.needs.states,
            always=shape.always,
            activated_by=shape.activated_by.derived if shape.activated_by else "",
            event_kinds=shape.on_event.kinds if shape.on_event else (),
            reading=shape.on_reading.kind if shape.on_reading else "",
            is_newest_only=shape.on_reading is not None and shape.on_reading.newest,
            date_param=shape.date_from.param if shape.date_from else "",
            date_minus_days=shape.date_from.minus_days if shape.date_from else 0,
            phases=phases,
            restrictions=restrictions,
            derives=tuple(
                Derived(
                    d.id,
                    self._rule(d.id, ("derives", i)),
                    d.derived,
                    self._when(d.when, ("derives", i, "when")),
                    d.because,
                    self._cite(d.cite, ("derives", i)),
                )
                for i, d in enumerate(shape.derives)
            ),
            variants=self._statements("variants", shape.variants),
            clearance=tuple(
                Statement(
                    c.text or c.for_, self._cite(c.cite, ("clearance", i)), f"{c.for_}: {c.need} of {', '.join(c.by) or 'nobody'}"
                )
                for i, c in enumerate(shape.clearance)
            ),
            disagreements=tuple(
                Disagreement(
                    d.topic,
                    tuple(
                        Statement(str(v.value), self._cite(v.cite, ("disagreements", i, "values", k)))
                        for k, v in enumerate(d.values)
                    ),
                    d.uses,
                )
                for i, d in enumerate(shape.disagreements)
            ),
            monitor=self._statements("monitor", shape.monitor),
            substitutes=tuple({"instead_of": s.instead_of, "use": s.use, "phase": s.phase} for s in shape.substitutes),
            contraindicated_examples=shape.contraindicated_examples,
            red_flags=tuple(
                Statement(f.text, self._cite(f.cite, ("red_flags", i)), f.level) for i, f in enumerate(shape.red_flags)
            ),
            notes=shape.notes,
            location=self.document.locate(()),
        )

    def _statements(self, key: str, items: tuple[Any, ...]) -> tuple[Statement, ...]:
        for i, item in enumerate(items):
            if getattr(item, "when", None) is not None:
                self._when(item.when, (key, i, "when"))
        return tuple(Statement(item.text, self._cite(item.cite, (key, i))) for i, item in enumerate(items))

    def _phase(self, index: int) -> Phase:
        shape = self.shape.phases[index]
        path: Path_ = ("phases", index)
        gate = None
        if shape.gate:
            gate = Gate(shape.gate.by, shape.gate.need, shape.gate.text, self._cite(shape.gate.cite, (*path, "gate")))
        return Phase(
            id=shape.id,
            title=shape.title,
            start=shape.weeks[0],
            end=shape.weeks[1],
            trigger=self._when(shape.trigger, (*path, "trigger")),
            gate=gate,
            criteria=tuple(Statement(c.text, self._cite(c.cite, (*path, "criteria", i))) for i, c in enumerate(shape.criteria)),
            restrictions=tuple(
                self._restriction(r, (*path, "restrictions", i), phase=shape.id) for i, r in enumerate(shape.restrictions)
            ),
        )

    def _restriction(self, shape: RestrictionShape, path: Path_, *, phase: str = "", lifelong: bool = False) -> Restriction:
        rule_id = f"{phase}.{shape.id}" if phase else shape.id
        try:
            limits = build_limits(shape.limits, self.vocabulary)
        except ValueError as error:
            self._problem((*path, "limits"), str(error))
            limits = ()
        if shape.until_week is not None and shape.from_week is not None and shape.from_week >= shape.until_week:
            self._problem((*path, "until_week"), f"until_week {shape.until_week} is not after from_week {shape.from_week}")
        if (
            (shape.until_week is not None or shape.from_week is not None)
            and self.shape.clock == "always"
            and not self.shape.date_from
        ):
            self._problem((*path, "until_week"), "a condition with clock always has no weeks")
        has_hours = shape.until_hour is not None or shape.from_hour is not None
        if has_hours and self.shape.clock not in ("hours_since_event", "hours_since_reading"):
            key = "until_hour" if shape.until_hour is not None else "from_hour"
            self._problem((*path, key), f"hours count from an event or a reading; the clock here is {self.shape.clock}")
        return Restriction(
            id=shape.id,
            rule=self._rule(rule_id, path),
            effect=Effect(shape.effect),
            match=shape.match.build() if shape.match else Match(),
            because=shape.because,
            limits=limits,
            when=self._when(shape.when, (*path, "when")),
            from_week=shape.from_week,
            until_week=shape.until_week,
            from_hour=shape.from_hour,
            until_hour=shape.until_hour,
            scope=shape.scope or ("match" if shape.match else "all"),
            clear_by=shape.clear_by,
            spares_home=shape.spares_home,
            instead=shape.instead,
            note=shape.note,
            cite=self._cite(shape.cite, path),
            phase=phase,
            lifelong=lifelong,
            location=self.document.locate(path),
        )

    def _red_flags(self) -> Iterator[Restriction]:
        for index, flag in enumerate(self.shape.red_flags):
            if not flag.symptoms or flag.level == "refer":
                continue
            path: Path_ = ("red_flags", index)
            asked: tuple[When, ...] = tuple(Atom("symptom", name, (Test("present"),)) for name in flag.symptoms)
            yield Restriction(
                id=flag.id,
                rule=self._rule(flag.id, path),
                effect=Effect(flag.level),
                match=Match(),
                because=flag.text,
                when=asked[0] if len(asked) == 1 else Either(asked),
                scope="all",
                cite=self._cite(flag.cite, path),
                location=self.document.locate(path),
            )

    def _rule(self, rule_id: str, path: Path_) -> str:
        if rule_id in self.ids:
            self._problem((*path, "id"), f"the id '{rule_id}' is used twice in this file")
        self.ids.add(rule_id)
        return f"{self.pack}/{self.shape.id}.{rule_id}"

    def _when(self, data: Any, path: Path_) -> When | None:
        if data is None:
            return None
        try:
            return build_when(data, self.params, self.vocabulary)
        except ValueError as error:
            self._problem(path, str(error))
            return None

    def _cite(self, keys: tuple[str, ...], path: Path_) -> tuple[Reference, ...]:
        for key in keys:
            if key not in self.references:
                guess = nearest(key, self.references)
                self._problem((*path, "cite"), f"unknown reference '{key}'", f"Did you mean '{guess}'?" if guess else "")
        return tuple(self.references[key] for key in keys if key in self.references)

    def _check_weeks(self) -> None:
        previous: int | None = 0
        for index, phase in enumerate(self.shape.phases):
            start, end = phase.weeks
            if start != previous:
                self._problem(
                    ("phases", index, "weeks"), f"phase '{phase.id}' starts at week {start}, the one before ends at {previous}"
                )
            if end is not None and end <= start:
                self._problem(("phases", index, "weeks"), f"phase '{phase.id}' ends at week {end}, not after its start {start}")
            previous = end
        if self.shape.phases and self.shape.phases[0].gate:
            self._problem(("phases", 0, "gate"), "the first phase can't be gated: the client is in it from the start")

    def _check_words(self) -> None:
        shape, words = self.shape, self.vocabulary
        if shape.region != "systemic" and shape.region not in words.words["region"]:
            guess = nearest(shape.region, words.words["region"])
            self._problem(("region",), f"unknown region '{shape.region}'", f"Did you mean '{guess}'?" if guess else "")
        for name in shape.needs.measurements:
            if name not in words.measurements:
                self._problem(("needs", "measurements"), f"unknown measurement '{name}'")
        for name in shape.needs.states:
            if name not in words.states:
                self._problem(("needs", "states"), f"unknown state '{name}'")
        if shape.date_from and self.params.get(shape.date_from.param, Parameter("", "", "")).type != "date":
            self._problem(("date_from",), f"'{shape.date_from.param}' is no parameter of type date")
        for kind in shape.on_event.kinds if shape.on_event else ():
            if kind not in words.event_kinds:
                self._problem(("on_event", "kinds"), f"unknown event kind '{kind}'")
        if shape.always and shape.params:
            self._problem(("params",), "a file that is always active can't have parameters of its own")

    def _problem(self, path: Path_, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.document.locate(path), message, hint))
