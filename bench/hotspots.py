"""Where the time of a warm validate goes."""

from __future__ import annotations

import cProfile
import io
import pstats

from clients import read, week

import safetyrules as sr

_TOP = 15


def report(engine: sr.Engine, *, clients: int) -> str:
    """Return the 15 costliest functions of a new client's week and of the same client's week again, by their own time."""
    cases = [read(week(engine, 800_000 + seed)) for seed in range(2 * clients)]
    for case in cases[:clients]:
        engine.validate(case)
    texts = []
    for title in ("new client", "same client again"):
        profile = cProfile.Profile()
        profile.enable()
        for case in cases[clients:]:
            engine.validate(case)
        profile.disable()
        out = io.StringIO()
        pstats.Stats(profile, stream=out).strip_dirs().sort_stats("tottime").print_stats(_TOP)
        texts.append(f"--- {title}, {clients} weeks ---\n{out.getvalue().strip()}")
    return "\n\n".join(texts)
