"""Copies of the bundled packs and catalog under other ids, written as folders that `Engine` reads like anyone's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetyrules import resources
from safetyrules.loading.packs import pack_folders
from safetyrules.loading.strict_yaml import read

_SWITCHES = ("always", "activated_by", "on_event")


def packs(folder: Path, copies: int) -> list[Path]:
    """Write `copies` of every bundled pack and return the folders. No client has their conditions.

    Left out are the files which apply without anyone declaring them (screening, umbrellas, treatment events): a copy of
    those would hold for every client, and not stand for a pack that the client does not touch.
    """
    found = []
    for number in range(1, copies + 1):
        for source in pack_folders(resources.rules_folder()):
            target = folder / f"{source.name}_{number}"
            if _pack(source, target, number):
                found.append(target)
    return found


def _pack(source: Path, target: Path, number: int) -> bool:
    manifest = read(source / "pack.yaml").data
    conditions = [read(source / f"{name}.yaml").data for name in manifest["owns"]]
    kept = [c for c in conditions if not any(c.get(switch) for switch in _SWITCHES)]
    if not kept:
        return False
    target.mkdir(parents=True)
    for condition in kept:
        name = f"{condition['id']}_{number}"
        own: dict[str, Any] = {"id": name, "title": f"{condition['title']} {number}", "aliases": [], "codes": {}}
        _write(target / f"{name}.yaml", condition | own)
    _write(target / "pack.yaml", manifest | {"id": target.name, "owns": [f"{c['id']}_{number}" for c in kept]})
    _write(target / "references.yaml", read(source / "references.yaml").data)
    return True


def catalog(folder: Path, size: int) -> Path:
    """Write copies of the bundled exercises until there are `size` with the bundled ones, and return the folder."""
    families = [read(path).data for path in sorted(resources.catalog_folder().glob("*.yaml")) if path.name != "vocabulary.yaml"]
    missing = size - sum(len(family["exercises"]) for family in families)
    folder.mkdir(parents=True)
    number = 0
    while missing > 0:
        number += 1
        for family in families:
            exercises = [_exercise(e, number) for e in family["exercises"][: max(missing, 0)]]
            missing -= len(exercises)
            if exercises:
                _write(folder / f"{family['family']}_{number}.yaml", family | {"exercises": exercises})
    return folder


def _exercise(exercise: dict[str, Any], number: int) -> dict[str, Any]:
    return exercise | {"id": f"{exercise['id']}_{number}", "name": f"{exercise['name']} copy {number}", "aka": []}


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")  # JSON is YAML, and reads faster
