"""The JSON Schemas of the files that the library reads and writes, as files beside this one."""

from __future__ import annotations

from pathlib import Path

NAMES = ("case", "report", "rebalanced")
"""The schemas that `schema_text` knows."""


def schema_text(name: str) -> str:
    """Return the schema called `name` as JSON text; raise KeyError for another name."""
    if name not in NAMES:
        raise KeyError(name)
    return (Path(__file__).parent / f"{name}.schema.json").read_text(encoding="utf-8")
