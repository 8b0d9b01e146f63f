"""Bring another app's exercise list: every name that resolves is there already, the rest become drafts for a person to review.

A draft extends the catalog exercise whose name is most alike, takes the foreign muscles and equipment where they are
known, and has the status `imported`: it is judged unknown until `reviewed` turns it into a reviewed record.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from safetyrules.errors import InputError, Location, Problem
from safetyrules.loading.names import Names, fold, words_of
from safetyrules.loading.shape import Shape, fit
from safetyrules.loading.strict_yaml import Document, read
from safetyrules.model.exercise import Catalog
from safetyrules.model.fields import day_from

Format = Literal["fedb", "open", "wger", "csv"]
FORMATS: tuple[Format, ...] = ("fedb", "open", "wger", "csv")
_COLUMNS = ("name", "equipment", "primary", "secondary", "category")
# The catalog refuses a file with a name outside these bounds, so one odd name would take every draft with it.
_SHORTEST_NAME, _LONGEST_NAME = 3, 90
# Likewise for who signs, and in what role.
_SHORTEST_SIGNATURE = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One exercise of another app, in its own words."""

    name: str
    equipment: tuple[str, ...] = ()
    primary: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A pre-filled record, the exercise it was modelled on, how alike the names are, and what to look at first."""

    record: Mapping[str, Any]
    model: str
    likeness: int
    check: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list: names in the catalog already, drafts, names to tag by hand, and names drafted before.

    `repeated` maps a name that says the same as an earlier one to the id of that one's draft.
    """

    known: Mapping[str, str]
    ambiguous: Mapping[str, tuple[str, ...]]
    drafts: tuple[Draft, ...]
    untagged: Mapping[str, tuple[str, ...]]
    repeated: Mapping[str, str]


class _Tagger(Shape):
    format: Literal["tagger/1"]
    equipment: dict[str, str]
    muscles: dict[str, str]
    least_likeness: int


def read_entries(path: Path, form: Format, columns: Mapping[str, str] | None = None) -> list[Entry]:
    """Return the exercises in `path`; `columns` maps our column names to those of a CSV file.

    Raises `InputError` when the file can't be read or is not of that form.
    """
    entries = _from_csv(path, columns or {}) if form == "csv" else _from_json(read(path), form)
    if not entries:
        raise InputError([Problem(Location(str(path)), "no exercise with a name was found", f"Is it the format {form}?")])
    return entries


def _from_json(document: Document, form: Format) -> list[Entry]:
    data = document.data
    if isinstance(data, dict):
        data = next((data[key] for key in ("results", "exercises", "data") if isinstance(data.get(key), list)), None)
    if not isinstance(data, list):
        message = "expected a list of exercises, or a map with one under results, exercises or data"
        raise InputError([Problem(document.locate(()), message)])
    entries = [_wger(item) if form == "wger" else _plain(item) for item in data if isinstance(item, dict)]
    return [entry for entry in entries if entry.name]


def _plain(item: Mapping[str, Any]) -> Entry:
    return Entry(
        name=_name(item.get("name") or item.get("title")),
        equipment=_texts(item.get("equipment") or item.get("equipments")),
        primary=_texts(item.get("primaryMuscles") or item.get("primary_muscles") or item.get("target")),
        secondary=_texts(item.get("secondaryMuscles") or item.get("secondary_muscles")),
        category=str(item.get("category") or ""),
    )


def _wger(item: Mapping[str, Any]) -> Entry:
    """Read wger's exerciseinfo: names stand in translations (2 is English), muscles and equipment are records."""
    translations = item.get("translations")
    names = [t for t in translations if isinstance(t, dict)] if isinstance(translations, list) else []
    english = next((t.get("name") for t in names if t.get("language") == 2), None)
    category = item.get("category")
    return Entry(
        name=_name(english or item.get("name")),
        equipment=_texts(item.get("equipment")),
        primary=_texts(item.get("muscles")),
        secondary=_texts(item.get("muscles_secondary")),
        category=str(category.get("name") if isinstance(category, dict) else category or ""),
    )


def _name(value: Any) -> str:
    """Return a name on one line; what is no text is no name."""
    if not isinstance(value, str):
        return ""
    # Signs that can't be shown would make the drafts a file that can't be read back.
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    found = []
    for item in items:
        text = (item.get("name_en") or item.get("name")) if isinstance(item, dict) else item
        if isinstance(text, str) and text.strip():
            found.append(text.strip().lower())
    return tuple(found)


