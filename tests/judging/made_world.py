"""A handful of invented exercises, three invented conditions, and a judge of one planned item against given restrictions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

import safetyrules as sr
from safetyrules.model.report import ItemReport, Report

_HEAD = "family: made_up\ntitle: Made up\nestimates: Every value here is invented for the tests.\nexercises:\n"


def _record(name: str, **fields: str) -> str:
    base = {
        "kind": "strength",
        "pattern": "[mobility]",
        "laterality": "bilateral",
        "equipment": "[bodyweight]",
        "joints": "[{j: knee, a: flexion, deg: [0, 90], mode: active}]",
        "muscles": "{prime: [quadriceps]}",
        "support": "{feet: full, hands: none}",
        "position": "[standing]",
        "strain": "{valsalva: none}",
        "intensity": "moderate",
        "load": "{type: [bodyweight]}",
        "adjust": "[]",
        "ladder": "{}",
        "ev": "{}",
    }
    lines = [f"- id: {name}", f"  name: {name.replace('_', ' ')}"]
    lines += [f"  {key}: {value}" for key, value in (base | fields).items()]
    return "\n".join(lines) + "\n"


_REVIEWED = {"status": "reviewed", "reviewed": "{by: A. Tester, role: physiotherapist, date: 2026-11-01}"}

EXERCISES = _HEAD + "".join(
    [
        # A bar that both hands share; 20 kg is the least; the arms go overhead and no range can be cut.
        _record(
            "bar_press",
            joints="[{j: shoulder, a: elevation, deg: [45, 165], mode: resisted, load: heavy},"
            " {j: hand, a: grip, mode: isometric}]",
            load="{type: [barbell], min_kg: 20}",
            exposure="[lifting, pushing]",
            reach="[overhead]",
            muscles="{prime: [supraspinatus], stabiliser: [quadriceps]}",
        ),
        # Two dumbbells of at least 1 kg; the range can be cut down to 30 degrees.
        _record(
            "arm_raise",
            joints="[{j: shoulder, a: abduction, deg: [0, 90], mode: resisted, load: light, adj: true, keep: 30}]",
            load="{type: [dumbbell], min_kg: 1}",
            exposure="[lifting]",
            muscles="{prime: [rotator_cuff]}",
            adjust="[{id: lower, how: stop lower, set: {shoulder.abduction.max: 60}}]",
        ),
        # One arm works and nothing else does.
        _record(
            "one_arm_curl",
            laterality="unilateral",
            joints="[{j: elbow, a: flexion, deg: [0, 130], mode: resisted, load: light, limb: working},"
            " {j: shoulder, a: flexion, deg: [0, 20], mode: isometric, load: light, limb: working}]",
            load="{type: [dumbbell], min_kg: 1}",
            exposure="[lifting]",
        ),
        # One arm rows, the other holds the body up.
        _record(
            "one_arm_row",
            laterality="unilateral",
            joints="[{j: shoulder, a: extension, deg: [0, 30], mode: resisted, load: moderate, limb: working},"
            " {j: shoulder, a: flexion, deg: [60, 80], mode: isometric, load: moderate, limb: bracing}]",
            support="{feet: full, hands: weight_bearing_free_hand}",
            load="{type: [dumbbell], min_kg: 2}",
        ),
        _record("left_right_punch", laterality="alternating", joints="[{j: shoulder, a: flexion, deg: [0, 90], mode: active}]"),
        _record(
            "machine_press",
            joints="[{j: knee, a: flexion, deg: [5, 95], mode: resisted, load: heavy, chain: closed}]",
            support="{feet: partial, hands: none}",
            position="[seated_supported]",
            load="{type: [stack], min_kg: 20}",
        ),
        _record(
            "free_squat",
            joints="[{j: knee, a: flexion, deg: [0, 100], mode: resisted, load: moderate, chain: closed}]",
            load="{type: [bodyweight], min_pct_bw: 100}",
        ),
        _record(
            "floor_press",
            joints="[{j: shoulder, a: flexion, deg: [0, 90], mode: resisted, load: moderate, chain: closed}]",
            support="{feet: partial, hands: weight_bearing}",
            position="[prone, plank]",
            load="{type: [bodyweight], min_pct_bw: 60}",
            exposure="[pushing]",
        ),
        _record(
            "seated_ride",
            kind="cardio",
            pattern="[cycle]",
            position="[seated]",
            exposure="[cycling]",
            support="{feet: partial, hands: none}",
        ),
        _record(
            "seated_kick",
            joints="[{j: knee, a: extension, deg: [0, 90], mode: resisted, load: light, chain: open}]",
            support="{feet: partial, hands: none}",
            position="[seated]",
            load="{type: [band]}",
        ),
        _record("box_jump", kind="plyometric", pattern="[jump]", exposure="[plyometric]", impact="{lower: high}"),
        _record(
            "soft_jump",
            kind="plyometric",
            pattern="[jump]",
            exposure="[plyometric]",
            impact="{lower: high}",
            adjust="[{id: step_down, how: step down, set: {impact.lower: low}},"
            " {id: no_jump, how: only bend, removes: [exposure.plyometric]}]",
        ),
        _record(
            "deep_stretch",
            kind="stretch_static",
            joints="[{j: shoulder, a: external_rotation, grade: mid, mode: stretch}]",
            muscles="{stretched: [pectoralis_major]}",
        ),
        _record(
            "breath_lift",
            strain="{valsalva: high}",
            position="[prone]",
            adjust="[{id: exhale, how: breathe out, set: {strain.valsalva: low}},"
            " {id: stand, how: stand up, set: {position: [standing]}}]",
        ),
        *(
            _record(
                name,
                joints="[{j: shoulder, a: abduction, deg: [0, 90], mode: active},"
                " {j: shoulder, a: external_rotation, deg: [0, 90], mode: active}]",
                **more,
            )
            for name, more in {
                "draft_pose": {},
                "reviewed_pose": _REVIEWED,
                "combined_pose": _REVIEWED | {"combos": "[[shoulder.abduction, shoulder.external_rotation]]"},
            }.items()
        ),
        _record("back_bend", joints="[{j: lumbar_spine, a: flexion, grade: end, mode: resisted, load: moderate}]"),
        # Two exercises that share a name.
        _record("first_twin", aka="[the twin]"),
        _record("second_twin", aka="[the twin]"),
    ]
)

_MANIFEST = {
    "format": "pack/1",
    "id": "made",
    "title": "Made",
    "version": "1.0.0",
    "license": "CC0-1.0",
    "description": "For tests.",
    "owns": ["sore_shoulder", "sore_back", "sore_knee"],
    "review": {"status": "pending"},
}


def _condition(name: str, region: str, *, sided: bool, restrictions: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "format": "condition/1",
        "id": name,
        "title": name.replace("_", " "),
        "kind": "overuse",
        "region": region,
        "sided": sided,
        "clock": "always",
        "restrictions": restrictions,
    } | more


def restriction(name: str = "r", effect: str = "contraindicate", **fields: Any) -> dict[str, Any]:
    """Return a restriction as a pack writes it."""
    return {"id": name, "effect": effect, "because": "Because.", "basis": "background"} | fields


def build_engine(folder: Path, *restrictions: dict[str, Any], on: str = "sore_shoulder", **more: Any) -> sr.Engine:
    """Return an engine that knows the invented exercises and conditions only, with the restrictions in the condition `on`."""
    pack, catalog = folder / "made", folder / "catalog"
    pack.mkdir(exist_ok=True)
    catalog.mkdir(exist_ok=True)
    (catalog / "made_up.yaml").write_text(EXERCISES)
    (pack / "pack.yaml").write_text(yaml.safe_dump(_MANIFEST))
    (pack / "references.yaml").write_text("format: references/1\nreferences: {SRC: {title: Made up, grade: B}}\n")
    for name, region, sided in (("sore_shoulder", "shoulder", True), ("sore_back", "low_back", False), ("sore_knee", "knee", True)):
        own = list(restrictions) if name == on else []
        data = _condition(name, region, sided=sided, restrictions=own, **(more if name == on else {}))
        (pack / f"{name}.yaml").write_text(yaml.safe_dump(data))
    return sr.Engine([pack], [catalog], bundled=False)


def make_case(*items: dict[str, Any], conditions: Any = None, client: Any = None, **more: Any) -> sr.Case:
    """Return a case with one session of these items on 24 November 2026."""
    if conditions is None:
        conditions = [{"id": "sore_shoulder", "side": "right"}]
    return sr.Case.model_validate(
        {
            "safetyrules": "case/1",
            "timezone": "UTC",
            "client": {"symptoms": [], "conditions": conditions, **(client or {})},
            "plan": {"sessions": [{"at": "2026-11-24T07:00", "items": list(items)}]},
            **more,
        }
    )


def judge(folder: Path, restrictions: list[dict[str, Any]], item: dict[str, Any], **more: Any) -> ItemReport:
    """Return the verdict on one item."""
    return report_on(folder, restrictions, item, **more).sessions[0].items[0]


def report_on(folder: Path, restrictions: list[dict[str, Any]], item: dict[str, Any], **more: Any) -> Report:
    """Return the report on a session of one item."""
    on = more.pop("on", "sore_shoulder")
    return build_engine(folder, *restrictions, on=on).validate(make_case(item, **more))


def line_of(item: ItemReport, quantity: str) -> Any:
    """Return the one limit line of the quantity."""
    (found,) = [line for line in item.limits if line.limit.quantity == quantity]
    return found
