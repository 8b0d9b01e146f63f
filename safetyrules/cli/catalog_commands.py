"""`safetyrules catalog ...`: find, read and check exercises."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from safetyrules import resources
from safetyrules.cli import exit_codes
from safetyrules.cli.import_commands import add_import_commands
from safetyrules.cli.output import add_format, emit, usage_error


def add_catalog_commands(commands: Any) -> None:
    """Add the `catalog` command with its verbs."""
    catalog = commands.add_parser(
        "catalog", help="exercises: show, search, similar, import, review, lint, evidence"
    ).add_subparsers(dest="verb", required=True, metavar="VERB")
    show = catalog.add_parser("show", help="one exercise with everything it demands")
    show.add_argument("name", help="id, name or alias")
    add_format(show, ("text",))
    show.set_defaults(run=run_show)
    search = catalog.add_parser("search", help="exercises whose name is like the words")
    search.add_argument("words", nargs="+")
    add_format(search, ("text",))
    search.set_defaults(run=run_search)
    similar = catalog.add_parser("similar", help="exercises that train alike, nearest first")
    similar.add_argument("name", help="id, name or alias")
    similar.add_argument("--count", type=int, default=10, metavar="N", help="how many (default: 10)")
    similar.add_argument("--case", metavar="CASE", help="show only what this client may do, at --at")
    similar.add_argument("--at", metavar="TIME", help="a time such as 2026-11-24T07:00")
    similar.add_argument("--side", choices=("left", "right"), help="the side that one-sided exercises would train")
    add_format(similar, ("text",))
    similar.set_defaults(run=run_similar)
    add_import_commands(catalog)
    lint = catalog.add_parser("lint", help="check every exercise file")
    lint.add_argument("folders", nargs="*", type=Path, help="catalog folders (default: the bundled one)")
    lint.add_argument("--notes", action="store_true", help="also show angles far from those of their family")
    lint.set_defaults(run=run_lint)
    evidence = catalog.add_parser("evidence", help="how many values are sourced and how many estimates (Markdown)")
    add_format(evidence, ("text",))
    evidence.set_defaults(run=run_evidence)


def run_show(options: argparse.Namespace) -> int:
    """Print one exercise."""
    from safetyrules.judging.demands import derive
    from safetyrules.loading.bundled import load_bundled
    from safetyrules.reporting.exercise import render

    vocabulary, catalog, _, names = load_bundled()
    found = names.resolve(options.name).ids
    if len(found) != 1:
        near = ", ".join(found or names.near(options.name)) or "nothing near"
        raise usage_error(f"'{options.name}' {'can mean' if found else 'is no exercise; near names:'} {near}")
    emit(options, render(derive(catalog.exercises[found[0]], vocabulary)))
    return exit_codes.OK


def run_search(options: argparse.Namespace) -> int:
    """Print the exercises whose names are most like the words, best first; exit 1 where there is none."""
    from safetyrules.loading.bundled import load_bundled

    names = load_bundled()[3]
    text = " ".join(options.words)
    found = dict.fromkeys((*names.resolve(text).ids, *names.near(text, 10)))
    emit(options, "".join(f"{name}  {names.shown[name]}\n" for name in found))
    return exit_codes.OK if found else exit_codes.FINDINGS


def run_similar(options: argparse.Namespace) -> int:
    """Print the exercises that train most alike; with a case, only those open to its client at that time."""
    from safetyrules.engine import Engine
    from safetyrules.loading.case import load_case
    from safetyrules.model.fields import time_from

    if (options.case is None) != (options.at is None):
        raise usage_error("--case and --at go together")
    if options.count < 1:
        raise usage_error(f"--count {options.count}: ask for one exercise at least")
    engine = Engine()
    found = engine.names.resolve(options.name).ids
    if len(found) != 1:
        near = ", ".join(found or engine.names.near(options.name)) or "nothing near"
        raise usage_error(f"'{options.name}' {'can mean' if found else 'is no exercise; near names:'} {near}")
    open_to: dict[str, str] | None = None
    if options.case is not None:
        try:
            at = time_from(options.at)
        except ValueError as error:
            raise usage_error(f"--at: {error}") from None
        pool = engine.filter(load_case(options.case), at)
        sides = ("", options.side) if options.side else ("",)
        open_to = {
            i.exercise or "": i.verdict.word for i in pool.items if i.verdict.word in ("allowed", "limited") and i.side in sides
        }
    lines = []
    for name, likeness, kept in engine.similar(found[0], len(engine.catalog.exercises)):
        if open_to is None or name in open_to:
            verdict = f"  {open_to[name]}" if open_to is not None else ""
            lines.append(f"{likeness:.2f}  {name}{verdict}  keeps {', '.join(kept) or 'nothing by name'}")
        if len(lines) == options.count:
            break
    emit(options, "".join(f"{line}\n" for line in lines))
    return exit_codes.OK if lines else exit_codes.FINDINGS


def run_lint(options: argparse.Namespace) -> int:
    """Print every lint finding; exit 1 where there is one."""
    from safetyrules.loading.catalog import load_catalog
    from safetyrules.loading.catalog_lint import lint_catalog
    from safetyrules.loading.vocabulary import load_vocabulary
    from safetyrules.packtools.catalog_checks import check_catalog, outliers

    vocabulary = load_vocabulary(resources.catalog_folder())
    catalog = load_catalog(options.folders or [resources.catalog_folder()], vocabulary)
    problems = sorted([*lint_catalog(catalog, vocabulary), *check_catalog(catalog, vocabulary)])
    for problem in problems:
        print(problem)
    for note in outliers(catalog) if options.notes else ():
        print(f"note: {note}")
    print(f"{len(catalog.exercises)} exercises, {len(problems)} findings")
    return exit_codes.FINDINGS if problems else exit_codes.OK


def run_evidence(options: argparse.Namespace) -> int:
    """Print the page that says what the catalog's numbers rest on."""
    from safetyrules.loading.bundled import load_bundled
    from safetyrules.packtools.catalog_evidence import evidence_page

    emit(options, evidence_page(load_bundled()[1]))
    return exit_codes.OK
