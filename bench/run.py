"""Measure everything: `python bench/run.py [--quick] [--json FILE] [--profile]`. Prints Markdown, budgets beside the numbers."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from pathlib import Path

import cold
import comparison
import growth
import hotspots
import latency
from samples import Row, machine, table


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks and print them; return 0 whatever the budgets say, for a busy machine is no fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repetitions: shows that everything runs, measures little")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the rows to FILE too")
    parser.add_argument("--profile", action="store_true", help="print only where the time of a warm validate goes")
    options = parser.parse_args(arguments)
    engines = latency.engines()
    engine = next(iter(engines.values()))
    if options.profile:
        print(hotspots.report(engine, clients=5 if options.quick else 40))
        return 0
    rows = _measure(engines, quick=options.quick)
    about = machine()
    print(f"Python {about['python']}, {about['system']} {about['machine']}\n")
    if options.quick:
        print("QUICK: shows that everything runs; the numbers mean nothing.\n")
    print(table(rows))
    misses = [f"- {r.section[:2].strip()} {r.what}: {words}" for r in rows for words in r.misses]
    print(f"\n### Budgets missed: {len(misses)}\n")
    print("\n".join(misses) or "none")
    if options.json:
        data = {"bench": 1, "quick": options.quick, "machine": about, "rows": [r.to_dict() for r in rows]}
        options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


def _measure(engines: dict[str, latency.sr.Engine], *, quick: bool) -> list[Row]:
    engine = next(iter(engines.values()))
    parts = (
        ("fresh processes", lambda: cold.measure(quick=quick)),
        ("latency", lambda: latency.measure(engines, quick=quick)),
        ("several engines", lambda: comparison.measure(engine, quick=quick)),
        ("growth", lambda: growth.measure(engine, quick=quick)),
    )
    rows: list[Row] = []
    for name, measure in parts:
        print(f"measuring: {name} ...", file=sys.stderr, flush=True)
        gc.collect()  # what a part leaves behind must not be cleared away inside a timed call of the next
        rows += measure()
    return sorted(rows, key=lambda r: r.section)


if __name__ == "__main__":
    sys.exit(main())
