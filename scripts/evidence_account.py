"""The account that nothing of the evidence was lost: one entry for each fact of each record.

    python scripts/evidence_account.py skeleton EVIDENCE.yaml RECORD   prints an account for a record, to be filled in
    python scripts/evidence_account.py check EVIDENCE.yaml             compares the committed accounts with the evidence

The accounts in `tests/account` are what the tests read: they need no evidence file. An entry says where the fact stands
(`at`), what it says (`says`), and the restrictions or parts of the condition file that carry it (`in`), or why none does (`why`).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ACCOUNTS = Path(__file__).parents[1] / "tests" / "account"
_SILENT = {"basis", "src", "b", "s"}
_IDENTITY = {"id", "name", "synonyms", "icd10cm", "snomed_ct", "codes", "body_region", "structure", "kind", "clock"} | {
    "sources",
    "params",
}
_PHASE_HEAD = {"name", "weeks"}


def facts(record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every fact of a record: where it stands, and what it is."""
    for key, value in record.items():
        if key == "phases":
            for number, phase in enumerate(value):
                yield f"phases.{number}", {"name": phase["name"], "weeks": phase["weeks"]}
                for part, inner in phase.items():
                    if part not in _PHASE_HEAD:
                        yield from _each(f"phases.{number}.{part}", inner)
        elif key not in _IDENTITY:
            yield from _each(key, value)


def _each(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield f"{place}.{number}", item
    else:
        yield place, value


def says(fact: Any) -> str:
    """Return the fact in one line, without its sources."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: bare(v) for k, v in value.items() if k not in _SILENT}
        return [bare(v) for v in value] if isinstance(value, list) else value

    text = json.dumps(bare(fact), ensure_ascii=False, default=str)
    return text.replace('"', "").strip("{}")


def digest(fact: Any) -> str:
    """Return a short digest of the whole fact, sources included."""
    return hashlib.sha256(json.dumps(fact, sort_keys=True, default=str).encode()).hexdigest()[:8]


def skeleton(record: dict[str, Any], evidence: str) -> str:
    """Return an account with every fact of the record and no answer yet."""
    lines = ["format: account/1", f"condition: {record['id']}", f"evidence: {evidence}", "facts:"]
    for place, fact in facts(record):
        lines.append(f"- {{at: {place}, digest: '{digest(fact)}', says: {json.dumps(says(fact), ensure_ascii=False)}, in: []}}")
    return "\n".join(lines) + "\n"


def check(path: Path) -> Iterator[str]:
    """Yield where the committed accounts and the evidence differ."""
    for record in _records(path):
        own = ACCOUNTS / f"{record['id']}.{path.stem}.yaml"
        if not own.is_file():
            yield f"{record['id']}: no account {own.name}"
            continue
        stated = {e["at"]: e["digest"] for e in yaml.safe_load(own.read_text(encoding="utf-8"))["facts"]}
        there = {place: digest(fact) for place, fact in facts(record)}
        for place in sorted(there.keys() | stated.keys()):
            if there.get(place) != stated.get(place):
                yield f"{own.name}: {place} differs from the evidence"


def _records(path: Path) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["records"]
    return records


def main(arguments: list[str]) -> int:
    """Run one of the two commands."""
    if arguments[:1] == ["skeleton"] and len(arguments) == 3:
        path = Path(arguments[1])
        (record,) = [r for r in _records(path) if r["id"] == arguments[2]]
        print(skeleton(record, path.stem), end="")
        return 0
    if arguments[:1] == ["check"] and len(arguments) == 2:
        problems = list(check(Path(arguments[1])))
        print("\n".join(problems) or "every fact of the evidence is accounted for")
        return 1 if problems else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
