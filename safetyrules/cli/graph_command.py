"""`safetyrules graph CONDITION`: what a condition contraindicates, by phase."""

from __future__ import annotations

import argparse
from typing import Any

from safetyrules.cli import exit_codes
from safetyrules.cli.case_commands import add_engine_options, engine_of
from safetyrules.cli.output import add_format, emit


def add_graph_command(commands: Any) -> None:
    """Add the `graph` command."""
    graph = commands.add_parser("graph", help="what a condition contraindicates, by phase")
    graph.add_argument("condition", metavar="CONDITION", help="condition id, name or alias, such as rotator_cuff_repair")
    add_engine_options(graph)
    add_format(graph, ("text", "mermaid", "dot", "graphml", "json"))
    graph.set_defaults(run=run_graph)


def run_graph(options: argparse.Namespace) -> int:
    """Print or export the graph of one condition."""
    from safetyrules.graph.export import render

    emit(options, render(engine_of(options).body_graph(options.condition), options.format))
    return exit_codes.OK
