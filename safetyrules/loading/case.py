"""Read a case from a file, from standard input or from a dict, and check its words against vocabulary and packs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safetyrules.loading.shape import fit, nearest
from safetyrules.loading.strict_yaml import MAX_BYTES, Document, Path_, parse, read
from safetyrules.model.case import Case, problems_in, raise_problems
from safetyrules.model.fields import UNKNOWN, day_from
from safetyrules.model.knowledge import Condition, Parameter
from safetyrules.vocabulary import Vocabulary

Found = tuple[Path_, str, str]


def load_case(source: str | Path) -> Case:
    """Return the case in the file `source`, or on standard input for ``-``.

    Raises `InputError` with every problem, each with file, line and column.

    >>> load_case("examples/healthy.yaml").client.ref
    'c-001'
    """
    if str(source) == "-":
        return _build(parse(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>"))
    return _build(read(Path(source)))


def case_from(data: Any, **_options: Any) -> Case:
    """Return a plain dict as a case."""
    if isinstance(data, Case):
        return data
    return _build(Document(_plain(data), "case"))


def _plain(value: Any) -> Any:
    """Turn tuples into lists, so that Python callers may use either."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _build(document: Document) -> Case:
    case = fit(Case, document)
    case._locate = document.locate
    raise_problems(problems_in(case), case)
    return case


def check_words(case: Case, vocabulary: Vocabulary) -> None:
    """Raise `InputError` for every word of the case that the vocabulary does not have."""
    raise_problems(_word_problems(case, vocabulary), case)


def _word_problems(case: Case, v: Vocabulary) -> Iterator[Found]:
    client = case.client
    for index, value in enumerate(client.measurements):
        path: Path_ = ("client", "measurements", index)
        known = v.measurements.get(value.name)
        if known is None:
            yield from _unknown((*path, "name"), "measurement", value.name, v.measurements)
        elif value.unit != known.unit:
            yield (*path, "unit"), f"{value.name} is in {known.unit}, not '{value.unit}'", "Convert the value."
        elif not known.low <= value.value <= known.high:
            yield (
                (*path, "value"),
                f"{value.name} {value.value:g} {known.unit} is not possible ({known.low:g} to {known.high:g})",
                "",
            )
    for key, words in (("states", v.states), ("symptoms", v.symptoms)):
        for index, seen in enumerate(getattr(client, key) or ()):
            if seen.id not in words:
                yield from _unknown(("client", key, index, "id"), key[:-1], seen.id, words)
    for index, item in enumerate(client.equipment or ()):
        if item not in v.words["equipment"]:
            yield from _unknown(("client", "equipment", index), "equipment", item, v.words["equipment"])
    for index, member in enumerate(case.care_team.members):
        if not v.role(member.role):
            yield from _unknown(("care_team", "members", index, "role"), "role", member.role, v.roles)
    regions = v.words["region"] | v.joints.keys()
    for index, event in enumerate(case.care_team.events):
        if event.kind not in v.event_kinds:
            yield from _unknown(("care_team", "events", index, "kind"), "event kind", event.kind, v.event_kinds)
        for number, region in enumerate(event.regions):
            if region.region not in regions:
                yield from _unknown(("care_team", "events", index, "regions", number, "region"), "region", region.region, regions)
    members = {member.id for member in case.care_team.members}
    given = [("conditions", i, c.cleared) for i, c in enumerate(client.conditions)]
    given += [("medications", i, m.cleared) for i, m in enumerate(client.medications)]
    for key, index, clearances in given:
        for number, cleared in enumerate(clearances):
            if cleared.by not in members and not v.role(cleared.by):
                yield from _unknown(
                    ("client", key, index, "cleared", number, "by"), "role or member", cleared.by, v.roles | members
                )
    for muscle in case.plan.goals.weekly_sets if case.plan.goals else ():
        if muscle not in v.muscles:
            yield from _unknown(("plan", "goals", "weekly_sets", muscle), "muscle", muscle, v.muscles)
    for index, pain in enumerate(client.pain):
        if pain.region not in regions:
            yield from _unknown(("client", "pain", index, "region"), "region", pain.region, regions)
    for index, finding in enumerate(case.care_team.findings):
        if finding.region not in regions:
            yield from _unknown(("care_team", "findings", index, "region"), "region", finding.region, regions)


def parameter_problems(path: Path_, params: dict[str, Any], condition: Condition) -> Iterator[Found]:
    """Yield what is wrong with the parameters that the client file states about `condition`."""
    for name, value in params.items():
        parameter = condition.params.get(name)
        if parameter is None:
            yield from _unknown((*path, "params", name), f"parameter of {condition.id}", name, condition.params)
        elif value is not None and value != UNKNOWN:
            yield from _value_problems((*path, "params", name), value, parameter)


def _value_problems(path: Path_, value: Any, parameter: Parameter) -> Iterator[Found]:
    if parameter.type == "choice" and value not in parameter.values:
        yield from _unknown(path, f"value of {parameter.name}", value, parameter.values)
    if parameter.type == "flag" and not isinstance(value, bool):
        yield path, f"{parameter.name} is true or false, found '{value}'", ""
    if parameter.type == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield path, f"{parameter.name} is a number, found '{value}'", ""
        elif not (parameter.low is None or value >= parameter.low) or not (parameter.high is None or value <= parameter.high):
            yield path, f"{parameter.name} {value:g} is not possible ({parameter.low:g} to {parameter.high:g})", ""
    if parameter.type == "date":
        try:
            day_from(value)
        except ValueError as error:
            yield path, str(error), ""


def _unknown(path: Path_, kind: str, text: Any, words: Any) -> Iterator[Found]:
    guess = nearest(str(text), words)
    listing = sorted(words)
    allowed = f"Allowed: {', '.join(listing)}." if len(listing) <= 30 else ""
    yield path, f"unknown {kind} '{str(text)[:60]}'", " ".join(filter(None, (f"Did you mean '{guess}'?" if guess else "", allowed)))
