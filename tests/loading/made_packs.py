"""One small sound pack as text, ways to break it, and the place where a piece of text stands."""

from __future__ import annotations

from pathlib import Path

from safetyrules import resources
from safetyrules.errors import InputError
from safetyrules.loading.packs import load_packs
from safetyrules.loading.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary(resources.catalog_folder())

MANIFEST = """\
format: pack/1
id: made_up
title: Made up
version: "1.2.3"
license: CC0-1.0
description: A pack for tests.
owns: [sore_knee]
review: {status: pending}
"""

REFERENCES = """\
format: references/1
references:
  SRC: {title: A made-up source, grade: B}
"""

CONDITION = """\
format: condition/1
id: sore_knee
title: Sore knee
kind: overuse
aliases: [knee ache]
codes: {icd10cm: ["M25.56"]}
region: knee
sided: true
clock: weeks_since_onset
params:
  stage: {type: choice, values: [early, late], question: "Which stage is it?"}
  swollen: {type: flag, question: "Is it swollen?"}
  score: {type: number, min: 0, max: 10, question: "How high is the score?"}
  seen_on: {type: date, question: "When was it seen?"}
phases:
- id: first
  title: First phase
  weeks: [0, 4]
- id: second
  title: Second phase
  weeks: [4, null]
  gate: {by: [surgeon], basis: background}
restrictions:
- id: no-jumps
  effect: contraindicate
  match: {exposure: plyometric}
  because: Jumps hurt.
  cite: [SRC]
- id: light-bends
  effect: limit
  match: {joint: knee, action: flexion}
  limits: {load_kg: {max: 5}}
  because: Bends hurt.
  cite: [SRC]
"""


def write_pack(folder: Path, condition: str = CONDITION, manifest: str = MANIFEST, references: str = REFERENCES) -> Path:
    """Write the three files and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(manifest, encoding="utf-8")
    (folder / "references.yaml").write_text(references, encoding="utf-8")
    (folder / "sore_knee.yaml").write_text(condition, encoding="utf-8")
    return folder


def edited(text: str, old: str, new: str) -> str:
    """Return `text` with its one `old` replaced."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def place_of(text: str, piece: str) -> tuple[int, int]:
    """Return line and column, from 1, of the one place where `piece` stands."""
    assert text.count(piece) == 1, f"{piece!r} stands {text.count(piece)} times"
    before = text[: text.index(piece)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def problems_of_pack(*folders: Path) -> list[tuple[str, int, int, str]]:
    """Load the packs and return each problem as file name, line, column and sentence; empty when they load."""
    try:
        load_packs(folders, VOCABULARY)
    except InputError as error:
        return [(Path(p.location.file).name, p.location.line, p.location.column, f"{p.message} {p.hint}") for p in error.problems]
    return []
