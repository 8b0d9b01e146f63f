"""`safetyrules packs ...`: list, show and check rule packs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetyrules import resources
from safetyrules.cli import exit_codes
from safetyrules.cli.output import add_format, emit, usage_error

if TYPE_CHECKING:
    from safetyrules.model.knowledge import Knowledge


def add_pack_commands(commands: Any) -> None:
    """Add the `packs` command with its verbs."""
    packs = commands.add_parser("packs", help="rule packs: list, show, lint").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    listing = packs.add_parser("list", help="every pack with its conditions")
    add_format(listing, ("text",))
    listing.set_defaults(run=run_list)
    show = packs.add_parser("show", help="one condition: phases, restrictions, sources")
    show.add_argument("condition")
    add_format(show, ("text",))
    show.set_defaults(run=run_show)
    lint = packs.add_parser("lint", help="load packs and report every problem")
    lint.add_argument("folders", nargs="*", type=Path, help="pack folders (default: all bundled packs)")
    lint.set_defaults(run=run_lint)


def _load() -> Knowledge:
    from safetyrules.loading.bundled import load_bundled

    return load_bundled()[2]


def run_list(options: argparse.Namespace) -> int:
    """Print each pack, its version, review state and conditions."""
    lines = []
    for pack in _load().packs:
        lines.append(f"{pack.id} {pack.version}  {pack.title}  (review: {pack.review}, {pack.license}, sha256 {pack.sha256[:12]})")
        lines += [
            f"  {c.id}  {c.title}  {len(c.all_restrictions())} restrictions in {len(c.phases) or 1} phase(s)"
            for c in pack.conditions
        ]
    emit(options, "\n".join(lines) + "\n")
    return exit_codes.OK


def run_show(options: argparse.Namespace) -> int:
    """Print one condition in full."""
    from safetyrules.loading.names import fold
    from safetyrules.reporting.condition import render

    knowledge = _load()
    ids = (options.condition,) if options.condition in knowledge.conditions else knowledge.names.get(fold(options.condition), ())
    if len(ids) != 1:
        raise usage_error(
            f"'{options.condition}' {'can mean ' + ' or '.join(ids) if ids else 'is no condition; see `safetyrules packs list`'}"
        )
    emit(options, render(knowledge.conditions[ids[0]]))
    return exit_codes.OK


def run_lint(options: argparse.Namespace) -> int:
    """Load the packs; every problem is printed and ends with exit code 2, as for any input that can't be used."""
    from safetyrules.inference.compiler import compile_program
    from safetyrules.loading.packs import load_packs, pack_folders
    from safetyrules.loading.vocabulary import load_vocabulary

    vocabulary = load_vocabulary(resources.catalog_folder())
    knowledge = load_packs(options.folders or pack_folders(resources.rules_folder()), vocabulary)
    program = compile_program(knowledge)
    restrictions = sum(len(c.all_restrictions()) for c in knowledge.conditions.values())
    rules = sum(len(shard) for shard in program.shards.values())
    counts = f"{len(knowledge.packs)} packs, {len(knowledge.conditions)} conditions, {restrictions} restrictions"
    print(f"{counts}, {rules} compiled rules, no findings")
    return exit_codes.OK
