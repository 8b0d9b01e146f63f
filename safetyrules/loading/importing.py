"""Bring another app's exercise list: every name that resolves is there already, the rest become drafts for a person to review.

A draft extends the catalog exercise whose name is most alike, takes the foreign muscles and equipment where they are
known, and has the status `imported`: it is judged unknown until `reviewed` turns it into a reviewed record.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from safetyrules.errors import InputError, Location, Problem
from safetyrules.loading.names import Names, words_of
from safetyrules.loading.shape import Shape, fit
from safetyrules.loading.strict_yaml import Document, read
from safetyrules.model.exercise import Catalog

Format = Literal["fedb", "open", "wger", "csv"]
FORMATS: tuple[Format, ...] = ("fedb", "open", "wger", "csv")
_COLUMNS = ("name", "equipment", "primary", "secondary", "category")


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
    """What became of a list: names that are in the catalog already, drafts, and names that need tagging by hand."""

    known: Mapping[str, str]
    ambiguous: Mapping[str, tuple[str, ...]]
    drafts: tuple[Draft, ...]
    untagged: Mapping[str, tuple[str, ...]]


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
        name=str(item.get("name") or item.get("title") or "").strip(),
        equipment=_texts(item.get("equipment") or item.get("equipments")),
        primary=_texts(item.get("primaryMuscles") or item.get("primary_muscles") or item.get("target")),
        secondary=_texts(item.get("secondaryMuscles") or item.get("secondary_muscles")),
        category=str(item.get("category") or ""),
    )


def _wger(item: Mapping[str, Any]) -> Entry:
    """Read wger's exerciseinfo: names stand in translations (2 is English), muscles and equipment are records."""
    names = [t for t in item.get("translations") or () if isinstance(t, dict)]
    english = next((t.get("name") for t in names if t.get("language") == 2), None)
    category = item.get("category")
    return Entry(
        name=str(english or item.get("name") or "").strip(),
        equipment=_texts(item.get("equipment")),
        primary=_texts(item.get("muscles")),
        secondary=_texts(item.get("muscles_secondary")),
        category=str(category.get("name") if isinstance(category, dict) else category or ""),
    )


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
    rows = csv.DictReader(io.StringIO(text))
    named = {ours: columns.get(ours, ours) for ours in _COLUMNS}
    if named["name"] not in (rows.fieldnames or ()):
        found = ", ".join(rows.fieldnames or ()) or "none"
        raise InputError(
            [
                Problem(
                    Location(str(path), 1, 1), f"there is no column '{named['name']}'", f"Columns: {found}. Use --map name=COLUMN."
                )
            ]
        )

    def cell(row: Mapping[str, str | None], key: str) -> tuple[str, ...]:
        text = row.get(named[key]) or ""
        return tuple(part.strip().lower() for part in text.replace(";", ",").split(",") if part.strip())

    return [
        Entry(
            (row.get(named["name"]) or "").strip(),
            cell(row, "equipment"),
            cell(row, "primary"),
            cell(row, "secondary"),
            row.get(named["category"]) or "",
        )
        for row in rows
        if (row.get(named["name"]) or "").strip()
    ]


def draft(entries: Iterable[Entry], catalog: Catalog, names: Names, folder: Path) -> Imported:
    """Sort foreign exercises into known, ambiguous, draft and untagged; `folder` holds tagger.yaml."""
    tagger = fit(_Tagger, read(folder / "import" / "tagger.yaml"))
    known, ambiguous, drafts, untagged = {}, {}, [], {}
    taken = set(catalog.exercises)
    for entry in entries:
        ids = names.resolve(entry.name).ids
        if len(ids) == 1:
            known[entry.name] = ids[0]
        elif ids:
            ambiguous[entry.name] = ids
        else:
            found = _draft(entry, catalog, names, tagger, taken)
            if found is None:
                untagged[entry.name] = names.near(entry.name)
            else:
                taken.add(str(found.record["id"]))
                drafts.append(found)
    return Imported(known, ambiguous, tuple(drafts), untagged)


def _draft(entry: Entry, catalog: Catalog, names: Names, tagger: _Tagger, taken: set[str]) -> Draft | None:
    from rapidfuzz import fuzz

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
    record: dict[str, Any] = {"id": _free_id(entry.name, taken), "name": entry.name[:90], "extends": model.id, "status": "imported"}
    equipment = [tagger.equipment[word] for word in entry.equipment if word in tagger.equipment]
    if equipment and not set(equipment) <= set(model.equipment):
        record["equipment"] = equipment
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

    Raises `InputError` for an approval without name, role and date, or of a record that the drafts don't have.
    """
    file = fit(_Reviews, reviews)
    records = (
        {r.get("id"): r for r in drafts.data.get("exercises", ()) if isinstance(r, dict)} if isinstance(drafts.data, dict) else {}
    )
    problems = []
    for index, review in enumerate(file.reviews):
        place = reviews.locate(("reviews", index))
        if review.id not in records:
            problems.append(Problem(place, f"there is no draft '{review.id}'"))
        elif review.approved and not (review.by and review.role and review.date):
            problems.append(Problem(place, f"the approval of '{review.id}' wants `by`, `role` and `date`"))
    if problems:
        raise InputError(problems)
    approved = {r.id: {"by": r.by, "role": r.role, "date": r.date} for r in file.reviews if r.approved}
    exercises = [
        {**record, "status": "reviewed", "reviewed": approved[record["id"]]} if record.get("id") in approved else record
        for record in drafts.data["exercises"]
    ]
    return {**drafts.data, "exercises": exercises}, len(approved)
