"""One invented pack with gates, clearances, measurements, states and symptoms, and clients for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import safetyrules as sr

_MANIFEST = """\
format: pack/1
id: made
title: Made
version: 1.0.0
license: CC0-1.0
description: For tests.
owns: [sore_hip, watched, drowsy_pill, drowsy]
review: {status: pending}
"""

_HIP = """\
format: condition/1
id: sore_hip
title: Sore hip
kind: surgery
region: hip
sided: true
clock: weeks_since_surgery
phases:
- {id: first, title: First, weeks: [0, 6], restrictions: [
    {id: none, effect: contraindicate, match: {}, because: First., basis: background}]}
- {id: second, title: Second, weeks: [6, 12], gate: {by: [surgeon, physical_therapist], need: all, basis: background},
    restrictions: [
    {id: light, effect: contraindicate, match: {kind: plyometric}, because: Second., basis: background}]}
- {id: third, title: Third, weeks: [12, null], gate: {by: [physician, physical_therapist], need: any, basis: background}}
restrictions:
- {id: ask-surgeon, effect: require_clearance, match: {kind: cardio}, scope: match, clear_by: [surgeon],
    because: Ask., basis: background}
- {id: hard-no, effect: contraindicate, match: {kind: balance}, clear_by: [surgeon], because: No., basis: background}
lifelong:
- {id: forever, effect: contraindicate, match: {kind: power}, because: Forever., basis: background}
"""

_WATCHED = """\
format: condition/1
id: watched
title: Watched
kind: disease
region: systemic
sided: false
clock: always
needs: {measurements: [resting_sbp], states: [ambient_hot]}
restrictions:
- {id: pressure, effect: not_today, when: {measure: resting_sbp, gte: 180}, because: High., basis: background}
- {id: low-count, effect: not_today, when: {measure: hb, lt: 80}, because: Low., basis: background}
- {id: hot, effect: contraindicate, match: {}, when: {state: ambient_hot}, because: Hot., basis: background}
- {id: alone, effect: contraindicate, match: {}, when: {state: exercising_alone}, because: Alone., basis: background}
- {id: sick, effect: not_today, when: {symptom: fever}, because: Sick., basis: background}
- {id: cool, effect: advise, match: {}, when: {not: {symptom: fever}}, because: Well., basis: background}
"""

_PILL = """\
format: condition/1
id: drowsy_pill
title: Drowsy pill
kind: medication
region: systemic
sided: false
clock: since_start
derives:
- {id: makes-drowsy, derived: made_drowsy, because: So., basis: background, when: {days_since: started, lt: 14}}
restrictions:
- {id: after-dose, effect: contraindicate, match: {kind: balance}, when: {hours_since: last_dose_at, lt: 4},
    because: Dose., basis: background}
"""

_DROWSY = """\
format: condition/1
id: drowsy
title: Drowsy
kind: umbrella
region: systemic
sided: false
clock: always
activated_by: {derived: made_drowsy}
restrictions:
- {id: no-power, effect: contraindicate, match: {kind: power}, because: Drowsy., basis: background}
"""

_MOVE = """\
- id: {kind}_move
  name: {kind} move
  kind: {kind}
  pattern: [mobility]
  laterality: bilateral
  equipment: [bodyweight]
  joints: [{{j: knee, a: flexion, deg: [0, 90], mode: active}}]
  muscles: {{prime: [quadriceps]}}
  support: {{feet: full, hands: none}}
  position: [standing]
  strain: {{valsalva: none}}
  intensity: light
  load: {{type: [bodyweight]}}
  adjust: []
  ladder: {{}}
  ev: {{}}
"""
KINDS = ("balance", "cardio", "plyometric", "power", "strength")


def write_world(folder: Path) -> tuple[Path, Path]:
    """Write the pack and the catalog and return their folders."""
    pack, catalog = folder / "made", folder / "catalog"
    pack.mkdir()
    catalog.mkdir()
    (pack / "pack.yaml").write_text(_MANIFEST)
    (pack / "references.yaml").write_text("format: references/1\nreferences: {SRC: {title: Made up, grade: B}}\n")
    for name, text in {"sore_hip": _HIP, "watched": _WATCHED, "drowsy_pill": _PILL, "drowsy": _DROWSY}.items():
        (pack / f"{name}.yaml").write_text(text)
    head = "family: made_up\ntitle: Made up\nestimates: Every value here is invented for the tests.\nexercises:\n"
    (catalog / "made_up.yaml").write_text(head + "".join(_MOVE.format(kind=kind) for kind in KINDS))
    return pack, catalog


def make_engine(folder: Path, engine: str = "both") -> sr.Engine:
    """Return an engine on the invented world alone; both inferences run and must agree."""
    pack, catalog = write_world(folder)
    return sr.Engine([pack], [catalog], engine=engine, bundled=False)


def make_case(at: str = "2026-11-24T07:00", team: Any = None, **client: Any) -> sr.Case:
    """Return a client with one session of one exercise of each kind."""
    items = [{"exercise": f"{kind}_move"} for kind in KINDS]
    data = {
        "safetyrules": "case/1",
        "timezone": "America/New_York",
        "client": {"symptoms": [], **client},
        "plan": {"sessions": [{"at": at, "items": items}]},
    }
    return sr.Case.model_validate(data | ({"care_team": team} if team else {}))


def rules_in(report: Any) -> dict[str, bool]:
    """Return the short name of every rule that speaks in the first session, and whether it is assumed."""
    session = report.sessions[0]
    found = {}
    for reason in (r for item in session.items for r in (*item.reasons, *item.advice)):
        found[reason.rule.rpartition(".")[2]] = reason.is_assumed
    return found
