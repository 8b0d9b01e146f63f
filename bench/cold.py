"""What a fresh process costs: start, first verdict, memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from samples import Row

from safetyrules import resources
from safetyrules.loading import compiled

_START = "2 cold start, a process of its own"
_MEMORY = "4 memory (resident), a process of its own"
_VERDICT = "import to first verdict"
_HERE = Path(__file__).resolve().parent

_FIRST_VERDICT = """
import json, time
marks = [time.perf_counter()]
import safetyrules as sr
case_class = sr.Case
marks.append(time.perf_counter())
engine = sr.Engine()
marks.append(time.perf_counter())
case = case_class.model_validate({
    "safetyrules": "case/1", "timezone": "America/New_York",
    "client": {"symptoms": [], "conditions": [{"id": "rotator_cuff_repair", "side": "right", "date": "2026-10-20"}]},
    "plan": {"sessions": [{"at": "2026-11-24T07:00", "items": [{"exercise": "upright row", "sets": 3, "reps": 10}]}]},
})
engine.validate(case).verdict
marks.append(time.perf_counter())
print(json.dumps([(b - a) * 1000 for a, b in zip(marks, marks[1:])]))
"""

_FROM_SOURCES = """
from safetyrules.loading import compiled
compiled.read = lambda *_: None
"""

_RESIDENT = """
import json, sys
sys.path.insert(0, {folder!r})
def resident():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
    except OSError:
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
sizes = [resident()]
import safetyrules as sr
engine = sr.Engine()
sizes.append(resident())
from datetime import datetime
from clients import AT, read, week
cases = [read(week(engine, seed)) for seed in range({count})]
for case in cases:
    engine.validate(case)
sizes.append(resident())
for case in cases:
    engine.filter(case, datetime.fromisoformat(AT))
sizes.append(resident())
engine.graph("rotator_cuff_repair")
sizes.append(resident())
print(json.dumps(sizes))
"""


@dataclass(frozen=True, slots=True)
class _Run:
    wall: float
    cpu: float
    text: str


def measure(*, quick: bool) -> list[Row]:
    """Return the rows on cold starts and memory."""
    rounds = 1 if quick else 9
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "safetyrules --help": [*_program(), "--help"],
        _VERDICT: [sys.executable, "-c", _FIRST_VERDICT],
        f"{_VERDICT}, from the YAML sources": [sys.executable, "-c", _FROM_SOURCES + _FIRST_VERDICT],
    }
    runs: dict[str, list[_Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(_run(command))
    base = statistics.median(r.wall for r in runs["python -c pass"])
    budgets = {"safetyrules --help": 80.0, _VERDICT: 250.0}
    folders = (resources.catalog_folder(), resources.rules_folder())
    is_compiled = compiled.read(compiled.source_digest(*folders), folders) is not None
    notes = {_VERDICT: "with the compiled form" if is_compiled else "no compiled form here that fits; the set-up writes it"}
    rows = []
    for name, found in runs.items():
        wall, cpu = statistics.median(r.wall for r in found), statistics.median(r.cpu for r in found)
        title, note = f"{name}, whole process", notes.get(name, "")
        rows.append(Row(_START, title, wall, cpu=cpu, ratio=wall / base, budget=budgets.get(name), calls=rounds, note=note))
    parts = [json.loads(r.text) for r in runs[_VERDICT]]
    for place, name in enumerate(("import safetyrules", "Engine()", "first validate")):
        rows.append(Row(_START, f"inside it: {name}", statistics.median(p[place] for p in parts), calls=rounds))
    return rows + _memory(1 if quick else 60)


def _memory(count: int) -> list[Row]:
    script = _RESIDENT.format(folder=str(_HERE), count=count)
    bare, loaded, judged, filtered, graphed = json.loads(_run([sys.executable, "-c", script]).text)
    return [
        Row(_MEMORY, "bare Python", bare, "MB"),
        Row(_MEMORY, "Engine() built", loaded, "MB", budget=120),
        Row(_MEMORY, f"after {count} clients' weeks judged", judged, "MB", budget=120),
        Row(_MEMORY, f"after the catalog was filtered for those {count} too", filtered, "MB", budget=120),
        Row(_MEMORY, "and a condition's graph drawn", graphed, "MB"),
    ]


def _program() -> list[str]:
    script = Path(sys.executable).with_name("safetyrules")
    return [str(script)] if script.exists() else [sys.executable, "-m", "safetyrules"]


def _run(command: list[str]) -> _Run:
    """Run `command` to its end; raise when it fails."""
    started = time.perf_counter()
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = (time.perf_counter() - started) * 1000
    after = os.times()
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)[:80]} ended with {done.returncode}: {done.stderr[-800:]}")
    cpu = (after.children_user - before.children_user + after.children_system - before.children_system) * 1000
    return _Run(wall, cpu, done.stdout)
