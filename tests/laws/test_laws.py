"""The laws of the design, on generated clients, care teams and plans."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from laws.plans import SWAP, instructions, items, mirrored, whole_cases
from oracle.generated import (
    BUNDLED,
    DECLARED,
    KINDS,
    MEDICINES,
    MOMENTS,
    SYMPTOMS,
    TEAM,
    ZONE,
    conditions,
    day_of,
    medications,
    times,
    treatments,
)

import safetyrules

LAW = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


def judge(engine, case):
    return engine.validate(safetyrules.Case.model_validate(case))


def lines(report):
    """Return session and item verdicts under the session's time, in the order of the input."""
    found = []
    for session in report.sessions:
        found.append((session.at, session.verdict, session.within_limits))
        found += [(item.as_written, item.verdict, item.within_limits) for item in session.items]
    return found


def loosened(before, after):
    """Return where the second report is looser than the first: a lower verdict, or a dose that now keeps its limits."""
    assert [b[0] for b in lines(before)] == [a[0] for a in lines(after)]
    pairs = list(zip(lines(before), lines(after), strict=True))
    found = [f"{b[0]}: {b[1].word} became {a[1].word}" for b, a in pairs if a[1] < b[1]]
    found += [f"{b[0]}: a dose beyond its limits now keeps them" for b, a in pairs if a[2] and not b[2]]
    if after.verdict < before.verdict:
        found.append(f"the plan: {before.verdict.word} became {after.verdict.word}")
    return found


def shown(*parts):
    return "\n".join(json.dumps(part) for part in parts)


# Law 1: more never loosens.


@st.composite
def additions(draw, at):
    """Return where one thing more goes in a case, and the thing: never a clearance, which may loosen."""
    day = day_of(at)
    kind = draw(st.sampled_from(["conditions", "conditions", "medications", "symptoms", "events", "instructions"]))
    if kind == "conditions":
        return ("client", kind), draw(conditions(draw(st.sampled_from(DECLARED)), day)) | {"cleared": []}
    if kind == "medications":
        return ("client", kind), draw(medications(draw(st.sampled_from(MEDICINES)), day)) | {"cleared": []}
    if kind == "symptoms":
        symptom = {"id": draw(st.sampled_from(SYMPTOMS))}
        return ("client", kind), symptom | ({"at": draw(times(at, (0, 1, 3)))} if draw(st.booleans()) else {})
    one = treatments(at, "more", ("strengthening", *KINDS)) if kind == "events" else instructions(day, "more")
    return ("care_team", kind), draw(one)


@st.composite
def cases_and_one_more(draw):
    case, at = draw(whole_cases())
    path, thing = draw(additions(at))
    more = copy.deepcopy(case)
    more[path[0]].setdefault(path[1], []).insert(0 if draw(st.booleans()) else len(more[path[0]].get(path[1], [])), thing)
    return case, more, (path, thing)


@given(cases_and_one_more())
@LAW
def test_adding_anything_never_loosens(engine, drawn):
    """A condition, medicine, symptom, event or restricting instruction more never lowers a verdict."""
    case, more, thing = drawn
    assert not loosened(judge(engine, case), judge(engine, more)), shown(case, thing)


def known_facts(case) -> list[tuple[str, Any]]:
    """Return every declared fact that can be made unknown: what it is, and the way to it."""
    client, found = case["client"], []
    for index, entry in enumerate(client["conditions"]):
        raw = BUNDLED[NAMES[entry["id"]]]
        known = {k for k, v in entry["params"].items() if v not in (None, "unknown")}
        by_date = (raw.get("date_from") or {}).get("param")
        found += [("param", (index, name)) for name in sorted(known) if name != by_date or entry.get("date") in (None, "unknown")]
        if entry.get("side") in ("left", "right", "both"):
            found.append(("side", (index, "")))
        if entry.get("date") not in (None, "unknown"):
            found.append(("date", (index, by_date or "")))
        if entry.get("status") != "resolved":
            needs = set((raw.get("needs") or {}).get("measurements") or ())
            found += [("measurement", (0, name)) for name in sorted(needs & {m["name"] for m in client["measurements"]})]
    for index, entry in enumerate(client["medications"]):
        found += [("medicine", (index, key)) for key in ("started", "dose_changed") if entry.get(key) not in (None, "unknown")]
        found += [("medicine param", (index, name)) for name in sorted(entry["params"])]
    return found


NAMES = {word: name for name, raw in BUNDLED.items() for word in [*(raw.get("aliases") or ()), name]}


