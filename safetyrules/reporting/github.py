"""A report as workflow commands, which GitHub shows as annotations on the case file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from safetyrules.errors import Location
from safetyrules.model.report import Report
from safetyrules.reporting.findings import Finding, findings
from safetyrules.reporting.plain import plain

_LEVELS = ("error", "warning", "note")
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """Return one command a line: one for each planned exercise that is not allowed, one for each other finding.

    GitHub shows ten annotations of a kind, so the reasons of one exercise share one. Empty where there is nothing to say.
    """
    return "".join(f"{_command(list(group))}\n" for _, group in groupby(findings(report), key=_subject))


def _subject(finding: Finding) -> object:
    return finding.subject or finding


def _command(group: list[Finding]) -> str:
    worst = min(group, key=lambda finding: _LEVELS.index(finding.level))
    rest = [finding for finding in group if finding is not worst]
    properties = ",".join(f"{name}={_property(value)}" for name, value in (*_place(worst.location), ("title", worst.title)))
    message = "%0A".join(_data(f"{finding.message} ({finding.rule})") for finding in (worst, *rest))
    return f"::{_COMMANDS[worst.level]} {properties}::{message}"


def _place(place: Location) -> Iterator[tuple[str, str]]:
    if place.file:
        yield "file", place.file
    if place.file and place.line:
        yield "line", str(place.line)
        if place.column:
            yield "col", str(place.column)


def _data(text: str) -> str:
    # `plain` leaves no line break, so that only our own stand between the findings.
    return plain(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
