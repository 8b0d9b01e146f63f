"""`safetyrules catalog ...`: read and check exercises."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from safetyrules import resources
from safetyrules.cli import exit_codes


def add_catalog_commands(commands: Any) -> None:
    """Add the `catalog` command with its verbs."""
    catalog = commands.add_parser("catalog", help="exercises: check").add_subparsers(dest="verb", required=True, metavar="VERB")
    lint = catalog.add_parser("lint", help="check every exercise file")
    lint.add_argument("folders", nargs="*", type=Path, help="catalog folders (default: the bundled one)")
    lint.set_defaults(run=run_lint)


def run_lint(options: argparse.Namespace) -> int:
    """Print every lint finding; exit 1 where there is one."""
    from safetyrules.loading.catalog import load_catalog
    from safetyrules.loading.catalog_lint import lint_catalog
    from safetyrules.loading.vocabulary import load_vocabulary

    vocabulary = load_vocabulary(resources.catalog_folder())
    catalog = load_catalog(options.folders or [resources.catalog_folder()], vocabulary)
    problems = lint_catalog(catalog, vocabulary)
    for problem in problems:
        print(problem)
    print(f"{len(catalog.exercises)} exercises, {len(problems)} findings")
    return exit_codes.FINDINGS if problems else exit_codes.OK
