"""Knowledge in compiled form: what loading vocabulary, catalog and packs gives, as one JSON file beside the package.

The file is keyed by the content of every source file and by the shape of the model classes: a changed YAML file, a
damaged file or another version of the code is simply not used, and the sources are read instead. It holds plain data
(never pickles), and it lives inside the installed package, so whoever can change it could change the code as well.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from safetyrules import vocabulary as vocabulary_module
from safetyrules.errors import Location
from safetyrules.loading import names as names_module
from safetyrules.loading.names import Names
from safetyrules.model import exercise as exercise_module
from safetyrules.model import knowledge as knowledge_module
from safetyrules.model.exercise import Catalog
from safetyrules.model.knowledge import Knowledge
from safetyrules.vocabulary import Vocabulary

FILE = Path(__file__).resolve().parents[1] / "_compiled" / "knowledge.json"
_FORMAT = "compiled/1"
_MODULES = (vocabulary_module, exercise_module, knowledge_module, names_module)
_CLASSES: Mapping[str, type] = {
    name: value
    for module in _MODULES
    for name, value in vars(module).items()
    if isinstance(value, type) and dataclasses.is_dataclass(value)
} | {"Location": Location}

_WHEN = knowledge_module.Atom | knowledge_module.Both | knowledge_module.Either | knowledge_module.Not

Bundle = tuple[Vocabulary, Catalog, Knowledge, Names]
_PARTS = (Vocabulary, Catalog, Knowledge, Names)
_EXERCISE_START = '{"_":"Exercise",'


def source_digest(catalog: Path, rules: Path) -> str:
    """Return the digest of every source file, by relative name and content, and of the classes that hold them."""
    digest = hashlib.sha256(_shape().encode())
    for root, pattern in ((catalog, "*.yaml"), (rules, "*/*.yaml")):
        for path in sorted(root.glob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _shape() -> str:
    return _FORMAT + ";".join(f"{name}({','.join(f.name for f in dataclasses.fields(c))})" for name, c in sorted(_CLASSES.items()))


def write(bundle: Bundle, digest: str, roots: Iterable[Path], target: Path = FILE) -> None:
    """Write the compiled form of `bundle`; locations are kept relative to `roots`."""
    prefixes = [str(root) for root in roots]
    payload = json.dumps([_encode(part, prefixes) for part in bundle], ensure_ascii=False, separators=(",", ":"))
    header = json.dumps({"format": _FORMAT, "source": digest, "payload": hashlib.sha256(payload.encode()).hexdigest()})
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".new")
    temporary.write_text(f"{header}\n{payload}\n", encoding="utf-8")
    temporary.replace(target)


def read(digest: str, roots: Iterable[Path], source: Path = FILE) -> Bundle | None:
    """Return the compiled knowledge, or None unless it was made from exactly these sources and is undamaged."""
    try:
        header_text, _, payload = source.read_text(encoding="utf-8").partition("\n")
        header = json.loads(header_text)
        payload = payload.rstrip("\n")
        fits = header == {"format": _FORMAT, "source": digest, "payload": hashlib.sha256(payload.encode()).hexdigest()}
        if not fits:
            return None
        decode = _Decoder([str(root) for root in roots])
        vocabulary, catalog, knowledge, names = parts = [decode.plain(part) for part in json.loads(payload)]
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    if any(type(part) is not cls for part, cls in zip(parts, _PARTS, strict=True)):
        return None
    return vocabulary, catalog, knowledge, names


def _encode(value: Any, prefixes: list[str]) -> Any:
    if isinstance(value, Location):
        file = value.file
        for number, prefix in enumerate(prefixes):
            if file.startswith((f"{prefix}/", f"{prefix}\\")):
                file = f"{number}:{file[len(prefix) :]}"
                break
        return f"{file}|{value.line}|{value.column}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if getattr(value, f.name) != _default(f)}
        given |= {"location": value.location} if hasattr(value, "location") else {}
        return {"_": type(value).__name__} | {name: _encode(item, prefixes) for name, item in given.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        items = list(value.items())
        if items and isinstance(items[0][1], exercise_module.Exercise):
            return {key: json.dumps(_encode(item, prefixes), ensure_ascii=False, separators=(",", ":")) for key, item in items}
        if all(isinstance(key, str) for key, _ in items):
            return {key: _encode(item, prefixes) for key, item in items}
        return [[_encode(key, prefixes), _encode(item, prefixes)] for key, item in items]
    if isinstance(value, frozenset):
        return sorted(_encode(item, prefixes) for item in value)
    if isinstance(value, tuple | list):
        return [_encode(item, prefixes) for item in value]
    return value


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else dataclasses.MISSING


class LazyMap(Mapping[str, Any]):
    """A mapping whose values are decoded when they are first asked for: most cases touch few exercises."""

    def __init__(self, raw: dict[str, Any], decode: Callable[[Any], Any]) -> None:
        self._raw, self._decode = raw, decode
        self._done: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        """Return the value of `key`."""
        found = self._done.get(key)
        if found is None:
            # Decoding consumes its input, so that two threads must each have their own copy.
            found = self._done.setdefault(key, self._decode(json.loads(self._raw[key])))
        return found

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys in order."""
        return iter(self._raw)

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self._raw)

    def __eq__(self, other: object) -> bool:
        """Compare as mappings."""
        return isinstance(other, Mapping) and dict(self.items()) == dict(other.items())

    __hash__ = None  # type: ignore[assignment]


