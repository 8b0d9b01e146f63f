"""Read rule packs from folders. A pack is data: reading it runs nothing, and one that can't be read stops the run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from safetyrules.errors import InputError, Location, Problem
from safetyrules.loading.condition_file import load_condition
from safetyrules.loading.condition_shape import PackShape, ReferencesShape
from safetyrules.loading.names import fold
from safetyrules.loading.settings import load_settings, with_values
from safetyrules.loading.shape import collect, fit
from safetyrules.loading.strict_yaml import read
from safetyrules.model.knowledge import Condition, Knowledge, Pack, Reference
from safetyrules.vocabulary import Vocabulary

_MANIFEST, _REFERENCES, _SETTINGS = "pack.yaml", "references.yaml", "parameters.yaml"


def pack_folders(folder: Path) -> list[Path]:
    """Return the packs directly inside `folder`, in order of name."""
    return sorted(path.parent for path in folder.glob(f"*/{_MANIFEST}"))


def load_packs(folders: Iterable[Path], vocabulary: Vocabulary) -> Knowledge:
    """Return everything that the packs in `folders` know.

    Raises `InputError` with every problem of every pack, also where two packs define one condition or one name.
    """
    packs = collect(partial(_load_pack, folder, vocabulary) for folder in folders)
    packs.sort(key=lambda pack: pack.id)
    problems = list(_clashes(packs))
    if problems:
        raise InputError(problems)
    conditions = {c.id: c for pack in packs for c in pack.conditions}
    digest = hashlib.sha256(vocabulary.sha256.encode())
    for pack in packs:
        digest.update(f"{pack.id}@{pack.version}:{pack.sha256}\n".encode())
    return Knowledge(
        packs=tuple(packs),
        conditions=dict(sorted(conditions.items())),
        names=_names(conditions),
        codes=_codes(conditions),
        sha256=digest.hexdigest(),
    )


def _load_pack(folder: Path, vocabulary: Vocabulary) -> Pack:
    if not (folder / _MANIFEST).is_file():
        raise InputError([Problem(Location(str(folder)), f"no rule pack here: {_MANIFEST} is missing")])
    manifest_document = read(folder / _MANIFEST)
    manifest, sources = collect(
        [
            lambda: fit(PackShape, manifest_document),
            lambda: fit(ReferencesShape, read(folder / _REFERENCES)),
        ]
    )
    references = {key: Reference(key, r.title, r.org, r.year, r.url, r.grade, r.seen) for key, r in sources.references.items()}
    files = sorted(path for path in folder.glob("*.yaml") if path.name not in (_MANIFEST, _REFERENCES, _SETTINGS))
    settings_file = folder / _SETTINGS
    settings = load_settings(read(settings_file), references, vocabulary) if settings_file.is_file() else {}
    conditions = collect(
        partial(lambda path: load_condition(with_values(read(path), settings), manifest.id, references, vocabulary), path)
        for path in files
    )
    problems = []
    for path, condition in zip(files, conditions, strict=True):
        if path.stem != condition.id:
            problems.append(Problem(condition.location, f"the file is named '{path.stem}', its id is '{condition.id}'"))
        if condition.id not in manifest.owns:
            problems.append(Problem(condition.location, f"'{condition.id}' is not among the ids that pack.yaml owns"))
    for owned in manifest.owns:
        if owned not in {c.id for c in conditions}:
            problems.append(Problem(manifest_document.locate(("owns",)), f"pack.yaml owns '{owned}', but there is no {owned}.yaml"))
    if problems:
        raise InputError(problems)
    digest = hashlib.sha256()
    for path in (folder / _MANIFEST, folder / _REFERENCES, *([settings_file] if settings else []), *files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return Pack(
        id=manifest.id,
        title=manifest.title,
        version=manifest.version,
        license=manifest.license,
        description=manifest.description,
        sha256=digest.hexdigest(),
        review=manifest.review.status,
        references=references,
        conditions=tuple(conditions),
        settings=settings,
        location=manifest_document.locate(()),
    )


def _clashes(packs: list[Pack]) -> Iterable[Problem]:
    seen_packs: dict[str, Pack] = {}
    seen: dict[str, Condition] = {}
    for pack in packs:
        if pack.id in seen_packs:
            yield Problem(pack.location, f"two packs are named '{pack.id}', the other at {seen_packs[pack.id].location}")
        seen_packs[pack.id] = pack
        for condition in pack.conditions:
            if condition.id in seen:
                first = seen[condition.id].location
                yield Problem(condition.location, f"the condition '{condition.id}' is defined twice, first at {first}")
            seen[condition.id] = condition


def _names(conditions: dict[str, Condition]) -> dict[str, tuple[str, ...]]:
    names: dict[str, set[str]] = {}
    for condition in conditions.values():
        for text in (condition.id, condition.title, *condition.aliases):
            names.setdefault(fold(text), set()).add(condition.id)
    return {name: tuple(sorted(ids)) for name, ids in sorted(names.items())}


def _codes(conditions: dict[str, Condition]) -> dict[tuple[str, str], tuple[str, ...]]:
    codes: dict[tuple[str, str], set[str]] = {}
    for condition in conditions.values():
        for system, values in condition.codes.items():
            for value in values:
                codes.setdefault((system, value.rstrip("-")), set()).add(condition.id)
    return {code: tuple(sorted(ids)) for code, ids in sorted(codes.items())}
