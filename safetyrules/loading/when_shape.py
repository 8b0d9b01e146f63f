"""The shape of a `when`: questions about facts, joined by all, any and not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safetyrules.loading.shape import unknown_word
from safetyrules.model.knowledge import Atom, Both, Either, Not, Parameter, Test, When
from safetyrules.vocabulary import Vocabulary

_OPERATORS = ("is", "in", "lt", "lte", "gt", "gte")
_KINDS = (
    "param",
    "measure",
    "symptom",
    "state",
    "condition",
    "medication",
    "derived",
    "client",
    "week",
    "days_since",
    "hours_since",
)
_PRESENCE = frozenset({"symptom", "state", "condition", "medication", "derived"})
_CLIENT = {"age": "number", "sex": "choice"}
_EVENTS = frozenset({"started", "dose_changed", "last_dose_at"})
_MAX_DEPTH = 6


def build_when(data: Any, params: Mapping[str, Parameter], vocabulary: Vocabulary, depth: int = 0) -> When:
    """Return the tree that `data` writes down; raise ValueError with a plain sentence where it can't be one."""
    if depth > _MAX_DEPTH:
        raise ValueError(f"a `when` is nested deeper than {_MAX_DEPTH} levels")
    if not isinstance(data, dict) or not data:
        raise ValueError("a `when` is a map such as {param: stage, is: early}, {all: [...]}, {any: [...]} or {not: ...}")
    if "all" in data or "any" in data or "not" in data:
        return _joined(data, params, vocabulary, depth)
    kinds = [key for key in data if key in _KINDS]
    if len(kinds) != 1:
        shown = ", ".join(data)
        raise ValueError(f"a question names exactly one of {', '.join(_KINDS)}; found: {shown}")
    kind = kinds[0]
    if kind == "week":
        others = [key for key in data if key != "week"]
        if others:
            raise ValueError(f"unknown operator '{others[0]}' beside 'week'; write {{week: {{gte: 3, lt: 5}}}}")
        return Atom("week", "", _numbers(data["week"], "week"))
    name = data[kind]
    if not isinstance(name, str):
        raise ValueError(f"'{kind}' wants a name, found {name!r}")
    rest = {key: value for key, value in data.items() if key != kind}
    for key in rest:
        if key not in _OPERATORS:
            raise ValueError(f"unknown operator '{key}'; allowed: {', '.join(_OPERATORS)}")
    return _atom(kind, name, rest, params, vocabulary)


def _joined(data: dict[str, Any], params: Mapping[str, Parameter], vocabulary: Vocabulary, depth: int) -> When:
    if len(data) != 1:
        raise ValueError(f"'all', 'any' and 'not' stand alone; found: {', '.join(data)}")
    ((word, parts),) = data.items()
    if word == "not":
        return Not(build_when(parts, params, vocabulary, depth + 1))
    if not isinstance(parts, list) or not parts:
        raise ValueError(f"'{word}' wants a list of questions")
    built = tuple(build_when(part, params, vocabulary, depth + 1) for part in parts)
    return Both(built) if word == "all" else Either(built)


def _atom(kind: str, name: str, rest: dict[str, Any], params: Mapping[str, Parameter], vocabulary: Vocabulary) -> Atom:
    if kind in _PRESENCE:
        if rest:
            raise ValueError(f"'{kind}' takes no operator: it asks whether '{name}' is there")
        known = {"symptom": vocabulary.symptoms, "state": vocabulary.states}.get(kind)
        if known is not None and name not in known:
            raise ValueError(unknown_word(kind, name, known).message())
        return Atom(kind, name, (Test("present"),))
    if kind == "param":
        if name not in params:
            raise ValueError(unknown_word("param", name, params).message())
        return Atom(kind, name, _typed(rest, params[name]))
    if kind == "measure":
        if name not in vocabulary.measurements:
            raise ValueError(unknown_word("measurement", name, vocabulary.measurements).message())
        return Atom(kind, name, _numbers(rest, name))
    if kind == "client":
        if name not in _CLIENT:
            raise ValueError(unknown_word("client fact", name, _CLIENT).message())
        if _CLIENT[name] == "number":
            return Atom(kind, name, _numbers(rest, name))
        return Atom(kind, name, _choice(rest, name, ("female", "male", "other")))
    if name not in _EVENTS:
        raise ValueError(unknown_word("event of a medication", name, _EVENTS).message())
    return Atom(kind, name, _numbers(rest, name))


def _typed(rest: dict[str, Any], parameter: Parameter) -> tuple[Test, ...]:
    if parameter.type == "number":
        return _numbers(rest, parameter.name)
    if parameter.type == "flag":
        if set(rest) != {"is"} or not isinstance(rest["is"], bool):
            raise ValueError(f"'{parameter.name}' is a flag: write `is: true` or `is: false`")
        return (Test("is", "true" if rest["is"] else "false"),)
    if parameter.type == "choice":
        return _choice(rest, parameter.name, parameter.values)
    raise ValueError(f"'{parameter.name}' is a date: ask for `week` instead")


def _choice(rest: dict[str, Any], name: str, values: tuple[str, ...]) -> tuple[Test, ...]:
    if set(rest) not in ({"is"}, {"in"}):
        raise ValueError(f"'{name}' wants `is: value` or `in: [values]`")
    wanted = rest.get("in") or [rest.get("is")]
    if not isinstance(wanted, list):
        raise ValueError(f"'{name}' wants a list after `in`")
    for value in wanted:
        if value not in values:
            raise ValueError(unknown_word(f"value of {name}", value, values).message())
    return (Test("in", tuple(sorted(wanted))),)


def _numbers(rest: Any, name: str) -> tuple[Test, ...]:
    if not isinstance(rest, dict) or not rest or not set(rest) <= {"lt", "lte", "gt", "gte"}:
        raise ValueError(f"'{name}' is a number: compare it with lt, lte, gt or gte")
    for value in rest.values():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"'{name}' is compared with a number, found {value!r}")
    return tuple(Test(op, float(value)) for op, value in sorted(rest.items()))