def forget(case, fact):
    """Return the case with one declared fact not known."""
    kind, (index, name) = fact
    case = copy.deepcopy(case)
    client = case["client"]
    if kind == "measurement":
        client["measurements"] = [m for m in client["measurements"] if m["name"] != name]
    elif kind == "medicine":
        client["medications"][index][name] = "unknown"
    elif kind == "medicine param":
        del client["medications"][index]["params"][name]
    elif kind == "param":
        del client["conditions"][index]["params"][name]
    elif kind == "side":
        del client["conditions"][index]["side"]
    else:
        client["conditions"][index]["date"] = "unknown"
        client["conditions"][index]["params"].pop(name, None)
    return case


@given(whole_cases(is_certain=True), st.data())
@LAW
def test_making_a_declared_fact_unknown_never_loosens(engine, drawn, data):
    """A date, side, value or needed measurement that is no longer known never lowers a verdict."""
    case, _ = drawn
    facts = known_facts(case)
    if not facts:
        return
    fact = data.draw(st.sampled_from(facts))
    assert not loosened(judge(engine, case), judge(engine, forget(case, fact))), shown(case, fact)


# Law 2: order, sides and repetition.


def reasons(report, *, swap=False):
    """Return everything said of every item, free of the places that the order of the input sets."""

    def text(value):
        plain = re.sub(r"\[\d+\]", "[]", str(value))
        return re.sub("left|right", lambda found: SWAP[found[0]], plain) if swap else plain

    found = []
    for session in report.sessions:
        for item in session.items:
            said = [
                (
                    r.rule,
                    r.effect,
                    r.verdict,
                    r.is_assumed,
                    str(r.until),
                    text(r.phase),
                    text(r.demand),
                    tuple(sorted(map(text, r.source_facts))),
                )
                for r in (*item.reasons, *item.advice)
            ]
            bounds = [
                (line.limit.quantity, line.limit.low, line.limit.high, line.limit.text, line.is_met, line.rule)
                for line in item.limits
            ]
            found.append(
                (session.at.isoformat(), item.as_written, item.verdict, item.within_limits, sorted(said), sorted(bounds, key=str))
            )
    return found


def asked(report):
    return sorted(re.sub(r"\[\d+\]| item \d+", "", str(ask)) for ask in report.asks)


@st.composite
def shuffled(draw):
    """A case and the same case with every list and map in another order, the items of a session among them."""
    case, _ = draw(whole_cases())
    client = case["client"]
    if client["measurements"] and draw(st.booleans()):
        client["measurements"].append(client["measurements"][0] | {"value": client["measurements"][-1]["value"]})
        if client["measurements"][0]["name"] != client["measurements"][-2]["name"]:
            client["measurements"].pop()
    for key in ("symptoms", "states"):
        if client.get(key) and draw(st.booleans()):
            client[key].append(client[key][0] | {"present": not client[key][0]["present"]})
    other = copy.deepcopy(case)
    lists = [
        other["client"][key]
        for key in ("conditions", "medications", "measurements", "symptoms", "states")
        if other["client"].get(key)
    ]
    lists += [entry["cleared"] for key in ("conditions", "medications") for entry in other["client"][key]]
    lists += [other["care_team"][key] for key in ("members", "events", "instructions")]
    lists += [session["items"] for session in other["plan"]["sessions"]]
    for one in lists:
        one[:] = draw(st.permutations(one))
    for key in ("conditions", "medications"):
        for index, entry in enumerate(other["client"][key]):
            names = draw(st.permutations(list(entry["params"])))
            entry["params"] = {name: entry["params"][name] for name in names}
            other["client"][key][index] = {name: entry[name] for name in draw(st.permutations(list(entry)))}
    return case, other


@given(shuffled())
@LAW
def test_order_never_changes_the_output(engine, drawn):
    """Conditions, medicines, readings, clearances, values and items in another order: the same verdicts, reasons, limits, asks."""
    case, other = drawn
    one, two = judge(engine, case), judge(engine, other)
    assert sorted(reasons(one), key=str) == sorted(reasons(two), key=str), shown(case, other)
    assert asked(one) == asked(two), shown(case, other)
    assert {(a.level, a.rule) for a in one.alerts} == {(a.level, a.rule) for a in two.alerts}
    assert one.verdict == two.verdict


@given(whole_cases())
@LAW
def test_mirrored_sides_mirror_the_output(engine, drawn):
    """Left and right swapped everywhere: the same verdicts for the same reasons, with the sides swapped."""
    case, _ = drawn
    assert reasons(judge(engine, case), swap=True) == reasons(judge(engine, mirrored(case))), shown(case)


