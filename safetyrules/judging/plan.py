"""Judge a whole plan: every session at its own start, every item, and what has to be asked, said and questioned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from safetyrules.inference.context import Context, Instance, declared
from safetyrules.inference.infer import Active, Inference, Moment
from safetyrules.judging.client_at import ClientAt, client_at
from safetyrules.judging.judge import Judge
from safetyrules.judging.limits import Bound
from safetyrules.model.fields import dotted
from safetyrules.model.knowledge import Effect, Limit
from safetyrules.model.plan import Item, Session
from safetyrules.model.report import (
    Alert,
    Ask,
    ItemReport,
    Lazy,
    LimitLine,
    Question,
    Reason,
    SessionReport,
    SubstituteLine,
)
from safetyrules.model.times import time_text
from safetyrules.model.verdict import Verdict, strictest, verdict_of

_OPTIONS = ("yes", "yes, with limit", "no, until")


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything that judging a plan yields, before it is put into a report."""

    sessions: tuple[SessionReport, ...]
    asks: tuple[Ask, ...]
    alerts: tuple[Alert, ...]
    questions: tuple[Question, ...]


Replace = Callable[[ItemReport, Item, Callable[[Item], ItemReport]], Sequence[SubstituteLine]]
"""Given a blocked item and a way to judge others, returns its substitutes."""


def judge_plan(context: Context, inference: Inference, judge: Judge, replace_with: Replace) -> Judged:
    """Return the verdict on every item of every session, in order of time."""
    case = context.case
    collector = _Collector(context)
    sessions = []
    order = sorted(range(len(case.plan.sessions)), key=lambda i: (case.moment(case.plan.sessions[i].at), i))
    for index in order:
        session = case.plan.sessions[index]
        client = client_at(context, inference, judge, session.at)
        report = _session(client, index, session, replace_with)
        collector.add(client.moment, client.active, report)
        sessions.append(report)
    if not sessions:
        # A case without sessions still says what it lacks; there is no moment to judge, so nothing is said to be allowed.
        collector.nothing_planned()
    return Judged(tuple(sessions), collector.asks(), collector.alerts(), collector.questions())


def _session(client: ClientAt, index: int, session: Session, replace_with: Replace) -> SessionReport:
    case = client.context.case
    items = []

    def judged(other: Item) -> ItemReport:
        return client.item(other, case.place(()))

    for number, item in enumerate(session.items):
        report = client.item(item, case.place(("plan", "sessions", index, "items", number)))
        if report.verdict >= Verdict.UNKNOWN and report.exercise is not None:
            report = replace(report, substitutes=Lazy(partial(_substitutes, replace_with, report, item, judged)))
        items.append(report)
    reasons = tuple(_session_reasons(client.active))
    lines = tuple(_session_limits(session, client.active))
    verdict = strictest([*(i.verdict for i in items), *(r.verdict for r in reasons)])
    if client.context.unresolved:
        verdict = max(verdict, Verdict.UNKNOWN)
    if lines:
        verdict = max(verdict, Verdict.LIMITED)
    return SessionReport(
        at=case.moment(session.at),
        verdict=verdict,
        items=tuple(items),
        reasons=reasons,
        limits=lines,
        within_limits=all(line.is_met is not False for line in lines),
        phases=client.moment.phases,
        number=index + 1,
    )


def _substitutes(
    replace_with: Replace, report: ItemReport, item: Item, judged: Callable[[Item], ItemReport]
) -> tuple[SubstituteLine, ...]:
    return tuple(replace_with(report, item, judged))


def _session_reasons(active: Iterable[Active]) -> Iterator[Reason]:
    """Yield the restrictions that hold for the session as a whole, whatever its items."""
    for a in active:
        restriction = a.restriction
        if restriction.effect in (Effect.EMERGENCY, Effect.NOT_TODAY) and restriction.scope == "all":
            verdict = verdict_of(restriction.effect)
            yield Reason(
                rule=restriction.rule,
                effect=verdict.word,
                verdict=verdict,
                because=restriction.because,
                source_facts=tuple(sorted({*a.sources, *(m.label for m in a.missing)})),
                phase=a.phase,
                until=a.until,
                evidence=restriction.grade,
                citations=restriction.cite,
                is_assumed=a.is_assumed,
                instead=restriction.instead,
                location=restriction.location,
            )


def _session_limits(session: Session, active: Iterable[Active]) -> Iterator[LimitLine]:
    found: list[tuple[float, str, Limit]] = []
    for a in active:
        for limit in a.restriction.limits:
            if limit.quantity == "session_minutes" and isinstance(limit.high, int | float):
                found.append((limit.high, a.restriction.rule, limit))
    if found:
        high, rule, limit = min(found, key=lambda f: f[:2])
        bound = Bound(limit, is_met=session.minutes is not None and session.minutes <= high)
        yield LimitLine(bound.limit, rule, bound.is_met, session.minutes is not None)


