"""How the cost of judging a whole catalog grows with its size: `python bench/scale.py [--quick]`.

The exercises are copies of the bundled ones under other names, made in memory; 450 are every other of them. The sizes take
turns in one run.
"""

from __future__ import annotations

import argparse
import copy
import math
import sys
import time
from dataclasses import replace
from datetime import datetime
from statistics import median

import safetyrules as sr
from safetyrules.judging.judge import Judge
from safetyrules.judging.matching import Matcher
from safetyrules.loading.names import names_of
from safetyrules.model.exercise import Catalog

AT = datetime(2026, 11, 24, 7)
CLIENT = {
    "conditions": [
        {"id": "rotator_cuff_repair", "side": "right", "date": "2026-10-19", "params": {"tear_size": "medium"}},
        {"id": "hypertension", "params": {}},
        {"id": "osteoporosis", "params": {"t_score": -2.6}},
    ],
    "medications": [{"id": "opioids", "started": "2026-11-01"}],
}


def sized(engine: sr.Engine, size: int) -> sr.Engine:
    """Return the engine with a catalog of `size` exercises: the bundled ones, then copies of them."""
    own = list(engine.catalog.exercises.values())
    picked = [own[i * len(own) // size] for i in range(size)] if size <= len(own) else [own[i % len(own)] for i in range(size)]
    exercises = {}
    for i, e in enumerate(picked):
        name = e.id if e.id not in exercises else f"{e.id}_copy_{i}"
        exercises[name] = replace(e, id=name, name=f"{e.name} {i}", aka=(), location=e.location)
    made = copy.copy(engine)
    made.catalog = Catalog(dict(sorted(exercises.items())), "synthetic")
    made.names = names_of(made.catalog, made.vocabulary)
    made._judge = Judge(Matcher(made.catalog.exercises, made.vocabulary), made.names, made.vocabulary)
    return made


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sizes = [100, 200] if options.quick else [450, 5_000, 50_000]
    rounds = 1 if options.quick else 3
    engine = sr.Engine()
    engines = {size: sized(engine, size) for size in sizes}
    first: dict[int, float] = {}
    times: dict[int, list[float]] = {size: [] for size in sizes}
    for turn in range(rounds + 1):
        for size, made in engines.items():
            # Another client each turn, so that nothing kept for a client is found again.
            client = {**CLIENT, "body_weight_kg": 70 + turn}
            case = sr.Case.model_validate({"safetyrules": "case/1", "timezone": "America/New_York", "client": client})
            started = time.perf_counter()
            pool = made.filter(case, AT)
            seconds = time.perf_counter() - started
            assert len(pool.items) >= size
            if turn:
                times[size].append(seconds)
            else:
                first[size] = seconds
            print(f"  {size}: {seconds:.2f} s", file=sys.stderr, flush=True)
    print("| exercises | first filter (matches computed) | filter, new client | per exercise | growth exponent |")
    print("|---|---|---|---|---|")
    base = sizes[0]
    for size in sizes:
        now = median(times[size])
        power = math.log(now / median(times[base])) / math.log(size / base) if size != base else 1.0
        shown = f"{power:.2f}" if size != base else ""
        each = f"{now / size * 1e6:.0f} us"
        print(f"| {size} | {first[size] * 1e3:.0f} ms | {now * 1e3:.0f} ms | {each} | {shown} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
