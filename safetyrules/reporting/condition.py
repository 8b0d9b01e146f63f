"""One condition of a pack as text, with every restriction, its grade and its sources."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from safetyrules.model.knowledge import Condition, Reference, Restriction, Statement


def render(condition: Condition) -> str:
    """Return the condition for a terminal."""
    side = "one side" if condition.sided else "whole body"
    lines = [
        f"{condition.title} [{condition.id}], pack {condition.pack}",
        f"{condition.kind}; {condition.region}; {side}; clock {condition.clock}",
    ]
    if condition.aliases:
        lines.append(f"also: {', '.join(condition.aliases)}")
    for parameter in condition.params.values():
        values = f" ({', '.join(parameter.values)})" if parameter.values else f" ({parameter.type})"
        lines.append(f"asks for {parameter.name}{values}: {parameter.question}")
    for phase in condition.phases:
        end = f" to {phase.end}" if phase.end is not None else " on"
        gate = (
            f"; opens only with clearance by {f' {_joiner(phase.gate.need)} '.join(phase.gate.by).replace('_', ' ')}"
            if phase.gate
            else ""
        )
        lines += ["", f"{phase.title}: week {phase.start}{end}{gate}"]
        lines += [f"  to advance: {c.text}{_keys(c.cite)}" for c in phase.criteria]
        lines += _restrictions(phase.restrictions)
    rest = [r for r in condition.restrictions if not r.lifelong]
    lifelong = [r for r in condition.restrictions if r.lifelong]
    if rest:
        lines += ["", "In every phase:" if condition.phases else "Restrictions:", *_restrictions(rest)]
    if lifelong:
        lines += ["", "For life, or until cleared:", *_restrictions(lifelong)]
    lines += (
        _statements("Variants", condition.variants)
        + _statements("Monitor", condition.monitor)
        + _statements("Clearance", condition.clearance)
    )
    if condition.disagreements:
        lines += ["", "Where sources differ:"]
        for d in condition.disagreements:
            lines.append(f"  {d.topic}")
            lines += [f"    {v.text}{_keys(v.cite)}" for v in d.values]
            lines.append(f"    used here: {d.uses}")
    if condition.notes:
        lines += ["", *wrap(condition.notes, 100)]
    return "\n".join(lines) + "\n"


def _joiner(need: str) -> str:
    return "and" if need == "all" else "or"


def _restrictions(restrictions: Iterable[Restriction]) -> list[str]:
    lines = []
    for r in restrictions:
        window = (
            f" until week {r.until_week}"
            if r.until_week is not None
            else (f" until hour {r.until_hour}" if r.until_hour is not None else "")
        )
        lines.append(f"  {r.effect.value}{window}  {r.id}  [{r.grade}]{_keys(r.cite)}")
        lines += wrap(r.because, 96, initial_indent="    ", subsequent_indent="    ")
        if r.note:
            lines += wrap(f"note: {r.note}", 96, initial_indent="    ", subsequent_indent="    ")
    return lines


def _statements(title: str, items: tuple[Statement, ...]) -> list[str]:
    if not items:
        return []
    return ["", f"{title}:", *(f"  {s.text}{' (' + s.about + ')' if s.about else ''}{_keys(s.cite)}" for s in items)]


def _keys(cite: tuple[Reference, ...]) -> str:
    return f" ({', '.join(c.key for c in cite)})" if cite else ""
