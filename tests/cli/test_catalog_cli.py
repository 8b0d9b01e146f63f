"""`safetyrules catalog show|search|similar|evidence`: what is printed, and the exit code."""

import subprocess
import sys

import pytest
from loading.made_exercises import load, named, record

from safetyrules.cli.main import main


@pytest.fixture(autouse=True, scope="module")
def bundled_once(engine):
    """Let every command of these tests use the knowledge that is loaded already; one test runs the real ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("safetyrules.loading.catalog.load_catalog", lambda *_: engine.catalog)
        patch.setattr(
            "safetyrules.loading.bundled.load_bundled", lambda: (engine.vocabulary, engine.catalog, engine.knowledge, engine.names)
        )
        patch.setattr("safetyrules.engine.Engine", lambda *_, **__: engine)
        yield


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = main(["catalog", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


# show


@pytest.mark.parametrize("name", ["deadlift_conventional", "Barbell deadlifts", "conventional deadlift", "right deadlift"])
def test_show_finds_by_id_name_and_alias(run, name):
    """Whatever names the exercise shows it: names, joints, load, and where a number is sourced."""
    code, out, err = run("show", name)
    assert (code, err) == (0, "")
    assert out.startswith(
        "Barbell deadlift, conventional [deadlift_conventional]\nstrength, hinge, bilateral, standing; record: draft\n"
    )
    assert "  hip flexion 0 to 115 deg, resisted, load heavy, closed chain, adjustable to 60\n" in out
    assert "  knee flexion 0 to 108 deg, resisted, load heavy, closed chain, adjustable to 30, sourced\n" in out
    assert "Spine: compression 4 of 4, shear 3 of 3, load at hands\n" in out
    assert "Smallest load: 20 kg on barbell\n" in out


@pytest.fixture
def twins(tmp_path, engine, monkeypatch):
    """Put two exercises that share a name in the place of the bundled ones."""
    records = (record("first_twin", aka=["the twin"]), record("second_twin", aka=["twins"]))
    catalog, names = load(tmp_path / "twins", *records), named(tmp_path / "twins", *records)
    monkeypatch.setattr("safetyrules.loading.catalog.load_catalog", lambda *_: catalog)
    monkeypatch.setattr(engine, "names", names)


def test_show_says_what_an_ambiguous_name_can_mean(run, twins):
    """Every candidate is named and none is shown."""
    assert run("show", "Twin") == (2, "", "command line: 'Twin' can mean first_twin, second_twin.\n")


def test_show_offers_near_names(run):
    """An unknown name is bad input, with what is near."""
    code, out, err = run("show", "dead lift barbell")
    assert (code, out) == (2, "")
    assert "is no exercise; near names:" in err
    assert run("show", "zzzz qqqq") == (2, "", "command line: 'zzzz qqqq' is no exercise; near names: nothing near.\n")


def test_show_writes_a_file(run, tmp_path):
    """`-o` takes the place of the output."""
    _, shown, _ = run("show", "plank")
    assert run("show", "plank", "-o", str(tmp_path / "plank.txt")) == (0, "", "")
    assert (tmp_path / "plank.txt").read_text("utf-8") == shown
    assert run("show", "plank", "-o", str(tmp_path / "no" / "plank.txt"))[0] == 2


# search


def test_search_puts_the_named_exercise_first(run):
    """What the words name comes first, then what is near, each once, with id and name."""
    code, out, _ = run("search", "barbell", "deadlift")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "deadlift_conventional  Barbell deadlift, conventional"
    assert len(lines) == len(set(lines)) <= 11
    assert all("  " in line for line in lines)


def test_search_without_a_find_is_exit_1(run):
    """Nothing near, nothing printed."""
    assert run("search", "zzzz", "qqqq") == (1, "", "")


def test_search_shows_every_meaning(run, twins):
    """An ambiguous name shows all it can mean."""
    assert run("search", "Twin") == (0, "first_twin  first twin\nsecond_twin  second twin\n", "")


# similar


def likenesses(out):
    return [(float(line.split()[0]), line.split()[1]) for line in out.splitlines()]


def test_similar_is_nearest_first(run, engine):
    """Ten lines by default, as many as asked for otherwise, the exercise itself never among them."""
    code, out, _ = run("similar", "leg press")
    found = likenesses(out)
    assert (code, len(found)) == (0, 10)
    assert found == sorted(found, key=lambda f: -f[0])
    assert "leg_press" not in [name for _, name in found]
    assert [name for _, name in found] == [name for name, _, _ in engine.similar("leg_press", 10)]
    assert all("  keeps " in line for line in out.splitlines())
    assert likenesses(run("similar", "leg_press", "--count", "3")[1]) == found[:3]


@pytest.mark.parametrize("count", ["0", "-3"])
def test_similar_of_none_prints_none(run, count):
    """Not one line more than asked for."""
    code, out, _ = run("similar", "leg_press", "--count", count)
    assert out == ""
    assert code in (1, 2)


def test_similar_of_an_ambiguous_name(run, twins):
    """Bad input, with the candidates."""
    assert run("similar", "Twin") == (2, "", "command line: 'Twin' can mean first_twin, second_twin.\n")


def test_similar_of_an_unknown_name(run):
    """Bad input, with near names."""
    code, out, err = run("similar", "legg press")
    assert (code, out) == (2, "")
    assert "leg_press" in err


CASE = """\
safetyrules: case/1
timezone: UTC
client:
  symptoms: []
  conditions: [{id: rotator_cuff_repair, side: right, date: 2026-11-01}]
