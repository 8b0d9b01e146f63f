"""The ledger as a table: who loaded what, when, and how hard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from safetyrules.model.ledger import Account
from safetyrules.reporting.plain import plain
from safetyrules.reporting.terminal import cells, cut

_HEAD = ("week of", "region", "structure", "sets", "hardest", "sessions", "last load")


def lines(accounts: Sequence[Account], width: int) -> Iterator[str]:
    """Yield the table; left and right stand on one line where they are the same."""
    rows = [_HEAD, *_merged(accounts)]
    if len(rows) == 1:
        return
    yield "Ledger: what everyone loaded"
    widths = [max(cells(row[i]) for row in rows) for i in range(len(_HEAD))]
    for row in rows:
        text = "  ".join(cell + " " * (w - cells(cell)) for cell, w in zip(row, widths, strict=True))
        yield cut(f"  {text.rstrip()}", width)


def _merged(accounts: Iterable[Account]) -> Iterator[tuple[str, ...]]:
    pairs: dict[tuple[object, ...], list[Account]] = {}
    for a in accounts:
        pairs.setdefault((a.week, a.region, a.structure), []).append(a)
    for group in pairs.values():
        whole = {(a.sets, a.level, a.exposures, a.last, a.is_complete) for a in group}
        sides = [""] if len(whole) == 1 and len(group) != 1 else [a.side for a in group]
        for account, side in zip(group, sides, strict=False):
            yield _row(account, side)


def _row(a: Account, side: str) -> tuple[str, ...]:
    who = ", ".join(f"{plain(name)} {count}" for name, count in a.exposures) or "none"
    sets = f"{a.sets:g}" if a.is_complete else f"{a.sets:g}+?"
    region = f"{side} {a.region}".strip().replace("_", " ")
    last = f"{a.last:%a %H:%M}" if a.last else "-"
    return (a.week.isoformat(), region, plain(a.structure.replace("_", " ")), sets, a.level.replace("_", " "), who, last)
