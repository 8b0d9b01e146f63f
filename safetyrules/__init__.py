"""safetyrules: judge a training plan against injuries, operations, medicines and what therapists did.

The public names load on first use, so that importing the package costs next to nothing.

>>> import safetyrules as sr
>>> engine = sr.Engine()
>>> report = engine.validate(sr.load_case("examples/healthy.yaml"))
>>> report.verdict.word
'allowed'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safetyrules.version import VERSION as __version__

if TYPE_CHECKING:
    from safetyrules.engine import Engine, Pool
    from safetyrules.errors import EngineError, InputError, Location, Problem, SafetyRulesError
    from safetyrules.judging.explain import Explanation
    from safetyrules.loading.case import load_case
    from safetyrules.model.case import Case
    from safetyrules.model.report import Report
    from safetyrules.model.verdict import Verdict

_HOMES = {
    "Case": "safetyrules.model.case",
    "Engine": "safetyrules.engine",
    "EngineError": "safetyrules.errors",
    "Explanation": "safetyrules.judging.explain",
    "InputError": "safetyrules.errors",
    "Location": "safetyrules.errors",
    "Pool": "safetyrules.engine",
    "Problem": "safetyrules.errors",
    "Report": "safetyrules.model.report",
    "SafetyRulesError": "safetyrules.errors",
    "Verdict": "safetyrules.model.verdict",
    "load_case": "safetyrules.loading.case",
}

__all__ = [
    "Case",
    "Engine",
    "EngineError",
    "Explanation",
    "InputError",
    "Location",
    "Pool",
    "Problem",
    "Report",
    "SafetyRulesError",
    "Verdict",
    "__version__",
    "load_case",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'safetyrules' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
