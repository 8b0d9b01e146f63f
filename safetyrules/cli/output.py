"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from safetyrules.errors import InputError, Location, Problem


def add_format(parser: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """Add ``--format`` and ``-o``."""
    parser.add_argument("--format", choices=formats, default=formats[0], help=f"output format (default: {formats[0]})")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE instead of standard output")


def chosen(options: argparse.Namespace) -> str:
    """Return the format; `auto` is text, and annotations under GitHub Actions."""
    name = str(options.format)
    if name != "auto":
        return name
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def emit(options: argparse.Namespace, text: str) -> None:
    """Write `text` where the options say. A file is written beside its place and renamed: nothing is lost half-way."""
    if options.output is None:
        sys.stdout.write(text)
        return
    write_file(options.output, text)


def write_file(target: Path, text: str) -> None:
    """Write `text` to `target` by way of a temporary file beside it; raise `InputError` when that can't be done."""
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
        raise usage_error(f"can't write {target}: {getattr(error, 'strerror', None) or error}") from error
    try:
        with open(descriptor, "w", encoding="utf-8") as handle:
            handle.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(target)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise usage_error(f"can't write {target}: {error.strerror or error}") from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def usage_error(message: str) -> InputError:
    """Return the error for a command line that can't be carried out."""
    return InputError([Problem(Location("command line"), message)])
