"""Substitutes for what can't be done: near enough to train the same, and open to this client, side and moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from safetyrules.model.plan import Item
from safetyrules.model.report import ItemReport, SubstituteLine
from safetyrules.model.verdict import Verdict
from safetyrules.planning.similarity import Similarity

_OFFERED = 3
_TRIED = 60

JudgeOne = Callable[[Item], ItemReport]


@dataclass(frozen=True, slots=True)
class Substitutes:
    """Finds substitutes within one catalog."""

    similarity: Similarity
    uses: Callable[[str], frozenset[str]]

    def for_item(
        self, report: ItemReport, item: Item, judge: JudgeOne, available: frozenset[str] | None
    ) -> tuple[SubstituteLine, ...]:
        """Return up to three substitutes for a blocked item, nearest first.

        Each was judged by the same rules with the item's dose, less the load, which belongs to the exercise it was
        planned for: it is allowed, or limited with every limit kept. `available` is the client's equipment.
        """
        if report.exercise is None or report.verdict < Verdict.UNKNOWN:
            return ()
        if any(reason.rule == "engine/unknown-side" for reason in report.reasons):
            return ()  # open for the side of the plan need not be open for the side of the name
        found: list[SubstituteLine] = []
        for away, name in self._candidates(report.exercise, available):
            judged = judge(transferred(item, name))
            if judged.verdict is Verdict.ALLOWED or (judged.verdict is Verdict.LIMITED and judged.within_limits):
                keeps = self._words(report, judged, name)
                found.append(SubstituteLine(name, round(1.0 - away, 2), keeps, judged.verdict))
                if len(found) == _OFFERED:
                    break
        return tuple(found)

    def _candidates(self, exercise: str, available: frozenset[str] | None) -> Iterator[tuple[float, str]]:
        tried = 0
        for away, name in self.similarity.ranked(exercise):
            if available is None or self.uses(name) <= available:
                yield away, name
                tried += 1
                if tried == _TRIED:
                    return

    def _words(self, report: ItemReport, judged: ItemReport, name: str) -> str:
        """Return in words what the replacement keeps and what it leaves out."""
        assert report.exercise is not None
        kept = self.similarity.kept(report.exercise, name)
        words = _listed(kept) if kept else "a related movement"
        still = {r.rule for r in judged.reasons}
        named = [r.demand.split(";")[0].split(",")[0] for r in report.reasons if r.demand and r.rule not in still]
        # A demand that the replacement has too, only milder, is not left out.
        gone = [words for words in named if not self.similarity.moves(name, words)]
        return f"{words}; leaves out {_listed(tuple(dict.fromkeys(gone))[:2])}" if gone else words


def transferred(item: Item, exercise: str) -> Item:
    """Return the item's dose for another exercise, without what only fits the one it was planned for."""
    own = dict.fromkeys(("load_kg", "load_kg_each", "load_pct_1rm", "grip_width"))
    return item.model_copy(update={"exercise": exercise, "rom": (), "variant": (), **own})


def _listed(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
