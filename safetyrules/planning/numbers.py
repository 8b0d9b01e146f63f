"""The numbers by which a week is planned, as the pack `recovery` states them. Python has none of its own."""

from __future__ import annotations

from dataclasses import dataclass, fields

from safetyrules.errors import InputError, Location, Problem
from safetyrules.model.knowledge import Knowledge

PACK = "recovery"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The parameters of the pack `recovery`, by name; units are in the pack."""

    direct_set: float
    indirect_set: float
    hard_from_rpe: float
    moderate_from_rpe: float
    hard_from_sets: float
    spacing_h: float
    hard_days_in_row: float
    receive_pct: float
    receive_floor_sets: float
    area_exposures: float
    goal_tolerance: float
    trim_share: float
    useful_share: float
    rep_s: float
    rest_s: float
    change_s: float


def numbers_of(knowledge: Knowledge) -> Numbers:
    """Return the numbers; raise `InputError` that names every one that no loaded pack has."""
    found = {f.name: knowledge.setting(f"{PACK}.{f.name}") for f in fields(Numbers)}
    missing = [name for name, setting in found.items() if setting is None]
    if missing:
        hint = f"Load the pack '{PACK}', or one that replaces it with all its parameters."
        raise InputError([Problem(Location("packs"), f"no pack has the parameter '{PACK}.{name}'", hint) for name in missing])
    return Numbers(**{name: setting.value for name, setting in found.items() if setting is not None})
