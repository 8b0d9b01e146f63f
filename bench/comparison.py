"""The same task in several engines: first that they agree, then how long each takes, in turns."""

from __future__ import annotations

import time

import task
import ways
import ways_clips
from samples import Row, Sample, row

import safetyrules as sr

_SECTION = "5 one task in several engines"
_UNIT = "straight Python: rules indexed once, loops"


def measure(engine: sr.Engine, *, quick: bool) -> list[Row]:
    """Return the rows of the comparison. Raises AssertionError when two ways disagree about any client."""
    work = task.build(engine, clients=4 if quick else 40)
    makers = {_UNIT: ways.straight, "reference.py as shipped, all derivations kept, loops": ways.shipped_reference}
    if ways.core is not None:
        makers["ours: durable-rules derives, all derivations kept, matcher outside"] = ways.ours
        makers["all joined inside durable-rules"] = ways.all_in_durable
    if ways_clips.clips is not None:
        makers["CLIPS derives, loops"] = ways_clips.derives_in_clips
        makers["all joined inside CLIPS"] = ways_clips.all_in_clips
    built, setup = {}, {}
    for name, make in makers.items():
        started = time.perf_counter()
        built[name] = make(work)
        built[name](work.clients[0])
        setup[name] = (time.perf_counter() - started) * 1000
    pairs = 0
    for facts in work.clients:
        expected = built[_UNIT](facts)
        pairs += len(expected)
        for name, way in built.items():
            found = way(facts)
            assert found == expected, f"{name} disagrees: {sorted(found ^ expected)[:5]}"
    samples = {name: Sample() for name in built}
    for _ in range(1 if quick else 5):
        for facts in work.clients:
            for name, way in built.items():
                samples[name].time(lambda way=way, facts=facts: way(facts))
    rules = sum(len(rules) for rules in work.program.shards.values())
    about = (
        f"{rules} compiled rules, {sum(map(len, work.blocks.values()))} restrictions, {len(work.matches)} keys, "
        f"{sum(map(len, work.performers.values()))} performs facts, {pairs / len(work.clients):.0f} pairs held per client, "
        "all ways equal"
    )
    rows = [Row(_SECTION, f"task: {about}", len(work.exercises), "exercises", calls=len(work.clients))]
    for name, sample in samples.items():
        rows.append(row(_SECTION, name, sample, ratio=sample.cpu_p50 / samples[_UNIT].cpu_p50, note=f"set-up {setup[name]:.0f} ms"))
    return rows
