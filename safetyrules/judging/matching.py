"""Which demands of an exercise a restriction's match hits, on which limb, and whether the trainer can stay inside it.

All of this depends on exercise and match only, not on the client, so it is computed once for each pair and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from safetyrules.judging.demands import Demands, derive, weight_on_legs, works
from safetyrules.judging.variants import adjusted
from safetyrules.model.exercise import Adjustment, Exercise, JointDemand
from safetyrules.model.knowledge import Limit, Match, Range
from safetyrules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Hit:
    """One demand that matches. `limb` is working, bracing, both or trunk; `limb_type` arm, leg or trunk.

    `bounds` are the degrees that would keep the demand outside the match; None where no bound can.
    """

    words: str
    limb: str
    limb_type: str
    bounds: tuple[Limit, ...] | None = None
    is_estimate: bool = True


class _Derived(dict[str, Demands]):
    """The derived views of a catalog, each worked out when it is first asked for."""

    def __init__(self, exercises: Mapping[str, Exercise], vocabulary: Vocabulary) -> None:
        super().__init__()
        self._exercises, self._vocabulary = exercises, vocabulary

    def __missing__(self, name: str) -> Demands:
        """Derive the views of one exercise; raise KeyError for an unknown id."""
        found = self[name] = derive(self._exercises[name], self._vocabulary)
        return found


class Matcher:
    """Matches restrictions to the exercises of one catalog, and remembers the answers."""

    def __init__(self, exercises: Mapping[str, Exercise], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.demands: Mapping[str, Demands] = _Derived(exercises, vocabulary)
        self._hits: dict[tuple[int, str], tuple[Hit, ...]] = {}
        self._outs: dict[tuple[int, str], tuple[Adjustment, ...]] = {}
        self._kept: list[Match] = []
        self._ids: dict[int, int] = {}

    def _key(self, match: Match) -> int:
        # Packs are loaded once and their matches live as long as the engine: identity is a sound and cheap key. The list
        # keeps each keyed match alive, so that its identity can't be given to another.
        key = self._ids.get(id(match))
        if key is None:
            key = self._ids[id(match)] = len(self._kept)
            self._kept.append(match)
        return key

    def hits(self, match: Match, exercise: str) -> tuple[Hit, ...]:
        """Return every hit of `match` on the exercise with this id."""
        key = (self._key(match), exercise)
        found = self._hits.get(key)
        if found is None:
            found = self._hits[key] = find_hits(match, self.demands[exercise], self.vocabulary)
        return found

    def ways_out(self, match: Match, exercise: str) -> tuple[Adjustment, ...]:
        """Return the exercise's own adjustments under which `match` no longer hits it."""
        key = (self._key(match), exercise)
        found = self._outs.get(key)
        if found is None:
            base = self.demands[exercise].exercise
            found = tuple(a for a in base.adjust if self._is_out(match, base, a))
            self._outs[key] = found
        return found

    def _is_out(self, match: Match, base: Exercise, adjustment: Adjustment) -> bool:
        if any(path.startswith("exposure") for path in (*adjustment.set, *adjustment.removes)):
            return False  # without its exposure it would be another exercise, not less of this one
        if not self._is_graded(match, self.demands[base.id]):
            return False
        smaller = adjusted(base, adjustment)
        return smaller is not None and not find_hits(match, derive(smaller, self.vocabulary), self.vocabulary)

    def _is_graded(self, match: Match, demands: Demands) -> bool:
        """Whether what hits is a matter of more or less (strain, balance, impact, bending), which a trainer can turn down."""
        if match.has_joint_keys or match.exposure or match.muscle or match.mode or match.weight_bearing or match.impact_upper:
            return False
        if match.any_of:
            hitting = [part for part in match.any_of if find_hits(part, demands, self.vocabulary)]
            return all(self._is_graded(part, demands) for part in hitting)
        return bool(match.attributes) and any(name in self.vocabulary.scales for name in match.attributes)


def find_hits(match: Match, demands: Demands, vocabulary: Vocabulary) -> tuple[Hit, ...]:
    """Return every hit of `match` on one exercise; an empty match hits everything once."""
    if match.unless and find_hits(match.unless, demands, vocabulary):
        return ()
    if not _attributes_hold(match, demands) or not _levels_hold(match, demands, vocabulary):
        return ()
    if match.muscle and not match.muscle & demands.contracting:
        return ()
    if match.any_of:
        rest = replace(match, any_of=(), unless=None)
        own = find_hits(rest, demands, vocabulary)
        found = [hit for part in match.any_of for hit in find_hits(part, demands, vocabulary)]
        is_plain = not (match.has_joint_keys or match.exposure or match.muscle or match.mode)
        if not own or not found:
            return ()
        return _unique(found if is_plain else [*own, *found])
    if match.exposure:
        named = sorted(name for name in match.exposure if _exposure_holds(name, match, demands, vocabulary))
        if not named:
            return ()
        if not match.has_joint_keys:
            return _unique([hit for name in named for hit in _exposure_hits(name, match, demands, vocabulary)])
    if match.has_joint_keys or (match.mode and not match.muscle):
        return _ordered(_joint_hits(match, demands, vocabulary), demands)
    if match.muscle:
        return _muscle_hits(match, demands, vocabulary)
    return (Hit(_attribute_words(match, demands), "trunk", "trunk"),)


