"""Every error safetyrules raises, and the located problem that each of them carries.

One root, so that an app can catch everything with one clause. Bad input of any kind (case, pack, catalog, command
line) is an `InputError`, which carries all problems found and not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Control characters, line separators and marks that turn the direction of writing: they could steer a terminal.
_UNSEEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]")


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where in a text something stands. Lines and columns count from 1; 0 means that the place is not known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return ``file:line:column``, shortened to what is known."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what, and how to mend it."""

    location: Location
    message: str
    hint: str = ""
    path: str = ""

    def __str__(self) -> str:
        """Return the one-line form that the command line prints, with characters that can't be seen escaped."""
        where = f" ({self.path})" if self.path else ""
        hint = f" {self.hint}" if self.hint else ""
        return printable(f"{self.location}: {self.message}{where}.{hint}")


def printable(text: str) -> str:
    r"""Return `text` with every character that can't be seen as an escape.

    >>> printable("\x1b[2J")
    '\\x1b[2J'
    """
    return _UNSEEN.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


class SafetyRulesError(Exception):
    """The root of every error that safetyrules raises on purpose."""


class InputError(SafetyRulesError):
    """A case, pack, catalog or argument can't be used as it stands.

    `problems` holds every problem found, sorted by file, line and column.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class EngineError(SafetyRulesError):
    """The inference engine failed or two engines disagreed: there is no verdict, not even a partial one."""
