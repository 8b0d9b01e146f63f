"""The instructions in force at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from safetyrules.inference.context import Context, Instance
from safetyrules.inference.infer import Active
from safetyrules.model.knowledge import Condition


def instructions_at(context: Context, at: datetime) -> Iterator[Active]:
    """Yield the instructions in force at `at`. A permit never loosens what a pack says: it is shown as advice."""
    if not context.orders:
        return
    day = context.case.local_day(at)
    for instruction, restriction in zip(context.case.care_team.instructions, context.orders, strict=True):
        has_ended = instruction.until is not None and not instruction.until_cleared and day >= instruction.until
        if instruction.date > day or has_ended:
            continue
        condition = Condition(instruction.id, "instruction", f"Instruction {instruction.id}", "instruction")
        instance = Instance(f"i.{instruction.id}", condition, side=restriction.match.side)
        ends = None if instruction.until_cleared else instruction.until
        yield Active(restriction, instance, False, day, source=f"instruction:{instruction.id}", ends=ends)
