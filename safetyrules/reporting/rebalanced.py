"""A rebalanced week as text: before and after side by side, why each line changed, what could not be had, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safetyrules.model.plan import Item, Session
from safetyrules.model.rebalanced import Change, Rebalanced
from safetyrules.reporting import ledger
from safetyrules.reporting.plain import plain
from safetyrules.reporting.terminal import MIN_WIDTH, Paint, cells, cut, hanging
from safetyrules.reporting.wording import counted, moment_words

_STYLES = {"kept": "dim", "limited": "limited", "moved": "limited", "substituted": "limited", "dropped": "contraindicated"}
_STATUS = {
    "unchanged": "UNCHANGED: the week holds to every rule as it is.",
    "changed": "CHANGED: {changed} of {lines}.",
    "infeasible": "INFEASIBLE: not every demand can hold; the week below does without the least important of them.",
}


def render(result: Rebalanced, before: tuple[Session, ...], *, color: bool = False, width: int = 110) -> str:
    """Return the rebalanced week as text of at most `width` columns; `before` are the sessions as the trainer planned them."""
    page = _Page(result, Paint(color), max(width, MIN_WIDTH))
    parts = [page.head(), page.conflicts(), page.questions(), *(page.session(n, before) for n in range(len(before)))]
    parts += [page.changes(), page.unmet(), page.table(), page.proof()]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


class _Page:
    def __init__(self, result: Rebalanced, paint: Paint, width: int) -> None:
        self.result, self.paint, self.width = result, paint, width
        self.by_line: Mapping[tuple[int, int], Change] = {(c.session, c.item): c for c in result.changes if c.session}

    def head(self) -> Iterator[str]:
        planned = [c for c in self.result.changes if c.session]
        changed = sum(c.action != "kept" for c in planned)
        words = _STATUS[self.result.status].format(changed=changed, lines=counted(len(planned), "planned line"))
        yield from hanging("", words, 0, self.width)

    def conflicts(self) -> Iterator[str]:
        if self.result.conflicts:
            yield "Conflicts"
        for conflict in self.result.conflicts:
            yield from hanging("  - ", "; and ".join(plain(d) for d in conflict.demands), 0, self.width)
            yield from hanging("    ", f"Without: {plain(conflict.given_up)}.", 0, self.width)

    def questions(self) -> Iterator[str]:
        if self.result.report.questions:
            yield "Questions"
        for q in self.result.report.questions:
            yield from hanging("  - ", f"to {plain(q.to)}: {plain(q.question)} [{' / '.join(q.options)}]", 0, self.width)

    def session(self, number: int, before: tuple[Session, ...]) -> Iterator[str]:
        """Yield one session: what was planned, and what stands now."""
        then, now = before[number], self.result.plan.sessions[number]
        at = next(s.at for s in self.result.report.sessions if s.number == number + 1)
        minutes = f", {then.minutes:g} min" if then.minutes else ""
        yield self.paint(f"{moment_words(at)}{minutes}", "bold")
        half = (self.width - 7) // 2
        left = []
        for n, item in enumerate(then.items):
            change = self.by_line.get((number + 1, n + 1))
            action = change.action if change else "kept"
            left.append((f"{_words(item)}", action))
        right = [_words(item) for item in now.items]
        yield f"  {'planned'.ljust(half)} | now"
        for n in range(max(len(left), len(right))):
            text, action = left[n] if n < len(left) else ("", "")
            mark = "" if action in ("", "kept") else f" [{action}]"
            shown = cut(text, half - len(mark)) + mark
            padded = shown + " " * (half - cells(shown))
            yield f"  {self.paint(padded, _STYLES.get(action, 'dim')) if action not in ('', 'kept') else padded} | " + cut(
                right[n] if n < len(right) else "", half
            )

    def changes(self) -> Iterator[str]:
        told = [c for c in self.result.changes if c.action != "kept"]
        if told:
            yield "Why"
        for change in told:
            yield from hanging("  - ", plain(change.sentence), 0, self.width)
            rules = [f"{w.rule}" + (f" ({', '.join(w.source_facts)})" if w.source_facts else "") for w in change.reasons]
            if rules:
                yield from hanging("    ", self.paint(plain("; ".join(rules)), "dim"), 0, self.width)

    def unmet(self) -> Iterator[str]:
        if self.result.unmet:
            yield "Not met"
        for u in self.result.unmet:
            yield from hanging("  - ", plain(f"{u.goal}: wanted {u.wanted:g}, got {u.got:g} ({u.why})"), 0, self.width)

    def table(self) -> Iterator[str]:
        yield from ledger.lines(self.result.ledger, self.width)

    def proof(self) -> Iterator[str]:
        proof = self.result.proof
        if proof.optimal:
            changed = proof.tiers["changed_items"]
            yield f"Proven: no week with the same goals and drops needs fewer than {counted(changed, 'change')}."
        else:
            tier = next(t for t in proof.tiers if proof.tiers[t] != proof.bounds[t])
            least = f"at least {proof.bounds[tier]} is unavoidable"
            yield f"Not proven best: {tier.replace('_', ' ')} is {proof.tiers[tier]}, and {least}."


def _words(item: Item) -> str:
    """Return an item in one line: what, sets, repetitions, load, effort."""
    parts = [plain(item.exercise.replace("_", " "))]
    if item.side in ("left", "right"):
        parts.append(f"({item.side})")
    reps = f"{item.reps}" if item.reps is not None else f"{item.seconds:g} s" if item.seconds is not None else ""
    if item.sets is not None:
        parts.append(f"{item.sets} x {reps}" if reps else f"{item.sets} sets")
    elif reps:
        parts.append(reps)
    if item.minutes is not None:
        parts.append(f"{item.minutes:g} min")
    if item.load_kg is not None:
        parts.append(f"{item.load_kg:g} kg")
    if item.load_kg_each is not None:
        parts.append(f"{item.load_kg_each:g} kg each")
    if item.rpe is not None:
        parts.append(f"RPE {item.rpe:g}")
    if item.home:
        parts.append("[home program]")
    return " ".join(parts)
