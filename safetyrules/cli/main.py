"""Entry point of the `safetyrules` command: one parser, one place where errors become exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from safetyrules.cli import exit_codes
from safetyrules.cli.case_commands import add_case_commands
from safetyrules.cli.catalog_commands import add_catalog_commands
from safetyrules.cli.graph_command import add_graph_command
from safetyrules.cli.pack_commands import add_pack_commands
from safetyrules.cli.schema_command import add_schema_command
from safetyrules.errors import InputError, SafetyRulesError
from safetyrules.version import VERSION


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    top = argparse.ArgumentParser(
        prog="safetyrules",
        description="Judge a training plan against injuries, operations, medicines and what therapists did. Not medical advice.",
        epilog="Exit codes: 0 nothing found, 1 findings, 2 bad input, 3 internal error.",
    )
    top.add_argument("--version", action="version", version=f"safetyrules {VERSION}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_case_commands(commands)
    add_graph_command(commands)
    add_pack_commands(commands)
    add_catalog_commands(commands)
    add_schema_command(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code. Bad usage ends with 2 like any bad input."""
    options = parser().parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except InputError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return exit_codes.BAD_INPUT
    except BrokenPipeError:
        # The reader of a pipe went away; what it did not read was not judged by it, so this is no success.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.FINDINGS
    except SafetyRulesError as error:
        print(f"safetyrules: {error}", file=sys.stderr)
        return exit_codes.INTERNAL
    except Exception as error:
        print(f"safetyrules: internal error: {type(error).__name__}: {error}", file=sys.stderr)
        return exit_codes.INTERNAL
    return code


if __name__ == "__main__":
    sys.exit(main())
