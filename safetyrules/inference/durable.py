"""The durable-rules engine, driven inside the subset that was measured to be sound. The only module that imports it.

What is done here is done because something else goes wrong in durable-rules 2.0.28:

* The C core is driven directly and synchronously. `durable.lang` and `durable.engine` start timer threads, swallow
  exceptions and lose activations.
* Facts only: complete, typed, short ascii tokens and bounded whole numbers, asserted one at a time with our own
  sequential ids. No events, batches, retract, negation, disjunction, regex beyond token alternation, user ids in joins.
* Every join is an equality, with an always-true equality join last: a false last join reads past the heap.
* A boot fact and its action come first in each session: deleting a session in which no action has run crashes.
* One short session per evaluation, opened only for shards that can fire, and deleted under the same lock.
* Shards stay inside a static model of the alpha network: more than 511 siblings hang the process for ever.
* Any code but 0 (stored) and 1 (matched nothing), any exception, any limit: the shard is discarded and the caller gets
  an error, never a part of the answer.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any

from safetyrules.errors import EngineError
from safetyrules.inference.program import HIGHEST, LOWEST, Check, Derivation, Fact, Inferred, Pattern, Program, Rule

try:
    import durable_rules_engine as _core
except ImportError:  # Python 3.13 and later, or no C compiler at installation
    _core = None

_MAX_SIBLINGS = 400
_MAX_PENDING = 48
_MAX_PATTERNS = 16
_MAX_FIRINGS = 20_000
_SESSION = "s"
_BOOT = {"boot": {"all": [{"m": {"$and": [{"kind": "boot"}]}}]}}
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.*-")
# Signs of the core's patterns, also where escaped, stand in tokens as capitals, which no token has.
_PLAIN = str.maketrans({".": "D", "*": "S", "-": "M"})


def is_available() -> bool:
    """Whether the C core can be imported here."""
    return _core is not None


class DurableEngine:
    """A compiled program inside durable-rules. Thread-safe: one evaluation at a time."""

    def __init__(self, program: Program) -> None:
        if _core is None:
            raise EngineError("durable-rules can't be imported on this Python; use the reference engine")
        self._shards = [
            _Shard(f"{program.sha256[:16]}.{name}.{n}", part)
            for name, rules in program.shards.items()
            for n, part in enumerate(_parts(rules))
        ]
        self._at: dict[tuple[str, str], list[_Shard]] = {}
        for shard in self._shards:
            for place in shard.places:
                self._at.setdefault(place, []).append(shard)
        self._lock = threading.Lock()

    def infer(self, facts: Iterable[Fact]) -> Inferred:
        """Return everything that follows from `facts`; raise `EngineError` on any fault."""
        given = sorted(set(facts))
        for fact in given:
            _check_fact(fact)
        with self._lock:
            opened: list[_Session] = []
            try:
                inferred = self._run(given, opened)
                for session in opened:
                    session.close()
            except BaseException:
                # Whatever ended it, an interrupt too. Nothing of a shard that took part is used again: not its ruleset,
                # and not its open session, which holds this client's facts.
                for session in opened:
                    session.shard.discard()
                raise
            return inferred

    def _run(self, given: list[Fact], opened: list[_Session]) -> Inferred:
        sessions: dict[int, _Session] = {}
        known = set(given)
        held_back: dict[int, list[Fact]] = {}
        found: dict[Fact, set[Derivation]] = {}
        waiting = list(given)
        firings = 0
        at = 0
        while at < len(waiting):
            fact = waiting[at]
            at += 1
            for shard in self._at.get((fact.kind, fact.key), ()):
                key = id(shard)
                session = sessions.get(key)
                if session is None:
                    # A shard opens with its first condition or derived fact; until then its other facts can't fire anything.
                    pending = held_back.setdefault(key, [])
                    pending.append(fact)
                    if (fact.kind, fact.key) not in shard.openers:
                        continue
                    session = sessions[key] = _Session(shard)
                    opened.append(session)
                    session.start()
                    todo = pending
                else:
                    todo = [fact]
                for item in todo:
                    for rule, parents in session.tell(item):
                        firings += 1
                        if firings > _MAX_FIRINGS:
                            raise EngineError(f"the rules fire more than {_MAX_FIRINGS} times")
                        for head in rule.heads:
                            derived = Fact(head.kind, head.key, head.c or parents[0].c)
                            found.setdefault(derived, set()).add(Derivation(rule.uid, parents))
                            if derived not in known:
                                known.add(derived)
                                waiting.append(derived)
        start = set(given)
        return Inferred({fact: tuple(sorted(ways)) for fact, ways in sorted(found.items()) if fact not in start})


class _Shard:
    """A set of rules as one ruleset of the C core, created when it is first needed."""

    def __init__(self, name: str, rules: tuple[Rule, ...]) -> None:
        self.name = name
        self.rules = {f"r{number}": rule for number, rule in enumerate(rules)}
        self.places = frozenset((p.kind, p.key) for rule in rules for p in rule.patterns)
        self.openers = frozenset((rule.patterns[0].kind, rule.patterns[0].key) for rule in rules)
        self._handle: int | None = None
        self._generation = 0

    def handle(self) -> int:
        """Return the ruleset's handle."""
        if self._handle is None:
            definition = {name: {"all": _patterns(rule)} for name, rule in self.rules.items()} | _BOOT
            try:
                self._handle = _core.create_ruleset(f"{self.name}.{self._generation}.{id(self)}", json.dumps(definition))
            except Exception as error:
                raise EngineError(f"durable-rules can't compile the shard {self.name}: {error}") from error
        return self._handle

    def discard(self) -> None:
        """Never use this ruleset again after a fault."""
        self._handle = None
        self._generation += 1

    def __del__(self) -> None:
        """Free the C memory of a ruleset without live sessions."""
        if self._handle is not None and _core is not None:
            _core.delete_ruleset(self._handle)


