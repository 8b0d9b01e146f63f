"""The house stays in order: layers run one way, files stay small, names are documented, medicine stays in the data."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "safetyrules"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}

# A room may import what stands on a lower floor, and itself.
FLOORS = (
    {"errors", "version"},
    {"vocabulary"},
    {"model", "resources"},
    {"loading", "schemas"},
    {"graph", "inference"},
    {"judging"},
    {"planning"},
    {"reporting", "packtools"},
    {"engine"},
    {"cli"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

# One import against the stream: `Case.model_validate` is a public name of the contract, and reading is loading's work.
EXCEPTIONS = {("model/case.py", "loading")}


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(tree):
    """Yield the full name of every module imported anywhere in the file, for types alone or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def only_for_types(tree):
    """Return the module names imported under `if TYPE_CHECKING`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for inner in node.body:
                found |= set(imports_of(inner))
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path):
    """A lower room never knows a higher one, so that each can be understood and tested alone."""
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    assert room in FLOOR, f"{room} is no room of the house; give it a floor here"
    for name in imports_of(TREES[path]):
        parts = name.split(".")
        if parts[0] != "safetyrules":
            continue
        other = parts[1]
        if other == room or (name_of(path), other) in EXCEPTIONS:
            continue
        assert other in FLOOR, f"{name_of(path)} imports {name}"
        assert FLOOR[other] < FLOOR[room], f"{name_of(path)} imports {name}, which stands above it"


def test_every_exception_is_still_needed():
    """An exception that nothing uses any more must go."""
    for file, other in EXCEPTIONS:
        assert any(name.startswith(f"safetyrules.{other}.") for name in imports_of(TREES[PACKAGE / file]))


@pytest.mark.parametrize(
    ("library", "where"),
    [("durable_rules_engine", {"inference/durable.py"}), ("durable", set()), ("networkx", {"graph/"})],
)
def test_one_room_alone_knows_each_difficult_library(library, where):
    """durable-rules has traps that one module knows; networkx costs start-up time that only the graph may cost."""
    for path, tree in TREES.items():
        names = {n.split(".")[0] for n in set(imports_of(tree)) - only_for_types(tree)}
        if library in names:
            assert any(name_of(path).startswith(w) for w in where), f"{name_of(path)} imports {library}"


def test_networkx_is_not_imported_unless_a_graph_is_asked_for():
    """Judging a case must not pay for it."""
    import subprocess
    import sys

    code = (
        "import sys, safetyrules as sr\n"
        f"sr.Engine().validate(sr.load_case({str(PACKAGE.parent / 'examples' / 'healthy.yaml')!r}))\n"
        "assert 'networkx' not in sys.modules\nassert 'durable' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    assert done.returncode == 0, done.stderr


def calls_of(tree):
    """Yield what every call of the file calls, as text."""
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]


MAY_TOUCH_FILES = ("loading/", "resources.py", "schemas/", "cli/")
FILE_CALLS = ("open", "read_text", "read_bytes", "write_text", "write_bytes", "mkstemp", "NamedTemporaryFile")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_are_opened_where_files_belong(path):
    """Everything behind loading works on values, so that it can be trusted not to read or write."""
    touched = {call for call in calls_of(TREES[path]) if call.rpartition(".")[2] in FILE_CALLS}
    assert not touched or name_of(path).startswith(MAY_TOUCH_FILES), touched


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) != "cli"], ids=name_of)
def test_only_the_command_line_prints_and_looks_around(path):
    """The library has no output, no environment, no clock, no chance and no network of its own: same input, same output."""
    full = set(imports_of(TREES[path]))
    names = {name.split(".")[0] for name in full}
    assert not names & {"os", "logging", "random", "secrets", "time", "socket", "http", "requests", "pickle", "subprocess"}
    assert not [name for name in full if name.startswith("urllib.") and not name.startswith("urllib.parse")]
    calls = {call.rpartition(".")[2] for call in calls_of(TREES[path])}
    assert not calls & {"print", "now", "today", "utcnow", "getenv", "input", "eval", "exec"}
    # `sys.stdin` is what the contract calls "-"; nothing else of the process is looked at
    used = {ast.unparse(n) for n in ast.walk(TREES[path]) if isinstance(n, ast.Attribute) and ast.unparse(n).startswith("sys.")}
    allowed = {"sys.stdin", "sys.stdin.buffer", "sys.stdin.buffer.read", "sys.modules", "sys.exit"}
    assert used <= allowed


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_grows_beyond_400_lines(path):
    """A file that nobody can hold in mind is split."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_has_a_name_that_says_nothing(path):
    """Such files gather what belongs elsewhere."""
    banned = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "core"}
    assert not banned & {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}


