"""What professionals ordered, as restrictions like any other, for the time that they hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import Field, ValidationError

from safetyrules.inference.context import Instance
from safetyrules.inference.infer import Active
from safetyrules.loading.match_shape import BoundShape, MatchShape, build_limits
from safetyrules.loading.shape import Shape
from safetyrules.loading.strict_yaml import Document
from safetyrules.model.care_team import Instruction
from safetyrules.model.case import Case, raise_problems
from safetyrules.model.knowledge import Condition, Effect, Match, Restriction
from safetyrules.vocabulary import Vocabulary


class _Limits(Shape):
    limits: dict[str, BoundShape | str] = Field(default_factory=dict)
    match: MatchShape = Field(default_factory=MatchShape)


def check_instructions(case: Case, vocabulary: Vocabulary) -> None:
    """Raise `InputError` for every match or limit that can't be read."""
    problems: list[tuple[tuple[str | int, ...], str, str]] = []
    for index, instruction in enumerate(case.care_team.instructions):
        path: tuple[str | int, ...] = ("care_team", "instructions", index)
        try:
            _restriction(instruction, vocabulary)
        except ValidationError as error:
            from safetyrules.loading.shape import problems_of

            found = problems_of(error, _Limits, Document({}, "case"))
            problems += [((*path, *_steps(p.path)), p.message, p.hint) for p in found]
        except ValueError as error:
            problems.append(((*path, "limits"), str(error), ""))
        if instruction.effect == "limit" and not instruction.limits:
            problems.append((path, "an instruction with effect limit wants `limits`", ""))
    raise_problems(iter(problems), case)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step for step in path.replace("[", ".").replace("]", "").split(".") if step)


def instructions_at(case: Case, at: datetime, vocabulary: Vocabulary) -> Iterator[Active]:
    """Yield the instructions in force at `at`. A permit never loosens what a pack says: it is shown as advice."""
    day = case.local_day(at)
    roles = {m.id: m.role for m in case.care_team.members}
    for instruction in case.care_team.instructions:
        if instruction.date > day or (instruction.until is not None and not instruction.until_cleared and day >= instruction.until):
            continue
        restriction = _restriction(instruction, vocabulary, roles.get(instruction.by, ""))
        condition = _condition(instruction)
        instance = Instance(f"i.{instruction.id}", condition, side=restriction.match.side)
        ends = None if instruction.until_cleared else instruction.until
        yield Active(restriction, instance, False, day, source=f"instruction:{instruction.id}", ends=ends)


def _restriction(instruction: Instruction, vocabulary: Vocabulary, role: str = "") -> Restriction:
    shape = _Limits.__pydantic_validator__.validate_python(
        {"limits": instruction.limits, "match": instruction.match}, context={"vocabulary": vocabulary}
    )
    match: Match = shape.match.build()
    who = role.replace("_", " ") or instruction.by
    because = f"Ordered by the {who} on {instruction.date:%Y-%m-%d}" + (f': "{instruction.text}"' if instruction.text else "") + "."
    return Restriction(
        id=instruction.id,
        rule=f"instruction/{instruction.id}",
        effect=Effect(instruction.effect),
        match=match,
        because=because,
        limits=build_limits(shape.limits, vocabulary),
        scope="match" if instruction.match else "all",
        clear_by=(role,) if role else (instruction.by,),
    )


def _condition(instruction: Instruction) -> Condition:
    """Return the stand-in record that an instruction's restriction refers to."""
    return Condition(instruction.id, "instruction", f"Instruction {instruction.id}", "instruction")
