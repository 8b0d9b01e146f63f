"""The same task in CLIPS (clipspy), from the same compiled program: a template for each kind of fact, a defrule for each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from task import Held, Task
from ways import Way

from safetyrules.inference.program import Check, Fact, Pattern, Rule

try:
    import clips
except ImportError:
    clips = None

_FIELDS = (("key", "STRING"), ("c", "STRING"), ("tok", "STRING"), ("up", "INTEGER"), ("down", "INTEGER"))
_SLOTS = " ".join(f"(slot {name} (type {kind}))" for name, kind in _FIELDS)


def derives_in_clips(task: Task) -> Way:
    """Return: CLIPS derives what fires, plain loops match."""
    environment = _environment(_condition_rules(task))
    tell = _teller(environment, task)

    def run(facts: frozenset[Fact]) -> Held:
        environment.reset()
        tell(facts)
        environment.run()
        return task.held_by([fact["key"] for fact in environment.find_template("t_fire").facts()])

    return run


def all_in_clips(task: Task) -> Way:
    """Return: CLIPS derives and joins exercise x restriction too."""
    environment = _environment([*_templates(), *_condition_rules(task), *_matching(task)])
    tell = _teller(environment, task)

    def run(facts: frozenset[Fact]) -> Held:
        environment.reset()
        tell(facts)
        environment.run()
        return frozenset((fact["exercise"], fact["rule"]) for fact in environment.find_template("held").facts())

    return run


def _environment(constructs: list[str]) -> clips.Environment:
    environment = clips.Environment()
    for construct in constructs:
        environment.build(construct)
    return environment


def _teller(environment: clips.Environment, task: Task) -> Callable[[frozenset[Fact]], None]:
    kinds = {pattern.kind for rules in task.program.shards.values() for rule in rules for pattern in rule.patterns}
    templates = {kind: environment.find_template(f"t_{kind}") for kind in kinds}

    def tell(facts: frozenset[Fact]) -> None:
        for fact in facts:
            template = templates.get(fact.kind)
            if template is not None:  # no rule reads the other kinds
                template.assert_fact(key=fact.key, c=fact.c, tok=fact.tok, up=fact.up, down=fact.down)

    return tell


def _templates() -> Iterator[str]:
    yield "(deftemplate restricts (slot rule (type STRING)) (slot key (type STRING)))"
    yield "(deftemplate performs (slot exercise (type STRING)) (slot key (type STRING)))"
    yield "(deftemplate held (slot exercise (type STRING)) (slot rule (type STRING)))"


def _condition_rules(task: Task) -> list[str]:
    rules = [rule for shard in task.program.shards.values() for rule in shard]
    kinds = {pattern.kind for rule in rules for pattern in rule.patterns} | {head.kind for rule in rules for head in rule.heads}
    return [*(f"(deftemplate t_{kind} {_SLOTS})" for kind in sorted(kinds)), *(_defrule(n, rule) for n, rule in enumerate(rules))]


def _defrule(number: int, rule: Rule) -> str:
    left = " ".join(_pattern(place, pattern) for place, pattern in enumerate(rule.patterns))
    right = " ".join(
        f'(assert (t_{head.kind} (key "{head.key}") (c {_text(head.c) if head.c else "?c"}) (tok "-") (up 0) (down 0)))'
        for head in rule.heads
    )
    return f"(defrule r{number} {left} => {right})"


def _pattern(place: int, pattern: Pattern) -> str:
    instance = " (c ?c)" if pattern.joined or not place else ""
    checks = "".join(_check(f"?{place}x{number}", check) for number, check in enumerate(_by_field(pattern)))
    return f'(t_{pattern.kind} (key "{pattern.key}"){instance}{checks})'


def _by_field(pattern: Pattern) -> list[list[Check]]:
    """Group the checks by field: CLIPS wants each slot once."""
    grouped: dict[str, list[Check]] = {}
    for check in pattern.checks:
        grouped.setdefault(check.field, []).append(check)
    return list(grouped.values())


def _check(name: str, checks: list[Check]) -> str:
    variable = name.replace("?", "?v")
    tests = []
    for check in checks:
        if isinstance(check.values, tuple):
            tests.append(f":(or {' '.join(f'(eq {variable} {_text(value)})' for value in check.values)} FALSE)")
        else:
            tests.append(f":({'>=' if check.op == 'gte' else '<='} {variable} {check.values})")
    return f" ({checks[0].field} {variable}&{'&'.join(tests)})"


def _text(value: str) -> str:
    return f'"{value}"'


def _matching(task: Task) -> Iterator[str]:
    for number, (block, pairs) in enumerate(sorted(task.blocks.items())):
        right = " ".join(f'(assert (restricts (rule "{rule}") (key "{key}")))' for rule, key in pairs)
        yield f'(defrule b{number} (t_fire (key "{block}")) => {right})'
    yield (
        "(defrule hold (restricts (rule ?rule) (key ?key)) (performs (key ?key) (exercise ?exercise))"
        " => (assert (held (exercise ?exercise) (rule ?rule))))"
    )
    pairs = ((key, exercise) for key, exercises in sorted(task.performers.items()) for exercise in exercises)
    facts = " ".join(f'(performs (exercise "{exercise}") (key "{key}"))' for key, exercise in pairs)
    yield f"(deffacts catalog {facts})"
