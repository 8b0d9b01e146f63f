"""Generated whole cases for the laws: client, care team, instructions and a plan of catalog exercises with random doses."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from oracle.generated import REGIONS, TEAM, cases, clients, day_of, exercise_ids, times

EXERCISES = exercise_ids()
SIDES = st.sampled_from(["left", "right", "both"])

items = st.fixed_dictionaries(
    {"exercise": st.sampled_from(EXERCISES)},
    optional={
        "sets": st.integers(0, 5),
        "reps": st.sampled_from([1, 5, 10, 20]),
        "seconds": st.sampled_from([5, 10, 30, 90]),
        "minutes": st.sampled_from([2, 3, 10, 40]),
        "load_kg": st.sampled_from([0, 0.5, 2, 4.5, 5, 20, 60, 140]),
        "load_kg_each": st.sampled_from([0, 0.5, 2, 4.5, 10]),
        "load_pct_1rm": st.sampled_from([0, 30, 31, 60, 80, 95]),
        "rpe": st.sampled_from([0, 3, 4, 6.5, 7, 9, 10]),
        "rir": st.sampled_from([0, 1, 4]),
        "side": SIDES,
        "heart_rate": st.sampled_from([{"bpm": 110}, {"pct_max": 70}, {"pct_max": 95}, {"pct_hrr": 40}]),
        "rom": st.sampled_from(
            [
                {"joint": "shoulder", "action": "flexion", "max_deg": 60},
                {"joint": "knee", "action": "flexion", "max_deg": 60},
                [
                    {"joint": "hip", "action": "flexion", "max_deg": 90},
                    {"joint": "knee", "action": "flexion", "max_deg": 120, "min_deg": 45},
                ],
            ]
        ),
    },
)

matches = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {},
        optional={
            "joint": st.sampled_from(["shoulder", "knee", "hip", ["lumbar_spine", "thoracic_spine"], "elbow"]),
            "mode": st.sampled_from([["resisted"], ["active", "resisted"], "isometric"]),
            "side": st.sampled_from(["left", "right", "both"]),
        },
    ),
    st.fixed_dictionaries({"region": st.sampled_from(REGIONS)}),
    st.fixed_dictionaries(
        {"pattern": st.sampled_from([["squat", "hinge"], "gait", "vertical_push"])}, optional={"load_kg": st.just({"gt": 10})}
    ),
    st.fixed_dictionaries(
        {"exposure": st.sampled_from(["impact", "overhead", ["lifting", "carrying"], "upper_limb_weight_bearing"])}
    ),
    st.fixed_dictionaries(
        {"muscle": st.sampled_from(["hamstrings", "biceps_brachii"])}, optional={"side": st.sampled_from(["left", "right"])}
    ),
)
limits = st.fixed_dictionaries(
    {},
    optional={
        "load_kg": st.sampled_from([{"max": 0}, {"max": 5}, {"max": 40}]),
        "load_kg_per_arm": st.just({"max": 2}),
        "rpe": st.sampled_from([{"max": 3}, {"max": 6}]),
        "rir": st.just({"min": 3}),
        "reps": st.sampled_from([{"max": 8}, {"min": 12}]),
        "seconds": st.just({"max": 10}),
        "heart_rate_bpm": st.just({"max": 120}),
        "impact": st.just({"max": "low"}),
        "balance": st.just({"max": "low"}),
        "intensity": st.just({"max": "light"}),
        "instruction": st.just("Slowly."),
    },
).filter(bool)


@st.composite
def instructions(draw: st.DrawFn, day: date, name: str) -> dict[str, Any]:
    """An instruction that takes something away."""
    given = day - timedelta(days=draw(st.integers(-1, 30)))
    found = {"id": name, "by": draw(st.sampled_from(["pt-1", "dr-1"])), "date": given.isoformat(), "match": draw(matches)}
    effect = draw(st.sampled_from(["contraindicate", "limit"]))
    if effect == "limit":
        found["limits"] = draw(limits)
    if draw(st.booleans()):
        found["until"] = (day + timedelta(days=draw(st.integers(0, 2)))).isoformat()
    return found | {"effect": effect}


@st.composite
def whole_cases(draw: st.DrawFn, *, is_certain: bool = False) -> tuple[dict[str, Any], str]:
    """A complete case with one or two sessions, and the moment of the first."""
    case, at = draw(cases())
    if is_certain:
        case["client"] = draw(clients(at, is_certain=True))
    case["care_team"] = {
        "members": copy.deepcopy(TEAM),
        "events": case["care_team"]["events"],
        "instructions": [draw(instructions(day_of(at), f"i{n}")) for n in range(draw(st.integers(0, 2)))],
    }
    sessions = [{"at": at, "items": draw(st.lists(items, min_size=1, max_size=4))}]
    if draw(st.booleans()):
        sessions.append(
            {
                "at": draw(times(at, (-2, -1, 1))),
                "items": draw(st.lists(items, max_size=2)),
                "minutes": draw(st.sampled_from([30, 60])),
            }
        )
    case["plan"] = {"sessions": sessions}
    return copy.deepcopy(case), at


SWAP = {"left": "right", "right": "left"}


def mirrored(value: Any) -> Any:
    """Return a case with every `side` on the other side."""
    if isinstance(value, dict):
        return {k: SWAP.get(v, v) if k == "side" and isinstance(v, str) else mirrored(v) for k, v in value.items()}
    return [mirrored(item) for item in value] if isinstance(value, list) else value
