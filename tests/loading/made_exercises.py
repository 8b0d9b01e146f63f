"""Invented exercises as plain records, and the catalog that they make with the real vocabulary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from safetyrules import resources
from safetyrules.errors import InputError
from safetyrules.loading.catalog import load_catalog
from safetyrules.loading.names import Names, names_of
from safetyrules.loading.vocabulary import load_vocabulary
from safetyrules.model.exercise import Catalog, Exercise

VOCABULARY = load_vocabulary(resources.catalog_folder())
HEAD = {"family": "made_up", "title": "Made up", "estimates": "Every value here is invented for the tests."}


def record(name: str, /, **fields: Any) -> dict[str, Any]:
    """Return a sound record of an easy machine press, with `fields` in place of its own; None leaves a field out."""
    base = {
        "id": name,
        "name": name.replace("_", " "),
        "kind": "strength",
        "pattern": ["horizontal_push"],
        "laterality": "bilateral",
        "equipment": ["machine"],
        "joints": [
            {"j": "shoulder", "a": "flexion", "deg": [0, 90], "mode": "resisted", "load": "moderate"},
            {"j": "elbow", "a": "extension", "deg": [0, 110], "mode": "resisted", "load": "moderate"},
            {"j": "hand", "a": "grip", "mode": "isometric", "load": "light"},
        ],
        "muscles": {"prime": ["pectoralis_major"], "synergist": ["triceps_brachii"]},
        "support": {"feet": "partial", "hands": "grip", "stance": "none"},
        "position": ["seated_supported"],
        "strain": {"valsalva": "low"},
        "intensity": "moderate",
        "load": {"type": ["stack"], "min_kg": 5, "step_kg": 5},
        "adjust": [],
        "ladder": {},
        "ev": {},
    }
    return {key: value for key, value in (base | fields).items() if value is not None}


def write(folder: Path, *records: Any, file: str = "made_up", **head: Any) -> Path:
    """Write one family file and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    data = HEAD | head | {"exercises": list(records)}
    (folder / f"{file}.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return folder


def load(folder: Path, *records: Any) -> Catalog:
    """Return the catalog of these records."""
    return load_catalog([write(folder, *records)], VOCABULARY)


def one(folder: Path, name: str, *records: Any) -> Exercise:
    """Return the exercise `name` of these records."""
    return load(folder, *records).exercises[name]


def named(folder: Path, *records: Any) -> Names:
    """Return the names of these records."""
    return names_of(load(folder, *records), VOCABULARY)


def refused(folder: Path, *records: Any) -> list[str]:
    """Return the problems for which these records are refused, each with its line."""
    try:
        load(folder, *records)
    except InputError as error:
        return [str(problem) for problem in error.problems]
    return []
