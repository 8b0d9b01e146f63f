"""What each kind of tag is worth: blank it in the whole catalog and count the verdicts that change.

`python bench/ablation.py` prints a Markdown table. A verdict that becomes milder is a danger that the tag prevents; one
that becomes stricter is a needless "no" that it prevents.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import safetyrules as sr
from safetyrules.judging.judge import Judge
from safetyrules.judging.matching import Matcher
from safetyrules.model.exercise import Exercise, JointDemand

AT = datetime(2026, 11, 24, 7)
CLIENTS: dict[str, dict[str, object]] = {
    "cuff repair, week 5": {
        "conditions": [{"id": "rotator_cuff_repair", "side": "right", "date": "2026-10-20", "params": {"tear_size": "small"}}]
    },
    "cuff repair, week 13, cleared": {
        "conditions": [
            {
                "id": "rotator_cuff_repair",
                "side": "right",
                "date": "2026-08-25",
                "params": {"tear_size": "small", "subscapularis_repaired": False, "biceps_tenodesis": False},
                "cleared": [
                    {"by": "surgeon", "date": "2026-11-20", "scope": "all"},
                    {"by": "physical_therapist", "date": "2026-11-20", "scope": "all"},
                ],
            }
        ]
    },
    "impingement, painful": {"conditions": [{"id": "subacromial_impingement", "side": "left", "date": "2026-11-01"}]},
    "shoulder replacement, week 8": {"conditions": [{"id": "total_shoulder_arthroplasty", "side": "right", "date": "2026-09-29"}]},
    "disc herniation, week 2": {"conditions": [{"id": "lumbar_disc_herniation", "date": "2026-11-10"}]},
    "posterior hip replacement, week 3": {"conditions": [{"id": "tha_posterior", "side": "left", "date": "2026-11-03"}]},
    "ACL reconstruction, week 6": {"conditions": [{"id": "acl_reconstruction", "side": "right", "date": "2026-10-13"}]},
    "Achilles rupture, week 4": {"conditions": [{"id": "achilles_rupture", "side": "right", "date": "2026-10-27"}]},
    "osteoporosis": {
        "conditions": [{"id": "osteoporosis", "params": {"vertebral_fracture": False, "low_trauma_fractures": 0, "falls_12mo": 0}}]
    },
    "pregnancy, week 22": {
        "conditions": [
            {"id": "pregnancy", "date": "2026-06-23", "params": {"stage": "none", "plurality": 1, "regularly_active": True}}
        ]
    },
    "drowsy under an opioid": {
        "medications": [
            {"id": "opioids", "started": "2026-11-20", "params": {"combined_sedatives": 1, "falls_12mo": 0, "post_op": False}}
        ],
        "states": [{"id": "sedated", "at": "2026-11-24T06:50"}],
    },
}
ORDER = ("allowed", "limited", "unknown", "contraindicated", "clearance_required", "not_today", "emergency")


def _joints(change: Callable[[JointDemand], JointDemand]) -> Callable[[Exercise], Exercise]:
    return lambda e: replace(e, joints=tuple(change(d) for d in e.joints))


BLANKS: dict[str, Callable[[Exercise], Exercise]] = {
    "degrees": _joints(lambda d: replace(d, low=None, high=None)),
    "chain": _joints(lambda d: replace(d, chain="")),
    "mode (all active)": _joints(lambda d: replace(d, mode="active")),
    "limb (all both)": _joints(lambda d: replace(d, limb="both")),
    "joint entries (none)": lambda e: replace(e, joints=()),
    "strain": lambda e: replace(e, valsalva="none", isometric="none", iap="low"),
    "support (feet, hands)": lambda e: replace(
        e, support=replace(e.support, feet="none", hands="none", stance="bilateral", contact=())
    ),
    "exposure": lambda e: replace(e, exposure=()),
    "adjustments (none)": lambda e: replace(e, adjust=(), joints=tuple(replace(d, adjustable=False) for d in e.joints)),
}


def verdicts(engine: sr.Engine) -> dict[tuple[str, str, str], str]:
    """Return the verdict of every (client, exercise, side)."""
    found = {}
    for name, client in CLIENTS.items():
        case = sr.Case.model_validate({"safetyrules": "case/1", "timezone": "America/New_York", "client": client})
        context = engine.context(case)
        moment = engine._inference.moment(context, AT)
        for exercise, record in engine.catalog.exercises.items():
            for side in ("left", "right") if record.laterality == "unilateral" else (None,):
                item = sr_item(exercise, side)
                report = engine._judge.item(item, moment, (), case.place(()), None)
                found[name, exercise, side or ""] = report.verdict.word
    return found


def sr_item(exercise: str, side: str | None):
    """Return an item without a dose."""
    from safetyrules.model.plan import Item

    return Item(exercise=exercise, side=side)


def blanked(engine: sr.Engine, change: Callable[[Exercise], Exercise]) -> dict[tuple[str, str, str], str]:
    """Return the verdicts with a changed catalog."""
    exercises = {name: change(e) for name, e in engine.catalog.exercises.items()}
    other = sr.Engine()
    other._judge = Judge(Matcher(exercises, engine.vocabulary), engine.names, engine.vocabulary)
    return verdicts(other)


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    engine = sr.Engine()
    base = verdicts(engine)
    print(
        f"{len(engine.catalog.exercises)} exercises, {len(CLIENTS)} clients, {len(base)} verdicts "
        "(one-sided exercises on each side)\n"
    )
    print("| blanked | verdicts changed | milder (a danger missed) | stricter (a needless no) |")
    print("|---|---|---|---|")
    for name, change in BLANKS.items():
        other = blanked(engine, change)
        count = Counter(
            "milder" if ORDER.index(other[k]) < ORDER.index(v) else "stricter" for k, v in base.items() if other[k] != v
        )
        total = sum(count.values())
        print(f"| {name} | {total} ({100 * total / len(base):.1f} %) | {count['milder']} | {count['stricter']} |")


if __name__ == "__main__":
    main()
