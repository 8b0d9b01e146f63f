"""The seven verdicts in order of strictness, and how they combine."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from safetyrules.model.knowledge import Effect


class Verdict(IntEnum):
    """What the trainer may do; the higher the number, the stricter. There is no word for "safe"."""

    ALLOWED = 0
    LIMITED = 1
    UNKNOWN = 2
    CONTRAINDICATED = 3
    CLEARANCE_REQUIRED = 4
    NOT_TODAY = 5
    EMERGENCY = 6

    @property
    def word(self) -> str:
        """Return the word of the public contract."""
        return self.name.lower()


_OF_EFFECT = {
    Effect.EMERGENCY: Verdict.EMERGENCY,
    Effect.NOT_TODAY: Verdict.NOT_TODAY,
    Effect.REQUIRE_CLEARANCE: Verdict.CLEARANCE_REQUIRED,
    Effect.CONTRAINDICATE: Verdict.CONTRAINDICATED,
    Effect.LIMIT: Verdict.LIMITED,
    Effect.PERMIT: Verdict.ALLOWED,
    Effect.ADVISE: Verdict.ALLOWED,
}


def verdict_of(effect: Effect) -> Verdict:
    """Return the verdict that a restriction of this effect leads to when it can't be adjusted away."""
    return _OF_EFFECT[effect]


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the strictest of the verdicts; `ALLOWED` where there is none."""
    return max(verdicts, default=Verdict.ALLOWED)


def verdict_named(word: str) -> Verdict:
    """Return the verdict that `word` names; raise KeyError for another word."""
    return Verdict[word.upper()]