"""


@pytest.fixture
def case(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(CASE)
    return str(path)


def test_similar_with_a_case_shows_only_what_is_open(run, engine, case):
    """Every line is allowed or limited for that client then, and says which."""
    from datetime import datetime

    import safetyrules as sr

    code, out, _ = run("similar", "barbell_back_squat", "--case", case, "--at", "2026-11-24T07:00", "--count", "5")
    assert code == 0
    pool = {
        i.exercise: i.verdict.word
        for i in engine.filter(sr.load_case(case), datetime.fromisoformat("2026-11-24T07:00")).items
        if not i.side
    }
    lines = [line.split("  ") for line in out.splitlines()]
    assert lines
    for _, name, verdict, _ in lines:
        assert verdict in ("allowed", "limited")
        assert pool[name] == verdict
    open_near = [n for n, _, _ in engine.similar("barbell_back_squat", 10_000) if pool.get(n) in ("allowed", "limited")]
    assert [line[1] for line in lines] == open_near[:5]


def test_similar_with_a_side_shows_that_side(run, case):
    """One-sided exercises for the healthy arm are open on its side only."""
    names = {}
    for side in ("left", "right"):
        _, out, _ = run(
            "similar", "concentration_curl", "--case", case, "--at", "2026-11-24T07:00", "--side", side, "--count", "500"
        )
        names[side] = {line.split()[1] for line in out.splitlines()}
    assert names["right"] < names["left"]


def test_similar_where_nothing_is_open_is_exit_1(run, case):
    """No line and exit 1 where the client may do nothing like it."""
    assert run("similar", "standing_overhead_press", "--case", case, "--at", "2026-11-24T07:00", "--side", "right")[:2] == (1, "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--case", "x.yaml"], "--case and --at go together"),
        (["--at", "2026-11-24T07:00"], "--case and --at go together"),
        (["--case", "x.yaml", "--at", "soon"], "--at:"),
        (["--case", "x.yaml", "--at", "2026-02-30T07:00"], "--at:"),
        (["--case", "x.yaml", "--at", "2026-11-24T07:00"], "x.yaml"),
    ],
)
def test_similar_with_half_a_question_is_bad_usage(run, arguments, words):
    """A case wants a time, a time wants a case, and both must be real."""
    code, out, err = run("similar", "leg_press", *arguments)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize(
    "arguments",
    [["similar"], ["show"], ["search"], ["similar", "x", "--count", "many"], ["similar", "x", "--side", "up"], ["nothing"], []],
)
def test_bad_usage_is_exit_2(arguments):
    """Missing or wrong arguments end before anything is done."""
    with pytest.raises(SystemExit) as caught:
        main(["catalog", *arguments])
    assert caught.value.code == 2


# evidence


def test_evidence_prints_the_page(run, engine, tmp_path):
    """The Markdown page, on the output or in a file."""
    from safetyrules.packtools.catalog_evidence import evidence_page

    code, out, err = run("evidence")
    assert (code, err) == (0, "")
    assert out == evidence_page(engine.catalog)
    assert out.startswith("# What the catalog's numbers rest on\n")
    assert run("evidence", "-o", str(tmp_path / "page.md")) == (0, "", "")
    assert (tmp_path / "page.md").read_text("utf-8") == out


@pytest.mark.parametrize("verb", ["show", "search", "similar", "evidence", "import", "review", "lint"])
def test_every_verb_has_help(verb, capsys):
    """`--help` works for each."""
    with pytest.raises(SystemExit) as caught:
        main(["catalog", verb, "--help"])
    assert caught.value.code == 0
    assert f"catalog {verb}" in capsys.readouterr().out


def test_the_real_command_runs():
    """The program itself, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "safetyrules.cli.main", "catalog", "similar", "Leg presses", "--count", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 2
