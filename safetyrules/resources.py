"""Where the bundled rule packs and the exercise catalog are, in a wheel and in a checkout."""

from __future__ import annotations

from pathlib import Path

from safetyrules.errors import InputError, Location, Problem

_PACKAGE = Path(__file__).resolve().parent


def _bundled(name: str) -> Path:
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    message = f"the bundled folder '{name}' is missing from this installation of safetyrules"
    raise InputError([Problem(Location(str(_PACKAGE)), message, "Install the package again.")])


def rules_folder() -> Path:
    """Return the folder that holds the bundled rule packs, one folder per pack."""
    return _bundled("rules")


def catalog_folder() -> Path:
    """Return the folder that holds the bundled exercise catalog and its vocabulary."""
    return _bundled("exercise_catalog")
