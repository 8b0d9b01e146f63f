"""The case: a client, a care team and a plan, as the public contract writes them down.

`Case.model_validate(a_dict)` and `load_case(path)` give the same value. Times without an offset are in the case's
`timezone`. Nothing here knows a rule: whether a condition or exercise exists is for the engine to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, PrivateAttr

from safetyrules.errors import InputError, Location, Problem
from safetyrules.model.care_team import CareTeam
from safetyrules.model.client import Client
from safetyrules.model.fields import Part, Path, dotted
from safetyrules.model.plan import History, Plan


class Case(Part):
    """A client, a care team and a plan: the input of every verdict."""

    safetyrules: Literal["case/1"]
    timezone: str | None = None
    client: Client = Client()
    care_team: CareTeam = CareTeam()
    history: History = History()
    plan: Plan = Plan()

    _locate: Any = PrivateAttr(default=None)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Case:
        """Return `obj` (a dict as read from JSON or YAML) as a case; raise `InputError` with every problem."""
        from safetyrules.loading.case import case_from

        return case_from(obj, **options)

    def place(self, path: Path) -> Location:
        """Return where the value at `path` stands in the file that the case came from."""
        return self._locate(path) if self._locate else Location("case")

    def zone(self) -> ZoneInfo | None:
        """Return the case's time zone, if it names one."""
        return None if self.timezone is None else ZoneInfo(self.timezone)

    def moment(self, time: datetime) -> datetime:
        """Return `time` with its time zone."""
        return time if time.tzinfo else time.replace(tzinfo=self.zone())

    def existing(self, time: datetime) -> datetime:
        """Return `time` as it stands; raise `InputError` where the clocks skip it or nothing says in which zone it is."""
        problem = _time_problem(time, self.zone(), self.timezone)
        if problem:
            raise InputError([Problem(Location("at"), *problem)])
        return time

    def local_day(self, time: datetime) -> date:
        """Return the calendar day of `time` where the client lives."""
        aware = self.moment(time)
        zone = self.zone()
        return (aware.astimezone(zone) if zone else aware).date()


def times_of(case: Case) -> Iterator[tuple[Path, datetime]]:
    """Yield every time in the case with its path."""

    def walk(value: Any, path: Path) -> Iterator[tuple[Path, datetime]]:
        if isinstance(value, datetime):
            yield path, value
        elif isinstance(value, BaseModel):
            for name in type(value).model_fields:
                yield from walk(getattr(value, name), (*path, name))
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                yield from walk(item, (*path, index))

    yield from walk(case, ())


def problems_in(case: Case) -> Iterator[tuple[Path, str, str]]:
    """Yield what the shapes can't see: path, sentence, hint."""
    try:
        zone = case.zone()
    except (KeyError, ValueError, OSError):  # no such file, no name of one, a folder
        yield ("timezone",), f"unknown time zone '{str(case.timezone)[:60]}'", "Use a name such as America/New_York."
        return
    for path, time in times_of(case):
        problem = _time_problem(time, zone, case.timezone)
        if problem:
            yield path, *problem
    members = {member.id for member in case.care_team.members}
    yield from _repeated(("care_team", "members"), case.care_team.members)
    yield from _repeated(("care_team", "events"), case.care_team.events)
    yield from _repeated(("care_team", "instructions"), case.care_team.instructions)
    yield from _repeated(("care_team", "home_programme"), case.care_team.home_programme)
    home = {h.id for h in case.care_team.home_programme}
    for part, sessions in (("plan", case.plan.sessions), ("history", case.history.sessions)):
        for index, session in enumerate(sessions):
            for number, planned in enumerate(session.items):
                if planned.home is not None and planned.home not in home:
                    where = (part, "sessions", index, "items", number, "home")
                    yield where, f"'{planned.home}' is no home exercise", f"Home exercises: {', '.join(sorted(home)) or 'none'}."
    for key in ("events", "instructions", "home_programme"):
        for index, item in enumerate(getattr(case.care_team, key)):
            if item.by not in members:
                yield (
                    ("care_team", key, index, "by"),
                    f"'{item.by}' is no member of the care team",
                    f"Members: {', '.join(sorted(members)) or 'none'}.",
                )


def _repeated(path: Path, items: Any) -> Iterator[tuple[Path, str, str]]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.id in seen:
            yield (*path, index, "id"), f"the id '{item.id}' is used twice", ""
        seen.add(item.id)


def _time_problem(time: datetime, zone: ZoneInfo | None, name: str | None) -> tuple[str, str] | None:
    """Return what is wrong with a time, and the repair; None for a time that happens exactly where it says."""
    if time.tzinfo is not None:
        return None
    if zone is None:
        return "this time has no offset and the case no `timezone`", "Add `timezone:` to the case."
    if not _exists(time, zone):
        return f"{time:%Y-%m-%d %H:%M} does not exist in {name}: the clocks skip it", ""
    return None


def _exists(time: datetime, zone: ZoneInfo) -> bool:
    aware = time.replace(tzinfo=zone)
    there_and_back = aware.astimezone(ZoneInfo("UTC")).astimezone(zone)
    return there_and_back.replace(tzinfo=None, fold=0) == time.replace(fold=0)


def raise_problems(found: Iterator[tuple[Path, str, str]], case: Case) -> None:
    """Raise `InputError` for the problems found, each at its place, or return when there is none."""
    problems = [Problem(case.place(path), message, hint, dotted(path)) for path, message, hint in found]
    if problems:
        raise InputError(problems)
