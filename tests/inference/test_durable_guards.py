"""The durable-rules driver: what it refuses, what it does after a fault, and that it agrees with plain Python."""

import threading

import pytest
from made_clients import make_case, make_engine, write_world

import safetyrules as sr
from safetyrules.errors import EngineError
from safetyrules.inference import durable, reference
from safetyrules.inference.durable import DurableEngine
from safetyrules.inference.program import HIGHEST, LOWEST, Check, Fact, Head, Pattern, Program, Rule

pytestmark = pytest.mark.skipif(not durable.is_available(), reason="durable-rules can't be imported here")


def program(*rules, name="p"):
    """A program of these rules in one shard."""
    return Program({"shard": tuple(rules)}, {}, {}, frozenset(), {}, {}, {}, name * 16)


def rule(number=0, patterns=None, head="out"):
    patterns = patterns or (Pattern("in", "a"),)
    return Rule(f"r{number}", f"made/r{number}", tuple(patterns), (Head(head, f"k{number}"),))


# Rules for every operator and join that the compiler writes.
ALL = (
    Rule("tok", "o", (Pattern("in", "a", (Check("tok", "in", ("x", "y_z")),)),), (Head("out", "tok"),)),
    Rule("up", "o", (Pattern("in", "a", (Check("up", "gte", 5),)),), (Head("out", "up"),)),
    Rule("down", "o", (Pattern("in", "a", (Check("down", "lte", 5),)),), (Head("out", "down"),)),
    Rule("join", "o", (Pattern("in", "a"), Pattern("in", "b")), (Head("out", "join"),)),
    Rule("loose", "o", (Pattern("in", "a"), Pattern("in", "b", joined=False)), (Head("out", "loose"),)),
    Rule("chain", "o", (Pattern("out", "join"), Pattern("in", "b")), (Head("out", "chain"), Head("other", "end", "-"))),
)
FACTS = (
    Fact("in", "a", "c1", "x", 5, 5),
    Fact("in", "a", "c2", "y_z", 4, 6),
    Fact("in", "a", "c3", "q", HIGHEST, LOWEST),
    Fact("in", "b", "c1"),
    Fact("in", "b", "c4"),
    Fact("in", "nobody", "c1"),
)


def test_the_c_core_and_plain_python_derive_the_same():
    """Every operator, both joins, a chain of three, several instances: same facts, same derivations."""
    engine = DurableEngine(program(*ALL))
    found = engine.infer(FACTS)
    assert found.derivations == reference.infer(program(*ALL), FACTS).derivations
    keys = sorted((fact.key, fact.c) for fact in found.derivations)
    assert keys == [
        ("chain", "c1"),
        ("down", "c1"),
        ("down", "c3"),
        ("end", "-"),
        ("join", "c1"),
        ("loose", "c1"),
        ("loose", "c2"),
        ("loose", "c3"),
        ("tok", "c1"),
        ("tok", "c2"),
        ("up", "c1"),
        ("up", "c3"),
    ]


@pytest.mark.parametrize("order", [FACTS, FACTS[::-1], FACTS[3:] + FACTS[:3], FACTS * 2])
def test_order_and_repetition_of_facts_change_nothing(order):
    """Facts are a set."""
    engine = DurableEngine(program(*ALL))
    assert engine.infer(order).derivations == engine.infer(FACTS).derivations


def test_an_evaluation_leaves_nothing_for_the_next():
    """Sessions are short: a second client never meets the first one's facts."""
    engine = DurableEngine(program(*ALL))
    first = engine.infer(FACTS).derivations
    assert engine.infer([Fact("in", "b", "c1")]).derivations == {}
    assert engine.infer([]).derivations == {}
    assert engine.infer(FACTS).derivations == first


@pytest.mark.parametrize("word", ["y.z", "1.5", "y-z", "y*z", "*", ".", "-", "a.b.c", "2"])
@pytest.mark.parametrize("others", [(), ("x",), ("x", "q")])
def test_every_token_that_is_accepted_is_found_among_several(word, others):
    """A test for one of several words holds for each of them and for no other, whatever signs they are made of."""
    tested = Rule("tok", "o", (Pattern("in", "a", (Check("tok", "in", (*others, word)),)),), (Head("out", "tok"),))
    engine = DurableEngine(program(tested))
    for candidate in (word, *others, "zz", word.replace(".", "q").replace("*", "q") + "q"):
        found = engine.infer([Fact("in", "a", "c1", candidate)])
        assert bool(found.derivations) is (candidate in (word, *others)), candidate


BAD_TOKENS = ["", "A", "ä", "a b", "a\nb", 'a"b', "a\\b", "a/b", "a{b", "a,b", "x" * 101, "\0", "a|b", "a$b"]


