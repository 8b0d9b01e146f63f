"""Where extra packs and catalogs are: a folder, or an installed entry point found without importing it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from safetyrules.errors import InputError, Location, Problem
from safetyrules.loading.shape import nearest


def find_folders(sources: Sequence[str | Path], group: str) -> list[Path]:
    """Return the folder of every source: a path that exists, or the name of an entry point in `group`.

    Nothing is imported or run. Raises `InputError` for every source that can't be found.
    """
    installed = {entry.name: entry.value for entry in entry_points(group=group)}
    folders, problems = [], []
    for source in sources:
        path = Path(source)
        if path.is_dir():
            folders.append(path)
            continue
        spec = find_spec(installed[str(source)].split(":")[0]) if str(source) in installed else None
        if spec and spec.submodule_search_locations:
            folders.append(Path(next(iter(spec.submodule_search_locations))))
            continue
        guess = nearest(str(source), installed)
        hint = f"Did you mean '{guess}'?" if guess else "Give a folder, or the name of an installed pack."
        problems.append(Problem(Location(str(source)), "no such pack or catalog", hint))
    if problems:
        raise InputError(problems)
    return folders