def public_names(tree):
    """Yield every public module, class, function and method of the file with its docstring."""
    yield "the module", ast.get_docstring(tree)
    stack = [("", tree)]
    while stack:
        prefix, node = stack.pop()
        for child in node.body:
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                is_overload = any(ast.unparse(d) == "overload" for d in child.decorator_list)
                if child.name.startswith("_") or is_overload:
                    continue
                yield prefix + child.name, ast.get_docstring(child)
                if isinstance(child, ast.ClassDef):
                    stack.append((f"{prefix}{child.name}.", child))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_public_name_says_what_it_promises(path):
    """A docstring for modules, classes, functions and methods that others may use."""
    missing = [name for name, doc in public_names(TREES[path]) if not doc]
    assert not missing


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_function_is_annotated(path):
    """Parameters and results have types, so that the type checker sees everything."""
    for node in ast.walk(TREES[path]):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        loose = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
        assert not loose, f"{node.name}: {loose}"
        assert node.returns is not None, node.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_bare_except_and_no_assert_on_input(path):
    """Only the outermost frame of the command line, and the boundary to the C core, catch everything."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            if caught in ("everything", "Exception", "BaseException"):
                assert name_of(path) in ("cli/main.py", "inference/durable.py")


# Numbers above ten in the rooms that judge, each with its reason. None of them is medical: those are in the rule files.
NUMBERS = {
    ("judging/judge.py", 80): "length of a quoted name",
    ("judging/judge.py", 60): "length of a quoted name",
    ("judging/limits.py", 100): "per cent",
    ("judging/limits.py", 60): "seconds in a minute",
    ("inference/compiler.py", 64): "alternatives that one rule may expand to",
    ("inference/compiler.py", 14): "patterns that one rule may have",
    ("inference/context.py", 60): "likeness of names, in per cent",
    ("inference/durable.py", 400): "width of the C core's network",
    ("inference/durable.py", 48): "pending matches of the C core",
    ("inference/durable.py", 16): "patterns of the C core; characters of a digest",
    ("inference/durable.py", 20_000): "firings before an evaluation is given up",
    ("inference/durable.py", 100): "length of a token",
    ("inference/durable.py", 80): "length of a quoted token",
    ("inference/facts.py", 3600): "seconds in an hour",
    ("inference/program.py", 1_000_000): "the highest band",
    ("inference/program.py", 64): "length of a token",
    ("inference/reference.py", 20_000): "facts before an evaluation is given up",
}


TUNING = {"_MEMORY", "_CACHE_SIZE"}
"""Names of sizes that only decide how fast an answer comes, never which."""


def numbers_of(path):
    assigned = [n for n in ast.walk(TREES[path]) if isinstance(n, ast.Assign)]
    tuned = {id(n.value) for n in assigned if {ast.unparse(t) for t in n.targets} <= TUNING}
    for node in ast.walk(TREES[path]):
        if id(node) in tuned:
            continue
        is_number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        if is_number and abs(node.value) > 10:
            yield name_of(path), node.value


JUDGING = [p for p in MODULES if room_of(p) in ("judging", "inference")]


@pytest.mark.parametrize("path", JUDGING, ids=name_of)
def test_no_medical_number_is_in_python(path):
    """A threshold, week or dose belongs into a rule file with its source; every number here has another reason."""
    assert set(numbers_of(path)) <= NUMBERS.keys()


def test_every_allowed_number_is_still_there():
    """A number that has gone must leave the list too, or the list would allow it again unseen."""
    assert {found for path in JUDGING for found in numbers_of(path)} == NUMBERS.keys()


def test_no_condition_or_medicine_is_named_in_python(engine):
    """Code that knows a disease by name would be a rule outside the packs."""
    ids = {c for c in engine.knowledge.conditions if "_" in c}
    for path, tree in TREES.items():
        if room_of(path) in ("cli", "packtools"):  # help texts give an example
            continue
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
        }
        texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs}
        assert not texts & ids, name_of(path)
