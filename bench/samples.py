"""Timings and the rows made of them. Nothing here knows what is measured."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from math import log
from typing import Any

_BLOCKS = "-" * 8


@dataclass(slots=True)
class Sample:
    """Milliseconds of single calls: by the clock on the wall, and of processor time, which other processes disturb less."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def time(self, call: Callable[[], Any]) -> Any:
        """Run `call`, keep how long it took, and return its result."""
        cpu, wall = time.thread_time_ns(), time.perf_counter_ns()
        result = call()
        self.wall.append((time.perf_counter_ns() - wall) / 1e6)
        self.cpu.append((time.thread_time_ns() - cpu) / 1e6)
        return result

    @property
    def p50(self) -> float:
        """Return the median by the wall clock."""
        return statistics.median(self.wall)

    @property
    def cpu_p50(self) -> float:
        """Return the median of processor time."""
        return statistics.median(self.cpu)

    @property
    def p99(self) -> float:
        """Return the 99th percentile by the wall clock: the smallest value that 99 of 100 calls don't exceed."""
        return sorted(self.wall)[max(-(-len(self.wall) * 99 // 100) - 1, 0)]


@dataclass(frozen=True, slots=True)
class Row:
    """One measured line. `budget` bounds `value`, from below if `at_least`; `budget_p99` bounds `p99`."""

    section: str
    what: str
    value: float
    unit: str = "ms"
    cpu: float | None = None
    p99: float | None = None
    ratio: float | None = None
    budget: float | None = None
    budget_p99: float | None = None
    at_least: bool = False
    calls: int | None = None
    note: str = ""

    @property
    def misses(self) -> list[str]:
        """Return which budgets are missed, in words; by the wall clock, as the promise is."""
        found = []
        if self.budget is not None and (self.value < self.budget if self.at_least else self.value > self.budget):
            found.append(f"{_number(self.value)} {self.unit}, budget {self.budget:g}")
        if self.budget_p99 is not None and self.p99 is not None and self.p99 > self.budget_p99:
            found.append(f"p99 {_number(self.p99)} {self.unit}, budget {self.budget_p99:g}")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the row for JSON, with the misses."""
        return asdict(self) | {"misses": self.misses}


def row(section: str, what: str, sample: Sample, **more: Any) -> Row:
    """Return the row of a sample of calls."""
    return Row(section, what, sample.p50, cpu=sample.cpu_p50, p99=sample.p99, calls=len(sample.wall), **more)


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return k of the best fit `time = a * size ** k` (least squares on logarithms): 0 is flat, 1 is linear."""
    xs, ys = [log(size) for size in sizes], [log(value) for value in times]
    return statistics.linear_regression(xs, ys).slope


def machine() -> dict[str, Any]:
    """Return what the numbers were measured on."""
    return {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine()}


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table, section by section."""
    lines = []
    section = ""
    for r in rows:
        if r.section != section:
            section = r.section
            lines += [
                "",
                f"### {section}",
                "",
                "| what | value | p99 | processor | ratio | calls | budget | verdict |",
                f"|---|{_BLOCKS}:|{_BLOCKS}:|{_BLOCKS}:|{_BLOCKS}:|{_BLOCKS}:|---|---|",
            ]
        what = f"{r.what} ({r.note})" if r.note else r.what
        cells = [what, f"{_number(r.value)} {r.unit}".strip(), _number(r.p99), _number(r.cpu), _number(r.ratio)]
        cells += [str(r.calls or ""), _budget(r), _verdict(r)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines).strip()


def _number(value: float | None) -> str:
    """Return three significant digits, and no exponents."""
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _budget(r: Row) -> str:
    words = []
    if r.budget is not None:
        words.append(f"{'>=' if r.at_least else '<='} {r.budget:g}")
    if r.budget_p99 is not None:
        words.append(f"p99 <= {r.budget_p99:g}")
    return ", ".join(words)


def _verdict(r: Row) -> str:
    if r.budget is None and r.budget_p99 is None:
        return ""
    return "MISSED" if r.misses else "met"
