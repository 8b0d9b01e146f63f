"""A report for a trainer at a terminal: what to act on first, then every session and every planned exercise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from safetyrules.model.report import Alert, Ask, EngineInfo, ItemReport, LimitLine, Reason, Report, SessionReport
from safetyrules.model.verdict import Verdict
from safetyrules.reporting import ledger
from safetyrules.reporting.plain import plain
from safetyrules.reporting.terminal import MIN_WIDTH, VERDICT_CELLS, Paint, block, cells, cut, hanging
from safetyrules.reporting.wording import (
    counted,
    item_name,
    limit_words,
    listed,
    met_words,
    moment_words,
    name_words,
    reason_sentence,
    source_words,
    strictest_first,
    verdict_counts,
    verdict_words,
)

_ALERT_STYLES = {"emergency": "emergency", "stop": "not_today", "warn": "limited", "info": "dim"}
_ALERT_CELLS = max(len(level) for level in _ALERT_STYLES)
_WIDE = 96
_MARGIN = 2
_EXPLAIN = "see `safetyrules explain`"


def render(report: Report, *, color: bool = False, width: int = 100) -> str:
    """Return the report as text of at most `width` columns (never fewer than 48); styled only if `color`."""
    page = _Page(Paint(color), max(width, MIN_WIDTH))
    parts = [page.alerts(report.alerts), page.asks(report.asks), page.questions(report)]
    parts += [page.session(session) for session in report.sessions]
    parts.append(ledger.lines(report.ledger if _is_shared(report) else (), max(width, MIN_WIDTH)))
    parts.append(page.summary(report))
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def _is_shared(report: Report) -> bool:
    """Whether anyone but the trainer loads the client: only then the ledger says more than the plan does."""
    return any(who != "trainer" for account in report.ledger for who, _ in account.exposures)


class _Page:
    """The parts of the text, each as lines."""

    def __init__(self, paint: Paint, width: int) -> None:
        self.paint, self.width = paint, width
        # Details stand under the name of the exercise where there is room for it.
        self.indent = _MARGIN + VERDICT_CELLS + 2 if width >= _WIDE else _MARGIN + 4

    def alerts(self, alerts: Iterable[Alert]) -> Iterator[str]:
        for alert in alerts:
            mark = alert.level.upper().ljust(_ALERT_CELLS)
            lines = hanging(f"{mark}  ", plain(alert.message), 0, self.width)
            style = _ALERT_STYLES.get(alert.level, "bold")
            yield self.paint(mark, style) + lines[0][len(mark) :]
            yield from lines[1:]

    def asks(self, asks: Sequence[Ask]) -> Iterator[str]:
        needed = [ask for ask in asks if ask.is_needed]
        # A limit that the plan does not state stands with its item, with the same words.
        other = [ask for ask in asks if not ask.is_needed and not ask.field.startswith("plan ")]
        if needed:
            heading = block("Find out first: what depends on it is held until then", 0, self.width)
            yield from (self.paint(line, "bold") for line in heading)
            yield from self._asked(needed)
        if needed and other:
            yield ""
        if other:
            yield self.paint("Worth asking", "bold")
            yield from self._asked(other)

    def _asked(self, asks: Iterable[Ask]) -> Iterator[str]:
        for ask in asks:
            yield from hanging("? ", plain(ask.question), _MARGIN, self.width)
            for line in block(plain(ask.field), _MARGIN + 2, self.width):
                yield self.paint(line, "dim")

    def questions(self, report: Report) -> Iterator[str]:
        if report.questions:
            yield self.paint("Ask the care team", "bold")
        for question in report.questions:
            yield from hanging("? ", f"{name_words(question.to)}: {plain(question.question)}", _MARGIN, self.width)
            for line in block("Answers: " + " / ".join(plain(option) for option in question.options), _MARGIN + 2, self.width):
                yield self.paint(line, "dim")

    def session(self, session: SessionReport) -> Iterator[str]:
        title, verdict = moment_words(session.at), verdict_words(session.verdict)
        is_short = cells(title) + 2 + cells(verdict) <= self.width
        break_ = "  " if is_short else f"\n{' ' * _MARGIN}"
        yield f"{self.paint(title, 'bold')}{break_}{self.paint(verdict, session.verdict.word)}"
        for of, phase, is_sure in session.phases:
            words = f"{_thing(of)}: {plain(phase)}" + ("" if is_sure else " (assumed: something it depends on is not known)")
            for line in block(words, _MARGIN, self.width):
                yield self.paint(line, "dim")
        if session.reasons or session.limits:
            yield ""
            yield from self._head("The whole session", session.verdict, "")
            yield from self._reasons(session.reasons, 0)
            yield from self._limits(session.limits)
        shared = _shared_limits(session)
        was_long = True
        for item in session.items:
            lines = list(self._item(item, session, shared))
            if was_long or len(lines) > 1:
                yield ""
            yield from lines
            was_long = len(lines) > 1
        if not session.items:
            yield from block("Nothing is planned in this session.", _MARGIN, self.width)
        if shared:
            yield ""
            yield from block("While training", _MARGIN, self.width)
            for words, names in shared.items():
                yield from hanging("- ", f"{words} ({', '.join(names)})", _MARGIN, self.width)

    def _item(self, item: ItemReport, session: SessionReport, shared: Mapping[str, object]) -> Iterator[str]:
        name = item_name(item)
        is_same = item.exercise is None or plain(item.exercise) == name.lower().replace(" ", "_").replace("-", "_")
        yield from self._head(name, item.verdict, "" if is_same else plain(item.exercise or ""))
        is_held = item.verdict >= Verdict.UNKNOWN
        told = {reason.rule for reason in session.reasons}
        own = [reason for reason in item.reasons if reason.rule not in told]
        if len(own) < len(item.reasons):
            yield from block("Held with the whole session, see above." + (" Also:" if own else ""), self.indent, self.width)
        # The limits of an exercise that is not to be done help nobody.
        yield from self._reasons(own, len(item.limits) if is_held else 0)
        if not is_held:
            own_limits = [line for line in item.limits if line.is_met is not None or limit_words(line.limit) not in shared]
            yield from self._limits(own_limits)
        if item.is_failing:
            text = "The dose as planned is not within these limits."
            yield from (self.paint(line, "limited") for line in block(text, self.indent, self.width))
        if item.substitutes:
            yield from self._labeled("Could stand in: ", "; ".join(_substitutes(item)))
        if item.near_names:
            yield from self._labeled("Nearest names: ", ", ".join(plain(name) for name in item.near_names))
        if not is_held:
            yield from self._advice(item.advice)

    def _head(self, name: str, verdict: Verdict, identifier: str) -> Iterator[str]:
        word = verdict_words(verdict).ljust(VERDICT_CELLS)
        name = cut(name, self.width - _MARGIN - VERDICT_CELLS - 2)
        room = self.width - _MARGIN - VERDICT_CELLS - 2 - cells(name) - 2
        also = f"  {self.paint(identifier, 'dim')}" if identifier and cells(identifier) <= room else ""
        yield f"{' ' * _MARGIN}{self.paint(word, verdict.word)}  {self.paint(name, 'bold')}{also}"

    def _reasons(self, reasons: Sequence[Reason], hidden_limits: int) -> Iterator[str]:
        if not reasons:
            return
        first, *further = strictest_first(reasons)
        yield from block(reason_sentence(first), self.indent, self.width)
        source = source_words(first)
        yield from (self.paint(line, "dim") for line in block(source, self.indent, self.width))
        if first.instead:
            yield from self._labeled("Instead: ", plain(first.instead))
        counts = [counted(len(further), "more reason")] if further else []
        counts += [counted(hidden_limits, "limit")] if hidden_limits else []
        if counts:
            yield from block(f"and {listed(counts)}; {_EXPLAIN}", self.indent, self.width)

    def _limits(self, limits: Iterable[LimitLine]) -> Iterator[str]:
        for line in limits:
            mark = {True: "+ ", False: "! ", None: "- "}[line.is_met]
            yield from hanging(mark, f"{limit_words(line.limit)}: {met_words(line)}", self.indent, self.width)

    def _advice(self, advice: Sequence[Reason]) -> Iterator[str]:
        if advice:
            more = f" (and {len(advice) - 1} more; {_EXPLAIN})" if len(advice) > 1 else ""
            yield from self._labeled("Advice: ", plain(advice[0].because) + more)

    def _labeled(self, label: str, text: str) -> Iterator[str]:
        yield from block(label + text, self.indent, self.width)

    def summary(self, report: Report) -> Iterator[str]:
        items = [item for session in report.sessions for item in session.items]
        counts = f": {verdict_counts(items)}" if items else ""
        planned = f"{counted(len(items), 'planned exercise')} in {counted(len(report.sessions), 'session')}{counts}."
        yield from block(planned, 0, self.width)
        if beyond := sum(item.is_failing for item in items):
            whose = "its" if beyond == 1 else "their"
            yield from block(f"{counted(beyond, 'planned dose')} not within {whose} limits.", 0, self.width)
        if report.sessions:
            yield f"Verdict on the plan: {self.paint(verdict_words(report.verdict), report.verdict.word)}."
        else:
            yield "Nothing was judged."
        yield from block(review_words(report.engine), 0, self.width)
        yield from (self.paint(line, "dim") for line in block(engine_words(report.engine), 0, self.width))


def review_words(engine: EngineInfo) -> str:
    """Return which packs no clinician has reviewed."""
    pending = [plain(pack["id"]) for pack in engine.packs if pack.get("review") != "reviewed"]
    if not engine.packs:
        return "No pack was loaded, so no rule could speak."
    if len(pending) == len(engine.packs):
        return "No pack here has been reviewed by a clinician."
    if pending:
        return f"Not reviewed by a clinician: {listed(pending)}."
    return "Every pack here has been reviewed by a clinician."


def engine_words(engine: EngineInfo) -> str:
    """Return what judged, in one line: versions and the start of the catalog's digest."""
    by_version: dict[str, list[str]] = {}
    for pack in engine.packs:
        by_version.setdefault(plain(pack["version"]), []).append(plain(pack["id"]))
    packs = "; ".join(f"packs {version}: {', '.join(ids)}" for version, ids in by_version.items())
    parts = [f"safetyrules {engine.version}", f"inference {engine.inference}", f"catalog {engine.catalog_sha256[:12]}", packs]
    return "; ".join(filter(None, parts))


def _shared_limits(session: SessionReport) -> dict[str, list[str]]:
    """Return what the trainer has to keep to or watch in several exercises, each once, with their names."""
    names: dict[str, list[str]] = {}
    for item in session.items:
        if item.verdict is Verdict.LIMITED:
            for line in item.limits:
                if line.is_met is None:
                    names.setdefault(limit_words(line.limit), []).append(item_name(item))
    return {words: those for words, those in names.items() if len(those) > 1}


def _thing(label: str) -> str:
    """Return ``condition:rotator_cuff_repair@right`` as words."""
    name, _, side = label.partition(":")[2].partition("@")
    return ", ".join(filter(None, (name_words(name), name_words(side)))) or plain(label)


def _substitutes(item: ItemReport) -> Iterator[str]:
    for substitute in item.substitutes:
        keeps = f", keeps {plain(substitute.keeps)}" if substitute.keeps else ""
        yield f"{name_words(substitute.exercise)} ({verdict_words(substitute.verdict)}{keeps})"
