"""The report as the JSON of the public contract."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

_SURROGATE = re.compile("[\ud800-\udfff]")


class HasDict(Protocol):
    """Anything with a JSON form: a report, a pool, an explanation."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        ...


def render(report: HasDict) -> str:
    """Return `report.to_dict()` as JSON, in its own order of keys; the same report gives the same text."""
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False)
    # A lone surrogate can't be written as UTF-8; its escape reads back as the same character.
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
