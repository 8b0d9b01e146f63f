"""The catalog judged for one client at one moment, as text: what may be done first, the rest by its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from safetyrules.model.report import ItemReport
from safetyrules.model.verdict import Verdict
from safetyrules.reporting.plain import plain
from safetyrules.reporting.terminal import MIN_WIDTH, Paint, block, hanging
from safetyrules.reporting.wording import (
    counted,
    item_name,
    limit_words,
    moment_words,
    reason_sentence,
    source_words,
    strictest_first,
    verdict_words,
)

_MARGIN = 2


class JudgedPool(Protocol):
    """What is needed of the pool that the engine returns; the engine stands above this layer."""

    @property
    def at(self) -> datetime:
        """The moment that the exercises were judged for."""

    @property
    def items(self) -> tuple[ItemReport, ...]:
        """Every exercise with its verdict."""


def render(pool: JudgedPool, *, color: bool = False, width: int = 100) -> str:
    """Return the pool as text of at most `width` columns (never fewer than 48); styled only if `color`."""
    paint, width = Paint(color), max(width, MIN_WIDTH)
    title = f"{moment_words(pool.at)}: {counted(len(pool.items), 'exercise')} judged without a planned dose"
    parts = [[paint(line, "bold") for line in block(title, 0, width)]]
    for verdict in Verdict:
        items = [item for item in pool.items if item.verdict is verdict]
        if items:
            heading = paint(f"{verdict_words(verdict)}: {len(items)}", verdict.word)
            parts.append([heading, *_group(verdict, items, width, paint)])
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _group(verdict: Verdict, items: list[ItemReport], width: int, paint: Paint) -> Iterator[str]:
    if verdict is Verdict.ALLOWED:
        yield from block(_names(items), _MARGIN, width)
        return
    by_cause: dict[tuple[str, str], list[ItemReport]] = {}
    for item in items:
        by_cause.setdefault(_cause(item), []).append(item)
    for (cause, source), those in by_cause.items():
        yield from hanging("- ", cause, _MARGIN, width)
        yield from (paint(line, "dim") for line in block(source, _MARGIN + 2, width))
        yield from block(_names(those), _MARGIN + 4, width)


def _cause(item: ItemReport) -> tuple[str, str]:
    """Return what the exercises of one group share: the limits, or the strictest reason without the exercise's own demand."""
    if item.verdict is Verdict.LIMITED and item.limits:
        return "; ".join(limit_words(line.limit) for line in item.limits), ""
    if not item.reasons:
        return "No reason is written down.", ""
    reason = strictest_first(item.reasons)[0]
    return reason_sentence(reason, with_demand=False), source_words(reason)


def _names(items: Iterable[ItemReport]) -> str:
    return ", ".join(plain(item.exercise) if item.exercise else item_name(item) for item in items)
