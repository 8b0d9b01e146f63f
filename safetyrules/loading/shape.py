"""From plain data to a typed shape, with every mismatch as a located problem.

Pydantic checks the shape; this module turns its findings into sentences that say where, what is wrong, what is allowed
and what was probably meant. Words from the closed vocabulary are checked here too, through `word`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from safetyrules.errors import InputError, Problem
from safetyrules.loading.strict_yaml import Document

Model = TypeVar("Model", bound=BaseModel)


class Shape(BaseModel):
    """Base of every file shape: closed, frozen, and strict about types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _as_tuple(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value if isinstance(value, tuple) or value is None else (value,)


listed = BeforeValidator(_as_tuple)
"""Accept one value or a list of values; keep a tuple."""

sequence = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
"""Accept a list; keep a tuple."""


def nearest(text: str, words: Iterable[str]) -> str:
    """Return the word most like `text`, whatever its case, or an empty string where none is near."""
    import difflib

    by_lower: dict[str, str] = {}
    for word in words:
        by_lower.setdefault(word.lower(), word)
    found = difflib.get_close_matches(text.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def unknown_word(kind: str, text: Any, words: Iterable[str]) -> PydanticCustomError:
    """Return the error for a word that is not in the closed list `words`."""
    listing = sorted(words)
    guess = nearest(str(text), listing)
    shown = ", ".join(listing) if len(listing) <= 40 else f"{len(listing)} known words"
    return PydanticCustomError(
        "unknown_word",
        "unknown {kind} '{text}'{guess}; allowed: {shown}",
        {"kind": kind, "text": str(text), "guess": f", did you mean '{guess}'?" if guess else "", "shown": shown},
    )


def fit(model: type[Model], document: Document, *, context: Mapping[str, Any] | None = None) -> Model:
    """Return `document` as a `model`, or raise `InputError` with every mismatch.

    Keys that start with `x-` are dropped first: they belong to whoever wrote them.
    """
    data = without_extensions(document.data)
    try:
        fitted: Model = model.__pydantic_validator__.validate_python(data, context=dict(context or {}))
        return fitted
    except ValidationError as error:
        raise InputError(problems_of(error, model, document)) from None
    except UnicodeEncodeError as error:
        # Half a character can't even be quoted in a message; files are UTF-8 and never hold one, a dict of an app may.
        message = f"a text holds half a character (a lone surrogate, {error.object[error.start : error.end]!a})"
        raise InputError([Problem(document.locate(()), message)]) from None


def without_extensions(data: Any) -> Any:
    """Return `data` without the keys that start with ``x-``, at every depth."""
    if isinstance(data, dict):
        return {
            key: without_extensions(value) for key, value in data.items() if not (isinstance(key, str) and key.startswith("x-"))
        }
    if isinstance(data, list):
        return [without_extensions(item) for item in data]
    return data


def problems_of(error: ValidationError, model: type[BaseModel], document: Document) -> list[Problem]:
    """Turn pydantic's findings into located problems."""
    found = []
    for item in error.errors(include_url=False, include_context=True):
        path = _path_in(document.data, item["loc"])
        message, hint = _sentence(item, model, path)
        found.append(Problem(document.locate(path), message, hint, _dotted(path)))
    return found


def _path_in(data: Any, steps: Iterable[str | int]) -> tuple[str | int, ...]:
    """Return `steps` without pydantic's names of alternatives; a key that the data really holds is never one of those."""
    path: list[str | int] = []
    for step in steps:
        held = isinstance(data, dict) and step in data
        if not held and _is_tag(step):
            continue
        path.append(step)
        if held or (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            data = data[step]
    return tuple(path)


def _is_tag(step: str | int) -> bool:
    return isinstance(step, str) and (step.startswith("function-") or "[" in step or "(" in step)


def _dotted(path: tuple[str | int, ...]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a map of keys and values",
    "list_type": "a list",
    "tuple_type": "a list",
    "model_type": "a map of keys and values",
    "model_attributes_type": "a map of keys and values",
    "mapping_type": "a map of keys and values",
    "int_from_float": "a whole number",
}


def _sentence(item: Any, model: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, str]:
    kind, value = item["type"], item.get("input")
    if kind == "extra_forbidden":
        allowed = _keys_at(model, path[:-1])
        guess = nearest(str(path[-1]), allowed)
        hint = f"Did you mean '{guess}'?" if guess else (f"Allowed: {', '.join(sorted(allowed))}." if allowed else "")
        return f"unknown key '{path[-1]}'", hint
    if kind == "missing":
        return f"the key '{path[-1]}' is missing", ""
    if kind in _TYPES:
        return f"expected {_TYPES[kind]}, found {_shown(value)}", ""
    if kind in ("literal_error", "enum"):
        expected = str(item.get("ctx", {}).get("expected", ""))
        words = [word.strip(" '") for word in expected.replace(" or ", ", ").split(",")]
        guess = nearest(str(value), words)
        return f"{_shown(value)} is not one of: {', '.join(words)}", f"Did you mean '{guess}'?" if guess else ""
    message = str(item["msg"]).removeprefix("Value error, ").rstrip(".")
    return message[:1].lower() + message[1:], ""


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text[:60]}{'…' if len(text) > 60 else ''}'"


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys allowed in the map at `path` of `model`, as far as the shapes tell."""
    here: type[BaseModel] | None = model
    for step in path:
        if isinstance(step, int) or here is None:
            continue
        field = here.model_fields.get(step) or next((f for f in here.model_fields.values() if f.alias == step), None)
        if field is None:
            continue
        here = _model_in(field.annotation)
    return [field.alias or name for name, field in here.model_fields.items()] if here else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if found:
            return found
    return None


def collect(actions: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run every action; raise one `InputError` with the problems of all, or return the results."""
    results: list[Any] = []
    problems: list[Problem] = []
    for action in actions:
        try:
            results.append(action())
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return results
