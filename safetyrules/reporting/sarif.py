"""A report as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from safetyrules.errors import Location
from safetyrules.model.report import EngineInfo, Report
from safetyrules.reporting.findings import Finding, findings
from safetyrules.reporting.plain import plain
from safetyrules.reporting.wording import reference_words

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_DRIVE = re.compile(r"^[A-Za-z]:/")
# What a file name may hold unchanged in a relative or absolute URI.
_URI_SAFE = "/~!$&'()*+,;=@"


def render(report: Report) -> str:
    """Return one run with one result per item and reason, and the packs as extensions of the tool."""
    found = findings(report)
    rules = _rules(found)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {"name": "safetyrules", "version": plain(report.engine.version), "rules": rules},
            "extensions": _packs(report.engine),
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.rule]) for finding in found],
        "properties": {"verdict": report.verdict.word, "within_limits": report.within_limits},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rules(found: Iterable[Finding]) -> list[dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {}
    for finding in found:
        if finding.rule in rules:
            continue
        rule: dict[str, Any] = {"id": finding.rule, "shortDescription": _message(finding.about)}
        if finding.citations:
            sources = "; ".join(f"[{plain(c.grade)}] {reference_words(c)}" for c in finding.citations)
            rule["fullDescription"] = _message(f"Sources: {sources}")
            url = finding.citations[0].url
            if url.startswith(("https://", "http://")):
                rule["helpUri"] = quote(url, safe=_URI_SAFE + ":?#%[]")
        rules[finding.rule] = rule
    return [rules[name] for name in sorted(rules)]


def _packs(engine: EngineInfo) -> list[dict[str, Any]]:
    return [
        {
            "name": plain(pack["id"]),
            "version": plain(pack["version"]),
            "properties": {key: plain(value) for key, value in pack.items() if key not in ("id", "version")},
        }
        for pack in engine.packs
    ]


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.level,
        "message": _message(finding.message),
    }
    location = _location(finding)
    if location:
        result["locations"] = [location]
    result["properties"] = {"verdict": finding.verdict, "evidence": finding.evidence}
    return result


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if finding.location.file:
        location["physicalLocation"] = _physical(finding.location)
    if finding.field_path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.field_path}]
    return location


def _physical(place: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line} | ({"startColumn": place.column} if place.column else {})
    return physical


def _uri(file: str) -> str:
    path = plain(file).replace("\\", "/")
    if _DRIVE.match(path):
        return f"file:///{path[0]}:{quote(path[2:], safe=_URI_SAFE)}"
    if path.startswith("/"):
        # Two leading slashes would name a host.
        return f"file:///{quote(path.lstrip('/'), safe=_URI_SAFE)}"
    return quote(path, safe=_URI_SAFE)


def _message(text: str) -> dict[str, str]:
    """Return a message whose text has no placeholder and no link: both have a syntax of their own in SARIF."""
    escaped = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("{", "{{").replace("}", "}}")
    return {"text": escaped}
