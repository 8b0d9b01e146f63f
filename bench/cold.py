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

_START = "2 cold start, a process of its own"
_MEMORY = "4 memory (resident), a process of its own"
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
for seed in range({count}):
    case = read(week(engine, seed))
    engine.validate(case).to_dict()
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
        "import to first verdict": [sys.executable, "-c", _FIRST_VERDICT],
    }
    runs: dict[str, list[_Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(_run(command))
    base = statistics.median(r.wall for r in runs["python -c pass"])
    budgets = {"safetyrules --help": 80.0, "import to first verdict": 250.0}
    rows = []
    for name, found in runs.items():
        wall, cpu = statistics.median(r.wall for r in found), statistics.median(r.cpu for r in found)
        rows.append(Row(_START, f"{name}, whole process", wall, cpu=cpu, ratio=wall / base, budget=budgets.get(name), calls=rounds))
    parts = [json.loads(r.text) for r in runs["import to first verdict"]]
    for place, name in enumerate(("import safetyrules", "Engine()", "first validate")):
        rows.append(Row(_START, f"inside it: {name}", statistics.median(p[place] for p in parts), calls=rounds))
    return rows + _memory(3 if quick else 60)


def _memory(count: int) -> list[Row]:
    bare, loaded, used, graphed = json.loads(_run([sys.executable, "-c", _RESIDENT.format(folder=str(_HERE), count=count)]).text)
    return [
        Row(_MEMORY, "bare Python", bare, "MB"),
        Row(_MEMORY, "Engine() built", loaded, "MB", budget=120),
        Row(_MEMORY, f"after {count} clients judged and filtered", used, "MB", budget=120),
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
