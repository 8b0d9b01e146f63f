"""From the words of a plan to one exercise of the catalog, or to nothing: a guess is never silently a match.

Two names are the same when they fold to the same words: case, hyphens, apostrophes, plural, word order, abbreviations
and idle words aside. A side word names the side. An equipment word that no name carries is accepted only where the exercise uses
that equipment. Everything else is offered as a near name and judged unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from safetyrules.model.exercise import Catalog, Exercise
from safetyrules.vocabulary import Vocabulary

_SPLIT = re.compile(r"[^a-z0-9]+")
_KEEP_S = ("ss", "us", "is", "ceps")
_NO_WORDS: Mapping[str, str] = {}
_DIRECTIONS = frozenset({"to", "from", "off", "onto"})
_MOST_EQUIPMENT_WORDS = 3
_CANDIDATES, _FARTHEST = 60, 45


def fold(name: str, same: Mapping[str, str] = _NO_WORDS, idle: frozenset[str] = frozenset()) -> str:
    """Return `name` as a sorted list of singular words, so that equal names compare equal.

    >>> fold("Rows, One-Arm Dumbbell")
    'arm dumbbell one row'
    """
    return " ".join(sorted(words_of(name, same, idle)))


def words_of(name: str, same: Mapping[str, str] = _NO_WORDS, idle: frozenset[str] = frozenset()) -> list[str]:
    """Return the words of `name`, singular, with abbreviations written out and idle words left out."""
    words = [w for w in _SPLIT.split(name.lower().replace("'", "").replace("\u2019", "")) if w]
    found = []
    for word in words:
        for part in same.get(word, word).split("-"):
            single = _singular(part)
            found += [w for w in same.get(single, single).split("-") if w not in idle]
    return _directed(found)


def _directed(words: list[str]) -> list[str]:
    """Tie a word of direction to the word after it, so that from low to high is not from high to low."""
    found: list[str] = []
    for word in reversed(words):
        if word in _DIRECTIONS and found:
            found[-1] = f"{word}-{found[-1]}"
        else:
            found.append(word)
    return found[::-1]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 2 and word.endswith("s") and not word.endswith(_KEEP_S):
        return word[:-1]
    return word


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name means: one id when clear, several when ambiguous, none when unknown; and the side it names."""

    ids: tuple[str, ...]
    side: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The catalog's names, folded, each with the ids that carry it; and what is needed to read a name."""

    ids: Mapping[str, tuple[str, ...]]
    shown: Mapping[str, str]
    uses: Mapping[str, tuple[str, ...]]
    same: Mapping[str, str]
    idle: tuple[str, ...]
    sides: Mapping[str, str]
    equipment: Mapping[str, str]

    def resolve(self, text: str) -> Resolved:
        """Return what `text` names."""
        if text in self.shown:
            return Resolved((text,))
        words = words_of(text, self.same, frozenset(self.idle))
        found = self._ids(words)
        if found:
            return Resolved(found)
        named = [word for word in words if word in self.sides]
        if len(named) == 1:
            rest = [word for word in words if word != named[0]]
            found = self._ids(rest) or self._without_equipment(rest)
            if found:
                return Resolved(found, self.sides[named[0]])
        return Resolved(self._without_equipment(words))

    def _ids(self, words: list[str]) -> tuple[str, ...]:
        return self.ids.get(" ".join(sorted(words)), ())

    def _without_equipment(self, words: list[str]) -> tuple[str, ...]:
        """Leave out equipment words, but only for exercises that use that equipment."""
        named = [word for word in dict.fromkeys(words) if word in self.equipment]
        for count in range(1, min(len(named), _MOST_EQUIPMENT_WORDS) + 1):
            found: set[str] = set()
            for left_out in combinations(named, count):
                wanted = {self.equipment[word] for word in left_out}
                rest = [word for word in words if word not in left_out]
                found.update(i for i in self._ids(rest) if wanted <= set(self.uses[i]))
            if found:
                return tuple(sorted(found))
        return ()

    def near(self, text: str, count: int = 3) -> tuple[str, ...]:
        """Return up to `count` ids whose names are most like `text`, best first."""
        from rapidfuzz import fuzz, process

        asked = fold(text, self.same, frozenset(self.idle))
        found = process.extract(asked, list(self.ids), scorer=fuzz.token_set_ratio, limit=_CANDIDATES, score_cutoff=_FARTHEST)
        # Shared words first, and among those the names without other words.
        ranked = sorted((-(score + fuzz.token_sort_ratio(asked, name)), name) for name, score, _ in found)
        return tuple(dict.fromkeys(i for _, name in ranked for i in self.ids[name]))[:count]


def names_of(catalog: Catalog, vocabulary: Vocabulary) -> Names:
    """Return the index of all ids, names and aliases of `catalog`."""
    ids: dict[str, list[str]] = {}
    for exercise in catalog.exercises.values():
        for name in folded_names(exercise, vocabulary):
            ids.setdefault(name, []).append(exercise.id)
    return Names(
        ids={name: tuple(sorted(found)) for name, found in sorted(ids.items())},
        shown={exercise.id: exercise.name for exercise in catalog.exercises.values()},
        uses={exercise.id: tuple(sorted({*exercise.equipment, *exercise.load.type})) for exercise in catalog.exercises.values()},
        same=vocabulary.same_words,
        idle=tuple(sorted(vocabulary.idle_words)),
        sides=vocabulary.side_words,
        equipment=vocabulary.equipment_words,
    )


def folded_names(exercise: Exercise, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return every name of an exercise, folded, each once."""
    texts = (exercise.id, exercise.name, *exercise.aka)
    return tuple(dict.fromkeys(fold(text, vocabulary.same_words, vocabulary.idle_words) for text in texts))