@pytest.fixture(scope="module")
def second_engine():
    """A second engine with the same knowledge and an empty cache."""
    return safetyrules.Engine()


@given(whole_cases())
@LAW
def test_two_runs_are_identical_to_the_byte(engine, second_engine, drawn):
    """The same case gives the same JSON from an engine that has seen other clients and from one that has not seen those."""
    case, _ = drawn
    assert json.dumps(judge(engine, case).to_dict()) == json.dumps(judge(second_engine, copy.deepcopy(case)).to_dict())


_PROGRAM = """
import json, sys, safetyrules
engine = safetyrules.Engine()
case = json.loads(sys.argv[1])
print(json.dumps(engine.validate(safetyrules.Case.model_validate(case)).to_dict()))
"""


def test_the_hash_seed_of_the_process_never_shows():
    """Processes with different hash seeds print the same bytes."""
    case = {
        "safetyrules": "case/1",
        "timezone": ZONE,
        "client": {
            "conditions": [{"id": name} for name in DECLARED],
            "medications": [{"id": name} for name in MEDICINES],
            "symptoms": [{"id": "fever"}, {"id": "chest_pain"}],
        },
        "care_team": {
            "members": TEAM,
            "instructions": [
                {
                    "id": "i",
                    "by": "dr-1",
                    "date": "2026-11-01",
                    "effect": "limit",
                    "limits": {"load_kg": {"max": 5}, "rpe": {"max": 4}},
                }
            ],
        },
        "plan": {
            "sessions": [
                {
                    "at": MOMENTS[0],
                    "items": [
                        {"exercise": name, "load_kg": 20} for name in ("leg_press", "farmers_carry", "pendulum", "no such thing")
                    ],
                }
            ]
        },
    }
    outputs = {
        subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-c", _PROGRAM, json.dumps(case)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(outputs) == 1


# Law 5: two engines.


@pytest.fixture(scope="module")
def checked_engine():
    """An engine that runs durable-rules and the plain evaluator and raises where they differ."""
    from safetyrules.inference.durable import is_available

    if not is_available():
        pytest.skip("durable-rules can't be imported here")
    return safetyrules.Engine(engine="both"), safetyrules.Engine(engine="reference")


@given(whole_cases())
@LAW
def test_both_engines_give_the_same_report(checked_engine, drawn):
    """A report by durable-rules, checked as it runs, equals the report by the plain evaluator."""
    case, _ = drawn
    one, two = (judge(engine, case).to_dict() for engine in checked_engine)
    one["engine"].pop("inference"), two["engine"].pop("inference")
    assert one == two, shown(case)


# Law 6: the healthy.

healthy = st.fixed_dictionaries(
    {},
    optional={
        "age": st.integers(18, 90),
        "sex": st.sampled_from(["female", "male", "other"]),
        "experience": st.sampled_from(["novice", "intermediate", "advanced"]),
        "body_weight_kg": st.sampled_from([50.0, 80.0]),
        "symptoms": st.just([]),
        "states": st.just([]),
        "conditions": st.just([]),
        "medications": st.just([]),
        "measurements": st.just(
            [
                {"name": "resting_sbp", "value": 120, "unit": "mmHg", "at": "2026-11-24T06:50"},
                {"name": "resting_hr", "value": 65, "unit": "bpm", "at": "2026-11-24T06:50"},
            ]
        ),
    },
)


@given(healthy, st.sampled_from(MOMENTS), st.lists(items, min_size=1, max_size=12))
@LAW
def test_a_healthy_client_may_do_everything(engine, client, at, planned):
    """With no condition, medicine, sign or event, every planned dose and every exercise of the catalog is allowed."""
    case = {"safetyrules": "case/1", "timezone": ZONE, "client": client, "plan": {"sessions": [{"at": at, "items": planned}]}}
    report = judge(engine, case)
    assert {item.verdict.word for item in report.sessions[0].items} == {"allowed"}
    assert not any(item.reasons or item.limits for item in report.sessions[0].items)
    assert report.verdict.word == "allowed"
    assert not report.alerts


@pytest.mark.parametrize("at", MOMENTS)
def test_a_healthy_client_is_allowed_the_whole_catalog(engine, at):
    """Every exercise of the catalog is allowed, and none is left out."""
    from datetime import datetime

    pool = engine.filter(safetyrules.Case.model_validate({"safetyrules": "case/1", "timezone": ZONE}), datetime.fromisoformat(at))
    assert pool.ids("allowed") == tuple(engine.catalog.exercises)


# Law 8: whatever comes in.

BROKEN = settings(LAW, deadline=timedelta(seconds=20))
JUNK = st.one_of(
    st.sampled_from(
        [
            None,
            True,
            -1,
            0,
            10**30,
            1e308,
            float("inf"),
            float("nan"),
            "",
            "unknown",
            "left",
            "no such thing",
            "\ud800",
            "\x00",
            "x" * 5000,
            [],
            {},
            [[]],
            {"x-note": 1},
        ]
    ),
    st.sampled_from(
        [
            "2026-02-30",
            "0001-01-01",
            "9999-12-31",
            "2026-11-24T25:00",
            "9999-12-31T23:59",
            "0001-01-01T00:00",
            "2026-03-08T02:30",
            "rule:/",
            "phase:first",
        ]
    ),
    st.sampled_from(
        [
            [None],
            [{}],
            [[[]]],
            {"": None},
            {"code": {"system": "rxnorm", "value": "1"}},
            b"bytes",
            ("a", "tuple"),
            {1: 2},
            {None: None},
        ]
    ),
    st.text(max_size=8),
    st.integers(),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3),
        lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=3), s, max_size=3),
        max_leaves=6,
    ),
)


