"""How long a rebalanced week takes to its proven optimum: `python bench/rebalance.py [--quick] [--weeks N]`.

Typical weeks are 5 sessions of 8 lifts, big ones 7 of 12; in each a therapist treats two regions and the client has one condition.
The built-in planner alone and with CP-SAT behind it (where OR-tools is installed) take turns on the same weeks.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from statistics import median
from typing import Any
from unittest import mock

import safetyrules as sr
from safetyrules.planning import rebalanced_week
from safetyrules.planning.exact import is_available

CONDITIONS: list[dict[str, Any]] = [
    {"id": "rotator_cuff_repair", "side": "right", "date": "2026-08-19", "params": {"tear_size": "medium"}},
    {
        "id": "acl_reconstruction",
        "side": "left",
        "date": "2026-08-20",
        "params": {"graft": "hamstring", "meniscus_repaired": False},
    },
    {"id": "subacromial_impingement", "side": "left", "date": "2026-10-01", "params": {"symptom_stage": "settled"}},
]
KINDS = ["strengthening", "manual_therapy", "massage_deep", "manipulation", "injection_hyaluronic"]
REGIONS = ["shoulder", "knee", "hip", "low_back"]


def week(engine: sr.Engine, seed: int, sessions: int, items: int) -> dict[str, Any]:
    """Return a made-up week: a split of common lifts, what two therapists did, one condition, a home program."""
    dice = random.Random(seed)  # noqa: S311 - drawn data, no secret
    lifts = sorted(
        e.id
        for e in engine.catalog.exercises.values()
        if e.kind == "strength" and e.skill <= 2 and e.laterality == "bilateral" and e.status != "imported"
    )
    days = list(range(7))[:sessions] if sessions == 7 else [0, 1, 2, 4, 5][:sessions]
    return {
        "safetyrules": "case/1",
        "timezone": "America/New_York",
        "client": {"symptoms": [], "conditions": [dice.choice(CONDITIONS)]},
        "care_team": {
            "members": [{"id": "pt-1", "role": "physical_therapist"}],
            "events": [
                {"id": f"e{n}", "by": "pt-1", "at": f"2026-11-{23 + dice.randint(0, 4)}T17:00", "minutes": 45,
                 "kind": dice.choice(KINDS), "details": {},
                 "regions": [{"region": dice.choice(REGIONS), "side": dice.choice(["left", "right"])}]}
                for n in range(2)
            ],
            "home_programme": [
                {"id": "h1", "by": "pt-1", "exercise": "pendulum", "sets": 2, "reps": 15, "times_per_week": 4, "side": "right"}
            ],
        },
        "plan": {
            "goals": {"weekly_sets": {"quadriceps": [6, 20]}},
            "sessions": [
                {
                    "at": f"2026-11-{23 + day}T07:00",
                    "minutes": 90,
                    "items": [
                        {"exercise": name, "sets": 3, "reps": 10, "rpe": dice.choice([6, 7, 8])}
                        for name in dice.sample(lifts, items)
                    ],
                }
                for day in days
            ],
        },
    }  # fmt: skip


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--weeks", type=int, default=20)
    options = parser.parse_args()
    engine = sr.Engine()
    ways = {"built-in": False} | ({"with CP-SAT": True} if is_available() else {})
    print(f"{len(engine.catalog.exercises)} exercises, {len(engine.knowledge.conditions)} conditions\n")
    print("| week | planner | p50 | p95 | worst | proven optimal | changed lines |\n|---|---|---|---|---|---|---|")
    for name, sessions, items in (("typical 5 x 8", 5, 8), ("big 7 x 12", 7, 12)):
        weeks = 1 if options.quick else options.weeks if sessions == 5 else max(options.weeks // 3, 1)
        times: dict[str, list[float]] = {way: [] for way in ways}
        proven: dict[str, int] = dict.fromkeys(ways, 0)
        changed: dict[str, list[int]] = {way: [] for way in ways}
        for seed in range(weeks):
            case = sr.Case.model_validate(week(engine, seed, 2 if options.quick else sessions, items))
            engine.validate(case)  # similar exercises and matches are worked out once for each catalog, not for each week
            for way, with_exact in ways.items():
                with mock.patch.object(rebalanced_week, "is_available", lambda on=with_exact: on):
                    started = time.perf_counter()
                    result = engine.rebalance(case)
                    times[way].append(time.perf_counter() - started)
                proven[way] += result.proof.optimal
                changed[way].append(sum(c.action not in ("kept", "added") for c in result.changes))
                print(f"  {name} {seed} {way}: {times[way][-1]:.2f} s {result.proof.solver}", file=sys.stderr, flush=True)
        for way, taken in times.items():
            taken.sort()
            high = taken[min(len(taken) - 1, int(len(taken) * 0.95))]
            share = f"{proven[way]} of {len(taken)}"
            print(
                f"| {name} | {way} | {median(taken):.2f} s | {high:.2f} s | {taken[-1]:.2f} s | {share} | {median(changed[way])} |"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
