"""From a report to text: one renderer per format, each a pure function.

>>> FORMATS
('text', 'json', 'sarif', 'junit', 'github')
"""

from __future__ import annotations

from safetyrules.model.report import Report
from safetyrules.model.verdict import Verdict
from safetyrules.reporting import github, json_format, junit, sarif, text

FORMATS = ("text", "json", "sarif", "junit", "github")
"""The formats that `render` knows."""


def render(report: Report, output_format: str, *, fail_on: Verdict = Verdict.UNKNOWN, color: bool = False, width: int = 100) -> str:
    """Return `report` in one of `FORMATS`; raise ValueError for another.

    `fail_on` decides what counts as a failure in junit; `color` and `width` concern text alone.
    """
    match output_format:
        case "text":
            return text.render(report, color=color, width=width)
        case "json":
            return json_format.render(report)
        case "sarif":
            return sarif.render(report)
        case "junit":
            return junit.render(report, fail_on=fail_on)
        case "github":
            return github.render(report)
        case _:
            raise ValueError(f"unknown format '{output_format}'; there are: {', '.join(FORMATS)}")
