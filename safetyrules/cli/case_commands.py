"""`validate`, `filter` and `explain`: what is asked about one case."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetyrules.cli import exit_codes
from safetyrules.cli.output import add_format, chosen, emit, usage_error, write_file
from safetyrules.model.words import FAIL_WORDS, VERDICT_WORDS

if TYPE_CHECKING:
    from safetyrules.engine import Engine

_REPORT_FORMATS = ("auto", "text", "json", "sarif", "junit", "github")


def add_case_commands(commands: Any) -> None:
    """Add the commands that take a case file."""
    validate = commands.add_parser("validate", help="judge a weekly plan", description="Judge every planned exercise of a case.")
    _add_case(validate)
    add_format(validate, _REPORT_FORMATS)
    validate.add_argument(
        "--fail-on", choices=FAIL_WORDS, default="unknown", help="lowest verdict that makes the exit code 1 (default: unknown)"
    )
    validate.set_defaults(run=run_validate)

    rebalance = commands.add_parser(
        "rebalance",
        help="the week that holds to every rule, as close as possible to the plan",
        description="Rebalance a week around what therapists did and what the rules forbid. Always from the plan as written.",
    )
    _add_case(rebalance)
    rebalance.add_argument("--format", choices=("text", "json"), default="text", help="output format (default: text)")
    rebalance.add_argument(
        "-o", "--output", metavar="NEW_CASE", type=Path, help="write the case with its new plan to this YAML file"
    )
    rebalance.add_argument(
        "--effort", choices=("fast", "standard", "proof"), default="standard", help="how long the built-in planner searches"
    )
    rebalance.set_defaults(run=run_rebalance)

    filtered = commands.add_parser("filter", help="the catalog judged for this client at one time")
    _add_case(filtered)
    filtered.add_argument("--at", required=True, metavar="TIME", help="a time such as 2026-11-24T07:00, in the case's time zone")
    filtered.add_argument("--verdict", action="append", choices=VERDICT_WORDS, help="show only these verdicts (repeatable)")
    add_format(filtered, ("text", "json"))
    filtered.set_defaults(run=run_filter)

    explain = commands.add_parser("explain", help="the chain from the client's facts to one verdict, with citations")
    _add_case(explain)
    explain.add_argument("--session", type=int, required=True, metavar="I", help="number of the session in the file, from 1")
    explain.add_argument("--item", type=int, required=True, metavar="J", help="number of the item in the session, from 1")
    add_format(explain, ("text", "json"))
    explain.set_defaults(run=run_explain)


def _add_case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="case file (YAML or JSON), or - for standard input")
    add_engine_options(parser)


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose what judges."""
    parser.add_argument(
        "--pack", action="append", default=[], metavar="PATH", help="another rule pack: folder or installed name (repeatable)"
    )
    parser.add_argument("--catalog", action="append", default=[], metavar="PATH", help="another exercise catalog (repeatable)")
    parser.add_argument(
        "--engine",
        choices=("auto", "durable", "reference"),
        default="auto",
        help="inference engine (default: durable-rules where it can be imported)",
    )
    parser.add_argument("--check-engine", action="store_true", help="run both engines; a disagreement gives no verdict")


def engine_of(options: argparse.Namespace) -> Engine:
    """Return the engine that the options ask for."""
    from safetyrules.engine import Engine

    return Engine(options.pack, options.catalog, engine="both" if options.check_engine else options.engine)


def run_validate(options: argparse.Namespace) -> int:
    """Judge the plan; exit 1 when something must not be done as planned."""
    from safetyrules.loading.case import load_case
    from safetyrules.model.verdict import verdict_named
    from safetyrules.reporting import render

    case = load_case(options.case)
    report = engine_of(options).validate(case)
    fail_on = verdict_named(options.fail_on)
    name = chosen(options)
    emit(options, render(report, name, fail_on=fail_on, color=_colors(options)))
    return exit_codes.FINDINGS if report.fails(fail_on) or not report.sessions else exit_codes.OK


def run_rebalance(options: argparse.Namespace) -> int:
    """Rebalance the week; exit 1 when demands can't hold together or something can't be judged."""
    from safetyrules.loading.case import load_case
    from safetyrules.loading.case_text import case_text
    from safetyrules.model.verdict import Verdict
    from safetyrules.reporting.json_format import render as render_json
    from safetyrules.reporting.rebalanced import render as render_text

    case = load_case(options.case)
    result = engine_of(options).rebalance(case, effort=options.effort)
    if options.output is not None:
        write_file(options.output, case_text(case, result.plan))
    text = render_json(result) if options.format == "json" else render_text(result, case.plan.sessions, color=_colors(options))
    sys.stdout.write(text)
    is_open = result.status == "infeasible" or result.report.fails(Verdict.UNKNOWN)
    return exit_codes.FINDINGS if is_open else exit_codes.OK


def run_filter(options: argparse.Namespace) -> int:
    """List the catalog by verdict for one moment."""
    from safetyrules.loading.case import load_case
    from safetyrules.model.fields import time_from
    from safetyrules.reporting.json_format import render as render_json
    from safetyrules.reporting.pool import render as render_pool

    try:
        at = time_from(options.at)
    except ValueError as error:
        raise usage_error(f"--at: {error}") from None
    case = load_case(options.case)
    pool = engine_of(options).filter(case, at)
    if options.verdict:
        pool = pool.only(*options.verdict)
    emit(options, render_json(pool) if options.format == "json" else render_pool(pool))
    return exit_codes.OK


def run_explain(options: argparse.Namespace) -> int:
    """Explain one verdict."""
    from safetyrules.loading.case import load_case
    from safetyrules.reporting.explanation import render as render_text
    from safetyrules.reporting.json_format import render as render_json

    case = load_case(options.case)
    sessions = case.plan.sessions
    if not 1 <= options.session <= len(sessions):
        raise usage_error(f"--session {options.session}: the plan has {len(sessions)} sessions")
    items = sessions[options.session - 1].items
    if not 1 <= options.item <= len(items):
        raise usage_error(f"--item {options.item}: session {options.session} has {len(items)} items")
    explanation = engine_of(options).explain(case, options.session - 1, options.item - 1)
    emit(options, render_json(explanation) if options.format == "json" else render_text(explanation))
    return exit_codes.OK


def _colors(options: argparse.Namespace) -> bool:
    import os

    return options.output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
