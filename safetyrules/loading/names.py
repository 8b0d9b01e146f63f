"""From the words of a plan to one exercise of the catalog, or to nothing: a guess is never silently a match.

Two names are the same when they fold to the same words: case, hyphens, apostrophes, plural and word order aside.
Everything else is offered as a near name and judged unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from safetyrules.model.exercise import Catalog

_SPLIT = re.compile(r"[^a-z0-9]+")
_KEEP_S = ("ss", "us", "is", "ps")


def fold(name: str) -> str:
    """Return `name` as a sorted set of singular words, so that equal names compare equal."""
    words = [w for w in _SPLIT.split(name.lower().replace("'", "").replace("\u2019", "")) if w]
    return " ".join(sorted(_singular(word) for word in words))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(_KEEP_S):
        return word[:-1]
    return word


@dataclass(frozen=True, slots=True)
class Names:
    """The catalog's names, folded, each with the ids that carry it."""

    ids: Mapping[str, tuple[str, ...]]
    shown: Mapping[str, str]

    def resolve(self, text: str) -> tuple[str, ...]:
        """Return the ids that `text` names: one when it is clear, several when ambiguous, none when unknown."""
        if text in self.shown:
            return (text,)
        return self.ids.get(fold(text), ())

    def near(self, text: str, count: int = 3) -> tuple[str, ...]:
        """Return up to `count` ids whose names are most like `text`, best first."""
        from rapidfuzz import fuzz, process

        found = process.extract(fold(text), list(self.ids), scorer=fuzz.token_set_ratio, limit=count * 4, score_cutoff=50)
        ids = dict.fromkeys(i for name, _, _ in sorted(found, key=lambda f: (-f[1], f[0])) for i in self.ids[name])
        return tuple(ids)[:count]


def names_of(catalog: Catalog) -> Names:
    """Return the index of all ids, names and aliases of `catalog`."""
    ids: dict[str, list[str]] = {}
    for exercise in catalog.exercises.values():
        for name in dict.fromkeys((fold(exercise.id), fold(exercise.name), *(fold(alias) for alias in exercise.aka))):
            ids.setdefault(name, []).append(exercise.id)
    return Names(
        {name: tuple(sorted(found)) for name, found in sorted(ids.items())},
        {exercise.id: exercise.name for exercise in catalog.exercises.values()},
    )
