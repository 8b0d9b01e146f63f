"""Frozen values: exercises, knowledge, verdicts, reports. No input or output, no clock, no rules."""
