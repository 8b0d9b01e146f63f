"""Knowledge in compiled form: the same as the sources, or not used at all."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from made_exercises import record, write

from safetyrules import resources
from safetyrules.loading import bundled, compiled

PACK = {
    "pack.yaml": {
        "format": "pack/1",
        "id": "made",
        "title": "Made",
        "version": "1.0.0",
        "license": "CC0-1.0",
        "description": "For tests.",
        "owns": ["sore_knee"],
        "review": {"status": "pending"},
    },
    "references.yaml": {"format": "references/1", "references": {"SRC": {"title": "Made up", "grade": "B"}}},
    "sore_knee.yaml": {
        "format": "condition/1",
        "id": "sore_knee",
        "title": "Sore knee",
        "kind": "overuse",
        "region": "knee",
        "sided": True,
        "clock": "always",
        "restrictions": [
            {
                "id": "no-deep-bends",
                "effect": "contraindicate",
                "match": {"joint": "knee", "action": "flexion", "rom_deg": {"gt": 60}},
                "because": "Because.",
                "cite": ["SRC"],
            },
            {
                "id": "light",
                "effect": "limit",
                "match": {"exposure": "lifting"},
                "limits": {"load_kg": {"max": 5}},
                "because": "So.",
                "basis": "background",
            },
        ],
    },
}


@pytest.fixture
def sources(tmp_path):
    """A small catalog and one pack."""
    catalog, rules = tmp_path / "catalog", tmp_path / "rules"
    write(
        catalog,
        record("one_press"),
        record("two_press", extends="one_press", adjust=[{"id": "low", "how": "lower", "set": {"shoulder.flexion.max": 60}}]),
    )
    shutil.copy(resources.catalog_folder() / "vocabulary.yaml", catalog)
    (rules / "made").mkdir(parents=True)
    for name, data in PACK.items():
        (rules / "made" / name).write_text(yaml.safe_dump(data))
    return catalog, rules


@pytest.fixture
def made(sources, tmp_path):
    """The compiled form of the small sources: the bundle, its digest and its file."""
    bundle = bundled.read_sources(*sources)
    digest = compiled.source_digest(*sources)
    target = tmp_path / "out" / "knowledge.json"
    compiled.write(bundle, digest, sources, target)
    return bundle, digest, target


def places(bundle):
    """Return every location that a bundle holds."""
    _, catalog, knowledge, _ = bundle
    found = {e.id: str(e.location) for e in catalog.exercises.values()}
    for condition in knowledge.conditions.values():
        found[condition.id] = str(getattr(condition, "location", ""))
        for restriction in condition.restrictions:
            found[restriction.rule] = str(restriction.location)
    return found


def test_what_is_read_equals_the_sources(sources, made):
    """Vocabulary, catalog, packs and names come back equal, with every place."""
    bundle, digest, target = made
    found = compiled.read(digest, sources, target)
    assert found is not None
    for got, want in zip(found, bundle, strict=True):
        assert got == want
    assert places(found) == places(bundle)
    assert places(found)["one_press"].startswith(str(sources[0]))


def test_the_bundled_knowledge_comes_back_equal(engine, tmp_path):
    """All of it, from the real files, value by value."""
    roots = resources.catalog_folder(), resources.rules_folder()
    bundle = (engine.vocabulary, engine.catalog, engine.knowledge, engine.names)
    target = tmp_path / "knowledge.json"
    compiled.write(bundle, "d" * 64, roots, target)
    found = compiled.read("d" * 64, roots, target)
    assert found is not None
    assert found[0] == bundle[0]
    assert dict(found[1].exercises) == dict(bundle[1].exercises)
    assert found[1].sha256 == bundle[1].sha256
    assert found[2] == bundle[2]
    assert found[3] == bundle[3]
    assert places(found) == places(bundle)
    assert list(found[1].exercises) == list(bundle[1].exercises)


def test_writing_is_the_same_to_the_byte(sources, made, tmp_path):
    """Two builds of the same sources give the same file."""
    compiled.write(bundled.read_sources(*sources), made[1], sources, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == made[2].read_bytes()
    assert sorted(p.name for p in made[2].parent.iterdir()) == ["knowledge.json"]


def test_places_move_with_the_sources(sources, made, tmp_path):
    """Read beside other folders, every place names those folders."""
    bundle, digest, target = made
    moved = tmp_path / "elsewhere" / "catalog", tmp_path / "elsewhere" / "rules"
    found = compiled.read(digest, moved, target)
    assert found is not None
    expected = {
        k: v.replace(str(sources[0]), str(moved[0])).replace(str(sources[1]), str(moved[1])) for k, v in places(bundle).items()
    }
    assert places(found) == expected
    assert str(tmp_path / "catalog") not in target.read_text()


def test_places_move_where_one_folder_begins_like_the_other(sources, tmp_path):
    """A folder `catalog` and a folder `catalog_rules` are two folders."""
    shutil.move(sources[1], tmp_path / "catalog_rules")
    roots = sources[0], tmp_path / "catalog_rules"
    target = tmp_path / "knowledge.json"
    compiled.write(bundled.read_sources(*roots), "d", roots, target)
    found = compiled.read("d", (tmp_path / "a", tmp_path / "b"), target)
    assert places(found)["made/sore_knee.light"].startswith(str(tmp_path / "b" / "made"))


CHANGES = {
    "one byte of an exercise": lambda c, r: _edit(c / "made_up.yaml", b"moderate", b"moderatf"),
    "one space at the end": lambda c, r: _edit(c / "made_up.yaml", b"", b"", b" "),
    "a comment in the vocabulary": lambda c, r: _edit(c / "vocabulary.yaml", b"", b"", b"# x\n"),
    "one byte of a rule": lambda c, r: _edit(r / "made" / "sore_knee.yaml", b"Because.", b"Becausf."),
    "a reference": lambda c, r: _edit(r / "made" / "references.yaml", b"Made up", b"Made uq"),
    "a new exercise file": lambda c, r: (c / "new.yaml").write_text("x"),
    "a removed file": lambda c, r: (r / "made" / "sore_knee.yaml").unlink(),
    "a renamed file": lambda c, r: (c / "made_up.yaml").rename(c / "made_uq.yaml"),
    "a renamed pack": lambda c, r: (r / "made").rename(r / "mads"),
    "a new pack": lambda c, r: shutil.copytree(r / "made", r / "other"),
    "two files exchanged": lambda c, r: _exchange(r / "made" / "pack.yaml", r / "made" / "references.yaml"),
}


def _edit(path, old, new, end=b""):
    raw = path.read_bytes()
    path.write_bytes((raw.replace(old, new, 1) if old else raw) + end)
    assert path.read_bytes() != raw


def _exchange(one, two):
    a, b = one.read_bytes(), two.read_bytes()
    one.write_bytes(b)
    two.write_bytes(a)


@pytest.mark.parametrize("name", CHANGES)
def test_changed_sources_are_not_answered_from_the_old_form(sources, made, name):
    """Whatever changes in the sources, the compiled form is not theirs any more."""
    _, digest, target = made
    assert compiled.source_digest(*sources) == digest
    CHANGES[name](*sources)
    changed = compiled.source_digest(*sources)
    assert changed != digest
    assert compiled.read(changed, sources, target) is None


def test_an_edited_rule_is_in_force_at_once(sources, made, monkeypatch):
    """The library reads the sources where the compiled form does not fit them, and the compiled form where it does."""
    from functools import partial

    bundle, _, target = made
    monkeypatch.setattr(resources, "catalog_folder", lambda: sources[0])
    monkeypatch.setattr(resources, "rules_folder", lambda: sources[1])
    monkeypatch.setattr(compiled, "read", partial(compiled.read, source=target))
    with monkeypatch.context() as inner:
        inner.setattr(bundled, "read_sources", lambda *_: pytest.fail("the sources were read although the compiled form fits"))
        assert bundled.load_bundled()[2] == bundle[2]
    _edit(sources[1] / "made" / "sore_knee.yaml", b"max: 5", b"max: 4")
    (light,) = [r for r in bundled.load_bundled()[2].conditions["sore_knee"].restrictions if r.rule.endswith(".light")]
    assert [limit.high for limit in light.limits] == [4]


def test_another_shape_of_the_model_does_not_fit(sources, made, monkeypatch):
    """A file made by another version of the classes is not used."""
    _, digest, _ = made
    monkeypatch.setattr(compiled, "_shape", lambda: "another shape")
    assert compiled.source_digest(*sources) != digest


# Damage.


def _parts(target):
    header, payload = target.read_text("utf-8").rstrip("\n").split("\n")
    return json.loads(header), payload


DAMAGED = {
    "no file": lambda raw: None,
    "an empty file": lambda raw: b"",
    "cut in the header": lambda raw: raw[:40],
    "cut after the header": lambda raw: raw.split(b"\n")[0] + b"\n",
    "cut in the payload": lambda raw: raw[: len(raw) // 2],
    "cut by two bytes": lambda raw: raw[:-2],
    "one byte of the payload": lambda raw: raw.replace(b"Sore knee", b"Sore knef"),
    "one byte of the header": lambda raw: raw.replace(b"compiled/1", b"compiled/2"),
    "more at the end": lambda raw: raw + b"{}\n",
    "not JSON": lambda raw: b"hello\n" + raw,
    "not UTF-8": lambda raw: raw.replace(b"Sore knee", b"Sore kn\xff\xfe"),
    "a header that is a list": lambda raw: b"[]\n" + raw.split(b"\n", 1)[1],
    "a header that is a number": lambda raw: b"5\n" + raw.split(b"\n", 1)[1],
    "a header with a key more": lambda raw: raw.replace(b'{"format"', b'{"x": 1, "format"', 1),
    "a header of deep lists": lambda raw: b"[" * 100_000 + b"\n" + raw.split(b"\n", 1)[1],
    "zeros": lambda raw: b"\0" * len(raw),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_not_used(sources, made, name):
    """Damage of any kind means None, never an error and never a part of the knowledge."""
    _, digest, target = made
    raw = DAMAGED[name](target.read_bytes())
    if raw is None:
        target.unlink()
    else:
        assert raw != target.read_bytes()
        target.write_bytes(raw)
    assert compiled.read(digest, sources, target) is None


def test_another_digest_is_not_used(sources, made):
    """The form of other sources is no answer; a folder in its place is none either."""
    _, digest, target = made
    assert compiled.read("0" * 64, sources, target) is None
    assert compiled.read("", sources, target) is None
    assert compiled.read(digest, sources, target.parent) is None


def forged(target, payload):
    """Write a payload with a header that fits it."""
    header, _ = _parts(target)
    header["payload"] = hashlib.sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()
    target.write_text(json.dumps(header) + "\n" + payload + "\n", encoding="utf-8")


HOSTILE = {
    "nothing": "",
    "no list": "5",
    "null": "null",
    "a text": '"abcd"',
    "a map of four": '{"a": 1, "b": 2, "c": 3, "d": 4}',
    "four numbers": "[1, 2, 3, 4]",
    "four texts": '["a", "b", "c", "d"]',
    "four nothings": "[null, null, null, null]",
    "four lists": "[[], [], [], []]",
    "three parts": "[{}, {}, {}]",
    "deep lists": "[" * 100_000,
    "a builtin": '[{"_": "eval", "source": "1"}, 1, 1, 1]',
    "a dotted class": '[{"_": "os.system", "command": "true"}, 1, 1, 1]',
    "a class that is no model": '[{"_": "LazyMap", "raw": {}}, 1, 1, 1]',
    "a class that is a list": '[{"_": ["Vocabulary"]}, 1, 1, 1]',
    "a class that is nothing": '[{"_": null}, 1, 1, 1]',
    "a class without its fields": '[{"_": "Vocabulary"}, 1, 1, 1]',
    "a field that is none": '[{"_": "Vocabulary", "__class__": "x"}, 1, 1, 1]',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_forged_payload_is_not_used(sources, made, name):
    """Data that is not the four parts is None, whatever its checksum says."""
    _, digest, target = made
    forged(target, HOSTILE[name])
    assert compiled.read(digest, sources, target) is None


SWAPS = {
    "an unknown class inside": lambda parts: _first(parts[2], "Condition").update({"_": "Popen"}),
    "an unknown field inside": lambda parts: _first(parts[2], "Condition").update({"args": "true"}),
    "a place without a number": lambda parts: _first(parts[2], "Restriction").update({"location": "x|y|z"}),
    "a place in a folder that is none": lambda parts: _first(parts[2], "Restriction").update({"location": "9:/x.yaml|1|1"}),
    "a place that is a number": lambda parts: _first(parts[2], "Restriction").update({"location": 5}),
    "an effect that is none": lambda parts: _first(parts[2], "Restriction").update({"effect": "explode"}),
    "restrictions that are a number": lambda parts: _first(parts[2], "Condition").update({"restrictions": 5}),
    "parts in another order": lambda parts: parts.reverse(),
    "a part twice": lambda parts: parts.__setitem__(1, parts[0]),
    "an exercise that is no JSON": lambda parts: _exercises(parts).update({"one_press": "["}),
    "an exercise of an unknown class": lambda parts: _exercises(parts).update({"one_press": '{"_": "Popen"}'}),
    "an exercise that is another class": lambda parts: _exercises(parts).update({"one_press": '{"_": "Location", "file": "x"}'}),
    "an exercise that is a number": lambda parts: _exercises(parts).update({"one_press": 5}),
    "exercises that are a list": lambda parts: parts[1].update({"exercises": []}),
}


def _first(value, name):
    """Return the first map of a class."""
    if isinstance(value, dict):
        if value.get("_") == name:
            return value
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        found = _first(item, name)
        if found is not None:
            return found
    return None


def _exercises(parts):
    return parts[1]["exercises"]


@pytest.mark.parametrize("name", SWAPS)
def test_a_forged_part_is_not_used(sources, made, name):
    """A wrong class, field, place or order anywhere is None; nothing is raised, then or when the values are used."""
    _, digest, target = made
    parts = json.loads(_parts(target)[1])
    SWAPS[name](parts)
    forged(target, json.dumps(parts, ensure_ascii=False, separators=(",", ":")))
    assert compiled.read(digest, sources, target) is None


# Writing.

_WATCH = """
import os, sys
CHANGES = {f"os.{name}" for name in ("mkdir", "rename", "remove", "rmdir", "link", "symlink", "truncate")} | {"tempfile.mkstemp"}
found = []
def watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        by_mode = isinstance(mode, str) and set(mode) & set("wax+")
        by_flags = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        writes = by_mode or by_flags
        if writes and path not in (os.devnull, "/dev/null"):
            found.append(f"open {path}")
    elif event in CHANGES:
        found.append(f"{event} {arguments}")
sys.addaudithook(watch)
import safetyrules
engine = safetyrules.Engine()
case = safetyrules.load_case(sys.argv[1])
engine.validate(case).to_dict()
print("\\n".join(found))
"""


def test_the_library_writes_nothing_by_itself(tmp_path):
    """Building the engine and judging a case opens no file for writing, makes no folder and renames nothing."""
    case = next(Path(resources.catalog_folder()).parent.glob("examples/*.yaml"))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _WATCH, str(case)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.stdout.strip() == ""
