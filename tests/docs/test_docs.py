"""Every command and every Python block that the documentation shows runs as printed."""

import re
import shlex
from pathlib import Path

import pytest

from safetyrules.cli.main import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _blocks(language):
    for page in PAGES:
        for match in FENCE.finditer(page.read_text(encoding="utf-8")):
            is_doctest = match.group(2).startswith(">>>")  # pytest runs those as doctests
            if match.group(1) == language and not is_doctest:
                yield pytest.param(match.group(2), id=f"{page.relative_to(ROOT)}:{page.read_text(encoding='utf-8')[: match.start()].count(chr(10)) + 1}")


@pytest.mark.parametrize("block", list(_blocks("console")))
def test_console_blocks_run(block, monkeypatch, capsys):
    """A printed safetyrules command ends with 0 or 1 and says nothing on standard error; make targets exist."""
    monkeypatch.chdir(ROOT)
    for line in block.splitlines():
        if line.startswith("$ make "):
            target = line.split()[2]
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        elif line.startswith("$ safetyrules "):
            assert main(shlex.split(line)[2:]) in (0, 1)
            assert capsys.readouterr().err == ""
        else:
            assert not line.startswith("$"), f"nobody runs: {line}"


@pytest.mark.parametrize("block", list(_blocks("python")))
def test_python_blocks_run(block, monkeypatch):
    """A printed Python block runs from the top of the repository."""
    monkeypatch.chdir(ROOT)
    exec(compile(block, "docs", "exec"), {})  # noqa: S102  the block is ours


def test_case_file_of_the_reference_is_a_case(tmp_path):
    """The case file that the reference page shows loads and is judged."""
    import safetyrules

    text = next(m.group(2) for m in FENCE.finditer((ROOT / "docs/reference/case.md").read_text(encoding="utf-8")) if m.group(1) == "yaml")
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    report = safetyrules.Engine().validate(safetyrules.load_case(path))
    assert len(report.sessions[0].items) == 2


def test_the_report_that_the_readme_shows_is_what_the_command_prints(monkeypatch, capsys):
    """The parts of the excerpt stand, line for line, in the report of the example."""
    monkeypatch.chdir(ROOT)
    (excerpt,) = (m.group(2) for m in FENCE.finditer((ROOT / "README.md").read_text(encoding="utf-8")) if m.group(1) == "text")
    main(["validate", "examples/rotator_cuff_week5.yaml"])
    printed = capsys.readouterr().out
    for part in excerpt.split("  ...\n"):
        assert part in printed


def test_the_evidence_page_is_the_one_of_this_catalog(capsys):
    """What is said of the numbers' sources is counted, and counted from what is shipped."""
    assert main(["catalog", "evidence"]) == 0
    assert (ROOT / "docs/reference/catalog-evidence.md").read_text(encoding="utf-8") == capsys.readouterr().out
