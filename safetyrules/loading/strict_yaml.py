"""YAML and JSON without surprises: text to plain data, with a place for every value.

Plain scalars are `true`, `false`, `null`, whole numbers, plain decimals, or text; nothing else. So `3:1:2`, `no`, `08`
and `1e3` stay text, and a shape that wants a number says so. Refused: duplicate keys, keys that are not text, tags,
several documents, tabs, control characters, bytes that are not UTF-8, and whatever exceeds the limits below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from safetyrules.errors import InputError, Location, Problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 40
MAX_VALUES = 400_000
MAX_ALIASES = 100

_SIGNS = ",[{-:?\n"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_CORE_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge", "value")
)
Path_: TypeAlias = "tuple[str | int, ...]"


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data read from one text, and where each part of it stands."""

    data: Any
    file: str
    root: Any = None

    def locate(self, path: Path_) -> Location:
        """Return the place of the value at `path`; of its nearest existing parent where it is missing."""
        node = self.root
        if node is None:
            return Location(self.file)
        mark = node.start_mark
        for step in path:
            found = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(step):
                        found, mark = value, key.start_mark
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = node.value[step]
                mark = found.start_mark
            if found is None:
                break
            node = found
        return Location(self.file, mark.line + 1, mark.column + 1)


def read(path: Path) -> Document:
    """Read the YAML or JSON file at `path`.

    Raises `InputError` when it is missing, a folder, too large, not UTF-8, or not clean YAML or JSON.
    """
    shown = str(path)
    try:
        if path.is_dir():
            raise _fault(shown, "this is a folder, not a file")
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(shown, path.stat().st_size)
        raw = path.read_bytes()
    except OSError as error:
        raise _fault(shown, f"can't be read: {error.strerror or error}") from error
    except ValueError as error:  # a name that no file can have
        raise _fault(shown, f"can't be read: {error}") from error
    return parse(raw, shown)


def parse(raw: bytes | str, file: str) -> Document:
    """Turn the text `raw` into plain data; `file` is the name that errors show."""
    text = _decode(raw, file)
    if not text.strip():
        raise _fault(file, "the file is empty", "Write at least the line that names its format.")
    if file.endswith(".json") or text.lstrip().startswith("{"):
        document = _parse_json(text, file)
        if document is not None:
            return document
    return _parse_yaml(text, file)


def _decode(raw: bytes | str, file: str) -> str:
    if len(raw) > MAX_BYTES:
        raise _too_large(file, len(raw))
    if isinstance(raw, bytes):
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise InputError(
                [Problem(Location(file, line, 1), f"byte {error.start} is not UTF-8", "Save the file as UTF-8 text.")]
            ) from error
    else:
        text = raw.removeprefix("\ufeff")
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        column = control.start() - text.rfind("\n", 0, control.start())
        message = f"control character U+{ord(control.group()):04X}: this is not a text file"
        raise InputError([Problem(Location(file, line, column), message)])
    return text


def _parse_json(text: str, file: str) -> Document | None:
    problems: list[Problem] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in items:
            if key in seen:
                problems.append(Problem(Location(file), f"duplicate key '{key}'"))
            seen[key] = value
        return seen

    def refuse(word: str) -> None:
        problems.append(Problem(Location(file), f"'{word}' is not a number"))

    try:
        data = json.loads(text, object_pairs_hook=pairs, parse_constant=refuse)
    except RecursionError as error:
        raise _fault(file, f"nested deeper than {MAX_DEPTH} levels") from error
    except ValueError as error:
        if not file.endswith(".json"):
            return None
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        message = f"not valid JSON: {getattr(error, 'msg', str(error))}"
        raise InputError([Problem(Location(file, line, column), message)]) from error
    if problems:
        raise InputError(problems)
    _measure_plain(data, file)
    try:
        root = yaml.compose(text.replace("\t", " "), Loader=_Loader)
    except yaml.YAMLError:
        root = None
    return Document(data, file, root)


def _parse_yaml(text: str, file: str) -> Document:
    _measure_text(text, file)
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise InputError([_yaml_problem(error, text, file)]) from error
    except RecursionError as error:
        raise _fault(file, f"nested deeper than {MAX_DEPTH} levels") from error
    except ValueError as error:  # a broken escape reaches the constructor of the mark
        raise _fault(file, f"not valid YAML: {error}") from error
    if root is None:
        raise _fault(file, "the file holds nothing but comments")
    builder = _Builder(file)
    data = builder.build(root, 0)
    if builder.problems:
        raise InputError(builder.problems)
    return Document(data, file, root)


