"""`safetyrules packs ...`: list and check rule packs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from safetyrules import resources
from safetyrules.cli import exit_codes


def add_pack_commands(commands: Any) -> None:
    """Add the `packs` command with its verbs."""
    packs = commands.add_parser("packs", help="rule packs: list, check").add_subparsers(dest="verb", required=True, metavar="VERB")
    lint = packs.add_parser("lint", help="load packs and report every problem")
    lint.add_argument("folders", nargs="*", type=Path, help="pack folders (default: all bundled packs)")
    lint.set_defaults(run=run_lint)


def run_lint(options: argparse.Namespace) -> int:
    """Load the packs; every problem is printed and ends with exit code 2, as for any input that can't be used."""
    from safetyrules.loading.packs import load_packs, pack_folders
    from safetyrules.loading.vocabulary import load_vocabulary

    vocabulary = load_vocabulary(resources.catalog_folder())
    knowledge = load_packs(options.folders or pack_folders(resources.rules_folder()), vocabulary)
    count = sum(len(c.all_restrictions()) for c in knowledge.conditions.values())
    print(f"{len(knowledge.packs)} packs, {len(knowledge.conditions)} conditions, {count} restrictions, no findings")
    return exit_codes.OK
