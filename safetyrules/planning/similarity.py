"""How alike two exercises train: a distance from 0 (the same) to 1, from demands and training effect alone.

Whether the client may do the other exercise is never a part of it: a closer exercise must not buy its way past a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from safetyrules.model.exercise import Exercise
from safetyrules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Profile:
    """What is compared of an exercise."""

    id: str
    patterns: frozenset[str]
    families: frozenset[int]
    muscles: Mapping[str, float]
    joints: frozenset[str]
    equipment: frozenset[str]
    kind: str
    intensity: int
    skill: int
    laterality: str


def profile_of(exercise: Exercise, v: Vocabulary) -> Profile:
    """Return the profile of an exercise."""
    muscles: dict[str, float] = {}
    for role, weight in v.muscle_roles.items():
        for muscle in getattr(exercise.muscles, role):
            muscles[muscle] = max(weight, muscles.get(muscle, 0.0))
    for muscle in exercise.muscles.stretched:
        muscles.setdefault(f"stretched {muscle}", 1.0)
    return Profile(
        id=exercise.id,
        patterns=frozenset(exercise.pattern),
        families=frozenset(v.pattern_family[p] for p in exercise.pattern if p in v.pattern_family),
        muscles=muscles,
        joints=frozenset(d.name for d in exercise.joints if d.mode in ("resisted", "ballistic", "stretch")),
        equipment=frozenset(exercise.equipment),
        kind=exercise.kind,
        intensity=v.rank("intensity", exercise.intensity),
        skill=exercise.skill,
        laterality=exercise.laterality,
    )


def distance(a: Profile, b: Profile, v: Vocabulary) -> float:
    """Return how unlike two exercises are, from 0 to 1; symmetric, and 0 for an exercise and itself."""
    weights = v.similarity
    steps = len(v.scales["intensity"]) - 1
    parts = {
        "pattern": _patterns(a, b),
        "muscles": _weighted(a.muscles, b.muscles),
        "joints": _sets(a.joints, b.joints),
        "intensity": abs(a.intensity - b.intensity) / steps,
        "equipment": _sets(a.equipment, b.equipment),
        "kind": float(a.kind != b.kind),
        "skill": abs(a.skill - b.skill) / 2,
        "laterality": float(a.laterality != b.laterality),
    }
    return sum(weights[name] * value for name, value in parts.items())


def _patterns(a: Profile, b: Profile) -> float:
    """Return the Jaccard distance of patterns and their families together, which is a metric."""
    return _sets(a.patterns | a.families, b.patterns | b.families)


def _weighted(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Return one minus the weighted Jaccard index (Soergel distance), which is a metric."""
    keys = a.keys() | b.keys()
    if not keys:
        return 0.0
    low = sum(min(a.get(k, 0.0), b.get(k, 0.0)) for k in keys)
    high = sum(max(a.get(k, 0.0), b.get(k, 0.0)) for k in keys)
    return 1.0 - low / high


def _sets(a: Set[object], b: Set[object]) -> float:
    return 1.0 - len(a & b) / len(a | b) if a | b else 0.0


class Similarity:
    """Distances over one catalog, ranked once for each exercise that is asked about."""

    def __init__(self, exercises: Mapping[str, Exercise], vocabulary: Vocabulary) -> None:
        self._exercises, self._vocabulary = exercises, vocabulary
        self._profiles: dict[str, Profile] = {}
        self._ranked: dict[str, tuple[tuple[float, str], ...]] = {}

    def ranked(self, exercise: str) -> tuple[tuple[float, str], ...]:
        """Return all other exercises near enough to stand in, nearest first, as (distance, id)."""
        found = self._ranked.get(exercise)
        if found is None:
            if not self._profiles:
                self._profiles = {name: profile_of(e, self._vocabulary) for name, e in self._exercises.items()}
            own = self._profiles[exercise]
            pairs = ((distance(own, p, self._vocabulary), name) for name, p in self._profiles.items() if name != exercise)
            near = sorted((round(d, 6), name) for d, name in pairs if d <= self._vocabulary.similarity_farthest)
            found = self._ranked[exercise] = tuple(near)
        return found

    def moves(self, exercise: str, words: str) -> bool:
        """Return whether a joint action of the exercise reads `words`, such as ``shoulder flexion``."""
        return any(d.name.replace(".", " ").replace("_", " ") == words for d in self._exercises[exercise].joints)

    def kept(self, exercise: str, other: str) -> tuple[str, ...]:
        """Return what a replacement keeps: shared patterns, then shared prime movers, in words."""
        if not self._profiles:
            self.ranked(exercise)
        a, b = self._profiles[exercise], self._profiles[other]
        muscles = sorted(m for m in a.muscles if a.muscles[m] >= 1.0 and b.muscles.get(m, 0.0) >= 0.5)
        patterns = sorted(a.patterns & b.patterns)
        words = [m.replace("_", " ") for m in muscles] + [f"the {p.replace('_', ' ')} pattern" for p in patterns]
        return tuple(words)