class _Decoder:
    """Plain data back to model values, by the types that the fields declare."""

    def __init__(self, prefixes: list[str]) -> None:
        self.prefixes = prefixes
        self._fields: dict[str, tuple[type, dict[str, Callable[[Any], Any] | None]]] = {}

    def plain(self, value: Any) -> Any:
        """Decode a value whose type it says itself."""
        if isinstance(value, dict) and "_" in value:
            return self._instance(value)
        return value

    def _instance(self, value: dict[str, Any]) -> Any:
        name = value.pop("_")
        if name not in self._fields:
            self._fields[name] = self._plan(_CLASSES[name])
        cls, converters = self._fields[name]
        for key, item in value.items():
            convert = converters[key]
            if convert is not None:
                value[key] = convert(item)
        return cls(**value)

    def _location(self, value: str) -> Location:
        file, line, column = value.rsplit("|", 2)
        number, _, rest = file.partition(":")
        return Location(self.prefixes[int(number)] + rest if number.isdigit() and rest else file, int(line), int(column))

    def _exercises(self, value: Any) -> LazyMap:
        """Return the exercises, still as text: only that each of them begins and ends as one is looked at now."""
        if not isinstance(value, dict):
            raise TypeError("exercises are a map")
        for text in value.values():
            if not (isinstance(text, str) and text.startswith(_EXERCISE_START) and text.endswith("}")):
                raise ValueError("this is no exercise")
        return LazyMap(value, self.plain)

    def _plan(self, cls: type) -> tuple[type, dict[str, Callable[[Any], Any] | None]]:
        hints = get_type_hints(cls, {**vars(sys.modules[cls.__module__]), "Mapping": Mapping, "When": _WHEN})
        return cls, {field.name: self._converter(hints[field.name]) for field in dataclasses.fields(cls)}

    def _converter(self, hint: Any) -> Callable[[Any], Any] | None:
        """Return what turns JSON into the hinted type; None where JSON already is that."""
        origin, arguments = get_origin(hint), get_args(hint)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return hint
        if hint is Location:
            return self._location
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self.plain
        if origin in (Union, types.UnionType):
            inner = [c for a in arguments if a is not type(None) and (c := self._converter(a))]
            return _optional(inner[0]) if inner else None
        if origin is tuple:
            if len(arguments) == 2 and arguments[1] is Ellipsis:
                return _sequence(tuple, self._converter(arguments[0]))
            return _fixed([self._converter(a) for a in arguments])
        if origin is frozenset:
            return _sequence(frozenset, self._converter(arguments[0]))
        if isinstance(origin, type) and issubclass(origin, Mapping):
            if arguments == (str, exercise_module.Exercise):
                return self._exercises
            return _mapping(self._converter(arguments[0]), self._converter(arguments[1]))
        return _value if hint is object else None


def _value(value: Any) -> Any:
    """Keep a value of any type; lists inside rules are tuples."""
    return tuple(value) if isinstance(value, list) else value


def _optional(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _sequence(make: Callable[[Iterable[Any]], Any], convert: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    return make if convert is None else lambda value: make([convert(item) for item in value])


def _fixed(converters: list[Callable[[Any], Any] | None]) -> Callable[[Any], Any]:
    return lambda value: tuple(item if c is None else c(item) for c, item in zip(converters, value, strict=True))


def _mapping(key: Callable[[Any], Any] | None, convert: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    def build(value: Any) -> dict[Any, Any]:
        items = value.items() if isinstance(value, dict) else value
        return {(k if key is None else key(k)): (v if convert is None else convert(v)) for k, v in items}

    return build
