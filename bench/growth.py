"""How the cost of one validate grows with the packs, the catalog and the plan."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import synthetic
from clients import read, week
from samples import Row, Sample, exponent, row

import safetyrules as sr
from safetyrules.inference.compiler import compile_program

_PACKS = "6a growth with packs that the client does not touch"
_CATALOG = "6b growth with the catalog"
_ITEMS = "6c growth with items in a session (5 sessions)"
_NEW, _SAME = "new client", "same client again"
_WARM = 1_000


def measure(engine: sr.Engine, *, quick: bool) -> list[Row]:
    """Return the rows on growth. `engine` is the bundled one; the same clients are judged by every size, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        # A fresh one as the first size: the memories of the given engine are warmer than those of the others.
        base = engine if quick else sr.Engine()
        rows = _packs(base, Path(folder), [2] if quick else [2, 5, 10], 3 if quick else 40)
        base = engine if quick else sr.Engine()
        gc.collect()  # the engines of one part must not be cleared away inside a timed call of the next
        own = len(base.catalog.exercises)
        sizes = [own + 40] if quick else [size for size in (1_000, 5_000) if size > own]
        rows += _catalog(base, Path(folder), sizes, 3 if quick else 40)
        del base
    gc.collect()
    return rows + _items(engine, [4, 8] if quick else [4, 8, 16, 32, 64], 3 if quick else 20)


def _packs(engine: sr.Engine, folder: Path, sizes: Sequence[int], clients: int) -> list[Row]:
    def load(size: int) -> sr.Engine:
        return sr.Engine(packs=synthetic.packs(folder / f"packs{size}", size - 1))

    built, rows = _load(engine, sizes, load, _PACKS, 1)
    rules = {size: sum(map(len, compile_program(e.knowledge).shards.values())) for size, e in built.items()}
    labels = {size: f"{size}x packs, {count} compiled rules" for size, count in rules.items()}
    return rows + _turns(engine, built, labels, _PACKS, clients, [float(n) for n in rules.values()], budget=1.5)


def _catalog(engine: sr.Engine, folder: Path, sizes: Sequence[int], clients: int) -> list[Row]:
    def load(size: int) -> sr.Engine:
        return sr.Engine(catalogs=[synthetic.catalog(folder / f"catalog{size}", size)])

    own = len(engine.catalog.exercises)
    built, rows = _load(engine, sizes, load, _CATALOG, own)
    labels = {size: f"{len(e.catalog.exercises)} exercises" for size, e in built.items()}
    return rows + _turns(engine, built, labels, _CATALOG, clients, [float(len(e.catalog.exercises)) for e in built.values()])


def _load(base: sr.Engine, sizes: Sequence[int], load: Any, section: str, first: int) -> tuple[dict[int, sr.Engine], list[Row]]:
    built, rows = {first: base}, []
    for size in sizes:
        started = time.perf_counter()
        built[size] = load(size)
        seconds = time.perf_counter() - started
        unit = "x packs" if first == 1 else " exercises"
        rows.append(Row(section, f"Engine() with {size}{unit}, writing the copies included", seconds, "s"))
    return built, rows


def _turns(
    engine: sr.Engine,
    built: dict[int, sr.Engine],
    labels: dict[int, str],
    section: str,
    clients: int,
    sizes: Sequence[float],
    *,
    budget: float | None = None,
) -> list[Row]:
    """Judge the same weeks (of bundled exercises, by new clients) with every engine, and compare with the first."""
    samples = {(size, mode): Sample() for mode in (_NEW, _SAME) for size in built}
    for number in range(2 * clients):
        data = week(engine, _WARM + number + len(section) * 10_000)
        for size, other in built.items():
            case = read(data)
            if number < clients:  # the first half warms the memories of all engines alike
                other.validate(case)
                continue
            samples[size, _NEW].time(lambda other=other, case=case: other.validate(case))
            again = read(data)
            samples[size, _SAME].time(lambda other=other, again=again: other.validate(again))
    rows = []
    first, last = next(iter(built)), max(built)
    for mode in (_NEW, _SAME):
        base = samples[first, mode].cpu_p50
        for size, label in labels.items():
            sample = samples[size, mode]
            rows.append(row(section, f"{label}: {mode}", sample, ratio=sample.cpu_p50 / base))
        grown = samples[last, mode].cpu_p50 / base
        rows.append(Row(section, f"{labels[last]} against {labels[first]}, processor time: {mode}", grown, "x", budget=budget))
        slope = exponent(sizes, [samples[size, mode].cpu_p50 for size in built])
        rows.append(Row(section, f"fitted exponent (0 flat, 1 linear): {mode}", slope, ""))
    return rows


def _items(engine: sr.Engine, counts: Sequence[int], clients: int) -> list[Row]:
    samples = {(count, mode): Sample() for mode in (_NEW, _SAME) for count in counts}
    for number in range(clients):
        for count in counts:
            data = week(engine, 500_000 + number * 100 + count, items=count)
            case, again = read(data), read(data)
            samples[count, _NEW].time(lambda case=case: engine.validate(case))
            samples[count, _SAME].time(lambda again=again: engine.validate(again))
    rows = []
    for mode in (_NEW, _SAME):
        base = samples[counts[0], mode].cpu_p50
        for count in counts:
            rows.append(row(_ITEMS, f"{count} items: {mode}", samples[count, mode], ratio=samples[count, mode].cpu_p50 / base))
        slope = exponent(counts, [samples[count, mode].cpu_p50 for count in counts])
        rows.append(Row(_ITEMS, f"fitted exponent (budget: linear): {mode}", slope, "", budget=1.1))
    return rows