class _Collector:
    """Gathers asks, alerts and questions over all sessions, each once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._asks: dict[tuple[str, str, bool], set[str]] = {}
        self._alerts: set[Alert] = set()
        self._questions: dict[tuple[str, str], set[str]] = {}
        self._declared()

    def add(self, moment: Moment, active: Iterable[Active], report: SessionReport) -> None:
        for origin, rules in moment.open_questions:
            self._asks.setdefault((origin.field, origin.question, True), set()).update(rules)
        for a in active:
            rule = a.restriction.rule
            if a.restriction.effect is Effect.EMERGENCY:
                self._alerts.add(Alert("warn" if a.is_assumed else "emergency", _alert_words(a), rule))
            elif a.restriction.effect is Effect.NOT_TODAY:
                self._alerts.add(Alert("warn" if a.is_assumed else "stop", _alert_words(a), rule))
            elif a.restriction.effect is Effect.REQUIRE_CLEARANCE and self._is_hit(rule, report):
                self._clearance(a)
        for restriction, instance in moment.lifted:
            who = " or ".join(restriction.clear_by).replace("_", " ")
            words = f"{restriction.rule} does not hold: cleared for {instance.label} by {who}."
            self._alerts.add(Alert("info", words, restriction.rule))
        for number, item in enumerate(report.items):
            for line in item.limits:
                if line.is_met is False and line.limit.quantity.split(":")[0] not in ("variant",):
                    where = f"plan {time_text(report.at)} item {number}"
                    self._ask_dose(where, item, line)

    @staticmethod
    def _is_hit(rule: str, report: SessionReport) -> bool:
        return any(rule in item.rules for item in report.items)

    def nothing_planned(self) -> None:
        self._alerts.add(Alert("info", "The case has no planned session, so nothing was judged.", "engine/no-plan"))

    def _declared(self) -> None:
        client = self.context.case.client
        if client.symptoms is None:
            self._ask(
                "client.symptoms",
                "Does the client have any symptoms today? An empty list means: asked, none.",
                "engine/screening",
                needed=False,
            )
        for item in self.context.unresolved:
            found = item.candidates or item.near
            question = f"'{item.text}': {' or '.join(found)}?" if found else f"Which condition is '{item.text}'?"
            self._ask(f"{dotted(item.path)}.id", question, "engine/unknown-condition")
        for instance in declared(self.context):
            if instance.reading:
                if instance.side == "" and instance.reading.side is None:
                    rule = f"{instance.condition.pack}/{instance.condition.id}"
                    self._ask(f"{instance.where}.side", "On which side was it felt (left, right or both)?", rule)
                continue
            if instance.event:
                if instance.condition.sided and not instance.side and not self._is_both_sided(instance):
                    rule = f"{instance.condition.pack}/{instance.condition.id}"
                    self._ask(
                        f"{instance.where}.regions", f"Which region and side did it work on ({instance.condition.title})?", rule
                    )
                continue
            if instance.condition.sided and not instance.side and instance.status != "resolved":
                entry = client.conditions[int(instance.path[2])]
                if entry.side != "both":
                    self._ask(
                        f"{instance.where}.side",
                        f"Which side is it ({instance.condition.title})?",
                        f"{instance.condition.pack}/{instance.condition.id}",
                    )
            if instance.status == "resolved":
                continue
            is_clocked = instance.condition.clock not in ("always", "since_start", "symptom_driven")
            if is_clocked and not instance.is_dated:
                self._ask(
                    f"{instance.where}.date",
                    f"On which day did it happen ({instance.condition.title})?",
                    f"{instance.condition.pack}/{instance.condition.id}",
                )

    @staticmethod
    def _is_both_sided(instance: Instance) -> bool:
        event = instance.event
        return event is not None and any(r.region == instance.area and r.side == "both" for r in event.regions)

    def _ask(self, field: str, question: str, rule: str, *, needed: bool = True) -> None:
        self._asks.setdefault((field, question, needed), set()).add(rule)

    def _ask_dose(self, where: str, item: ItemReport, line: LimitLine) -> None:
        quantity = line.limit.quantity
        bounds = " and ".join(
            filter(
                None,
                (
                    f"at least {line.limit.low:g}" if line.limit.low is not None else "",
                    f"at most {line.limit.high}" if line.limit.high is not None else "",
                ),
            )
        )
        if item.verdict is Verdict.LIMITED:
            question = f"{item.as_written}: keep {quantity} {bounds or line.limit.text}, and write it into the plan."
            self._asks.setdefault((where, question, False), set()).add(line.rule)

    def _clearance(self, a: Active) -> None:
        roles = {m.role: m.id for m in self.context.case.care_team.members}
        to = next((roles[role] for role in a.restriction.clear_by if role in roles), a.restriction.clear_by[0])
        scope = {"all": "train", "vigorous": "train vigorously", "resistance": "do resistance training"}.get(
            a.restriction.scope, "do the matching exercises"
        )
        question = f"May the client {scope} ({a.instance.condition.title})? {a.restriction.because}"
        self._questions.setdefault((to, question), set()).add(a.restriction.rule)

    def asks(self) -> tuple[Ask, ...]:
        """Return the asks, needed ones first. One field is asked for once, whichever rules need it."""
        needed: dict[str, tuple[str, set[str]]] = {}
        others = []
        for (field, question, is_needed), rules in sorted(self._asks.items()):
            if is_needed:
                needed.setdefault(field, (question, set()))[1].update(rules)
            else:
                others.append(Ask(field, question, tuple(sorted(rules)), is_needed=False))
        found = [Ask(field, question, tuple(sorted(rules))) for field, (question, rules) in needed.items()]
        return tuple(sorted([*found, *others], key=lambda a: (not a.is_needed, a.field, a.question)))

    def alerts(self) -> tuple[Alert, ...]:
        order = ("emergency", "stop", "warn", "info")
        return tuple(sorted(self._alerts, key=lambda a: (order.index(a.level), a.rule, a.message)))

    def questions(self) -> tuple[Question, ...]:
        return tuple(
            Question(to, question, _OPTIONS, tuple(sorted(rules))) for (to, question), rules in sorted(self._questions.items())
        )


def _alert_words(a: Active) -> str:
    if a.is_assumed:
        missing = ", ".join(dict.fromkeys(m.field for m in a.missing if m.field))
        return f"Held until it is known: {missing}. {a.restriction.because}"
    return f"{a.restriction.because} {a.restriction.instead}".strip()
