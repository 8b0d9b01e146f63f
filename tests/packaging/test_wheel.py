"""An installed wheel works alone: data inside, command on the path, any working directory."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command, **options):
    """Run a command and return it; its output is shown where it fails."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, timeout=600, **options)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the sources, so that nothing of the build lands in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    skipped = shutil.ignore_patterns(".*", "__pycache__", "_compiled", "dist", "build", "tests", "bench", "docs")
    shutil.copytree(ROOT, folder / "source", ignore=skipped)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder / "out", folder / "source")
    (built,) = (folder / "out").glob("*.whl")
    return built


def test_the_wheel_holds_every_rule_and_every_exercise(wheel):
    """And the schemas, the typing marker and the compiled knowledge; none of the tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("rules", "exercise_catalog"):
        own = {p.relative_to(ROOT).as_posix() for p in (ROOT / folder).rglob("*.yaml") if "tests" not in p.parts}
        assert own
        assert {f"safetyrules/_data/{name}" for name in own} <= names
    assert {"safetyrules/py.typed", "safetyrules/_compiled/knowledge.json"} <= names
    assert {"safetyrules/schemas/case.schema.json", "safetyrules/schemas/report.schema.json"} <= names
    assert not [name for name in names if name.startswith("tests/")]


@pytest.mark.slow
def test_an_installed_wheel_judges_a_case_from_anywhere(wheel, tmp_path):
    """A new environment, the dependencies from the index, another directory, a copied example."""
    venv.create(tmp_path / "env", with_pip=True)
    scripts = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    for name, code in (("healthy", 0), ("rotator_cuff_week5", 1)):
        shutil.copy(ROOT / "examples" / f"{name}.yaml", elsewhere / "case.yaml")
        done = subprocess.run(  # noqa: S603
            [scripts / "safetyrules", "validate", "case.yaml"],
            cwd=elsewhere,
            env=clean,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (code, "")
    where = run(scripts / "python", "-c", "import safetyrules.resources as r; print(r.rules_folder())", cwd=elsewhere, env=clean)
    assert where.stdout.strip().startswith(str(tmp_path / "env"))
    run(scripts / "safetyrules", "packs", "lint", cwd=elsewhere, env=clean)
    run(scripts / "safetyrules", "schema", "report", cwd=elsewhere, env=clean)
    assert os.listdir(elsewhere) == ["case.yaml"]
