"""The client of one case at one moment: the only way to judge an item for somebody.

Plan, filter and explanation all judge through it, so that what nobody could resolve raises every one of their verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from safetyrules.errors import Location
from safetyrules.inference.context import Context
from safetyrules.inference.infer import Active, Inference, Moment
from safetyrules.judging.instructions import instructions_at
from safetyrules.judging.judge import Judge
from safetyrules.model.fields import dotted
from safetyrules.model.plan import Item
from safetyrules.model.report import ItemReport, Lazy, Reason
from safetyrules.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ClientAt:
    """What is in force for a client at a moment, ready to judge items. `ordered` are the instructions among it."""

    context: Context
    moment: Moment
    ordered: tuple[Active, ...]
    judge: Judge

    @property
    def active(self) -> tuple[Active, ...]:
        """Return every restriction in force, those of the packs first."""
        return (*self.moment.active, *self.ordered)

    def item(self, item: Item, place: Location) -> ItemReport:
        """Return the verdict on one exercise: at least unknown while something declared is not known to any pack."""
        case = self.context.case
        author = next((h.by for h in case.care_team.home_programme if h.id == item.home), "") if item.home else ""
        report = self.judge.item(item, self.moment, self.ordered, place, case.client.body_weight_kg, author)
        if not self.context.unresolved:
            return report
        return replace(
            report,
            verdict=max(report.verdict, Verdict.UNKNOWN),
            within_limits=False,
            reasons=Lazy(lambda: _sorted(*report.reasons, *_unresolved_reasons(self.context))),
        )


def client_at(context: Context, inference: Inference, judge: Judge, at: datetime) -> ClientAt:
    """Return the client of `context` at `at`, a time that exists in the case's zone."""
    return ClientAt(context, inference.moment(context, at), tuple(instructions_at(context, at)), judge)


def _sorted(*reasons: Reason) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda r: (-r.verdict, r.rule, r.source_facts)))


def _unresolved_reasons(context: Context) -> Iterator[Reason]:
    for item in context.unresolved:
        where = dotted(item.path)
        if item.candidates:
            because = f"'{item.text}' can mean {' or '.join(item.candidates)}; say which. Until then every candidate's rules hold."
        else:
            near = f" Names that read alike: {', '.join(item.near)}." if item.near else ""
            because = f"No pack knows '{item.text}', so nothing can be called allowed.{near}"
        yield Reason("engine/unknown-condition", "unknown", Verdict.UNKNOWN, because, (f"missing:{where}.id",), evidence="engine")