def _unique(hits: list[Hit]) -> tuple[Hit, ...]:
    return tuple(sorted(dict.fromkeys(hits), key=lambda hit: (hit.words, hit.limb, hit.bounds is not None)))


def _ordered(hits: list[Hit], demands: Demands) -> tuple[Hit, ...]:
    """Return the hits with those first that the exercise combines into one position: they are what makes it special."""
    combined = {name.replace(".", " ").replace("_", " ") for combo in demands.exercise.combos for name in combo}
    return tuple(sorted(_unique(hits), key=lambda hit: hit.words.split(",")[0] not in combined))


def _attributes_hold(match: Match, demands: Demands) -> bool:
    return all(demands.attributes[name] & values for name, values in match.attributes.items())


def _levels_hold(match: Match, demands: Demands, v: Vocabulary) -> bool:
    e = demands.exercise
    if match.weight_bearing:
        carried = {"partial": "PWB", "full": "FWB"}[e.support.feet] if weight_on_legs(e, v) else "NWB"
        if v.rank("weight_bearing", carried) < v.rank("weight_bearing", match.weight_bearing):
            return False
    return not match.impact_upper or v.rank("impact", e.impact_upper) >= v.rank("impact", match.impact_upper)


def _exposure_holds(name: str, match: Match, demands: Demands, v: Vocabulary) -> bool:
    if name not in demands.exposures:
        return False
    level = match.level or v.exposure_levels.get(name, "")
    if level and demands.exposures[name]:
        scale = {"axial_spinal_load": "axial_load", "breath_hold": "valsalva"}.get(name, "impact")
        return v.rank(scale, demands.exposures[name]) >= v.rank(scale, level)
    return True


def _exposure_hits(name: str, match: Match, demands: Demands, v: Vocabulary) -> list[Hit]:
    limb_type = v.exposures[name]
    words = name.replace("_", " ")
    if demands.exposures[name]:
        words += f", {demands.exposures[name]}"
    entries = [d for d in demands.exercise.joints if v.joints[d.joint].limb == limb_type]
    if match.mode:
        entries = [d for d in entries if d.mode in match.mode and (name != "overhead" or d.joint == "shoulder")]
        if not entries and not _is_thin_arm(demands):
            return []
    if limb_type == "trunk":
        return [Hit(words, "trunk", "trunk")]
    limbs = {d.limb for d in entries if works(d)} or {d.limb for d in entries} or {"both"}
    if name == "upper_limb_weight_bearing" and demands.exercise.support.hands == "weight_bearing_free_hand":
        limbs = {"bracing"}
    if limb_type == "leg" and (demands.exercise.support.stance == "single" or name in ("weight_bearing", "single_leg_stance")):
        limbs = {demands.exercise.support.on}
    return [Hit(words, limb, limb_type) for limb in sorted(limbs)]


def _is_thin_arm(demands: Demands) -> bool:
    """Whether an exposure with a mode holds although no arm entry shows it: then the record is thin, and it counts."""
    return not any(d.joint == "shoulder" for d in demands.exercise.joints)


def _muscle_hits(match: Match, demands: Demands, v: Vocabulary) -> tuple[Hit, ...]:
    e = demands.exercise
    found = []
    for muscle in sorted(match.muscle & demands.contracting):
        limb_type = v.region_limb.get(v.muscles[muscle].region, "trunk")
        entries = [d for d in e.joints if v.joints[d.joint].limb == limb_type]
        if match.mode:
            modes = {d.mode for d in (entries or e.joints)}
            if not modes & match.mode:
                continue
        limbs = {d.limb for d in entries if works(d)} or {d.limb for d in entries} or {"both"}
        found += [
            Hit(f"{muscle.replace('_', ' ')} contracts", limb if limb_type != "trunk" else "trunk", limb_type) for limb in limbs
        ]
    return _unique(found)


def _attribute_words(match: Match, demands: Demands) -> str:
    words = [
        f"{name.replace('_', ' ')}: {', '.join(sorted(demands.attributes[name] & values)).replace('_', ' ')}"
        for name, values in match.attributes.items()
    ]
    if match.weight_bearing:
        words.append(f"weight through the feet: {demands.exercise.support.feet}")
    if match.impact_upper:
        words.append(f"impact through the arms: {demands.exercise.impact_upper}")
    return "; ".join(words) or "any exercise"