def _from_csv(path: Path, columns: Mapping[str, str]) -> list[Entry]:
    unknown = sorted(set(columns) - set(_COLUMNS))
    if unknown:
        raise InputError([Problem(Location("command line"), f"unknown column '{unknown[0]}'", f"Allowed: {', '.join(_COLUMNS)}.")])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(Location(str(path)), f"can't be read as UTF-8 text: {error}")]) from error
    # Strict, because otherwise a quote that is never closed swallows every row after it.
    rows = csv.DictReader(io.StringIO(text), strict=True)
    try:
        return _rows(rows, {ours: columns.get(ours, ours) for ours in _COLUMNS}, str(path))
    except csv.Error as error:
        hint = "Look for a quote that is not closed, or a cell that is far too long."
        raise InputError([Problem(Location(str(path), rows.line_num + 1, 1), f"not valid CSV: {error}", hint)]) from error


def _rows(rows: csv.DictReader[str], named: Mapping[str, str], file: str) -> list[Entry]:
    """Return the rows that have a name; `named` maps our column names to those of the file."""
    if named["name"] not in (rows.fieldnames or ()):
        found = ", ".join(rows.fieldnames or ()) or "none"
        message, hint = f"there is no column '{named['name']}'", f"Columns: {found}. Use --map name=COLUMN."
        raise InputError([Problem(Location(file, 1, 1), message, hint)])

    def cell(row: Mapping[str, str | None], key: str) -> tuple[str, ...]:
        text = row.get(named[key]) or ""
        return tuple(part.strip().lower() for part in text.replace(";", ",").split(",") if part.strip())

    return [
        Entry(
            _name(row.get(named["name"])),
            cell(row, "equipment"),
            cell(row, "primary"),
            cell(row, "secondary"),
            row.get(named["category"]) or "",
        )
        for row in rows
        if _name(row.get(named["name"]))
    ]


def draft(entries: Iterable[Entry], catalog: Catalog, names: Names, folder: Path) -> Imported:
    """Sort foreign exercises into known, ambiguous, draft, repeated and untagged; `folder` holds tagger.yaml."""
    tagger = fit(_Tagger, read(folder / "import" / "tagger.yaml"))
    known, ambiguous, untagged, repeated = {}, {}, {}, {}
    drafts: dict[tuple[str, ...], Draft] = {}
    taken = set(catalog.exercises)
    for entry in entries:
        ids, said = names.resolve(entry.name).ids, _said(entry.name, names)
        if len(ids) == 1:
            known[entry.name] = ids[0]
        elif ids:
            ambiguous[entry.name] = ids
        elif said in drafts:
            repeated[entry.name] = str(drafts[said].record["id"])
        elif (found := _draft(entry, catalog, names, tagger, taken)) is None:
            untagged[entry.name] = names.near(entry.name)
        else:
            taken.add(str(found.record["id"]))
            drafts[said] = found
    return Imported(known, ambiguous, tuple(drafts.values()), untagged, repeated)


def _said(name: str, names: Names) -> tuple[str, ...]:
    """Return what a name says, the same for two spellings of it.

    Folding reads only plain letters, so the words with others are kept beside it: they may tell two exercises apart.
    """
    kept = _shortened(name)
    others = sorted(word for word in kept.casefold().split() if not word.isascii())
    return (fold(kept, names.same, frozenset(names.idle)), *others)


def _shortened(name: str) -> str:
    return name[:_LONGEST_NAME].strip()


def _draft(entry: Entry, catalog: Catalog, names: Names, tagger: _Tagger, taken: set[str]) -> Draft | None:
    from rapidfuzz import fuzz

    name_kept = _shortened(entry.name)
    if len(name_kept) < _SHORTEST_NAME:
        return None
    primary = [tagger.muscles[m] for m in entry.primary if m in tagger.muscles]
    own = " ".join(sorted(words_of(entry.name, names.same, frozenset(names.idle))))
    best: tuple[float, str] | None = None
    for name in names.near(entry.name, 8):
        exercise = catalog.exercises[name]
        score = fuzz.token_set_ratio(own, " ".join(sorted(words_of(exercise.name, names.same, frozenset(names.idle)))))
        # A model that moves with other muscles is no model, however alike the words.
        shares = not primary or set(primary) & {*exercise.muscles.prime, *exercise.muscles.synergist, *exercise.muscles.stretched}
        if shares and score >= tagger.least_likeness and (best is None or score > best[0]):
            best = (score, name)
    if best is None:
        return None
    model = catalog.exercises[best[1]]
    record: dict[str, Any] = {"id": _free_id(entry.name, taken), "name": name_kept, "extends": model.id, "status": "imported"}
    equipment = [tagger.equipment[word] for word in entry.equipment if word in tagger.equipment]
    if equipment and not set(equipment) <= set(model.equipment):
        record["equipment"] = list(dict.fromkeys(equipment))
    if primary:
        secondary = [tagger.muscles[m] for m in entry.secondary if m in tagger.muscles]
        record["muscles"] = {"prime": list(dict.fromkeys(primary)), "synergist": list(dict.fromkeys(secondary))}
    record["ev"] = {}
    return Draft(record, model.id, round(best[0]), _checks(record, model.equipment, entry))


