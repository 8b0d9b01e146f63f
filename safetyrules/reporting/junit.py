"""A report as JUnit XML: one suite per session, one case per planned exercise."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from safetyrules.model.report import Ask, ItemReport, LimitLine, Reason, Report, SessionReport
from safetyrules.model.times import time_text
from safetyrules.model.verdict import Verdict
from safetyrules.reporting.plain import plain
from safetyrules.reporting.wording import (
    item_name,
    limit_words,
    met_words,
    reason_sentence,
    source_words,
    strictest_first,
    verdict_words,
)

_CASE = "case"


def render(report: Report, *, fail_on: Verdict = Verdict.UNKNOWN) -> str:
    """Return the suites; there is a failure in them exactly when `report.fails(fail_on)`."""
    root = ET.Element("testsuites", name="safetyrules")
    for session in report.sessions:
        _counted(_session(session, fail_on, root))
    about_case = ET.Element("testsuite", name=_CASE)
    _asks([ask for ask in report.asks if ask.is_needed], fail_on, about_case)
    if not report.sessions:
        case = ET.SubElement(about_case, "testcase", name="plan", classname=_CASE)
        _not_judged(case, "Nothing was judged.", "The case has no planned session.", is_failing=report.fails(fail_on))
    if report.alerts:
        out = ET.SubElement(about_case, "system-out")
        out.text = "\n".join(f"{plain(a.level)}: {plain(a.message)} ({plain(a.rule)})" for a in report.alerts)
    if len(about_case):
        root.append(_counted(about_case))
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _session(session: SessionReport, fail_on: Verdict, root: ET.Element) -> ET.Element:
    when = time_text(session.at) or ""
    suite = ET.SubElement(root, "testsuite", name=when)
    told = [*(item.verdict for item in session.items), *(reason.verdict for reason in session.reasons)]
    # A session can be stricter than anything in it, where what it lacks concerns all of it.
    is_stricter = session.verdict >= fail_on and not any(verdict >= fail_on for verdict in told)
    if session.reasons or session.limits or is_stricter:
        is_failing = is_stricter or not session.within_limits or any(reason.verdict >= fail_on for reason in session.reasons)
        text = _text(session.reasons, session.limits)
        case = ET.SubElement(suite, "testcase", name="session", classname=when)
        _judged(case, verdict_words(session.verdict), text, is_failing=is_failing)
    used: dict[str, int] = {}
    for item in session.items:
        name = item_name(item)
        used[name] = used.get(name, 0) + 1
        # Readers of JUnit files keep one case per name.
        shown = name if used[name] == 1 else f"{name} ({used[name]})"
        case = ET.SubElement(suite, "testcase", name=shown, classname=when)
        text = _text(item.reasons, item.limits, item.near_names)
        _judged(case, _headline(item), text, is_failing=item.verdict >= fail_on or item.is_failing)
    return suite


def _asks(asks: Iterable[Ask], fail_on: Verdict, suite: ET.Element) -> None:
    for ask in asks:
        text = f"{plain(ask.question)}\nAsked by: {', '.join(plain(rule) for rule in ask.rules)}"
        case = ET.SubElement(suite, "testcase", name=plain(ask.field), classname=_CASE)
        _not_judged(case, plain(ask.question), text, is_failing=fail_on <= Verdict.UNKNOWN)


def _judged(case: ET.Element, headline: str, text: str, *, is_failing: bool) -> None:
    if is_failing:
        ET.SubElement(case, "failure", message=headline, type="safetyrules").text = text
    elif text:
        ET.SubElement(case, "system-out").text = f"{headline}\n{text}"


def _not_judged(case: ET.Element, headline: str, text: str, *, is_failing: bool) -> None:
    if is_failing:
        ET.SubElement(case, "failure", message=headline, type="safetyrules").text = text
    else:
        ET.SubElement(case, "skipped", message=headline)


def _counted(suite: ET.Element) -> ET.Element:
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    return suite


def _headline(item: ItemReport) -> str:
    return verdict_words(item.verdict) + (", the planned dose is not within the limits" if item.is_failing else "")


def _text(reasons: Iterable[Reason], limits: Iterable[LimitLine], near_names: Iterable[str] = ()) -> str:
    lines = []
    for reason in strictest_first(reasons):
        lines.append(f"{verdict_words(reason.verdict)}: {reason_sentence(reason)} ({plain(reason.rule)})")
        lines += [f"  {source}" for source in (source_words(reason),) if source]
    lines += [f"limit: {limit_words(line.limit)}: {met_words(line)} ({plain(line.rule)})" for line in limits]
    near = ", ".join(plain(name) for name in near_names)
    return "\n".join([*lines, f"nearest names: {near}"] if near else lines)
