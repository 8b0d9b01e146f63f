"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from enum import Enum
from pathlib import Path

from safetyrules.errors import InputError, Location, Problem


class Format(Enum):
    """What `auto` means: a report reads as text, and as annotations under GitHub Actions."""

    REPORT = "report"


def add_format(parser: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """Add ``--format`` and ``-o``."""
    parser.add_argument("--format", choices=formats, default=formats[0], help=f"output format (default: {formats[0]})")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE instead of standard output")


def chosen(options: argparse.Namespace, _kind: Format) -> str:
    """Return the format, with `auto` resolved."""
    name = str(options.format)
    if name != "auto":
        return name
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def emit(options: argparse.Namespace, text: str) -> None:
    """Write `text` where the options say. A file is written beside its place and renamed: nothing is lost half-way."""
    if options.output is None:
        sys.stdout.write(text)
        return
    target: Path = options.output
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as handle:
            handle.write(text)
        Path(handle.name).replace(target)
    except OSError as error:
        Path(handle.name).unlink(missing_ok=True) if "handle" in locals() else None
        raise usage_error(f"can't write {target}: {error.strerror or error}") from error


def usage_error(message: str) -> InputError:
    """Return the error for a command line that can't be carried out."""
    return InputError([Problem(Location("command line"), message)])
