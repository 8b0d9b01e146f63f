"""`safetyrules catalog ...`: find, read and check exercises."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from safetyrules import resources
from safetyrules.cli import exit_codes
from safetyrules.cli.output import add_format, emit, usage_error


def add_catalog_commands(commands: Any) -> None:
    """Add the `catalog` command with its verbs."""
    catalog = commands.add_parser("catalog", help="exercises: show, search, lint").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    show = catalog.add_parser("show", help="one exercise with everything it demands")
    show.add_argument("name", help="id, name or alias")
    add_format(show, ("text",))
    show.set_defaults(run=run_show)
    search = catalog.add_parser("search", help="exercises whose name is like the words")
    search.add_argument("words", nargs="+")
    add_format(search, ("text",))
    search.set_defaults(run=run_search)
    lint = catalog.add_parser("lint", help="check every exercise file")
    lint.add_argument("folders", nargs="*", type=Path, help="catalog folders (default: the bundled one)")
    lint.set_defaults(run=run_lint)


def run_show(options: argparse.Namespace) -> int:
    """Print one exercise."""
    from safetyrules.judging.demands import derive
    from safetyrules.loading.catalog import load_catalog
    from safetyrules.loading.names import names_of
    from safetyrules.loading.vocabulary import load_vocabulary
    from safetyrules.reporting.exercise import render

    vocabulary = load_vocabulary(resources.catalog_folder())
    catalog = load_catalog([resources.catalog_folder()], vocabulary)
    names = names_of(catalog)
    found = names.resolve(options.name)
    if len(found) != 1:
        near = ", ".join(found or names.near(options.name)) or "nothing near"
        raise usage_error(f"'{options.name}' {'can mean' if found else 'is no exercise; near names:'} {near}")
    emit(options, render(derive(catalog.exercises[found[0]], vocabulary)))
    return exit_codes.OK


def run_search(options: argparse.Namespace) -> int:
    """Print the exercises whose names are most like the words, best first; exit 1 where there is none."""
    from safetyrules.loading.catalog import load_catalog
    from safetyrules.loading.names import names_of
    from safetyrules.loading.vocabulary import load_vocabulary

    vocabulary = load_vocabulary(resources.catalog_folder())
    names = names_of(load_catalog([resources.catalog_folder()], vocabulary))
    text = " ".join(options.words)
    found = dict.fromkeys((*names.resolve(text), *names.near(text, 10)))
    emit(options, "".join(f"{name}  {names.shown[name]}\n" for name in found))
    return exit_codes.OK if found else exit_codes.FINDINGS


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