def _checks(record: Mapping[str, Any], equipment: tuple[str, ...], entry: Entry) -> tuple[str, ...]:
    checks = [
        "joint angles, mode, load and limb of every entry",
        "overhead, axial load, loaded spinal flexion, impact, head below heart, weight on the hands",
        "hip and knee past 90 degrees, single-leg stance, breath holding, grip, load over the face",
    ]
    if "equipment" in record:
        checks.insert(
            0,
            f"equipment differs from the model: {', '.join(record['equipment'])} instead of {', '.join(equipment)}; smallest load",
        )
    if not entry.primary:
        checks.insert(0, "no muscles were given")
    return tuple(checks)


def _free_id(name: str, taken: set[str]) -> str:
    base = "_".join(w for w in "".join(c if c.isascii() and c.isalnum() else " " for c in name.lower()).split())[:56] or "exercise"
    base = base if base[0].isalpha() else f"x_{base}"
    candidate, number = base, 2
    while candidate in taken:
        candidate, number = f"{base}_{number}", number + 1
    return candidate


class _Review(Shape):
    id: str
    name: str
    model: str
    likeness: int
    check: list[str]
    approved: bool = False
    by: str = ""
    role: str = ""
    date: str = ""
    note: str = ""


class _Reviews(Shape):
    format: Literal["review/1"]
    reviews: list[_Review]


def apply_reviews(drafts: Document, reviews: Document) -> tuple[dict[str, Any], int]:
    """Return the drafts with every approved record reviewed, and how many were approved.

    Raises `InputError` for a file that holds no drafts, for a review of a record that the drafts don't have or that is
    reviewed twice, and for an approval without name, role and a day of the calendar.
    """
    records = _records(drafts)
    file = fit(_Reviews, reviews)
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, review in enumerate(file.reviews):
        wrong = _fault(review, records, seen)
        if wrong:
            problems.append(Problem(reviews.locate(("reviews", index)), wrong))
        seen.add(review.id)
    if problems:
        raise InputError(problems)
    signed = {r.id: {"by": r.by.strip(), "role": r.role.strip(), "date": r.date} for r in file.reviews if r.approved}
    exercises = [
        {**record, "status": "reviewed", "reviewed": signed[name]} if name in signed else record for name, record in records.items()
    ]
    return {**drafts.data, "exercises": exercises}, len(signed)


def _records(drafts: Document) -> dict[str, Mapping[str, Any]]:
    """Return the draft records by id, in their order; raise `InputError` where the file holds none or an id is no id."""
    data = drafts.data
    if not isinstance(data, dict) or not isinstance(data.get("exercises"), list):
        message = "this is no file of drafts: expected a map with a list under exercises"
        raise InputError([Problem(drafts.locate(("exercises",)), message)])
    records: dict[str, Mapping[str, Any]] = {}
    problems = []
    for index, record in enumerate(data["exercises"]):
        name = record.get("id") if isinstance(record, dict) else None
        if not isinstance(name, str):
            problems.append(Problem(drafts.locate(("exercises", index)), "expected a draft: a map with a text under id"))
        elif name in records:
            # One approval would sign both, and nobody could say which of them was looked at.
            problems.append(Problem(drafts.locate(("exercises", index)), f"the draft '{name}' stands here twice"))
        else:
            records[name] = record
    if problems:
        raise InputError(problems)
    return records


def _fault(review: _Review, records: Mapping[str, Any], seen: set[str]) -> str:
    """Return what is wrong with a review, or an empty text."""
    if review.id not in records:
        return f"there is no draft '{review.id}'"
    if review.id in seen:
        return f"'{review.id}' is reviewed twice; keep one of the two"
    if not review.approved:
        return ""
    if min(len(review.by.strip()), len(review.role.strip())) < _SHORTEST_SIGNATURE or not review.date.strip():
        return f"the approval of '{review.id}' wants `by`, `role` and `date`"
    try:
        day = day_from(review.date)
    except ValueError as error:
        return f"the approval of '{review.id}' has a wrong `date`: {error}"
    # A case may leave a day unknown; a signature may not.
    return "" if isinstance(day, date) else f"the approval of '{review.id}' wants a `date` such as 2026-11-24"
