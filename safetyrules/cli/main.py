"""Entry point of the `safetyrules` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from safetyrules.cli import exit_codes
from safetyrules.cli.catalog_commands import add_catalog_commands
from safetyrules.cli.pack_commands import add_pack_commands
from safetyrules.errors import InputError, SafetyRulesError


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    top = argparse.ArgumentParser(prog="safetyrules", description="Judge a training plan against injuries, medicines and therapists' work.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_catalog_commands(commands)
    add_pack_commands(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except InputError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return exit_codes.BAD_INPUT
    except SafetyRulesError as error:
        print(f"safetyrules: {error}", file=sys.stderr)
        return exit_codes.INTERNAL


if __name__ == "__main__":
    sys.exit(main())
