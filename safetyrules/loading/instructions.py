"""What professionals ordered, read into restrictions like those of the packs."""

from __future__ import annotations

from pydantic import Field, ValidationError

from safetyrules.loading.match_shape import BoundShape, MatchShape, build_limits
from safetyrules.loading.shape import Shape, problems_of
from safetyrules.loading.strict_yaml import Document
from safetyrules.model.care_team import Instruction
from safetyrules.model.case import Case, raise_problems
from safetyrules.model.knowledge import ORDERED, Effect, Restriction
from safetyrules.vocabulary import Vocabulary

Found = tuple[tuple[str | int, ...], str, str]


class _Parts(Shape):
    limits: dict[str, BoundShape | str] = Field(default_factory=dict)
    match: MatchShape = Field(default_factory=MatchShape)


def read_instructions(case: Case, vocabulary: Vocabulary) -> tuple[Restriction, ...]:
    """Return one restriction for each instruction, in order; raise `InputError` for every match or limit that can't be read."""
    roles = {m.id: m.role for m in case.care_team.members}
    problems: list[Found] = []
    restrictions = []
    for index, instruction in enumerate(case.care_team.instructions):
        path: tuple[str | int, ...] = ("care_team", "instructions", index)
        try:
            restrictions.append(_restriction(instruction, vocabulary, roles.get(instruction.by, "")))
        except ValidationError as error:
            found = problems_of(error, _Parts, Document({}, "case"))
            problems += [((*path, *_steps(p.path)), p.message, p.hint) for p in found]
        except ValueError as error:
            problems.append(((*path, "limits"), str(error), ""))
        if instruction.effect == "limit" and not instruction.limits:
            problems.append((path, "an instruction with effect limit wants `limits`", ""))
    raise_problems(iter(problems), case)
    return tuple(restrictions)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step for step in path.replace("[", ".").replace("]", "").split(".") if step)


def _restriction(instruction: Instruction, vocabulary: Vocabulary, role: str) -> Restriction:
    data = {"limits": instruction.limits, "match": instruction.match}
    parts = _Parts.__pydantic_validator__.validate_python(data, context={"vocabulary": vocabulary})
    who = role.replace("_", " ") or instruction.by
    because = f"Ordered by the {who} on {instruction.date:%Y-%m-%d}" + (f': "{instruction.text}"' if instruction.text else "") + "."
    return Restriction(
        id=instruction.id,
        rule=f"instruction/{instruction.id}",
        effect=Effect(instruction.effect),
        match=parts.match.build(),
        because=because,
        limits=build_limits(parts.limits, vocabulary),
        scope="match" if instruction.match else "all",
        clear_by=(role,) if role else (instruction.by,),
        basis=ORDERED,
    )