@pytest.mark.parametrize("text", BAD_TOKENS)
@pytest.mark.parametrize("field", ["kind", "key", "c", "tok"])
def test_a_token_that_the_core_can_not_hold_is_refused(field, text):
    """It would be parsed as something else, or end the process; and the next evaluation works."""
    engine = DurableEngine(program(*ALL))
    with pytest.raises(EngineError, match="token"):
        engine.infer([FACTS[0]._replace(**{field: text})])
    assert engine.infer(FACTS).derivations


@pytest.mark.parametrize("number", [HIGHEST + 1, LOWEST - 1, 2**31, 2**63, -(2**40)])
@pytest.mark.parametrize("field", ["up", "down"])
def test_a_number_beyond_the_bounds_is_refused(field, number):
    """The core's numbers wrap around silently."""
    engine = DurableEngine(program(*ALL))
    with pytest.raises(EngineError, match="range"):
        engine.infer([FACTS[0]._replace(**{field: number})])
    assert engine.infer(FACTS).derivations


@pytest.mark.parametrize("number", [HIGHEST, LOWEST, 0])
def test_the_bounds_themselves_are_held(number):
    """Unknown numbers stand exactly there."""
    facts = [Fact("in", "a", "c1", "x", number, number)]
    assert DurableEngine(program(*ALL)).infer(facts).derivations == reference.infer(program(*ALL), facts).derivations


class _Core:
    """The C core with one function replaced for a number of calls."""

    def __init__(self, real, name, answer, after):
        self.real, self.name, self.answer, self.after, self.calls = real, name, answer, after, 0

    def __getattr__(self, name):
        real = getattr(self.real, name)
        if name != self.name:
            return real

        def called(*arguments):
            self.calls += 1
            if self.calls <= self.after:
                return real(*arguments)
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer(real(*arguments))

        return called


FAULTS = {
    "a code that is neither stored nor unmatched": ("assert_fact", lambda answer: (212, answer[1]), 1),
    "an exception on a fact": ("assert_fact", ValueError("bad"), 2),
    "a session that does not start": ("assert_fact", lambda answer: (5, answer[1]), 0),
    "an exception while firing": ("start_action_for_state", ValueError("bad"), 1),
    "an action that is no JSON": ("start_action_for_state", lambda _answer: (0, "not json"), 1),
    "a rule nobody knows": ("start_action_for_state", lambda _answer: (0, '{"r99": {}}'), 1),
    "a fact nobody gave": ("start_action_for_state", lambda _answer: (0, '{"r0": {"m0": {"id": "f99"}}}'), 1),
    "an exception after firing": ("complete_and_start_action", ValueError("bad"), 0),
    "a ruleset that can't be made": ("create_ruleset", ValueError("bad"), 0),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_core_gives_no_answer_and_does_not_last(name, monkeypatch):
    """An `EngineError` and never a part of the answer; the shard is made anew, so the next evaluation is right."""
    function, answer, after = FAULTS[name]
    engine = DurableEngine(program(*ALL))
    expected = reference.infer(program(*ALL), FACTS).derivations
    if function != "create_ruleset":
        assert engine.infer(FACTS).derivations == expected
    with monkeypatch.context() as patch:
        patch.setattr(durable, "_core", _Core(durable._core, function, answer, after))
        with pytest.raises(EngineError):
            engine.infer(FACTS)
    assert engine.infer(FACTS).derivations == expected
    assert engine.infer([]).derivations == {}


def test_a_session_that_can_not_be_closed_is_a_fault(monkeypatch):
    """Memory that is not freed would meet the next client."""
    engine = DurableEngine(program(*ALL))
    with monkeypatch.context() as patch:
        patch.setattr(durable, "_core", _Core(durable._core, "delete_state", ValueError("bad"), 0))
        with pytest.raises(EngineError):
            engine.infer(FACTS)
    assert engine.infer(FACTS).derivations == reference.infer(program(*ALL), FACTS).derivations


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, MemoryError, TimeoutError])
def test_an_interrupted_evaluation_leaves_nothing_of_the_client(interrupt, monkeypatch):
    """An app may end a request in the middle; the next client's evaluation is right and complete, at the first try."""
    engine = DurableEngine(program(*ALL))
    with monkeypatch.context() as patch:
        patch.setattr(durable._Session, "_pull", lambda *_: (_ for _ in ()).throw(interrupt()))
        with pytest.raises(interrupt):
            engine.infer(FACTS)
    assert engine.infer(FACTS[3:4]).derivations == {}
    assert engine.infer(FACTS).derivations == reference.infer(program(*ALL), FACTS).derivations


