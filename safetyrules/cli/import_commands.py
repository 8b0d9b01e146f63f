"""`safetyrules catalog import` and `catalog review`: other apps' lists, made ours by a person."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetyrules import resources
from safetyrules.cli import exit_codes
from safetyrules.cli.output import emit, usage_error, write_file

if TYPE_CHECKING:
    from safetyrules.loading.importing import Imported

_FORMATS = ("fedb", "open", "wger", "csv")


def add_import_commands(catalog: Any) -> None:
    """Add the two verbs to the `catalog` command."""
    brings = catalog.add_parser("import", help="another app's exercise list as drafts to review")
    brings.add_argument("file", type=Path)
    brings.add_argument("--format", choices=_FORMATS, required=True, help="whose file it is")
    brings.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="OURS=COLUMN",
        help="csv columns by our names",
    )
    brings.add_argument("-o", "--output", type=Path, required=True, metavar="DRAFTS", help="file for the draft records (YAML)")
    brings.add_argument("--review", type=Path, required=True, metavar="REVIEW", help="file that a person completes (YAML)")
    brings.set_defaults(run=run_import)
    review = catalog.add_parser("review", help="put a completed review file into effect")
    review.add_argument("drafts", type=Path)
    review.add_argument("reviews", type=Path)
    review.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write the records (default: standard output)")
    review.set_defaults(run=run_review)


def run_import(options: argparse.Namespace) -> int:
    """Write drafts and a review file; print what became of every name."""
    from safetyrules.loading.bundled import load_bundled
    from safetyrules.loading.importing import draft, read_entries

    _check_places(options.file, options.output, options.review)
    columns = dict(_pair(text) for text in options.map)
    entries = read_entries(options.file, options.format, columns)
    _, catalog, _, names = load_bundled()
    found = draft(entries, catalog, names, resources.catalog_folder())
    if found.drafts:
        write_file(options.output, _drafts_file(found, options.file.name))
    else:
        _remove(options.output)
    write_file(options.review, _review_file(found))
    _print_sorted(found, len(entries))
    return exit_codes.OK


def _check_places(source: Path, *targets: Path) -> None:
    """Refuse places that can't be written before the first of them is: drafts and review belong together."""
    # The functions of os.path answer where those of pathlib raise: links in a circle, names too long for the system.
    places = [os.path.realpath(source)]
    for target in targets:
        if os.path.realpath(target) in places:
            raise usage_error(f"{target} is named twice; the list, the drafts and the review are three files")
        places.append(os.path.realpath(target))
        if os.path.isdir(target):
            raise usage_error(f"can't write {target}: it is a folder")
        if not os.access(target.parent, os.W_OK):
            raise usage_error(f"can't write {target}: its folder is not there or not open to you")


def _remove(drafts: Path) -> None:
    """Remove the drafts of an earlier list; an empty file in its place would keep its whole folder from loading."""
    try:
        drafts.unlink(missing_ok=True)
    except OSError as error:
        raise usage_error(f"can't remove the old drafts {drafts}: {error.strerror or error}") from error


def _drafts_file(found: Imported, source: str) -> str:
    return _yaml(
        {
            "family": "imported",
            "title": f"Imported from {source}",
            "estimates": "Every value is inherited from the exercise that a record extends; nothing was reviewed.",
            "exercises": [dict(d.record) for d in found.drafts],
        }
    )


def _review_file(found: Imported) -> str:
    blank = {"approved": False, "by": "", "role": "", "date": "", "note": ""}
    reviews = [
        {"id": d.record["id"], "name": d.record["name"], "model": d.model, "likeness": d.likeness, "check": list(d.check), **blank}
        for d in found.drafts
    ]
    return _yaml({"format": "review/1", "reviews": reviews})


def _print_sorted(found: Imported, total: int) -> None:
    counts = f"{len(found.known)} in the catalog already, {len(found.drafts)} drafts, {len(found.ambiguous)} ambiguous"
    print(f"{total} exercises: {counts}, {len(found.untagged)} to tag by hand")
    for name, ids in found.ambiguous.items():
        print(f"  ambiguous: {name}: {' or '.join(ids)}")
    for name, drafted in found.repeated.items():
        print(f"  drafted once: {name} (as {drafted})")
    for name, near in found.untagged.items():
        print(f"  by hand: {name} (near: {', '.join(near) or 'nothing'})")


def run_review(options: argparse.Namespace) -> int:
    """Mark every approved draft as reviewed."""
    from safetyrules.loading.importing import apply_reviews
    from safetyrules.loading.strict_yaml import read

    data, count = apply_reviews(read(options.drafts), read(options.reviews))
    emit(options, _yaml(data))
    if options.output is not None:
        print(f"{count} of {len(data['exercises'])} records reviewed")
    return exit_codes.OK


def _pair(text: str) -> tuple[str, str]:
    ours, separator, column = text.partition("=")
    if not separator or not column:
        raise usage_error(f"--map {text}: write it as name=COLUMN")
    return ours, column


def _yaml(data: Any) -> str:
    import yaml

    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)
