"""Generated clients, care teams and plans: every bundled condition and medicine around every boundary that a file names.

Values are drawn from what the raw files compare with, a step below, on and above it, so that each example has a fair chance of
standing on a boundary. Everything here is a plain dict as a client file holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from hypothesis import strategies as st
from oracle.evaluator import ROOT, read_conditions

ZONE = "America/New_York"
BUNDLED = read_conditions()
# Made-up files that use everything a condition file may hold, also what no bundled one uses at present.
MADE_UP_PACK = Path(__file__).parent / "made_up"
MADE_UP = read_conditions(Path(__file__).parent, "made_up")
CONDITIONS = BUNDLED | MADE_UP
VOCABULARY = yaml.safe_load((ROOT / "exercise_catalog" / "vocabulary.yaml").read_text("utf-8"))


def _declared(files: Mapping[str, Mapping[str, Any]], *, is_medicine: bool) -> tuple[str, ...]:
    own = {name: raw for name, raw in files.items() if not {"always", "activated_by", "on_event", "on_reading"} & raw.keys()}
    return tuple(sorted(name for name, raw in own.items() if (raw["kind"] == "medication") is is_medicine))


DECLARED, MEDICINES = _declared(BUNDLED, is_medicine=False), _declared(BUNDLED, is_medicine=True)
MADE_UP_DECLARED, MADE_UP_MEDICINES = _declared(MADE_UP, is_medicine=False), _declared(MADE_UP, is_medicine=True)
# Ordinary mornings and evenings, the day the clocks go forward, the turn of a year, and an offset that is another day at home.
MOMENTS = ("2026-11-24T07:00", "2026-11-24T18:30", "2026-03-08T12:00", "2027-01-01T00:00", "2026-11-24T23:30-08:00")


def restrictions_of(raw: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every restriction of a raw condition file with its rule id."""
    stem = f"{raw['pack']}/{raw['id']}"
    for phase in raw.get("phases") or ():
        for restriction in phase.get("restrictions") or ():
            yield f"{stem}.{phase['id']}.{restriction['id']}", restriction
    for restriction in [*(raw.get("restrictions") or ()), *(raw.get("lifelong") or ())]:
        yield f"{stem}.{restriction['id']}", restriction


