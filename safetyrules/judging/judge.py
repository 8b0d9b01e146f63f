"""Judge the items of one session: restrictions in force against what each exercise demands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from safetyrules.errors import Location
from safetyrules.inference.infer import Active, Moment
from safetyrules.judging.combine import Finding, Judged, advice_of, combined, reasons_of
from safetyrules.judging.demands import works
from safetyrules.judging.limits import Bound, bind, scale_level
from safetyrules.judging.matching import Hit, Matcher, max_bound, min_bound
from safetyrules.loading.names import Names, Resolved
from safetyrules.model.exercise import Adjustment, Exercise
from safetyrules.model.knowledge import Effect, Limit, Match, Restriction
from safetyrules.model.plan import Item
from safetyrules.model.report import ItemReport, Lazy, Reason
from safetyrules.model.verdict import Verdict, verdict_of
from safetyrules.vocabulary import Vocabulary

_SIDES = frozenset({"left", "right"})
_OTHER = {"left": "right", "right": "left"}
_MEMORY = 1024


class Judge:
    """Judges items against a moment. Holds only what all clients share."""

    def __init__(self, matcher: Matcher, names: Names, vocabulary: Vocabulary) -> None:
        self.matcher, self.names, self.vocabulary = matcher, names, vocabulary
        self._derived: dict[object, Match] = {}
        self._resolved: dict[str, Resolved] = {}
        self._near: dict[str, tuple[str, ...]] = {}

    def _over(self, quantity: str, allowed: frozenset[str]) -> Match:
        """Return the match of everything above the allowed levels; the same object each time, as the matcher wants."""
        key = (quantity, allowed)
        if key not in self._derived:
            above = frozenset(self.vocabulary.scales[quantity]) - allowed
            self._derived[key] = Match(attributes={quantity: above})
        return self._derived[key]

    def _area(self, match: Match, active: Active) -> Match:
        """Return a match on the treated area as a match on its joints; any other match as it is."""
        if not match.names_area:
            return match
        area = active.instance.area
        key = (active.restriction.rule, area)
        if key not in self._derived:
            # A region without a joint, or none at all, may have been worked anywhere: then every joint counts.
            own = frozenset(name for name, joint in self.vocabulary.joints.items() if area in (name, joint.region))
            joints = self.vocabulary.region_joints.get(area, own)
            self._derived[key] = _on_joints(match, joints)
        return self._derived[key]

    def item(
        self,
        item: Item,
        moment: Moment,
        extra: Iterable[Active],
        place: Location,
        body_weight: float | None,
        prescribed_by: str = "",
    ) -> ItemReport:
        """Return the verdict on one planned exercise against the moment's restrictions and `extra` ones (instructions).

        `prescribed_by` is who prescribed the home exercise that the item carries out: the rest that followed this
        professional's own session spares it where the rule says so.
        """
        resolved = self._resolve(item.exercise)
        if len(resolved.ids) != 1:
            return self._unknown(item, resolved.ids, place)
        if resolved.side and resolved.side != item.side:
            if item.side is not None:
                return self._contradicting_side(item, resolved, place)
            item = item.model_copy(update={"side": resolved.side})
        exercise = self.matcher.demands[resolved.ids[0]].exercise
        wrong = [v for v in item.variant if v not in {a.id for a in exercise.adjust}]
        if wrong:
            return self._unknown_variant(item, exercise, wrong[0], place)
        judged = self._judged(item, exercise, moment, body_weight, prescribed_by)
        ordered = [f for a in extra if (f := self.finding(a, exercise, item, body_weight))]
        findings = [*((moment.active[n], f) for n, f in judged.findings), *((f.active, f) for f in ordered)]
        if ordered:
            judged = combined(tuple(f for _, f in findings))
        if exercise.status == "imported":
            return self._not_reviewed(item, exercise, judged, findings, place)
        return ItemReport(
            exercise=exercise.id,
            as_written=item.exercise,
            verdict=judged.verdict,
            within_limits=judged.within_limits,
            reasons=Lazy(lambda: reasons_of(findings, judged.empty)),
            limits=judged.lines,
            advice=Lazy(lambda: advice_of(findings)),
            side=item.side or "",
            rules=frozenset(f.active.restriction.rule for _, f in findings),
            location=place,
        )

    def _judged(self, item: Item, exercise: Exercise, moment: Moment, body_weight: float | None, prescribed_by: str) -> Judged:
        """Return the verdict against the moment's own restrictions. It is kept: the same facts and dose give the same."""
        spared = frozenset(n for n, a in enumerate(moment.active) if prescribed_by and _spares(a, prescribed_by))
        key = (item, body_weight, moment.sides, spared)
        found: Judged | None = moment.memory.get(key)
        if found is None:
            numbers = [n for n in self._touching(moment, exercise.id) if n not in spared]
            pairs = [(n, f) for n in numbers if (f := self.finding(moment.active[n], exercise, item, body_weight))]
            found = combined(tuple(f for _, f in pairs), tuple(pairs))
            if len(moment.memory) >= _MEMORY:
                moment.memory.clear()
            moment.memory[key] = found
        return found

    def _resolve(self, text: str) -> Resolved:
        found = self._resolved.get(text)
        if found is None:
            if len(self._resolved) >= _MEMORY:
                self._resolved.clear()
            found = self._resolved[text] = self.names.resolve(text)
        return found

    def _near_names(self, text: str) -> tuple[str, ...]:
        found = self._near.get(text)
        if found is None:
            if len(self._near) >= _MEMORY:
                self._near.clear()
            found = self._near[text] = self.names.near(text)
        return found

    def _touching(self, moment: Moment, exercise: str) -> tuple[int, ...]:
        """Return which active restrictions can concern the exercise, whatever dose and side; kept for equal moments."""
        found: tuple[int, ...] | None = moment.memory.get(exercise)
        if found is None:
            found = tuple(
                n
                for n, a in enumerate(moment.active)
                if a.restriction.match.names_area or self.matcher.hits(a.restriction.match, exercise)
            )
            moment.memory[exercise] = found
        return found

    def finding(self, active: Active, exercise: Exercise, item: Item, body_weight: float | None) -> Finding | None:
        """Return what one active restriction means for the item; None where it does not touch it."""
        restriction = active.restriction
        if restriction.effect is Effect.REQUIRE_CLEARANCE and not self._in_scope(restriction, exercise, item):
            return None
        match = self._area(restriction.match, active)
        hits = self._sided(self.matcher.hits(match, exercise.id), active, exercise, item)
        if not hits:
            return None
        if restriction.effect is Effect.LIMIT:
            return self._limit(active, match, exercise, item, hits, body_weight)
        if restriction.effect is not Effect.CONTRAINDICATE:
            return Finding(active, verdict_of(restriction.effect), hits)
        return self._contraindicate(active, match, exercise, item, hits, body_weight)

    def _in_scope(self, restriction: Restriction, exercise: Exercise, item: Item) -> bool:
        if restriction.scope == "vigorous":
            level = scale_level("intensity", self.matcher.demands[exercise.id], item, self.vocabulary)
            return self.vocabulary.rank("intensity", level) >= self.vocabulary.rank("intensity", "vigorous")
        if restriction.scope == "resistance":
            return exercise.kind in self.vocabulary.resistance_kinds and any(works(d) for d in exercise.joints)
        return True

    def _sided(self, hits: tuple[Hit, ...], active: Active, exercise: Exercise, item: Item) -> tuple[Hit, ...]:
        side = active.restriction.match.side or active.instance.side
        if not hits or side not in _SIDES:
            return hits
        return tuple(h for h in hits if self._touches(h, side, active, exercise, item))

    def _touches(self, hit: Hit, side: str, active: Active, exercise: Exercise, item: Item) -> bool:
        if hit.limb == "trunk" or hit.limb_type == "trunk" or exercise.laterality != "unilateral":
            return True
        # A side that the rule itself names is the side of whatever limb it matched.
        is_same_limb = bool(active.restriction.match.side) or hit.limb_type == self._limb_of(active)
        if not is_same_limb or item.side not in _SIDES:
            return True
        sides: dict[str, set[str]] = {"working": {str(item.side)}, "bracing": {_OTHER[str(item.side)]}}
        return hit.limb not in sides or side in sides[hit.limb]

    def _limb_of(self, active: Active) -> str:
        """Return whether the restricted side is an arm or a leg; a trunk region has no sides."""
        region = active.instance.area or active.instance.condition.region
        joint = self.vocabulary.joints.get(region)
        return joint.limb if joint else self.vocabulary.region_limb.get(region, "trunk")

    def _contraindicate(
        self, active: Active, match: Match, exercise: Exercise, item: Item, hits: tuple[Hit, ...], body_weight: float | None
    ) -> Finding | None:
        if match.dose:
            return self._dose(active, match, exercise, item, hits, body_weight)
        if all(hit.bounds for hit in hits):
            bounds = tuple(dict.fromkeys(self._rom(limit, exercise, item) for hit in hits for limit in hit.bounds or ()))
            return Finding(active, Verdict.LIMITED, hits, bounds)
        ways = self.matcher.ways_out(match, exercise.id)
        if ways:
            return Finding(active, Verdict.LIMITED, hits, (_variant(ways, item),))
        return Finding(active, Verdict.CONTRAINDICATED, hits)

    def _dose(
        self, active: Active, match: Match, exercise: Exercise, item: Item, hits: tuple[Hit, ...], body_weight: float | None
    ) -> Finding | None:
        """Return a contraindication beyond a dose as what it is: the limit at that dose."""
        bounds = []
        for quantity, (op, value) in sorted(match.dose.items()):
            limit = Limit(quantity, high=value) if op in ("gt", "gte") else Limit(quantity, low=value)
            bound = bind(
                limit,
                self.matcher.demands[exercise.id],
                item,
                self.vocabulary,
                on_joint=match.has_joint_keys,
                body_weight=body_weight,
            )
            if bound is None:
                return None
            bounds.append(bound)
        verdict = Verdict.LIMITED if all(b.can_keep for b in bounds) else Verdict.CONTRAINDICATED
        return Finding(active, verdict, hits, tuple(bounds))

    def _limit(
        self, active: Active, match: Match, exercise: Exercise, item: Item, hits: tuple[Hit, ...], body_weight: float | None
    ) -> Finding | None:
        demands = self.matcher.demands[exercise.id]
        on_joint = match.has_joint_keys or active.restriction.match.names_area
        bounds: list[Bound] = []
        for limit in active.restriction.limits:
            known = self.vocabulary.quantities.get(limit.quantity)
            applies = known.applies if known else ""
            if applies == "joint":
                found = self._rom_limits(limit, match, exercise, item)
            elif applies == "scale":
                found = self._scale(limit, exercise, item, is_named=match != Match())
            else:
                bound = bind(limit, demands, item, self.vocabulary, on_joint=on_joint, body_weight=body_weight)
                found = [bound] if bound else []
            bounds += found
        if not bounds:
            return None
        verdict = Verdict.LIMITED if all(b.can_keep for b in bounds) else Verdict.CONTRAINDICATED
        return Finding(active, verdict, hits, tuple(dict.fromkeys(bounds)))

    def _rom_limits(self, limit: Limit, match: Match, exercise: Exercise, item: Item) -> list[Bound]:
        """Return the bounds for every matched joint entry that goes beyond the allowed range."""
        found = []
        for entry in exercise.joints:
            if not self._entry_matches(entry.joint, entry.action, match) or (match.mode and entry.mode not in match.mode):
                continue
            high = limit.high if isinstance(limit.high, int | float) else None
            if entry.low is None or entry.high is None:
                found.append(Bound(replace(limit, quantity=f"rom_deg:{entry.name}"), can_keep=False, is_met=False))
                continue
            if high is not None and entry.high > high:
                found += self._bound_or_not(max_bound(entry, high, exercise), entry.name, Limit("", high=high), exercise, item)
            if limit.low is not None and entry.low < limit.low:
                found += self._bound_or_not(
                    min_bound(entry, limit.low, exercise), entry.name, Limit("", low=limit.low), exercise, item
                )
            if (high is None or entry.high <= high) and (limit.low is None or entry.low >= limit.low):
                found.append(Bound(replace(limit, quantity=f"rom_deg:{entry.name}")))
        return found

    def _bound_or_not(
        self, limits: tuple[Limit, ...] | None, name: str, limit: Limit, exercise: Exercise, item: Item
    ) -> list[Bound]:
        if limits is None:
            return [Bound(replace(limit, quantity=f"rom_deg:{name}"), can_keep=False, is_met=False)]
        return [self._rom(found, exercise, item) for found in limits]

    def _entry_matches(self, joint: str, action: str, match: Match) -> bool:
        if match.joint and joint not in match.joint:
            return False
        wider = (
            self.vocabulary.action_covers.get(action, frozenset()) if joint in self.vocabulary.action_covers_joints else frozenset()
        )
        return not match.action or action in match.action or bool(wider & match.action)

    def _rom(self, limit: Limit, exercise: Exercise, item: Item) -> Bound:
        name = limit.quantity.removeprefix("rom_deg:")
        planned = [r for r in item.rom if f"{r.joint}.{r.action}" == name]
        by_variant = any(self._variant_keeps(limit, name, a) for a in exercise.adjust if a.id in item.variant)
        if not planned and not by_variant:
            return Bound(limit, is_met=False, ask="rom")
        met = by_variant or any(
            (limit.high is None or (isinstance(limit.high, int | float) and r.max_deg is not None and r.max_deg <= limit.high))
            and (limit.low is None or (r.min_deg is not None and r.min_deg >= limit.low))
            for r in planned
        )
        return Bound(limit, is_met=met)

    @staticmethod
    def _variant_keeps(limit: Limit, name: str, adjustment: Adjustment) -> bool:
        high, low = adjustment.set.get(f"{name}.max"), adjustment.set.get(f"{name}.min")
        if name in adjustment.removes:
            return True
        if limit.high is not None:
            return isinstance(high, int | float) and isinstance(limit.high, int | float) and high <= limit.high
        return isinstance(low, int | float) and limit.low is not None and low >= limit.low

    def _scale(self, limit: Limit, exercise: Exercise, item: Item, *, is_named: bool) -> list[Bound]:
        """Return the ceiling as it binds the exercise; one that any exercise keeps is shown only where the rule names a kind."""
        v = self.vocabulary
        allowed = v.up_to_word(limit.quantity, str(limit.high))
        rank = v.rank(limit.quantity, str(limit.high))
        level = scale_level(limit.quantity, self.matcher.demands[exercise.id], item, v)
        stated = limit.quantity == "intensity" and (item.rpe is not None or item.rir is not None)
        if level in allowed and not stated:
            return [Bound(limit, rank=rank)] if is_named else []
        if limit.quantity == "intensity":
            steps = list(v.intensity_from_rpe.items())
            following = next((start for (word, start) in steps if word not in allowed), None)
            text = f"intensity at most {limit.high}: effort below {following:g} of 10" if following is not None else ""
            return [Bound(replace(limit, text=text), is_met=level in allowed, ask="" if stated else "rpe", rank=rank)]
        ways = self.matcher.ways_out(self._over(limit.quantity, allowed), exercise.id)
        if ways:
            return [_variant(ways, item)]
        return [Bound(limit, can_keep=False, is_met=False, rank=rank)]

    def _unknown(self, item: Item, ids: tuple[str, ...], place: Location) -> ItemReport:
        near = ids or self._near_names(item.exercise)
        shown = item.exercise[:80]
        if ids:
            because = f"'{shown}' can mean {' or '.join(ids)}; name one of them."
        else:
            because = f"No exercise of the catalog is called '{shown}', so nothing is known of what it demands."
        reason = Reason("engine/unknown-exercise", "unknown", Verdict.UNKNOWN, because, (f"exercise:{shown}",), evidence="engine")
        return ItemReport(None, item.exercise, Verdict.UNKNOWN, False, (reason,), near_names=near, location=place)

    def _not_reviewed(
        self, item: Item, exercise: Exercise, judged: Judged, findings: list[tuple[Active, Finding]], place: Location
    ) -> ItemReport:
        """Return at least unknown: what nobody has reviewed can't be called allowed, but what speaks against it counts."""
        because = f"'{exercise.id}' was imported and nobody has reviewed what it demands."
        reason = Reason("engine/not-reviewed", "unknown", Verdict.UNKNOWN, because, (f"exercise:{exercise.id}",), evidence="engine")
        reasons = (*reasons_of(findings, judged.empty), reason)
        return ItemReport(
            exercise=exercise.id,
            as_written=item.exercise,
            verdict=max(judged.verdict, Verdict.UNKNOWN),
            within_limits=False,
            reasons=tuple(sorted(reasons, key=lambda r: (-r.verdict, r.rule, r.source_facts))),
            limits=judged.lines,
            side=item.side or "",
            location=place,
        )

    def _contradicting_side(self, item: Item, resolved: Resolved, place: Location) -> ItemReport:
        name = resolved.ids[0]
        because = f"The name '{item.exercise[:80]}' says {resolved.side}, the plan says {item.side}."
        reason = Reason("engine/unknown-side", "unknown", Verdict.UNKNOWN, because, (f"exercise:{name}",), evidence="engine")
        return ItemReport(name, item.exercise, Verdict.UNKNOWN, False, (reason,), location=place)

    def _unknown_variant(self, item: Item, exercise: Exercise, wrong: str, place: Location) -> ItemReport:
        known = ", ".join(a.id for a in exercise.adjust) or "none"
        because = f"{exercise.id} has no variant '{wrong[:60]}'; it has: {known}."
        reason = Reason(
            "engine/unknown-variant", "unknown", Verdict.UNKNOWN, because, (f"exercise:{exercise.id}",), evidence="engine"
        )
        return ItemReport(exercise.id, item.exercise, Verdict.UNKNOWN, False, (reason,), location=place)


def _on_joints(match: Match, joints: frozenset[str]) -> Match:
    """Return the match with these joints in every part that names the treated area."""
    return replace(
        match,
        area=False,
        joint=joints if match.area else match.joint,
        together=tuple(_on_joints(part, joints) for part in match.together),
        any_of=tuple(_on_joints(part, joints) for part in match.any_of),
        unless=_on_joints(match.unless, joints) if match.unless else None,
    )


def _spares(active: Active, author: str) -> bool:
    """Whether the rest after a professional's own session spares what the same professional prescribed for home."""
    event = active.instance.event
    return active.restriction.spares_home and event is not None and event.by == author


def _variant(ways: tuple[Adjustment, ...], item: Item) -> Bound:
    chosen = next((a for a in ways if a.id in item.variant), ways[0])
    return Bound(Limit(f"variant:{chosen.id}", text=chosen.how), is_met=chosen.id in item.variant, ask="variant")
