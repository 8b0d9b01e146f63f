"""Made-up clients with a typical week: 5 sessions x 8 items, 3 conditions, 2 medicines, 4 care-team events.

Drawn from whatever is bundled, by a seeded generator, so that two runs on the same knowledge measure the same weeks.
"""

from __future__ import annotations

import random
from typing import Any

import safetyrules as sr
from safetyrules.model.knowledge import Condition, Parameter

_REGIONS = ("shoulder", "knee", "hip")
_FIRST_DAY = 24
_STATED = 0.8
_READS_PRESSURE = "hypertension"
AT = "2026-11-24T07:00"


def week(engine: sr.Engine, seed: int, *, sessions: int = 5, items: int = 8) -> dict[str, Any]:
    """Return client number `seed` with a typical week, as the data of a case file.

    One condition is always hypertension, so that the client has a measurement which matters.
    """
    dice = random.Random(seed)  # noqa: S311 - drawn data, no secret
    conditions = list(engine.knowledge.conditions.values())
    own = [
        c
        for c in conditions
        if not (c.is_medicine or c.always or c.activated_by or c.event_kinds or c.reading or c.id == _READS_PRESSURE)
    ]
    medicines = [c for c in conditions if c.is_medicine]
    kinds = sorted({kind for c in conditions for kind in c.event_kinds})
    chosen = [*dice.sample(own, 2), engine.knowledge.conditions[_READS_PRESSURE]]
    taken = dice.sample(medicines, 2) if len(medicines) > 1 else medicines * 2
    exercises = sorted(engine.catalog.exercises.values(), key=lambda e: e.id)
    return {
        "safetyrules": "case/1",
        "timezone": "America/New_York",
        "client": {
            "birth_date": f"{dice.randint(1945, 2000)}-05-17",
            "symptoms": [],
            "conditions": [_condition(c, dice) for c in chosen],
            "medications": [
                {"id": m.id, "started": f"2026-11-{dice.randint(1, 23):02d}", "params": _params(m, dice)} for m in taken
            ],
            "states": [{"id": "sedated", "at": "2026-11-24T06:00", "present": dice.random() < 0.3}],
            "measurements": [
                {"name": "resting_sbp", "value": dice.randint(105, 215) + 0.5, "unit": "mmHg", "at": "2026-11-24T06:50"},
                {"name": "resting_dbp", "value": dice.randint(60, 125), "unit": "mmHg", "at": "2026-11-24T06:50"},
            ],
        },
        "care_team": {
            "members": [{"id": "pt-1", "role": "physical_therapist"}],
            "events": [_event(n, dice.choice(kinds), dice) for n in range(4)],
        },
        "plan": {
            "sessions": [
                {
                    "at": f"2026-11-{_FIRST_DAY + day:02d}T07:00",
                    "minutes": 60,
                    "items": [_item(dice.choice(exercises), dice) for _ in range(items)],
                }
                for day in range(sessions)
            ]
        },
    }


def with_pressure(data: dict[str, Any], value: float) -> dict[str, Any]:
    """Return the same client with another systolic pressure, and nothing else changed."""
    client = data["client"]
    changed = [m | {"value": value} if m["name"] == "resting_sbp" else m for m in client["measurements"]]
    return data | {"client": client | {"measurements": changed}}


def read(data: dict[str, Any]) -> sr.Case:
    """Return the case of `data`, read anew each time, as an app would."""
    return sr.Case.model_validate(data)


def _condition(condition: Condition, dice: random.Random) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": condition.id, "date": f"2026-{dice.randint(1, 11):02d}-{dice.randint(1, 23):02d}"}
    if condition.sided:
        entry["side"] = dice.choice(("left", "right"))
    return entry | {"params": _params(condition, dice)}


def _params(condition: Condition, dice: random.Random) -> dict[str, Any]:
    """State most parameters; what is left out is unknown, as it is in life."""
    return {name: _value(p, dice) for name, p in condition.params.items() if p.type != "date" and dice.random() < _STATED}


def _value(parameter: Parameter, dice: random.Random) -> Any:
    if parameter.type == "flag":
        return dice.random() < 0.5
    if parameter.type == "choice":
        return dice.choice(parameter.values)
    low = int(parameter.low or 0)
    high = int(parameter.high if parameter.high is not None else low + 10)
    return dice.randint(low, min(high, low + 10))


def _event(number: int, kind: str, dice: random.Random) -> dict[str, Any]:
    region = {"region": dice.choice(_REGIONS), "side": dice.choice(("left", "right"))}
    at = f"2026-11-{dice.randint(21, 27):02d}T{dice.randint(8, 18):02d}:00"
    return {"id": f"e{number}", "by": "pt-1", "at": at, "minutes": 45, "kind": kind, "regions": [region]}


def _item(exercise: Any, dice: random.Random) -> dict[str, Any]:
    item = {"exercise": exercise.id, "sets": 3, "reps": 8, "load_kg": dice.choice((5, 10, 20, 40)), "rpe": dice.randint(5, 9)}
    if exercise.laterality == "unilateral":
        item["side"] = dice.choice(("left", "right"))
    return item
