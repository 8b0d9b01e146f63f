"""Dates and times as every output writes them."""

from __future__ import annotations

from datetime import date, datetime


def time_text(moment: date | datetime | None) -> str | None:
    """Return a date or a time with its offset, to the minute."""
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="minutes")
    return moment.isoformat() if moment else None