def _maps(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _maps(part)
    elif isinstance(value, list):
        for part in value:
            yield from _maps(part)


@cache
def thresholds(kind: str, name: str, file: str = "") -> list[float]:
    """Return the numbers that `when`s compare a fact with, in one file or in all."""
    found: set[float] = set()
    for condition in [CONDITIONS[file]] if file else CONDITIONS.values():
        for part in _maps(condition):
            if part.get(kind) == name:
                found |= {part[op] for op in ("lt", "lte", "gt", "gte") if op in part}
    return sorted(found)


def _boundary_days(raw: Mapping[str, Any]) -> list[int]:
    """Return the days since the condition's date on which something in the file begins or ends."""
    days = {0}
    for phase in raw.get("phases") or ():
        days |= {week * 7 for week in phase["weeks"] if week is not None}
    for part in _maps(raw):
        days |= {part[key] * 7 for key in ("from_week", "until_week") if isinstance(part.get(key), int)}
        if isinstance(part.get("week"), dict):
            days |= {week * 7 for week in part["week"].values()}
        if "days_since" in part:
            days |= {int(part[op]) for op in ("lt", "lte", "gt", "gte") if op in part}
    return sorted(days)


BOUNDARY_DAYS = {name: _boundary_days(raw) for name, raw in CONDITIONS.items()}


def day_of(at: str) -> date:
    """Return the day at home of the moment `at`."""
    time = datetime.fromisoformat(at)
    return time.astimezone(ZoneInfo(ZONE)).date() if time.tzinfo else time.date()


def _moment(at: str) -> datetime:
    """Return the moment `at` in UTC."""
    time = datetime.fromisoformat(at)
    return (time if time.tzinfo else time.replace(tzinfo=ZoneInfo(ZONE))).astimezone(UTC)


def _maybe(strategy: st.SearchStrategy[Any], *empty: Any) -> st.SearchStrategy[Any]:
    return st.one_of(strategy, strategy, st.sampled_from(empty or (None,)))


@cache
def dates(name: str, day: date) -> st.SearchStrategy[Any]:
    """Dates of a condition: on, just before and just after each boundary, in the future, and not known."""
    days = [-40, -3, *(boundary + step for boundary in BOUNDARY_DAYS[name] for step in (-1, 0, 1))]
    return _maybe(st.sampled_from([(day - timedelta(days=n)).isoformat() for n in days]), None, "unknown")


@cache
def known_dates(name: str, day: date) -> st.SearchStrategy[str]:
    """Dates of a condition that are known and not ahead."""
    days = sorted({max(boundary + step, 0) for boundary in BOUNDARY_DAYS[name] for step in (-1, 0, 1)})
    return st.sampled_from([(day - timedelta(days=n)).isoformat() for n in days])


def _around(values: list[float], low: float, high: float) -> list[float]:
    near = [value + step for value in values for step in (-1, -0.5, 0, 0.5, 1)]
    return sorted({min(max(value, low), high) for value in [*near, low, high]})


@cache
def params(name: str, day: date, *, is_certain: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Stated values of a condition; unless `is_certain`, each may be absent, null or the word unknown."""
    raw = CONDITIONS[name]
    each = {}
    for key, parameter in (raw.get("params") or {}).items():
        kind = parameter["type"]
        value: st.SearchStrategy[Any]
        if kind == "choice":
            value = st.sampled_from(parameter["values"])
        elif kind == "flag":
            value = st.booleans()
        elif kind == "number":
            value = st.sampled_from(_around(thresholds("param", key, name), parameter.get("min", 0), parameter.get("max", 100)))
        else:
            minus = (raw.get("date_from") or {}).get("minus_days", 0)
            value = dates(name, day).map(lambda d, minus=minus: _later(d, minus))
        each[key] = value if is_certain and kind != "date" else _maybe(value, None, "unknown")
    return st.fixed_dictionaries(each) if is_certain else st.fixed_dictionaries({}, optional=each)


def _later(day: str | None, days: int) -> str | None:
    return day if day in (None, "unknown") else (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _roles(raw: Mapping[str, Any]) -> list[str]:
    asked = {
        role for part in _maps(raw) for key in ("by", "clear_by") for role in part.get(key) or () if isinstance(part.get(key), list)
    }
    wider = {special for role in asked for special in VOCABULARY["role_covers"].get(role, ())[:3]}
    others = {alias for alias, role in VOCABULARY["role_aliases"].items() if role in asked}
    return sorted(asked | wider | set(sorted(others)[:1]) | {"trainer", "pt-1"})


ROLES = {name: _roles(raw) for name, raw in CONDITIONS.items()}


def _scopes(raw: Mapping[str, Any]) -> list[str]:
    named = [f"rule:{rule}" for rule, restriction in restrictions_of(raw) if restriction.get("clear_by")]
    return ["all", "all", "vigorous", "resistance", "match", *(f"phase:{phase['id']}" for phase in raw.get("phases") or ()), *named]


SCOPES = {name: _scopes(raw) for name, raw in CONDITIONS.items()}


@st.composite
def clearances(draw: st.DrawFn, name: str, day: date, start: Any) -> dict[str, Any]:
    """A clearance near today, a year ago, or on a boundary of the condition itself."""
    bases = [day, day - timedelta(days=364)]
    if start not in (None, "unknown"):
        bases += [date.fromisoformat(start) + timedelta(days=boundary) for boundary in BOUNDARY_DAYS[name]]
    given = draw(st.sampled_from(bases)) + timedelta(days=draw(st.integers(-2, 1)))
    found = {"by": draw(st.sampled_from(ROLES[name])), "date": given.isoformat(), "scope": draw(st.sampled_from(SCOPES[name]))}
    until = draw(st.sampled_from([None, None, day, day + timedelta(days=1)]))
    return found | ({"until": until.isoformat()} if until else {})


@st.composite
def conditions(draw: st.DrawFn, name: str, day: date, *, is_certain: bool = False) -> dict[str, Any]:
    """One declared condition with everything around it."""
    raw = CONDITIONS[name]
    aliases = [
        alias for alias in raw.get("aliases") or () if sum(alias in (c.get("aliases") or ()) for c in CONDITIONS.values()) == 1
    ]
    start = draw((known_dates if is_certain else dates)(name, day))
    found = {
        "id": draw(st.sampled_from([name, name, *aliases[:1]])),
        "date": start,
        "params": draw(params(name, day, is_certain=is_certain)),
    }
    side = draw(st.sampled_from(["left", "right", "both"] if is_certain else ["left", "right", "both", None, "unknown"]))
    if side:
        found["side"] = side
    if not is_certain:
        found["status"] = draw(st.sampled_from(["active"] * 4 + ["suspected", "resolved"]))
    found["cleared"] = draw(st.lists(clearances(name, day, start), max_size=3))
    return found


@st.composite
def medications(draw: st.DrawFn, name: str, day: date, *, is_certain: bool = False) -> dict[str, Any]:
    """One declared medicine."""
    started = draw((known_dates if is_certain else dates)(name, day))
    found = {"id": name, "started": started, "params": draw(params(name, day, is_certain=is_certain))}
    if draw(st.booleans()):
        found["dose_changed"] = draw((known_dates if is_certain else dates)(name, day))
    taken = (
        None,
        *(f"{day - timedelta(days=1)}T{hour}" for hour in ("23:00", "06:59")),
        f"{day}T06:00",
        f"{day + timedelta(days=1)}T23:00",
    )
    last = draw(st.sampled_from(taken))
    if last:
        found["last_dose_at"] = last
    found["cleared"] = draw(st.lists(clearances(name, day, started), max_size=1))
    return found


MEASURED = sorted({part["measure"] for raw in CONDITIONS.values() for part in _maps(raw) if "measure" in part})
NEEDED = sorted({name for raw in CONDITIONS.values() for name in (raw.get("needs") or {}).get("measurements") or ()})
SYMPTOMS = tuple(
    sorted(
        {part["symptom"] for raw in CONDITIONS.values() for part in _maps(raw) if isinstance(part.get("symptom"), str)}
        | {name for raw in CONDITIONS.values() for flag in raw.get("red_flags") or () for name in flag.get("symptoms") or ()}
    )
)
STATES = tuple(sorted(VOCABULARY["states"]))


@cache
def times(at: str, days: tuple[int, ...] = (0,)) -> st.SearchStrategy[str]:
    """Times just before, at and after the moment, and on earlier days."""
    moment = _moment(at)
    steps = st.sampled_from([timedelta(minutes=m) for m in (-10, -10, -1, 0, 1, -420, -600)])
    back = st.sampled_from([timedelta(days=d) for d in days])
    return st.builds(lambda step, days: (moment + step - days).isoformat(timespec="minutes"), steps, back)


@cache
def measurements(at: str, name: str) -> st.SearchStrategy[dict[str, Any]]:
    """One measured value around a threshold, fresh or stale."""
    known = VOCABULARY["measurements"][name]
    days = known["valid_days"]
    return st.fixed_dictionaries(
        {
            "name": st.just(name),
            "value": st.sampled_from(_around(thresholds("measure", name), known["min"], known["max"])),
            "unit": st.just(known["unit"]),
            "at": times(at, (0, 0, 0, days, days + 1)),
        }
    )


@cache
def observations(at: str, words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """What was reported or seen: nobody asked, nothing, or entries with and without a time."""
    entry = st.fixed_dictionaries(
        {"id": st.sampled_from(words), "present": st.sampled_from([True, True, False])}, optional={"at": times(at, (0, 0, 1, 3))}
    )
    unique = st.lists(entry, min_size=1, max_size=4, unique_by=lambda e: (e["id"], e.get("at")))
    return st.one_of(st.none(), st.just([]), unique)


@st.composite
def clients(
    draw: st.DrawFn, at: str, *, is_certain: bool = False, of: tuple[str, ...] = DECLARED, medicines: tuple[str, ...] = MEDICINES
) -> dict[str, Any]:
    """A client with any of the conditions and medicines."""
    day = day_of(at)
    names = draw(st.lists(st.sampled_from(of), max_size=3))
    taken = draw(st.lists(st.sampled_from(medicines), max_size=2))
    values = [draw(measurements(at, name)) for name in draw(st.lists(st.sampled_from(MEASURED + NEEDED * 2), max_size=4))]
    found: dict[str, Any] = {
        "conditions": [draw(conditions(name, day, is_certain=is_certain)) for name in names],
        "medications": [draw(medications(name, day, is_certain=is_certain)) for name in taken],
        "measurements": list({(v["name"], v["at"]): v for v in values}.values()),
    }
    for key, words in (("symptoms", SYMPTOMS), ("states", STATES)):
        seen = draw(observations(at, words))
        if seen is not None:
            found[key] = seen
    return found


def _hours(kind: str) -> list[int]:
    files = [raw for raw in CONDITIONS.values() if kind in (raw.get("on_event") or {}).get("kinds", ())]
    return sorted(
        {
            0,
            *(
                part[key]
                for raw in files
                for part in _maps(raw)
                for key in ("from_hour", "until_hour")
                if isinstance(part.get(key), int)
            ),
        }
    )


KINDS = tuple(sorted({kind for raw in CONDITIONS.values() for kind in (raw.get("on_event") or {}).get("kinds", ())}))
HOURS = {kind: _hours(kind) for kind in KINDS}
REGIONS = tuple(VOCABULARY["words"]["region"])


@st.composite
def treatments(draw: st.DrawFn, at: str, name: str, kinds: tuple[str, ...] = KINDS) -> dict[str, Any]:
    """What a professional did: ended on, just before or just after a boundary of the files that it switches on."""
    kind, minutes = draw(st.sampled_from(kinds)), draw(st.sampled_from([0, 45]))
    ended = timedelta(hours=draw(st.sampled_from(HOURS[kind])), minutes=draw(st.sampled_from([-1, 0, 1])))
    begins = _moment(at) - ended - timedelta(minutes=minutes)
    region = st.fixed_dictionaries(
        {"region": st.sampled_from(REGIONS)}, optional={"side": st.sampled_from(["left", "right", "both"])}
    )
    details = {}
    for file, raw in CONDITIONS.items():
        if kind in (raw.get("on_event") or {}).get("kinds", ()):
            details |= draw(params(file, day_of(at)))
    found = {
        "id": name,
        "by": "pt-1",
        "at": begins.isoformat(timespec="minutes"),
        "minutes": minutes,
        "kind": kind,
        "details": details,
    }
    return found | {"regions": draw(st.lists(region, max_size=2))}


TEAM = [
    {"id": "pt-1", "role": "physical_therapist"},
    {"id": "dr-1", "role": "surgeon"},
    {"id": "mt-1", "role": "massage_therapist"},
]


@st.composite
def cases(draw: st.DrawFn, of: tuple[str, ...] = DECLARED, medicines: tuple[str, ...] = MEDICINES) -> tuple[dict[str, Any], str]:
    """A case without a plan, and the moment to look at it."""
    at = draw(st.sampled_from(MOMENTS))
    client = draw(clients(at, of=of, medicines=medicines))
    team = {"members": TEAM, "events": [draw(treatments(at, f"e{n}")) for n in range(draw(st.sampled_from([0, 0, 1, 2])))]}
    for key, value in (
        ("sex", st.sampled_from(["female", "male"])),
        ("age", st.integers(63, 67)),
        ("birth_date", st.just("1961-11-24")),
    ):
        if draw(st.booleans()):
            client[key] = draw(value)
    return {"safetyrules": "case/1", "timezone": ZONE, "client": client, "care_team": team}, at


def exercise_ids(root: Path = ROOT) -> list[str]:
    """Return the ids of the whole catalog, read raw."""
    found = []
    for path in sorted((root / "exercise_catalog").glob("*.yaml")):
        if path.name != "vocabulary.yaml":
            found += [exercise["id"] for exercise in yaml.safe_load(path.read_text("utf-8"))["exercises"]]
    return sorted(found)
