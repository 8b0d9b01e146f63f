"""Exercises that extend another and state only what differs: merged here, before any shape is checked.

Maps are merged key by key; `joints` entries replace those of the same joint, action and limb; `adjust` entries those of
the same id; other lists are replaced whole. `drop` removes what the variant has not. Names, codes, evidence and status
are never inherited: they are statements about one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from safetyrules.errors import InputError, Problem
from safetyrules.loading.shape import nearest
from safetyrules.loading.strict_yaml import Document

_OWN = frozenset({"id", "name", "aka", "codes", "ev", "status", "reviewed", "extends", "drop"})
_MAPS = frozenset({"muscles", "spine", "tissues", "support", "impact", "strain", "hazard", "load", "env", "dose", "ladder"})
_MAX_DEPTH = 4


def expand(documents: Iterable[Document]) -> list[Document]:
    """Return the documents with every variant complete; raise `InputError` for unknown bases, cycles and idle drops."""
    documents = list(documents)
    records: dict[str, tuple[Document, int, Mapping[str, Any]]] = {}
    for document in documents:
        for index, record in _records(document):
            if isinstance(record.get("id"), str):
                records.setdefault(record["id"], (document, index, record))
    expander = _Expander(records)
    expanded = []
    for document in documents:
        found = dict(_records(document))
        if not any("extends" in record for record in found.values()):
            expanded.append(document)
            continue
        raw = document.data["exercises"]
        exercises = [expander.complete(document, i, found[i]) if i in found else e for i, e in enumerate(raw)]
        expanded.append(Document({**document.data, "exercises": exercises}, document.file, document.root))
    if expander.problems:
        raise InputError(expander.problems)
    return expanded


def _records(document: Document) -> list[tuple[int, Mapping[str, Any]]]:
    exercises = document.data.get("exercises") if isinstance(document.data, dict) else None
    return [(i, e) for i, e in enumerate(exercises) if isinstance(e, dict)] if isinstance(exercises, list) else []


class _Expander:
    def __init__(self, records: Mapping[str, tuple[Document, int, Mapping[str, Any]]]) -> None:
        self.records = records
        self.problems: list[Problem] = []

    def complete(self, document: Document, index: int, record: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
        """Return `record` with what it inherits."""
        base_id = record.get("extends")
        if base_id is None:
            return dict(record)
        place = document.locate(("exercises", index, "extends"))
        if not isinstance(base_id, str) or base_id not in self.records:
            guess = nearest(str(base_id), self.records)
            hint = f"Did you mean '{guess}'?" if guess else ""
            self.problems.append(Problem(place, f"extends unknown exercise '{base_id}'", hint))
            return {key: value for key, value in record.items() if key not in ("extends", "drop")}
        if depth >= _MAX_DEPTH or base_id == record.get("id"):
            self.problems.append(Problem(place, f"'{record.get('id')}' extends in a circle, or more than {_MAX_DEPTH} deep"))
            return dict(record)
        base_document, base_index, base_record = self.records[base_id]
        base = self.complete(base_document, base_index, base_record, depth + 1)
        merged = {key: value for key, value in base.items() if key not in _OWN}
        drops = record.get("drop", [])
        if not isinstance(drops, list):
            where = document.locate(("exercises", index, "drop"))
            self.problems.append(Problem(where, "drop is a list of what the variant has not, such as [reach, tissues.acl]"))
            drops = []
        for path in drops:
            if not _drop(merged, str(path)):
                where = document.locate(("exercises", index, "drop"))
                self.problems.append(Problem(where, f"drop names '{path}', which '{base_id}' does not have"))
        for key, value in record.items():
            if key not in ("extends", "drop"):
                merged[key] = _merged(key, merged.get(key), value)
        merged.setdefault("ev", {})
        return merged


def _merged(key: str, old: Any, new: Any) -> Any:
    if key in _MAPS and isinstance(old, dict) and isinstance(new, dict):
        return {**old, **new}
    if key == "joints" and isinstance(old, list) and isinstance(new, list):
        replaced = [_joint_key(entry) for entry in new]
        return [entry for entry in old if _joint_key(entry) not in replaced] + new
    if key == "adjust" and isinstance(old, list) and isinstance(new, list):
        ids = [entry.get("id") for entry in new if isinstance(entry, dict)]
        return [entry for entry in old if not (isinstance(entry, dict) and entry.get("id") in ids)] + new
    return new


def _joint_key(entry: Any) -> tuple[Any, ...]:
    return (entry.get("j"), entry.get("a"), entry.get("limb")) if isinstance(entry, dict) else ()


def _drop(record: dict[str, Any], path: str) -> bool:
    """Remove what `path` names from a copied list or map; return whether there was anything."""
    head, _, rest = path.partition(".")
    if not rest:
        return record.pop(head, None) is not None
    value = record.get(head)
    if isinstance(value, dict):
        record[head] = {key: item for key, item in value.items() if key != rest}
        return len(record[head]) < len(value)
    if not isinstance(value, list):
        return False
    if head == "joints":
        kept = [e for e in value if not (isinstance(e, dict) and f"{e.get('j')}.{e.get('a')}" == rest)]
    elif head == "adjust":
        kept = [e for e in value if not (isinstance(e, dict) and e.get("id") == rest)]
    else:
        kept = [item for item in value if item != rest]
    record[head] = kept
    return len(kept) < len(value)
