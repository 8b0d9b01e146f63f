"""Matches, facts, limits and windows in the words that the nodes and edges of the graph carry.

The words of a match are canonical: two matches that ask for the same have the same words, and no others do. They name
the movement node, so that restrictions of different phases and conditions on one movement meet in one node.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from safetyrules.model.knowledge import Atom, Both, Gate, Limit, Match, Not, Phase, Range, Restriction, When
from safetyrules.vocabulary import Vocabulary

ANY_EXERCISE = "any exercise"
"""The words of an empty match."""

_PLAIN_ID = re.compile(r"[a-z0-9_.-]+\Z")
_OPS = {"gt": "more than", "gte": "at least", "lt": "less than", "lte": "at most"}


def plain(text: str) -> str:
    """Return `text` on one line, without control, formatting or other characters that a terminal or XML can't show."""
    shown = "".join(" " if unicodedata.category(ch)[0] == "C" or ch in "\u2028\u2029" else ch for ch in text)
    return " ".join(shown.split())


def _any_of(words: Iterable[str]) -> str:
    return "/".join(sorted(_word(word) for word in words))


def _word(word: str) -> str:
    """Return a closed word in plain letters; quote what is not one, so that it can't pose as another part of the words."""
    return word.replace("_", " ") if _PLAIN_ID.match(word) else repr(word)


def match_words(match: Match) -> str:
    """Return the canonical words of `match`, such as ``shoulder: any action, active/resisted`` or ``exposure: lifting``."""
    parts = [part for part in (_exposure(match), _joint(match), _muscle(match)) if part]
    if match.mode and not match.has_joint_keys and (match.exposure or match.muscle):
        parts.append(f"mode: {_any_of(match.mode)}")
    if match.weight_bearing:
        parts.append(f"weight bearing: {match.weight_bearing} or more")
    if match.impact_upper:
        parts.append(f"impact through the arms: {match.impact_upper} or more")
    parts += [_attribute(name, values) for name, values in sorted(match.attributes.items())]
    parts += [f"planned {_word(name)}: {_OPS[op]} {value:.12g}" for name, (op, value) in sorted(match.dose.items())]
    if match.area:
        parts.append("in the treated area")
    if match.side:
        parts.append(f"on the {match.side}")
    if match.any_of:
        parts.append("any of (" + " | ".join(sorted(match_words(part) for part in match.any_of)) + ")")
    words = "; ".join(parts) or ANY_EXERCISE
    return f"{words}; except ({match_words(match.unless)})" if match.unless else words


def _attribute(name: str, values: frozenset[str]) -> str:
    # Ids of exercises keep their underscores, as a trainer would look them up in the catalog.
    shown = "/".join(sorted(v if _PLAIN_ID.match(v) else repr(v) for v in values)) if name == "exercise" else _any_of(values)
    return f"{_word(name)}: {shown}"


def _exposure(match: Match) -> str:
    if not match.exposure:
        return f"level {match.level} or more" if match.level else ""
    return f"exposure: {_any_of(match.exposure)}" + (f", {match.level} or more" if match.level else "")


def _muscle(match: Match) -> str:
    return f"muscle: {_any_of(match.muscle)}" if match.muscle else ""


def _joint(match: Match) -> str:
    if not match.has_joint_keys and not match.together and not (match.mode and not match.exposure and not match.muscle):
        return ""
    words = [f"{_any_of(match.joint) or 'any joint'}: {_any_of(match.action) or 'any action'}"]
    if match.mode and (match.has_joint_keys or not (match.exposure or match.muscle)):
        words.append(_any_of(match.mode))
    if match.chain:
        words.append(f"{match.chain} chain")
    if match.rom:
        words.append(_range(match.rom))
    if match.grade:
        words.append(f"{match.grade} range or more")
    if match.contraction:
        words.append(f"{_any_of(match.contraction)} contraction")
    if match.joint_load:
        words.append(f"{match.joint_load} load or more")
    if match.together:
        words.append("together with (" + " and ".join(sorted(match_words(part) for part in match.together)) + ")")
    return ", ".join(words)


