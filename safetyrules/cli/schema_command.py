"""`safetyrules schema case|report|rebalanced`: the JSON Schemas that ship with the library."""

from __future__ import annotations

import argparse
from typing import Any

from safetyrules.cli import exit_codes
from safetyrules.cli.output import add_format, emit


def add_schema_command(commands: Any) -> None:
    """Add the `schema` command."""
    schema = commands.add_parser("schema", help="print a JSON Schema")
    schema.add_argument("name", choices=("case", "report", "rebalanced"))
    add_format(schema, ("json",))
    schema.set_defaults(run=run_schema)


def run_schema(options: argparse.Namespace) -> int:
    """Print the schema."""
    from safetyrules.schemas import schema_text

    emit(options, schema_text(options.name))
    return exit_codes.OK