def ways(value, path=()):
    """Yield the way to every place in a case."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from ways(value[key], (*path, key))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from ways(value[index], (*path, index))


@st.composite
def broken_cases(draw):
    """A good case with one to three places replaced, left out, doubled or renamed."""
    case, _ = draw(whole_cases())
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(ways(case))))
        if not path:
            return copy.deepcopy(draw(JUNK))
        *above, last = path
        parent = case
        for step in above:
            parent = parent[step]
        how = draw(st.sampled_from(["replace", "replace", "replace", "drop", "double", "add"]))
        if how == "replace":
            parent[last] = copy.deepcopy(draw(JUNK))
        elif how == "drop":
            del parent[last]
        elif how == "double" and isinstance(parent, list):
            parent.append(parent[last])
        elif isinstance(parent, dict):
            parent[
                draw(
                    st.sampled_from(
                        ["side", "date", "by", "id", "zzz", "params", "rom", "status", "limits", "match", "until", "heart_rate"]
                    )
                )
            ] = copy.deepcopy(draw(JUNK))
        if not isinstance(case, dict):
            return case
    return case


def survives(engine, read):
    """Only an `InputError` with sentences, or a whole report that can be written down."""
    problems: tuple[Any, ...] = ()
    report = None
    try:
        report = engine.validate(read())
    except safetyrules.InputError as error:
        problems = error.problems
    assert bool(problems) is (report is None)
    assert all(problem.message for problem in problems)
    json.dumps(report.to_dict() if report else [str(problem) for problem in problems]).encode()


@given(broken_cases())
@BROKEN
def test_a_broken_case_is_refused_or_judged(engine, case):
    """A case dict with anything in it gives an `InputError` or a report, and no other error."""
    survives(engine, lambda: safetyrules.Case.model_validate(case))


def _spliced(text: bytes, place: int, cut: int, put: bytes) -> bytes:
    start = place % (len(text) + 1)
    return text[:start] + put + text[start + cut :]


PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [
            b"\xff\xfe",
            b"\x00",
            b"\xef\xbb\xbf",
            b"&a *a",
            b"<<: *a",
            b"!!python/object:os.system",
            b"\t",
            b"{" * 300,
            b"- " * 300,
            b"? ",
            b"---\n",
            b"1e999",
            b"0x_",
            b"'",
            b'"',
            b"#",
            b"on: yes",
            b"\r",
            b"%YAML 9.9\n",
            b"2026-11-24",
            b"12:30:45",
        ]
    ),
)


@st.composite
def broken_texts(draw):
    """Random bytes, or the bytes of a good case with pieces cut out and put in."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.binary(max_size=200))
    case, _ = draw(whole_cases())
    text = json.dumps(case, indent=draw(st.sampled_from([None, 1]))).encode()
    for _ in range(draw(st.integers(1, 3))):
        text = _spliced(text, draw(st.integers(0, 20_000)), draw(st.integers(0, 4)), draw(PIECES))
    return text


@pytest.fixture(scope="module")
def case_file(tmp_path_factory):
    """A file that the next test writes over and over."""
    return tmp_path_factory.mktemp("laws") / "case.yaml"


@given(broken_texts())
@BROKEN
def test_broken_bytes_are_refused_or_judged(engine, case_file, text):
    """A file with anything in it gives an `InputError` or a report, and no other error."""
    case_file.write_bytes(text)
    survives(engine, lambda: safetyrules.load_case(case_file))