def test_too_many_firings_are_a_fault(monkeypatch):
    """An evaluation that runs away is given up, and the next one works."""
    monkeypatch.setattr(durable, "_MAX_FIRINGS", 3)
    engine = DurableEngine(program(*ALL))
    with pytest.raises(EngineError, match="more than 3 times"):
        engine.infer(FACTS)
    assert engine.infer(FACTS[:1]).derivations


def test_too_many_patterns_are_a_fault():
    """The core reads past its memory there."""
    wide = Rule("wide", "o", tuple(Pattern("in", f"k{n}") for n in range(17)), (Head("out", "k"),))
    engine = DurableEngine(program(wide))
    with pytest.raises(EngineError, match="more than 16 patterns"):
        engine.infer([Fact("in", "k0", "c")])


def test_hundreds_of_rules_on_one_fact_are_split_and_all_fire():
    """More siblings than one ruleset of the core can bear: 600 rules that ask for the same fact."""
    rules = [rule(n) for n in range(600)]
    found = DurableEngine(program(*rules)).infer([Fact("in", "a", "c1")])
    assert sorted(fact.key for fact in found.derivations) == sorted(f"k{n}" for n in range(600))


def test_hundreds_of_facts_of_one_kind_are_split_and_all_fire():
    """More keys of one kind than one node of the core can bear: 600 rules on 600 facts."""
    rules = [rule(n, (Pattern("in", f"a{n}"),)) for n in range(600)]
    facts = [Fact("in", f"a{n}", "c1") for n in range(600)]
    found = DurableEngine(program(*rules)).infer(facts)
    assert sorted(fact.key for fact in found.derivations) == sorted(f"k{n}" for n in range(600))


def test_the_engine_says_when_the_core_is_not_there(monkeypatch, tmp_path):
    """On a Python without the core: `durable` is an error, `auto` uses the reference and the report says so."""
    monkeypatch.setattr(durable, "_core", None)
    with pytest.raises(EngineError, match="reference engine"):
        DurableEngine(program(*ALL))
    engine = make_engine(tmp_path, "auto")
    assert engine.validate(make_case()).to_dict()["engine"]["inference"] == "reference"


def test_a_disagreement_of_the_engines_is_a_fault(tmp_path, monkeypatch):
    """With both engines asked for there is no verdict unless they agree."""
    engine = make_engine(tmp_path, "both")
    case = make_case(conditions=[{"id": "sore_hip", "side": "left", "date": "2026-10-13"}])
    real = reference.infer

    def forgetful(*arguments):
        found = real(*arguments)
        return type(found)(dict(list(found.derivations.items())[1:]))

    with monkeypatch.context() as patch:
        patch.setattr(reference, "infer", forgetful)
        with pytest.raises(EngineError, match="disagree"):
            engine.validate(case)
    assert engine.validate(case).sessions[0].verdict.word == "clearance_required"  # cardio asks the surgeon; the rest is out


def test_an_unknown_engine_is_refused(tmp_path):
    """A misspelt choice must not quietly be another one."""
    pack, catalog = write_world(tmp_path)
    with pytest.raises((sr.SafetyRulesError, ValueError)):
        sr.Engine([pack], [catalog], engine="durabel", bundled=False)


def _cases():
    """Fifty clients who differ in what is in force."""
    for number in range(50):
        date = f"2026-{1 + number % 11:02}-{1 + number % 28:02}"
        cleared = [{"by": who, "date": "2026-11-20"} for who in ("surgeon", "physical_therapist")[: number % 3]]
        yield make_case(
            conditions=[{"id": "sore_hip", "side": ("left", "right")[number % 2], "date": date, "cleared": cleared}],
            medications=[{"id": "drowsy_pill", "started": date, "last_dose_at": f"2026-11-24T0{number % 7}:00"}],
        )


def test_eight_threads_give_what_one_gives(tmp_path):
    """One engine, 8 threads with 50 validations each, in different orders: every report as in a single thread."""
    cases = list(_cases())
    pack, catalog = write_world(tmp_path)
    expected = [sr.Engine([pack], [catalog], bundled=False).validate(case).to_dict() for case in cases]
    assert len({str(report["sessions"]) for report in expected}) > 10
    shared = sr.Engine([pack], [catalog], bundled=False)
    wrong, done = [], []
    start = threading.Barrier(8)

    def work(number):
        start.wait()
        for step in range(len(cases)):
            index = (step * 7 + number * 11) % len(cases)
            try:
                if shared.validate(cases[index]).to_dict() != expected[index]:
                    wrong.append((number, index))
            except Exception as error:
                wrong.append((number, index, error))
            done.append(index)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not wrong
    assert len(done) == 8 * len(cases)