def _covers(entry: JointDemand, match: Match, v: Vocabulary) -> bool:
    if match.joint and entry.joint not in match.joint:
        return False
    if match.action and entry.action not in match.action:
        wider = v.action_covers.get(entry.action, frozenset()) if entry.joint in v.action_covers_joints else frozenset()
        if not wider & match.action:
            return False
    if match.mode and entry.mode not in match.mode:
        return False
    if match.chain and entry.chain and entry.chain != match.chain:
        return False
    if match.grade and entry.grade and v.rank("grade", entry.grade) < v.rank("grade", match.grade):
        return False
    if match.contraction and entry.contraction and not match.contraction & set(entry.contraction):
        return False
    return not match.joint_load or v.rank("joint_load", entry.load) >= v.rank("joint_load", match.joint_load)


def _joint_hits(match: Match, demands: Demands, v: Vocabulary) -> list[Hit]:
    found = []
    for entry in demands.exercise.joints:
        if not _covers(entry, match, v):
            continue
        outside, bounds = _range_of(entry, match.rom, demands.exercise)
        if outside or not _together(entry, match, demands, v):
            continue
        limb_type = v.joints[entry.joint].limb
        limb = entry.limb if limb_type != "trunk" else "trunk"
        found.append(Hit(entry_words(entry, match), limb, limb_type, bounds, entry.estimate))
    return found


def _together(entry: JointDemand, match: Match, demands: Demands, v: Vocabulary) -> bool:
    """Whether every simultaneous part is there too: listed as a combination in a reviewed record, present in a draft."""
    e = demands.exercise
    for part in match.together:
        others = [d for d in e.joints if _covers(d, part, v) and not _range_of(d, part.rom, e)[0]]
        others = [d for d in others if "both" in (d.limb, entry.limb) or d.limb == entry.limb]
        if e.status == "reviewed":
            others = [d for d in others if any({d.name, entry.name} <= set(combo) for combo in e.combos)]
        if not others:
            return False
    return True


def _range_of(entry: JointDemand, rom: Range | None, exercise: Exercise) -> tuple[bool, tuple[Limit, ...] | None]:
    """Return whether the entry stays outside the range, and the bounds that would keep it there, if it can be cut.

    An entry without degrees can't show that it stays outside.
    """
    if rom is None:
        return False, None
    if entry.low is None or entry.high is None:
        return False, None
    if rom.gt is not None:
        if entry.high <= rom.gt:
            return True, None
        return False, max_bound(entry, rom.gt, exercise)
    if rom.lt is not None:
        if entry.low >= rom.lt:
            return True, None
        return False, min_bound(entry, rom.lt, exercise)
    low = rom.low if rom.low is not None else float("-inf")
    high = rom.high if rom.high is not None else float("inf")
    if entry.high <= low or entry.low >= high:
        return True, None
    below = max_bound(entry, low, exercise) if rom.low is not None and entry.low <= low else None
    above = min_bound(entry, high, exercise) if rom.high is not None and entry.high >= high else None
    return False, below or above


def max_bound(entry: JointDemand, limit: float, exercise: Exercise) -> tuple[Limit, ...] | None:
    """Return the upper bound in degrees, where the exercise can keep it and stay useful."""
    directions = {path for a in exercise.adjust for path in a.set if path.startswith(f"{entry.name}.")}
    if not entry.adjustable or entry.keep is None or (f"{entry.name}.min" in directions and f"{entry.name}.max" not in directions):
        return None
    return (Limit(f"rom_deg:{entry.name}", high=limit, text=_how(entry, exercise, "max")),) if entry.keep <= limit else None


def min_bound(entry: JointDemand, limit: float, exercise: Exercise) -> tuple[Limit, ...] | None:
    """Return the lower bound in degrees, where the exercise can keep it and stay useful."""
    reaches = any(f"{entry.name}.min" in a.set for a in exercise.adjust)
    if not entry.adjustable or entry.keep is None or not reaches:
        return None
    return (Limit(f"rom_deg:{entry.name}", low=limit, text=_how(entry, exercise, "min")),) if entry.keep >= limit else None


def _how(entry: JointDemand, exercise: Exercise, end: str) -> str:
    return next((a.how for a in exercise.adjust if f"{entry.name}.{end}" in a.set), "")


def entry_words(entry: JointDemand, match: Match) -> str:
    """Return the demand in words, such as ``shoulder abduction, resisted, 0 to 90 deg``."""
    words = [f"{entry.joint.replace('_', ' ')} {entry.action.replace('_', ' ')}", entry.mode.replace("_", "-")]
    if entry.high is not None and entry.low is not None:
        words.append(f"{entry.low:g} to {entry.high:g} deg")
    elif entry.grade:
        words.append(f"{entry.grade} range")
    if entry.limb == "bracing":
        words.append("bracing limb")
    if match.together:
        combined = " and ".join(
            f"{' or '.join(sorted(part.joint)).replace('_', ' ')} {' or '.join(sorted(part.action)).replace('_', ' ')}"
            for part in match.together
        )
        words.append(f"together with {combined}")
    return ", ".join(words)
