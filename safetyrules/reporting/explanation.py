"""The explanation of one verdict as text: what the exercise demands, which rules speak, from which facts, by which source."""

from __future__ import annotations

from textwrap import wrap

from safetyrules.judging.explain import Chain, Explanation
from safetyrules.model.report import Reason
from safetyrules.model.times import time_text
from safetyrules.reporting.plain import plain

_WIDTH = 100


def render(explanation: Explanation) -> str:
    """Return the explanation for a terminal."""
    item = explanation.item
    lines = [f"{item.as_written} at {time_text(explanation.at)}: {item.verdict.word}", ""]
    if explanation.demands:
        lines += ["What it demands of the body:", *(f"  - {demand}" for demand in explanation.demands), ""]
    restricting = [c for c in explanation.chains if c.reason.effect not in ("advised", "permitted")]
    advising = [c for c in explanation.chains if c.reason.effect in ("advised", "permitted")]
    if restricting:
        lines.append(f"Why ({len(restricting)} {'rule' if len(restricting) == 1 else 'rules'}):")
        for number, chain in enumerate(restricting, 1):
            lines += _chain(number, chain)
    else:
        lines.append("No rule in force speaks against it.")
    if item.limits:
        lines += ["", "Limits:"]
        for line in item.limits:
            state = {True: "kept", False: "not shown to be kept", None: "to observe"}[line.is_met]
            low = f" min {line.limit.low:g}" if line.limit.low is not None else ""
            high = f" max {line.limit.high}" if line.limit.high is not None else ""
            text = f" ({line.limit.text})" if line.limit.text else ""
            lines.append(f"  - {line.limit.quantity}{low}{high}{text}: {state} [{line.rule}]")
    if advising:
        lines += ["", "Advice:", *(f"  - {c.reason.because} [{c.reason.rule}]" for c in advising)]
    if explanation.silent:
        lines += ["", f"In force, but silent about this exercise ({len(explanation.silent)}):"]
        lines += [f"  - {rule}" for rule, _ in explanation.silent]
    return "\n".join(_clean(line) for line in lines) + "\n"


def _clean(line: str) -> str:
    """Make foreign text harmless, and keep the indent."""
    text = line.lstrip(" ")
    return " " * (len(line) - len(text)) + plain(text)


def _chain(number: int, chain: Chain) -> list[str]:
    reason = chain.reason
    lines = [f"  {number}. {reason.effect}  {reason.rule}"]
    lines += _wrapped(reason.because, "     ")
    if chain.path:
        lines += _wrapped("path: " + " -> ".join(chain.path), "     ")
    for step in chain.steps:
        by = f"  (by {step.rule})" if step.rule else ""
        lines.append(f"     {'  ' * step.depth}<- {step.statement}{by}")
    if reason.is_assumed:
        lines += _wrapped(
            "Held because something is not known: " + ", ".join(f for f in reason.source_facts if f.startswith("missing:")), "     "
        )
    if reason.until:
        joiner = " and " if reason.waits_need == "all" else " or "
        who = joiner.join(reason.waits_for).replace("_", " ")
        wait = f", and not before {who} cleared the next phase" if who else ""
        lines.append(f"     until {time_text(reason.until)}{wait}")
    if reason.instead:
        lines += _wrapped("Instead: " + reason.instead, "     ")
    return lines + _sources(reason)


def _sources(reason: Reason) -> list[str]:
    if not reason.citations:
        word = "background knowledge, no source" if reason.evidence == "BK" else reason.evidence
        return [f"     evidence: {word}"]
    lines = [f"     evidence: grade {reason.evidence}"]
    for c in reason.citations:
        parts = [c.title, c.org, str(c.year) if c.year else "", c.url]
        lines += _wrapped(f"[{c.grade}] " + ", ".join(p for p in parts if p) + (f" (read: {c.seen})" if c.seen else ""), "       ")
    return lines


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False)
