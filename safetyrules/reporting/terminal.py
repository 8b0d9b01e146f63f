"""Lay text out on a terminal: cells, wrapping, and colors only where they are asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from safetyrules.model.verdict import Verdict

MIN_WIDTH = 48

_CODES = {
    "bold": "1",
    "dim": "2",
    "emergency": "1;97;41",
    "not_today": "1;31",
    "clearance_required": "35",
    "contraindicated": "31",
    "unknown": "1;33",
    "limited": "33",
    "allowed": "32",
}
VERDICT_CELLS = max(len(verdict.word) for verdict in Verdict)


@dataclass(frozen=True, slots=True)
class Paint:
    """Puts a style around text, or leaves the text as it is when `color` is false."""

    color: bool

    def __call__(self, text: str, style: str) -> str:
        """Return `text` in `style`: bold, dim, or the word of a verdict."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.color and text else text


def cells(text: str) -> int:
    """Return how many terminal cells `text` takes; wide letters take two, combining ones none."""
    return len(text) if text.isascii() else sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def cut(text: str, width: int) -> str:
    """Return `text`, shortened with an ellipsis to at most `width` cells."""
    return text if cells(text) <= width else _head(text, width - 1) + "…"


def wrap(text: str, width: int) -> list[str]:
    """Return `text` as lines of at most `width` cells, broken at spaces, and inside a word only when it is too long."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, width):
        if line and cells(line) + 1 + cells(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def block(text: str, indent: int, width: int) -> list[str]:
    """Return `text` wrapped to `width` with every line indented."""
    return [" " * indent + line for line in wrap(text, max(width - indent, 1))]


def hanging(mark: str, text: str, indent: int, width: int) -> list[str]:
    """Return `text` wrapped beside `mark`, the further lines aligned with the text."""
    lines = block(text, indent + cells(mark), width)
    return [" " * indent + mark + lines[0].lstrip(" "), *lines[1:]] if lines else [" " * indent + mark.rstrip()]


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split():
        rest = word
        while cells(rest) > width:
            head = _head(rest, width) or rest[0]
            yield head
            rest = rest[len(head) :]
        if rest:
            yield rest


def _head(text: str, width: int) -> str:
    taken = 0
    for index, character in enumerate(text):
        taken += _cells(character)
        if taken > width:
            return text[:index]
    return text
