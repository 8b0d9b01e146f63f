"""The field types that every part of a case is made of: times, days, names, counts; closed and frozen."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
UNKNOWN = "unknown"


def _time(value: Any) -> Any:
    if isinstance(value, str):
        if not _TIME.match(value):
            raise ValueError(f"'{value[:40]}' is not a time; write it as 2026-11-24T07:00 or 2026-11-24T07:00-05:00")
        try:
            return datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            raise ValueError(f"'{value}' is not a time on the calendar") from None
    return value


def time_from(text: str) -> datetime:
    """Return the time that `text` writes down; raise ValueError with a plain sentence for anything else."""
    time: datetime = _time(text)
    return time


def _date(value: Any) -> Any:
    if isinstance(value, str) and value != UNKNOWN:
        if not _DATE.match(value):
            raise ValueError(f"'{value[:40]}' is not a date; write it as 2026-11-24")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"'{value}' is not a date on the calendar") from None
    return value


def day_from(text: str) -> date:
    """Return the day that `text` writes down; raise ValueError with a plain sentence for anything else."""
    day: date = _date(text)
    return day


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _one_or_more(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value if isinstance(value, tuple) else (value,)


_TIME_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$"}
_DATE_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_DATE_OR_UNKNOWN = {"type": ["string", "null"], "pattern": r"^(\d{4}-\d{2}-\d{2}|unknown)$"}

Time = Annotated[datetime, BeforeValidator(_time), WithJsonSchema(_TIME_SCHEMA)]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema(_DATE_SCHEMA)]
DayOrUnknown = Annotated[date | Literal["unknown"] | None, BeforeValidator(_date), WithJsonSchema(_DATE_OR_UNKNOWN)]
Many = BeforeValidator(_tuple)
Some = BeforeValidator(_one_or_more)
Side = Literal["left", "right", "both"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=10_000)]
Amount = Annotated[float, Field(ge=0, le=100_000)]


class Part(BaseModel):
    """Base of every part of a case: closed, frozen, strict."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Path: TypeAlias = "tuple[str | int, ...]"


def dotted(path: Path) -> str:
    """Return `path` as the report writes it, such as ``client.conditions[0].date``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text
