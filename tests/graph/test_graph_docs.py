"""The page that explains the graph is true."""

import doctest
from pathlib import Path

from safetyrules.graph.build import condition_graph

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "graph.md"


def test_examples_of_the_page_hold():
    """Every Python example of the page gives what the page says."""
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried >= 6
    assert failed == 0


def test_node_examples_of_the_page_exist(engine):
    """Every node that the table names is in the graph it explains."""
    graph = condition_graph(engine.knowledge, engine.catalog, engine._judge.matcher.hits, engine.vocabulary, "rotator_cuff_repair")
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "`" in line]
    named = [word for line in rows for word in line.split("|")[2].split("`")[1::2]]
    assert len(named) >= 8
    assert set(named) <= set(graph.graph)
