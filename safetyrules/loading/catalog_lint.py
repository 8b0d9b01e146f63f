"""Checks that find a wrongly or thinly tagged exercise before it can become a wrong verdict.

Each check is one function: it yields a sentence for every fault of one exercise. `lint_catalog` runs all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from safetyrules.errors import Problem
from safetyrules.loading.names import folded_names
from safetyrules.model.exercise import Catalog, Exercise
from safetyrules.vocabulary import Vocabulary

Check = Callable[[Exercise, Catalog, Vocabulary], Iterator[str]]

_RAISING = frozenset({"flexion", "abduction", "elevation"})
_ONE_SIDED = frozenset({"unilateral", "ipsilateral", "contralateral"})
_HELD = frozenset({"dumbbell", "kettlebell", "cable", "band", "implement"})
_FREE = frozenset({"barbell", "dumbbell", "kettlebell"})
_LYING = frozenset({"supine", "prone", "side_lying", "quadruped", "plank", "inverted"})
_RAISED = frozenset({"bench", "machine", "chair", "box", "suspension", "pool", "wall"})
_FIELD_PATHS = frozenset(
    {
        *("spine.compression", "spine.shear", "spine.site", "reach", "exposure", "hazard.control", "hazard.fall", "hazard.contact"),
        *("hazard.head_impact", "hazard.abdomen", "support.hands", "support.feet", "support.stance", "support.contact"),
        *("support.pct_bw", "position", "head", "floor_transfer", "impact.lower", "impact.upper", "impact", "strain.valsalva"),
        *("strain.isometric", "strain.iap", "balance", "laterality", "surface", "hold_on", "change", "head_motion", "intensity"),
        *("env.immersion", "load.pct_bw", "load.min_kg", "load.min_pct_bw", "equipment", "mode"),
    }
)


def _reach(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    high = [d for d in e.joints if d.joint == "shoulder" and d.action in _RAISING and (d.high or 0) > 95]
    if "overhead" in e.reach and not high:
        yield "C01 reach overhead, but no shoulder flexion, abduction or elevation goes above 95 degrees"
    if high and "overhead" not in e.reach:
        yield f"C01 {high[0].name} goes to {high[0].high:g} degrees, but reach has no overhead"


def _hands_carry(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    where = set(e.position) & {"plank", "quadruped"}
    if where and e.support.hands not in ("weight_bearing", "weight_bearing_free_hand", "forearm", "hang"):
        yield f"C02 position {sorted(where)[0]} wants support.hands weight_bearing or forearm, not {e.support.hands}"


def _grip(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    types = set(e.load.type)
    holds = e.support.hands == "hang" or (
        e.support.hands == "grip" and (types & _HELD or ("barbell" in types and e.load_site in ("hands", "overhead")))
    )
    if holds and not any(d.joint == "hand" and d.action == "grip" for d in e.joints):
        yield "C03 the hands hold an implement, but there is no hand grip entry"


def _plyometric(e: Exercise, _c: Catalog, v: Vocabulary) -> Iterator[str]:
    if e.kind == "plyometric" and (
        max(v.rank("impact", e.impact_lower), v.rank("impact", e.impact_upper)) < v.rank("impact", "moderate")
        or "plyometric" not in e.exposure
    ):
        yield "C04 kind plyometric wants impact moderate or high and exposure plyometric"


def _stretch(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    if e.kind.startswith("stretch_") and not (
        e.muscles.stretched and any(d.mode in ("stretch", "active_assisted", "passive", "active", "ballistic") for d in e.joints)
    ):
        yield "C05 a stretch wants a joint entry that stretches and muscles.stretched"


def _floor(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    if set(e.position) & _LYING and not e.floor_transfer and not set(e.equipment) & _RAISED:
        yield "C06 lying or on hands and knees on the floor wants floor_transfer true"


def _feet(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    standing = set(e.pattern) & {"squat", "hinge", "lunge"} and "standing" in e.position
    bends = [d for d in e.joints if d.joint in ("hip", "knee") and d.action == "flexion" and d.mode == "resisted"]
    if standing and e.support.feet != "full" and any(d.chain == "closed" for d in bends):
        yield "C07 resisted closed-chain standing leg work wants support.feet full"


def _adjustable(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    for d in e.joints:
        if not d.adjustable or d.implied or d.low is None:
            continue
        if d.keep is None:
            yield f"C08 {d.name} is adj, but has no keep"
        prefix = f"{d.name}."
        if not any(p.startswith(prefix) for a in e.adjust for p in a.set) and not any(
            r == d.name or r.startswith(d.joint) for a in e.adjust for r in a.removes
        ):
            yield f"C08 {d.name} is adj, but no adjust reaches it"


def _heavy(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    if e.load.min_kg > 10 and not set(e.load.type) & {"barbell", "plates", "machine", "stack", "implement"}:
        yield f"C09 a smallest load of {e.load.min_kg:g} kg wants a load type barbell, plates, stack, machine or implement"
    if e.compression == 4 and (e.valsalva not in ("moderate", "high") or e.iap not in ("moderate", "high")):
        yield "C10 spine compression 4 wants strain.valsalva and strain.iap moderate or high"


def _limb(e: Exercise, _c: Catalog, v: Vocabulary) -> Iterator[str]:
    if e.laterality in _ONE_SIDED and not any(d.limb == "working" for d in e.joints if v.joints[d.joint].is_paired):
        yield f"C11 a {e.laterality} exercise wants `limb: working` on the entries of the trained limb"


def _degrees(e: Exercise, _c: Catalog, v: Vocabulary) -> Iterator[str]:
    for d in e.joints:
        needs = d.joint not in v.joints_without_degrees and d.action not in v.actions_without_degrees
        if needs and d.low is None:
            yield f"C12 {d.name} wants degrees"
        if d.low is not None and d.high is not None and d.low > d.high:
            yield f"C12 {d.name}: degrees run from {d.low:g} down to {d.high:g}; write the smaller first"
        if v.joints[d.joint].limb == "trunk" and d.action in ("flexion", "extension", "rotation") and not d.grade:
            yield f"C12 {d.name} wants a grade"


def _ladder(e: Exercise, c: Catalog, _v: Vocabulary) -> Iterator[str]:
    for target in (*e.regress, *e.progress, *(s.id for s in e.substitutes)):
        if target not in c.exercises:
            yield f"C13 the ladder names '{target}', which is not in the catalog"
        if target == e.id:
            yield "C13 the ladder names the exercise itself"


def _combos(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    names = {d.name for d in e.joints}
    for combo in e.combos:
        for part in combo:
            if part not in names:
                yield f"C14 combos name {part}, which is no joint entry"


def _lifting(e: Exercise, _c: Catalog, _v: Vocabulary) -> Iterator[str]:
    if set(e.load.type) & _FREE and not set(e.exposure) & {"lifting", "carrying", "throwing"}:
        yield "C15 a free weight wants exposure lifting, carrying or throwing"


def _words(e: Exercise, _c: Catalog, v: Vocabulary) -> Iterator[str]:
    for tissue in e.tissues:
        if tissue not in v.words["tissue"]:
            yield f"C16 unknown tissue '{tissue}'"
    for code in e.icf:
        if code not in v.icf and not code.startswith("d4"):
            yield f"C16 unknown ICF category '{code}'"


def _paths(e: Exercise, _c: Catalog, v: Vocabulary) -> Iterator[str]:
    for adjustment in e.adjust:
        for path in (*adjustment.set, *adjustment.removes):
            head, _, rest = path.partition(".")
            if path in _FIELD_PATHS or head in ("reach", "exposure", "position", "contact", "tissues", "equipment"):
                continue
            if path.startswith(("hazard.control.", "support.contact.")):
                continue
            if head in v.joints and rest.split(".")[0] in {d.action for d in e.joints if d.joint == head} | {""}:
                continue
            yield f"C17 adjust '{adjustment.id}' names the path '{path}', which this exercise does not have"


def _arms(e: Exercise, _c: Catalog, v: Vocabulary) -> Iterator[str]:
    shoulder = {m for m in (*e.muscles.prime, *e.muscles.synergist) if v.muscles[m].region == "shoulder"}
    if shoulder and not any(d.joint in ("shoulder", "scapula") for d in e.joints):
        yield f"C18 {sorted(shoulder)[0]} works, but there is no shoulder entry"
    if e.support.hands in ("weight_bearing", "forearm", "hang") and not any(d.joint == "shoulder" for d in e.joints):
        yield "C18 the arms carry the body, but there is no shoulder entry"
    if not any((e.muscles.prime, e.muscles.stretched, e.muscles.synergist, e.muscles.stabiliser)):
        yield "C18 no muscle is named"


CHECKS: tuple[Check, ...] = (
    _reach, _hands_carry, _grip, _plyometric, _stretch, _floor, _feet, _adjustable, _heavy, _limb, _degrees, _ladder,
    _combos, _lifting, _words, _paths, _arms,
)  # fmt: skip


def lint_catalog(catalog: Catalog, vocabulary: Vocabulary) -> list[Problem]:
    """Return every fault the checks find, sorted by place."""
    found = [
        Problem(e.location, f"{e.id}: {sentence}")
        for e in catalog.exercises.values()
        for check in CHECKS
        for sentence in check(e, catalog, vocabulary)
    ]
    return sorted([*found, *_shared_names(catalog, vocabulary)])


def _shared_names(catalog: Catalog, vocabulary: Vocabulary) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for e in catalog.exercises.values():
        for name in folded_names(e, vocabulary):
            if owner.setdefault(name, e.id) != e.id:
                yield Problem(e.location, f"{e.id}: C19 the name '{name}' already means '{owner[name]}'")


def code_of(problem: Problem) -> str:
    """Return the check's number in a lint message, such as ``C08``."""
    found = re.search(r"\bC\d\d\b", problem.message)
    return found.group() if found else ""
