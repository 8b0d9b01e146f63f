"""Findings on one item taken together: the strictest verdict, the tightest limits, the reasons in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from safetyrules.inference.infer import Active
from safetyrules.judging.limits import Bound, tightest
from safetyrules.judging.matching import Hit
from safetyrules.model.knowledge import Effect, Limit
from safetyrules.model.report import LimitLine, Reason
from safetyrules.model.verdict import Verdict, strictest, verdict_of

_EFFECT_WORDS = {effect: verdict_of(effect).word for effect in Effect} | {Effect.ADVISE: "advised", Effect.PERMIT: "permitted"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one restriction means for one item."""

    active: Active
    verdict: Verdict
    hits: tuple[Hit, ...]
    bounds: tuple[Bound, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings on one item taken together; `findings` carry the number of the active restriction."""

    verdict: Verdict
    within_limits: bool
    lines: tuple[LimitLine, ...]
    empty: tuple[str, ...]
    findings: tuple[tuple[int, Finding], ...]


def combined(findings: tuple[Finding, ...], pairs: tuple[tuple[int, Finding], ...] = ()) -> Judged:
    """Take findings together: the strictest verdict, the tightest limits, an empty range is a contraindication."""
    restricting = [f for f in findings if f.active.restriction.effect.is_restricting]
    lines, empty = limit_lines(restricting)
    verdict = strictest(f.verdict for f in restricting)
    if empty:
        verdict = max(verdict, Verdict.CONTRAINDICATED)
    within = verdict <= Verdict.LIMITED and all(line.is_met is not False for line in lines)
    return Judged(verdict, within, lines, empty, pairs)


def reasons_of(findings: list[tuple[Active, Finding]], empty: tuple[str, ...]) -> tuple[Reason, ...]:
    """Return the reasons of the findings that restrict, strictest first, and one more where no range is left."""
    reasons = [_reason(a, f) for a, f in findings if f.active.restriction.effect.is_restricting]
    if empty:
        because = f"The limits on {', '.join(empty)} leave nothing that satisfies all of them."
        reasons.append(Reason("engine/no-range-left", "contraindicated", Verdict.CONTRAINDICATED, because, evidence="engine"))
    return tuple(sorted(reasons, key=lambda r: (-r.verdict, r.is_assumed, r.rule, r.source_facts)))


def advice_of(findings: list[tuple[Active, Finding]]) -> tuple[Reason, ...]:
    """Return what is advised about the item; advice never changes a verdict."""
    reasons = [_reason(a, f) for a, f in findings if not f.active.restriction.effect.is_restricting]
    return tuple(sorted(reasons, key=lambda r: (r.rule, r.source_facts)))


def _reason(active: Active, finding: Finding) -> Reason:
    restriction = active.restriction
    effect = restriction.effect
    demands = [hit.words for hit in finding.hits if hit.words != "any exercise"]
    gate = active.waits_for
    return Reason(
        rule=restriction.rule,
        effect=finding.verdict.word if effect.is_restricting else _EFFECT_WORDS[effect],
        verdict=finding.verdict,
        because=restriction.because,
        source_facts=tuple(sorted({*active.sources, *(origin.label for origin in active.missing)})),
        phase=active.phase,
        demand="; ".join(dict.fromkeys(demands)),
        until=active.until,
        waits_for=gate.by if gate else (),
        waits_need=gate.need if gate else "all",
        evidence=restriction.grade,
        citations=restriction.cite,
        is_assumed=active.is_assumed,
        is_estimate=any(hit.is_estimate for hit in finding.hits),
        instead=restriction.instead,
        location=restriction.location,
    )


def limit_lines(findings: Iterable[Finding]) -> tuple[tuple[LimitLine, ...], tuple[str, ...]]:
    """Return the tightest bound of each quantity, and the quantities for which nothing is left."""
    grouped: dict[str, list[tuple[Bound, str]]] = {}
    for finding in findings:
        for bound in finding.bounds:
            name = bound.limit.quantity
            key = f"{name}:{bound.limit.text}" if name in ("instruction", "supervision") else name
            grouped.setdefault(key, []).append((bound, finding.active.restriction.rule))
    lines, empty = [], []
    for key, pairs in sorted(grouped.items()):
        first = pairs[0][0].limit
        if key.startswith(("instruction", "supervision", "variant", "intensity", "impact", "balance")):
            met: Mapping[bool | None, int] = {False: 0, None: 1, True: 2}
            worst = min(pairs, key=lambda pair: (pair[0].rank, met[pair[0].is_met], pair[1]))
            is_met = min((bound.is_met for bound, _ in pairs), key=lambda value: met[value])
            lines.append(LimitLine(worst[0].limit, worst[1], is_met, not worst[0].ask))
            continue
        limit = tightest([bound.limit for bound, _ in pairs])
        if limit is None:
            empty.append(first.quantity)
            continue
        rule = min(rule for bound, rule in pairs if _sets(bound.limit, limit))
        states = {bound.is_met for bound, _ in pairs}
        is_met = False if False in states else None if states == {None} else True
        lines.append(LimitLine(limit, rule, is_met, not any(bound.ask for bound, _ in pairs)))
    return tuple(lines), tuple(empty)


def _sets(own: Limit, tightest_of_all: Limit) -> bool:
    """Whether a limit is one of those that the tightest took a bound from."""
    is_highest = own.high is not None and own.high == tightest_of_all.high
    return is_highest or (own.low is not None and own.low == tightest_of_all.low)
