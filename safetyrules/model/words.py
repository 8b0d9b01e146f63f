"""Words of the public contract that the command line needs without loading the engine."""

FAIL_WORDS = ("limited", "unknown", "contraindicated", "clearance_required", "not_today", "emergency")
"""The verdicts that `--fail-on` may name, from lenient to strict; `allowed` would fail every plan."""

VERDICT_WORDS = ("allowed", *FAIL_WORDS)
"""All verdicts."""
