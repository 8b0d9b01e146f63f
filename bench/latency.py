"""How long one call takes in a warm process: a week judged, the catalog filtered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clients import AT, read, week, with_pressure
from samples import Row, Sample, row

import safetyrules as sr
from safetyrules.inference.compiler import compile_program
from safetyrules.inference.durable import is_available
from safetyrules.inference.facts import build_facts
from safetyrules.inference.infer import EngineName

_VALIDATE = "1 validate a typical week (5 x 8 items), warm"
_FILTER = "3 filter the whole catalog for one moment, warm"
_NEW, _SAME = "new client", "same client again"
_NEAR, _FAR = "one measurement changed, same band", "one measurement changed, other band"
_PRESSURES = (118, 135, 152, 168, 185, 205)


def engines() -> dict[str, sr.Engine]:
    """Return an engine for each way to infer that works here."""
    names: list[EngineName] = ["durable", "reference"] if is_available() else ["reference"]
    return {name: sr.Engine(engine=name) for name in names}


def measure(built: dict[str, sr.Engine], *, quick: bool) -> list[Row]:
    """Return the rows on validate and filter; the engines take turns, so that a busy moment disturbs all alike."""
    count, warm = (2, 1) if quick else (120, 40)
    any_engine = next(iter(built.values()))
    weeks = [week(any_engine, seed) for seed in range(warm + count)]
    variants = [_variants(any_engine, data) for data in weeks[warm:]]
    samples: dict[tuple[str, str], Sample] = {}
    reading = Sample()
    for data in weeks[:warm]:
        for engine in built.values():
            engine.validate(read(data))
            engine.filter(read(data), datetime.fromisoformat(AT))

    def take(name: str, mode: str, data: dict[str, Any]) -> Any:
        case = reading.time(lambda: read(data))
        return samples.setdefault((name, mode), Sample()).time(lambda: built[name].validate(case))

    for data, (near, far) in zip(weeks[warm:], variants, strict=True):
        for name in built:
            report = take(name, _NEW, data)
            samples.setdefault((name, "report to_dict"), Sample()).time(report.to_dict)
            take(name, _SAME, data)
            take(name, _NEAR, near)
            take(name, _FAR, far)
    return _rows(built, samples, reading, _share_new(any_engine, weeks, warm)) + _filter_rows(built, weeks, warm)


def _variants(engine: sr.Engine, data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the client with a pressure that no rule can tell from the first, and with one that changes the facts."""
    program = compile_program(engine.knowledge)
    value = next(m["value"] for m in data["client"]["measurements"] if m["name"] == "resting_sbp")

    def band(pressure: float) -> tuple[int, ...]:
        return tuple(program.band(key, pressure) for key in sorted(program.thresholds) if key.endswith(".m.resting_sbp"))

    near = next(v for v in (value + 0.25, value - 0.25) if band(v) == band(value))
    far = next(v for v in _PRESSURES if band(v) != band(value))
    return with_pressure(data, near), with_pressure(data, far)


def _share_new(engine: sr.Engine, weeks: list[dict[str, Any]], warm: int) -> float:
    """Return in how many sessions of the timed clients the facts had not occurred before."""
    program = compile_program(engine.knowledge)
    seen: set[Any] = set()
    fresh = total = 0
    for number, data in enumerate(weeks):
        context = engine.context(read(data))
        for session in context.case.plan.sessions:
            facts = build_facts(context, session.at, program, engine.vocabulary)
            key = (facts.possible, facts.certain)
            if number >= warm:
                fresh += key not in seen
                total += 1
            seen.add(key)
    return fresh / total


def _rows(built: dict[str, sr.Engine], samples: dict[tuple[str, str], Sample], reading: Sample, share: float) -> list[Row]:
    base = samples.get(("reference", _NEW))
    rows = []
    for name in built:
        for mode in (_NEW, _SAME, _NEAR, _FAR):
            sample = samples[name, mode]
            budgets: dict[str, Any] = {"budget": 1.0, "budget_p99": 3.0} if mode in (_NEW, _SAME) else {"budget": 0.3}
            note = f"{share:.0%} of its sessions have facts never seen before" if mode == _NEW else ""
            ratio = samples[name, mode].p50 / base.p50 if base else None
            rows.append(row(_VALIDATE, f"{name}: {mode}", sample, ratio=ratio, note=note, **budgets))
        for mode in (_NEW, _SAME):
            wall = samples[name, mode].wall
            rate = 1000 * len(wall) / sum(wall)
            title = f"{name}: weeks a second, {mode}"
            rows.append(Row(_VALIDATE, title, rate, "weeks/s", budget=1000, at_least=True, calls=len(wall)))
        rows.append(row(_VALIDATE, f"{name}: the new client's report as data (to_dict)", samples[name, "report to_dict"]))
    rows.append(row(_VALIDATE, "reading the case (Case.model_validate), in none of the above", reading))
    return rows


def _filter_rows(built: dict[str, sr.Engine], weeks: list[dict[str, Any]], warm: int) -> list[Row]:
    at = datetime.fromisoformat(AT)
    rows = []
    for mode, twice in ((_NEW, False), (_SAME, True)):
        samples = {name: Sample() for name in built}
        # Other clients than those judged above, whose answers are remembered.
        for data in [with_moved_plan(d) for d in weeks[warm:][:20]]:
            for name, engine in built.items():
                case = read(data)
                if twice:
                    engine.filter(case, at)
                samples[name].time(lambda engine=engine, case=case: engine.filter(case, at))
        size = len(next(iter(built.values())).catalog.exercises)
        note = f"{size} exercises; the budget is for 450"
        rows += [row(_FILTER, f"{name}: {mode}", sample, budget=1.5, note=note) for name, sample in samples.items()]
    return rows


def with_moved_plan(data: dict[str, Any]) -> dict[str, Any]:
    """Return the client with every condition a year older: facts that validate has not met."""
    conditions = [c | {"date": c["date"].replace("2026", "2025")} for c in data["client"]["conditions"]]
    return data | {"client": data["client"] | {"conditions": conditions}}
