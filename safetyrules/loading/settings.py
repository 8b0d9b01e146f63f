"""The parameters of a pack: `parameters.yaml`, and `{parameter: name}` wherever a condition file uses one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from safetyrules.errors import InputError, Problem
from safetyrules.loading.condition_shape import SettingsShape
from safetyrules.loading.shape import fit, nearest
from safetyrules.loading.strict_yaml import Document, Path_
from safetyrules.model.knowledge import Reference, Setting
from safetyrules.vocabulary import Vocabulary

_KEY = "parameter"


def load_settings(document: Document, references: Mapping[str, Reference], vocabulary: Vocabulary) -> dict[str, Setting]:
    """Return the parameters that `document` holds, by id; raise `InputError` with all its problems."""
    shape = fit(SettingsShape, document, context={"vocabulary": vocabulary})
    problems = []
    settings = {}
    for name, s in shape.parameters.items():
        path: Path_ = ("parameters", name)
        for key in s.cite:
            if key not in references:
                guess = nearest(key, references)
                hint = f"Did you mean '{guess}'?" if guess else ""
                problems.append(Problem(document.locate((*path, "cite")), f"unknown reference '{key}'", hint))
        cited = tuple(references[key] for key in s.cite if key in references)
        settings[name] = Setting(name, s.value, s.unit, s.text, s.dated, s.stricter, s.loosen_by, cited, document.locate(path))
    if problems:
        raise InputError(problems)
    return settings


def with_values(document: Document, settings: Mapping[str, Setting]) -> Document:
    """Return the document with every ``{parameter: name}`` replaced by that parameter's value.

    Raises `InputError` for a name that the pack does not have. Whole numbers are given as such, so that they may stand for
    weeks and hours.
    """
    problems: list[Problem] = []

    def filled(value: Any, path: Path_) -> Any:
        if isinstance(value, dict):
            if value.keys() == {_KEY} and isinstance(value[_KEY], str):
                found = settings.get(value[_KEY])
                if found is None:
                    guess = nearest(value[_KEY], settings)
                    hint = f"Did you mean '{guess}'?" if guess else "Add it to parameters.yaml."
                    problems.append(Problem(document.locate(path), f"unknown parameter '{value[_KEY]}'", hint))
                    return 0
                return int(found.value) if found.value.is_integer() else found.value
            return {key: filled(item, (*path, key)) for key, item in value.items()}
        return [filled(item, (*path, i)) for i, item in enumerate(value)] if isinstance(value, list) else value

    data = filled(document.data, ())
    if problems:
        raise InputError(problems)
    return replace(document, data=data)
