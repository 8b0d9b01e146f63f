"""The ledger of a week: who loaded what, when and how hard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from safetyrules.model.times import time_text


@dataclass(frozen=True, slots=True, order=True)
class Load:
    """One loading of one structure. `sets` are fractional; None where nobody said how many."""

    end: datetime
    region: str
    side: str
    structure: str
    who: str
    source: str
    level: str
    sets: float | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What one structure of one region and side was given in one calendar week.

    `exposures` counts loading sessions by who gave them, range-of-motion work not among them. `last` is the end of the last
    loading session, None where there was none.
    """

    week: date
    region: str
    side: str
    structure: str
    sets: float
    level: str
    exposures: tuple[tuple[str, int], ...]
    last: datetime | None
    is_complete: bool = True

    @property
    def total(self) -> int:
        """Return all loading sessions of the week."""
        return sum(count for _, count in self.exposures)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "week": self.week.isoformat(),
            "region": self.region,
            "side": self.side,
            "structure": self.structure,
            "sets": self.sets,
            "sets_are_complete": self.is_complete,
            "hardest": self.level,
            "exposures": dict(self.exposures),
            "last_load": time_text(self.last),
        }
