"""Compile the packs' conditions into one program of plain rules.

A `when` becomes its disjunctive normal form over literals; each literal is one pattern. Negation is pushed to the
leaves, where it turns into the complementary comparison or the complementary tokens. Phases become a chain: entered,
held, in force.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import product

from safetyrules.errors import InputError, Problem
from safetyrules.inference.program import EVERYONE, UNKNOWN, Check, Head, Pattern, Program, Reads, Rule, token
from safetyrules.model.knowledge import Atom, Both, Condition, Effect, Either, Knowledge, Not, Restriction, Test, When

_FLIP = {"lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt"}
_MAX_ALTERNATIVES = 64
_MAX_PATTERNS = 14

Literal = tuple[Pattern, str]


def compile_program(knowledge: Knowledge) -> Program:
    """Return the program of everything that `knowledge` holds; raise `InputError` for a rule no program can hold."""
    thresholds = _thresholds(knowledge.conditions.values())
    builders = [_ConditionCompiler(condition, thresholds) for condition in knowledge.conditions.values()]
    problems = [problem for builder in builders for problem in builder.compile()]
    if problems:
        raise InputError(problems)
    absent: frozenset[str] = frozenset().union(*(builder.absent for builder in builders))
    blocks = {key: tuple(rs) for builder in builders for key, rs in builder.blocks.items()}
    phase_of = {key: value for builder in builders for key, value in builder.phase_of.items()}
    return Program(
        shards={builder.condition.id: tuple(builder.rules) for builder in builders},
        blocks=blocks,
        thresholds=thresholds,
        absent_keys=absent,
        cleared={builder.condition.id: tuple(builder.cleared) for builder in builders},
        phase_of=phase_of,
        reads={c.id: _reads(c, thresholds) for c in knowledge.conditions.values()},
        sha256=hashlib.sha256(knowledge.sha256.encode()).hexdigest(),
        asks_sex=any(
            atom.kind == "client" and atom.name == "sex"
            for condition in knowledge.conditions.values()
            for when in _whens(condition)
            for atom in _atoms(when)
        ),
    )


def number_key(condition: Condition, atom: Atom) -> str:
    """Return the key of the numeric fact that `atom` compares."""
    if atom.kind == "week":
        return f"{condition.id}.days"
    if atom.kind == "client":
        return f"client.{atom.name}"
    letter = {"param": "p", "measure": "m", "days_since": "d", "hours_since": "h"}[atom.kind]
    return f"{condition.id}.{letter}.{atom.name}"


def _reads(condition: Condition, thresholds: dict[str, tuple[float, ...]]) -> Reads:
    atoms = [atom for when in _whens(condition) for atom in _atoms(when)]
    return Reads(
        measurements=tuple(sorted({a.name for a in atoms if a.kind == "measure"})),
        states=tuple(sorted({a.name for a in atoms if a.kind == "state"})),
        since=tuple(sorted({(a.kind[0], a.name) for a in atoms if a.kind in ("days_since", "hours_since")})),
        days=f"{condition.id}.days" in thresholds,
        hours=f"{condition.id}.hours" in thresholds,
    )


def _thresholds(conditions: Iterable[Condition]) -> dict[str, tuple[float, ...]]:
    found: dict[str, set[float]] = {}
    for condition in conditions:
        days = found.setdefault(f"{condition.id}.days", set())
        for phase in condition.phases:
            days.add(phase.start * 7)
        for restriction in condition.all_restrictions():
            days.update(week * 7 for week in (restriction.from_week, restriction.until_week) if week is not None)
            hours = found.setdefault(f"{condition.id}.hours", set())
            hours.update(hour for hour in (restriction.from_hour, restriction.until_hour) if hour is not None)
        for when in _whens(condition):
            for atom in _atoms(when):
                numbers = [test.value for test in atom.tests if test.op in _FLIP]
                scale = 7 if atom.kind == "week" else 1
                for value in numbers:
                    assert isinstance(value, float)
                    found.setdefault(number_key(condition, atom), set()).add(value * scale)
    return {key: tuple(sorted(values)) for key, values in sorted(found.items()) if values}


def _whens(condition: Condition) -> Iterator[When]:
    for phase in condition.phases:
        if phase.trigger:
            yield phase.trigger
    for restriction in condition.all_restrictions():
        if restriction.when:
            yield restriction.when
    for derived in condition.derives:
        if derived.when:
            yield derived.when


def _atoms(when: When) -> Iterator[Atom]:
    if isinstance(when, Atom):
        yield when
    elif isinstance(when, Not):
        yield from _atoms(when.part)
    else:
        for part in when.parts:
            yield from _atoms(part)


class _ConditionCompiler:
    """Compiles one condition file into one shard."""

    def __init__(self, condition: Condition, thresholds: dict[str, tuple[float, ...]]) -> None:
        self.condition = condition
        self.thresholds = thresholds
        self.rules: list[Rule] = []
        self.blocks: dict[str, list[Restriction]] = {}
        self.absent: set[str] = set()
        self.cleared: list[tuple[str, Restriction]] = []
        self.phase_of: dict[str, tuple[str, int]] = {}
        self.problems: list[Problem] = []

    def compile(self) -> list[Problem]:
        condition = self.condition
        active = Pattern("condition", condition.id)
        if condition.activated_by:
            trigger = Pattern("derived", condition.activated_by)
            self._add("activate", condition.id, [(trigger,)], Head("condition", condition.id, f"u.{condition.id}"))
        self._phases(active)
        groups: dict[tuple[Pattern, tuple[tuple[Pattern, ...], ...]], list[Restriction]] = {}
        for restriction in condition.all_restrictions():
            base = active
            if restriction.lifelong:
                base = Pattern("ever", condition.id)
            elif restriction.phase:
                index = next(i for i, p in enumerate(condition.phases) if p.id == restriction.phase)
                base = Pattern("phase", f"{condition.id}.{index}")
            own = tuple(self._restriction_alternatives(restriction))
            groups.setdefault((base, own), []).append(restriction)
        for number, ((base, alternatives), restrictions) in enumerate(groups.items()):
            key = f"{condition.id}.b{number}"
            self.blocks[key] = restrictions
            self._add(f"b{number}", restrictions[0].rule, [(base, *a) for a in alternatives], Head("fire", key))
        for derived in condition.derives:
            found = self._alternatives(derived.when, derived.rule)
            self._add(f"derive.{derived.id}", derived.rule, [(active, *a) for a in found], Head("derived", derived.state, EVERYONE))
        return self.problems

    def _phases(self, active: Pattern) -> None:
        condition = self.condition
        for index, phase in enumerate(condition.phases):
            entered, key = Pattern("entered", f"{condition.id}.{index}"), f"{condition.id}.{index}"
            self.phase_of[key] = (condition.id, index)
            origin = f"{condition.id}.{phase.id}"
            if index == 0:
                self._add(f"enter{index}", origin, [(active,)], Head("entered", key))
            if index + 1 == len(condition.phases):
                self._add(f"phase{index}", origin, [(entered,)], Head("phase", key))
                continue
            following = condition.phases[index + 1]
            weeks = Atom("week", "", (Test("gte", float(following.start)),))
            due: When = Either((weeks, following.trigger)) if following.trigger else weeks
            leave: When = Both((due, Not(phase.trigger))) if phase.trigger else due
            gate = f"{condition.id}.{index + 1}"
            opened = Pattern("gate", gate, (Check("tok", "in", ("open", UNKNOWN)),))
            closed = Pattern("gate", gate, (Check("tok", "in", ("closed", UNKNOWN)),))
            next_key = f"{condition.id}.{index + 1}"
            enter = [(entered, *a, *([opened] if following.gate else ())) for a in self._alternatives(leave, origin)]
            self._add(f"enter{index + 1}", origin, enter, Head("entered", next_key))
            held = [(entered, *a) for a in self._alternatives(Not(leave), origin)]
            if following.gate:
                held.append((entered, closed))
            self._add(f"phase{index}", origin, held, Head("phase", key))

    def _restriction_alternatives(self, restriction: Restriction) -> list[tuple[Pattern, ...]]:
        extra: list[Pattern] = []
        if restriction.clear_by:
            key = f"{self.condition.id}.c{len(self.cleared)}"
            self.cleared.append((key, restriction))
            extra.append(Pattern("cleared", key, (Check("tok", "in", ("closed", UNKNOWN)),)))
        for unit, start, end, scale in (
            ("days", restriction.from_week, restriction.until_week, 7),
            ("hours", restriction.from_hour, restriction.until_hour, 1),
        ):
            key = f"{self.condition.id}.{unit}"
            if start is not None:
                extra.append(Pattern("number", key, (self._compare(key, "gte", float(start * scale)),)))
            if end is not None:
                extra.append(Pattern("number", key, (self._compare(key, "lt", float(end * scale)),)))
        return [(*extra, *found) for found in self._alternatives(restriction.when, restriction.rule)]

    def _alternatives(self, when: When | None, rule: str) -> list[tuple[Pattern, ...]]:
        if when is None:
            return [()]
        found = [tuple(dict.fromkeys(part)) for part in self._normal(when, positive=True)]
        if len(found) > _MAX_ALTERNATIVES or any(len(part) > _MAX_PATTERNS for part in found):
            self.problems.append(
                Problem(
                    self.condition.location,
                    f"{rule}: the `when` expands to more than {_MAX_ALTERNATIVES} alternatives; split the rule",
                )
            )
            return [()]
        return found

    def _normal(self, when: When, *, positive: bool) -> list[tuple[Pattern, ...]]:
        if isinstance(when, Not):
            return self._normal(when.part, positive=not positive)
        if isinstance(when, Atom):
            return self._literal(when, positive=positive)
        parts = [self._normal(part, positive=positive) for part in when.parts]
        if isinstance(when, Both) == positive:
            size = 1
            for part in parts:
                size *= len(part)
            if size > _MAX_ALTERNATIVES:
                return [()] * (_MAX_ALTERNATIVES + 1)
            return [tuple(p for alternative in chosen for p in alternative) for chosen in product(*parts)]
        return [alternative for part in parts for alternative in part]

    def _literal(self, atom: Atom, *, positive: bool) -> list[tuple[Pattern, ...]]:
        condition = self.condition
        if atom.tests and atom.tests[0].op in _FLIP:
            return self._number(atom, positive=positive)
        if atom.kind in ("param", "client"):
            values = atom.tests[0].value
            wanted = set(values) if isinstance(values, tuple) else {str(values)}
            key = f"{condition.id}.p.{atom.name}" if atom.kind == "param" else f"client.{atom.name}"
            if not positive:
                parameter = condition.params.get(atom.name)
                every = (
                    {"true", "false"}
                    if parameter and parameter.type == "flag"
                    else set(parameter.values if parameter else ("female", "male", "other"))
                )
                wanted = every - wanted
            tokens = (*sorted(token(w) for w in wanted), UNKNOWN)
            return [(Pattern("value", key, (Check("tok", "in", tokens),), joined=atom.kind == "param"),)]
        if atom.kind == "state":
            key = f"{condition.id}.s.{atom.name}"
            word = "present" if positive else "absent"
            return [(Pattern("value", key, (Check("tok", "in", (word, UNKNOWN)),)),)]
        if atom.kind == "derived":
            if not positive:
                self.problems.append(
                    Problem(condition.location, f"the derived state '{atom.name}' can't be negated: rules only add")
                )
            return [(Pattern("derived", atom.name, joined=False),)]
        key = f"{atom.kind}.{atom.name}"
        if not positive:
            self.absent.add(key)
        return [(Pattern("has", key, (Check("tok", "in", ("present" if positive else "absent",)),), joined=False),)]

    def _number(self, atom: Atom, *, positive: bool) -> list[tuple[Pattern, ...]]:
        key = number_key(self.condition, atom)
        scale = 7 if atom.kind == "week" else 1
        patterns = []
        for test in atom.tests:
            op = test.op if positive else _FLIP[test.op]
            value = test.value
            assert isinstance(value, float)
            patterns.append(Pattern("number", key, (self._compare(key, op, value * scale),), joined=atom.kind != "client"))
        found: list[tuple[Pattern, ...]] = [tuple(patterns)] if positive else [(p,) for p in patterns]
        if not positive and atom.kind == "measure":
            found.append((Pattern("value", key, (Check("tok", "in", ("absent",)),)),))
        return found

    def _compare(self, key: str, op: str, value: float) -> Check:
        """Return the test on bands that says the same as `op value` on the number itself."""
        at = 2 * self.thresholds[key].index(value) + 1
        if op in ("gt", "gte"):
            return Check("up", "gte", at + 1 if op == "gt" else at)
        return Check("down", "lte", at - 1 if op == "lt" else at)

    def _add(self, name: str, origin: str, alternatives: Iterable[tuple[Pattern, ...]], *heads: Head) -> None:
        for number, patterns in enumerate(alternatives):
            self.rules.append(Rule(f"{self.condition.id}.{name}.{number}", origin, _merged(patterns), tuple(heads)))


def _merged(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """Join the patterns that ask about one fact: durable-rules never matches one fact with two patterns of a rule."""
    checks: dict[tuple[str, str, bool], dict[Check, None]] = {}
    for pattern in patterns:
        checks.setdefault((pattern.kind, pattern.key, pattern.joined), {}).update(dict.fromkeys(pattern.checks))
    return tuple(Pattern(kind, key, tuple(found), joined) for (kind, key, joined), found in checks.items())


def clears_only_by_name(restriction: Restriction) -> bool:
    """Whether only a clearance that names the rule lifts it, and a general one does not."""
    return restriction.effect is not Effect.REQUIRE_CLEARANCE