def _range(rom: Range) -> str:
    words = []
    if rom.gt is not None:
        words.append(f"beyond {rom.gt:.12g} deg")
    if rom.lt is not None:
        words.append(f"below {rom.lt:.12g} deg")
    if rom.low is not None:
        words.append(f"from {rom.low:.12g} deg")
    if rom.high is not None:
        words.append(f"to {rom.high:.12g} deg")
    return " ".join(words) or "any range"


def when_words(when: When | None) -> str:
    """Return the facts that `when` asks for, in words; empty where nothing is asked."""
    if when is None:
        return ""
    if isinstance(when, Atom):
        return _atom(when)
    if isinstance(when, Not):
        return f"not ({when_words(when.part)})"
    joint = " and " if isinstance(when, Both) else " or "
    parts = [when_words(part) if isinstance(part, Atom) else f"({when_words(part)})" for part in when.parts]
    return joint.join(parts)


def _atom(atom: Atom) -> str:
    name = (atom.name or atom.kind).replace("_", " ")
    prefix = {"days_since": "days since ", "hours_since": "hours since "}.get(atom.kind, "")
    tests = []
    for test in atom.tests:
        if test.op in _OPS:
            tests.append(f"{_OPS[test.op]} {test.value:.12g}" if isinstance(test.value, float) else f"{_OPS[test.op]} {test.value}")
        elif test.op != "present":
            values = test.value if isinstance(test.value, tuple) else (test.value,)
            tests.append(f"is {' or '.join(str(value) for value in values)}".replace("_", " "))
    return " ".join((prefix + name, " and ".join(tests))).strip()


def limit_words(limit: Limit, vocabulary: Vocabulary) -> str:
    """Return one limit in words, such as ``load per arm at most 2.3 kg``."""
    known = vocabulary.quantities.get(limit.quantity)
    if known is None:
        return limit.text or limit.quantity
    bounds = [f"at least {limit.low:.12g}"] if limit.low is not None else []
    if limit.high is not None:
        bounds.append(f"at most {limit.high}" if isinstance(limit.high, str) else f"at most {limit.high:.12g}")
    unit = f" {known.unit}" if known.unit and not isinstance(limit.high, str) else ""
    return f"{known.words} {' and '.join(bounds)}{unit}"


def weeks_words(start: int, end: int | None) -> str:
    """Return a half-open window of completed weeks, such as ``weeks 0-6`` or ``from week 12``."""
    return f"weeks {start}-{end}" if end is not None else f"from week {start}"


def window_words(restriction: Restriction, phase: Phase | None) -> str:
    """Return when a restriction holds: ``weeks 0-6``, ``until week 3``, ``hours 0-48``, ``for life`` or ``always``.

    A gate or symptoms can hold a client in a phase beyond its weeks; the window is that of the calendar.
    """
    if restriction.lifelong:
        return "for life"
    if restriction.from_hour is not None or restriction.until_hour is not None:
        if restriction.until_hour is None:
            return f"from hour {restriction.from_hour}"
        return f"hours {restriction.from_hour or 0}-{restriction.until_hour}"
    if restriction.from_week is None and restriction.until_week is None:
        return weeks_words(phase.start, phase.end) if phase else "always"
    start = max(restriction.from_week or 0, phase.start if phase else 0)
    ends = [week for week in (restriction.until_week, phase.end if phase else None) if week is not None]
    if not start and ends:
        return f"until week {min(ends)}"
    return weeks_words(start, min(ends, default=None))


def gate_words(gate: Gate | None) -> str:
    """Return whose clearance opens a phase, in words; empty where none is needed."""
    if gate is None:
        return ""
    joint = " and " if gate.need == "all" else " or "
    return joint.join(role.replace("_", " ") for role in gate.by)