class _Session:
    """One evaluation inside one shard."""

    def __init__(self, shard: _Shard) -> None:
        self.shard = shard
        self._handle = shard.handle()
        self._facts: dict[str, Fact] = {}

    def start(self) -> None:
        """Tell the boot fact and let its action run."""
        code, state = self._assert(f'{{"kind":"boot","id":"f0","sid":"{_SESSION}"}}')
        if code != 0:
            raise EngineError(f"durable-rules did not start a session (code {code})")
        self._pull(state)

    def tell(self, fact: Fact) -> list[tuple[Rule, tuple[Fact, ...]]]:
        """Assert one fact and return every rule that fires on it, with the facts that matched."""
        name = f"f{len(self._facts) + 1}"
        text = (
            f'{{"kind":"{fact.kind}","key":"{fact.key}","c":"{fact.c}","tok":"{fact.tok.translate(_PLAIN)}","up":{fact.up},"down":{fact.down},'
            f'"one":1,"id":"{name}","sid":"{_SESSION}"}}'
        )
        code, state = self._assert(text)
        if code not in (0, 1):
            raise EngineError(f"durable-rules answered code {code} to a fact")
        self._facts[name] = fact
        return self._pull(state) if code == 0 else []

    def _assert(self, text: str) -> tuple[int, int]:
        try:
            code, state = _core.assert_fact(self._handle, text)
        except Exception as error:
            raise EngineError(f"durable-rules refused a fact: {error}") from error
        return code, state

    def _pull(self, state: int) -> list[tuple[Rule, tuple[Fact, ...]]]:
        fired = []
        try:
            started = _core.start_action_for_state(self._handle, state)
            message = started[1] if started else None
            while message:
                ((name, matched),) = json.loads(message).items()
                if name != "boot":
                    rule = self.shard.rules[name]
                    parents = tuple(self._facts[matched[f"m{n}"]["id"]] for n in range(len(rule.patterns)))
                    fired.append((rule, parents))
                message = _core.complete_and_start_action(self._handle, state)
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(f"durable-rules failed while firing: {error}") from error
        return fired

    def close(self) -> None:
        """Free the session's memory."""
        try:
            _core.delete_state(self._handle, _SESSION)
        except Exception as error:
            raise EngineError(f"durable-rules can't close a session: {error}") from error


def _patterns(rule: Rule) -> list[dict[str, Any]]:
    if len(rule.patterns) > _MAX_PATTERNS:
        raise EngineError(f"{rule.uid} has more than {_MAX_PATTERNS} patterns")
    return [{f"m{number}": {"$and": _tests(pattern, number)}} for number, pattern in enumerate(rule.patterns)]


def _tests(pattern: Pattern, number: int) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = [{"kind": pattern.kind}, {"key": pattern.key}]
    tests += [_check(check) for check in sorted(pattern.checks, key=lambda check: (check.op != "in", check.field))]
    if number:
        if pattern.joined:
            tests.append({"c": {"m0": "c"}})
        tests.append({"one": {"m0": "one"}})
    return tests


def _check(check: Check) -> dict[str, Any]:
    if check.op == "in":
        assert isinstance(check.values, tuple)
        words = [value.translate(_PLAIN) for value in check.values]
        return {check.field: words[0]} if len(words) == 1 else {"$mt": {check.field: "|".join(words)}}
    return {f"${check.op}": {check.field: check.values}}


def _check_fact(fact: Fact) -> None:
    for text in (fact.kind, fact.key, fact.c, fact.tok):
        if not 0 < len(text) <= 100 or not _ALLOWED.issuperset(text):
            raise EngineError(f"'{text[:80]}' is not a token that durable-rules can hold")
    if not (LOWEST <= fact.up <= HIGHEST and LOWEST <= fact.down <= HIGHEST):
        raise EngineError("a number is outside the range that facts may have")


def _parts(rules: tuple[Rule, ...]) -> list[tuple[Rule, ...]]:
    """Split rules so that no alpha node has too many children and no fact too many pending matches."""
    parts: list[list[Rule]] = [[]]
    width: Counter[tuple[str, str]] = Counter()
    kinds: dict[str, set[str]] = {}
    for rule in rules:
        places = [(p.kind, p.key) for p in rule.patterns]
        crowded = any(width[place] >= _MAX_PENDING for place in places)
        wide = any(len(kinds.get(kind, set()) | {key}) > _MAX_SIBLINGS for kind, key in places)
        if (crowded or wide) and parts[-1]:
            parts.append([])
            width.clear()
            kinds.clear()
        parts[-1].append(rule)
        for kind, key in places:
            width[kind, key] += 1
            kinds.setdefault(kind, set()).add(key)
    return [tuple(part) for part in parts if part]