def _yaml_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    location = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
    message = str(getattr(error, "problem", None) or error).strip().rstrip(".")
    hint = ""
    lines = re.split(r"\r\n|[\r\n\x85\u2028\u2029]", text)  # what the YAML reader takes for ends of lines
    if mark and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t":
        message, hint = "a tab where YAML wants spaces", "Indent with spaces."
    elif "another document" in message or "single document" in message:
        message, hint = "more than one document in the file", "Keep one document; remove the '---' line."
    elif "undefined alias" in message:
        message = message.replace("found undefined alias", "alias without an anchor")
    return Problem(location, f"not valid YAML: {message}", hint)


class _Builder:
    """Composed nodes to plain data, collecting every fault on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.values = 0
        self.aliases = 0
        self.seen: set[int] = set()

    def build(self, node: Any, depth: int) -> Any:
        self.values += 1
        if depth > MAX_DEPTH:
            raise self._stop(node, f"nested deeper than {MAX_DEPTH} levels")
        if self.values > MAX_VALUES:
            raise self._stop(node, _too_many())
        if not isinstance(node, yaml.ScalarNode):
            if id(node) in self.seen:
                self.aliases += 1
                if self.aliases > MAX_ALIASES:
                    raise self._stop(node, f"more than {MAX_ALIASES} uses of an alias")
            self.seen.add(id(node))
        if node.tag not in _CORE_TAGS:
            self._note(node, f"the tag '{node.tag}' is not allowed", "Write plain values without tags.")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, depth + 1) for item in node.value]
        return self._scalar(node)

    def _mapping(self, node: Any, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or (not key.style and not isinstance(_plain(name), str)) or name == "<<":
                self._note(key, "a key must be text", "Put the key in quotes.")
                continue
            if name in result:
                self._note(key, f"duplicate key '{name}', first on line {first[name]}", "Keep one of them.")
                continue
            first[name] = key.start_mark.line + 1
            result[name] = self.build(value, depth + 1)
        return result

    def _scalar(self, node: Any) -> Any:
        return _plain(node.value) if not node.style else node.value

    def _note(self, node: Any, message: str, hint: str = "") -> None:
        mark = node.start_mark
        self.problems.append(Problem(Location(self.file, mark.line + 1, mark.column + 1), message, hint))

    def _stop(self, node: Any, message: str) -> InputError:
        self._note(node, message)
        return InputError(self.problems)


def _plain(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "~", "null"):
        return None
    if len(text) <= 18:
        if _WHOLE.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return float(text)
    return text


def _measure_text(text: str, file: str) -> None:
    """Refuse text with too many values before nodes are made of it, which takes many seconds for a dense file.

    Every value but the first stands behind a sign of its own, so that a file with few signs needs no closer look.
    """
    if sum(map(text.count, _SIGNS)) < MAX_VALUES:
        return
    try:
        for count, event in enumerate(_value_events(text), 1):
            if count > MAX_VALUES:
                mark = event.start_mark
                raise InputError([Problem(Location(file, mark.line + 1, mark.column + 1), _too_many())])
    except (yaml.YAMLError, ValueError):
        return  # composing finds the same fault and says what it is


def _value_events(text: str) -> Iterator[Any]:
    """Yield the event that begins each value; keys are none."""
    key_next: list[bool | None] = []  # of each open collection; None for a list
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionEndEvent):
            key_next.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        is_key = bool(key_next and key_next[-1])
        if key_next and key_next[-1] is not None:
            key_next[-1] = not is_key
        if isinstance(event, yaml.CollectionStartEvent):
            key_next.append(True if isinstance(event, yaml.MappingStartEvent) else None)
        if not is_key:
            yield event


def _too_many() -> str:
    return f"more than {MAX_VALUES} values, aliases counted each time they are used"


def _measure_plain(data: Any, file: str) -> None:
    """Apply the limits to data that did not come through the builder (JSON)."""
    for count, (depth, _) in enumerate(_walk(data, 0), 1):
        if depth > MAX_DEPTH:
            raise _fault(file, f"nested deeper than {MAX_DEPTH} levels")
        if count > MAX_VALUES:
            raise _fault(file, f"more than {MAX_VALUES} values")


def _walk(data: Any, depth: int) -> Iterator[tuple[int, Any]]:
    stack = [(depth, data)]
    while stack:
        level, value = stack.pop()
        yield level, value
        if isinstance(value, dict):
            stack.extend((level + 1, item) for item in value.values())
        elif isinstance(value, list):
            stack.extend((level + 1, item) for item in value)


def _too_large(file: str, size: int) -> InputError:
    return _fault(file, f"{size:,} bytes; the limit is {MAX_BYTES:,}", "Split the file or send less.")


def _fault(file: str, message: str, hint: str = "") -> InputError:
    return InputError([Problem(Location(file), message, hint)])
