"""A report as a flat list of findings, each with its level: what code scanning and annotations are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from safetyrules.errors import Location
from safetyrules.model.knowledge import Reference
from safetyrules.model.report import ItemReport, LimitLine, Reason, Report, SessionReport
from safetyrules.model.times import time_text
from safetyrules.model.verdict import Verdict
from safetyrules.reporting.plain import plain
from safetyrules.reporting.wording import item_name, limit_words, met_words, reason_sentence, verdict_words

ASK_RULE = "engine/ask"
_ALERT_LEVELS = {"emergency": "error", "stop": "error", "warn": "warning"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to show: `level` is error, warning or note; `about` is the sentence that says what the rule is for.

    Findings with the same `subject` are about the same planned exercise; it is empty for what concerns more than one.
    """

    rule: str
    level: str
    title: str
    message: str
    about: str
    location: Location = field(default=Location(""))
    field_path: str = ""
    verdict: str = ""
    evidence: str = ""
    citations: tuple[Reference, ...] = ()
    subject: tuple[int, ...] = ()


def level_of(verdict: Verdict, *, within_limits: bool) -> str:
    """Return the level of a verdict; a limit is a note once the planned dose keeps it."""
    if verdict >= Verdict.UNKNOWN:
        return "error"
    return "note" if within_limits else "warning"


def findings(report: Report) -> tuple[Finding, ...]:
    """Return every finding of the report: sessions in order of time, then needed asks, then alerts that no finding told."""
    found = [finding for number, session in enumerate(report.sessions) for finding in _session(number, session)]
    case = Location(_case_file(report))
    for ask in report.asks:
        if ask.is_needed:
            message = f"{plain(ask.question)} ({plain(ask.field)})"
            about = "Something declared can't be judged without this."
            found.append(Finding(ASK_RULE, "error", "not known", message, about, case, plain(ask.field), Verdict.UNKNOWN.word))
    told = {finding.rule for finding in found}
    for alert in report.alerts:
        if plain(alert.rule) not in told:
            level = _ALERT_LEVELS.get(alert.level, "note")
            message = plain(alert.message)
            found.append(Finding(plain(alert.rule), level, plain(alert.level), message, message, case))
    return tuple(found)


def _session(number: int, session: SessionReport) -> Iterator[Finding]:
    place = Location(next((item.location.file for item in session.items), ""))
    when = f"session {time_text(session.at)}"
    for reason in session.reasons:
        yield _of_reason(reason, when, place, level_of(reason.verdict, within_limits=session.within_limits))
    for line in session.limits:
        yield _of_limit(line, when, place)
    for index, item in enumerate(session.items):
        yield from (replace(finding, subject=(number, index)) for finding in _item(item))


def _item(item: ItemReport) -> Iterator[Finding]:
    name = item_name(item)
    limits = ". ".join(f"{limit_words(line.limit)}: {met_words(line)}" for line in item.limits)
    for reason in item.reasons:
        level = level_of(reason.verdict, within_limits=item.within_limits)
        is_limit = reason.verdict is Verdict.LIMITED and limits
        yield _of_reason(reason, name, item.location, level, f" {limits}." if is_limit else "")
    if not item.reasons and item.verdict > Verdict.ALLOWED:
        words = verdict_words(item.verdict)
        level = level_of(item.verdict, within_limits=item.within_limits)
        about = "A verdict without a reason of its own."
        yield Finding("engine/verdict", level, words, f"{name}: {words}.", about, item.location, verdict=item.verdict.word)


def _of_reason(reason: Reason, name: str, place: Location, level: str, more: str = "") -> Finding:
    return Finding(
        rule=plain(reason.rule),
        level=level,
        title=f"{verdict_words(reason.verdict)}: {name}",
        message=f"{name}: {verdict_words(reason.verdict)}. {reason_sentence(reason)}{more}",
        about=plain(reason.because) or "No reason is written down.",
        location=place,
        verdict=reason.verdict.word,
        evidence=plain(reason.evidence),
        citations=reason.citations,
    )


def _of_limit(line: LimitLine, name: str, place: Location) -> Finding:
    message = f"{limit_words(line.limit)}: {met_words(line)}."
    level = level_of(Verdict.LIMITED, within_limits=line.is_met is not False)
    return Finding(plain(line.rule), level, f"limited: {name}", f"{name}: {message}", message, place, verdict=Verdict.LIMITED.word)


def _case_file(report: Report) -> str:
    places = (item.location.file for session in report.sessions for item in session.items)
    return next((file for file in places if file), "")
