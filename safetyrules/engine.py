"""The engine: bundled knowledge wired together once, ready for many calls from many threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from safetyrules import resources
from safetyrules.inference.compiler import compile_program
from safetyrules.inference.context import Context, build_context
from safetyrules.inference.infer import EngineName, Inference
from safetyrules.judging.client_at import client_at
from safetyrules.judging.judge import Judge
from safetyrules.judging.matching import Matcher
from safetyrules.judging.plan import judge_plan
from safetyrules.loading.bundled import load_bundled
from safetyrules.loading.case import check_words
from safetyrules.loading.compiled import Bundle
from safetyrules.loading.names import names_of
from safetyrules.model.case import Case
from safetyrules.model.fields import Side
from safetyrules.model.knowledge import Restriction
from safetyrules.model.plan import Item
from safetyrules.model.report import EngineInfo, ItemReport, Lazy, Report, SubstituteLine
from safetyrules.model.times import time_text
from safetyrules.planning.numbers import PACK as PLANNING
from safetyrules.planning.similarity import Similarity
from safetyrules.planning.substitute import Substitutes
from safetyrules.version import VERSION

if TYPE_CHECKING:
    import networkx

    from safetyrules.graph.build import BodyGraph
    from safetyrules.model.exercise import Exercise
    from safetyrules.model.ledger import Account
    from safetyrules.model.rebalanced import Rebalanced


_ALWAYS_THERE = frozenset({"bodyweight", "wall", "mat", "chair"})
"""Equipment that a client who lists what they have need not list."""


def _available(case: Case) -> frozenset[str] | None:
    """Return the equipment at hand; None where the case does not say, which is everything."""
    return None if case.client.equipment is None else frozenset(case.client.equipment) | _ALWAYS_THERE


@dataclass(frozen=True, slots=True)
class Pool:
    """Every exercise of the catalog, judged for one client at one moment without a planned dose."""

    at: datetime
    items: tuple[ItemReport, ...]

    def ids(self, *verdicts: str) -> tuple[str, ...]:
        """Return the ids of the exercises with one of the verdict words."""
        return tuple(i.exercise for i in self.items if i.verdict.word in verdicts and i.exercise)

    def only(self, *verdicts: str) -> Pool:
        """Return the pool with the items of these verdict words."""
        return Pool(self.at, tuple(i for i in self.items if i.verdict.word in verdicts))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"safetyrules": "pool/1", "at": time_text(self.at), "items": [i.to_dict() for i in self.items]}


def _knowledge(packs: Sequence[str | Path], catalogs: Sequence[str | Path], *, bundled: bool) -> Bundle:
    """Return everything that judges: the compiled bundle where nothing is added to it."""
    if bundled and not packs and not catalogs:
        return load_bundled()
    from safetyrules.loading.catalog import load_catalog
    from safetyrules.loading.discovery import find_folders
    from safetyrules.loading.packs import load_packs, pack_folders
    from safetyrules.loading.vocabulary import load_vocabulary

    folder = resources.catalog_folder()
    vocabulary = load_vocabulary(folder)
    own_catalogs = [folder] if bundled or not catalogs else []
    catalog = load_catalog([*own_catalogs, *find_folders(catalogs, "safetyrules.catalogs")], vocabulary)
    own_packs = pack_folders(resources.rules_folder()) if bundled else []
    knowledge = load_packs([*own_packs, *find_folders(packs, "safetyrules.packs")], vocabulary)
    return vocabulary, catalog, knowledge, names_of(catalog, vocabulary)


class Engine:
    """Judges cases. Build it once and share it: it never changes, and calls don't disturb each other.

    `packs` and `catalogs` are added to the bundled ones: folders, or names of installed entry points. `engine` chooses
    the inference: ``durable`` (durable-rules), ``reference`` (plain Python), ``both`` (run both; a disagreement raises
    `EngineError`), or ``auto`` (durable-rules where it can be imported). Raises `InputError` when a pack or catalog
    can't be loaded.
    """

    def __init__(
        self,
        packs: Sequence[str | Path] = (),
        catalogs: Sequence[str | Path] = (),
        *,
        engine: EngineName = "auto",
        bundled: bool = True,
    ) -> None:
        self.vocabulary, self.catalog, self.knowledge, self.names = _knowledge(packs, catalogs, bundled=bundled)
        self._inference = Inference(compile_program(self.knowledge), self.vocabulary, engine)
        self._similarity = Similarity(self.catalog.exercises, self.vocabulary)
        self._substitutes = Substitutes(self._similarity, lambda name: frozenset(self.catalog.exercises[name].equipment))
        self._judge = Judge(Matcher(self.catalog.exercises, self.vocabulary), self.names, self.vocabulary)

    @property
    def info(self) -> EngineInfo:
        """Return what judges: versions and digests."""
        packs = tuple({"id": p.id, "version": p.version, "sha256": p.sha256, "review": p.review} for p in self.knowledge.packs)
        return EngineInfo(VERSION, self._inference.name, packs, self.catalog.sha256)

    def context(self, case: Case) -> Context:
        """Return the client as the rules see it; raise `InputError` for words that don't exist."""
        check_words(case, self.vocabulary)
        orders: tuple[Restriction, ...] = ()
        if case.care_team.instructions:
            from safetyrules.loading.instructions import read_instructions

            orders = read_instructions(case, self.vocabulary)
        return build_context(case, self.knowledge, orders)

    def validate(self, case: Case) -> Report:
        """Judge every planned item of `case`."""
        context = self.context(case)
        available = _available(case)

        def replace_with(report: ItemReport, item: Item, judge: Callable[[Item], ItemReport]) -> Sequence[SubstituteLine]:
            return self._substitutes.for_item(report, item, judge, available)

        judged = judge_plan(context, self._inference, self._judge, replace_with)
        ledger = Lazy(lambda: self.ledger(case)) if self.knowledge.setting(f"{PLANNING}.direct_set") else ()
        return Report(self.info, judged.sessions, judged.asks, judged.alerts, judged.questions, ledger)

    def similar(self, exercise: str, count: int = 10) -> tuple[tuple[str, float, tuple[str, ...]], ...]:
        """Return the exercises that train most alike, nearest first: id, similarity from 0 to 1, what they share.

        Raises KeyError for an id that is not in the catalog. Nothing here says that anyone may do them.
        """
        if exercise not in self.catalog.exercises:
            raise KeyError(exercise)
        near = self._similarity.ranked(exercise)[:count]
        return tuple((name, round(1.0 - away, 2), self._similarity.kept(exercise, name)) for away, name in near)

    def ledger(self, case: Case) -> tuple[Account, ...]:
        """Return what every professional, the home program and the trainer loaded, by week, region, side and structure.

        Raises `InputError` where no pack has the numbers of planning.
        """
        from safetyrules.planning.ledger import accounts_of, loads_of
        from safetyrules.planning.numbers import numbers_of

        def exercise_of(item: Item) -> tuple[Exercise, str] | None:
            found = self.names.resolve(item.exercise)
            return (self.catalog.exercises[found.ids[0]], item.side or found.side) if len(found.ids) == 1 else None

        return accounts_of(case, loads_of(case, exercise_of, numbers_of(self.knowledge), self.vocabulary))

    def rebalance(self, case: Case, *, effort: Literal["fast", "standard", "proof"] = "standard") -> Rebalanced:
        """Return the week that holds to every rule and is as near to the trainer's plan as it can be.

        Always from the plan as the trainer wrote it: what a rule took away comes back when the rule has ended. `effort` says
        how long the built-in planner searches before it answers with what it has, and with how far off that may be; OR-tools,
        where installed, proves the rest. Raises `InputError` for words that don't exist.
        """
        from safetyrules.planning.numbers import numbers_of
        from safetyrules.planning.options import Workshop
        from safetyrules.planning.rebalanced_week import rebalanced

        before = self.validate(case)
        context = self.context(case)
        sessions = case.plan.sessions
        shop = Workshop(
            case=case,
            clients=[client_at(context, self._inference, self._judge, s.at) for s in sessions],
            exercises=self.catalog.exercises,
            similarity=self._similarity,
            numbers=numbers_of(self.knowledge),
            vocabulary=self.vocabulary,
            available=_available(case),
            days=tuple(case.local_day(s.at) for s in sessions),
        )
        return rebalanced(shop, before, self.validate, effort)

    def filter(self, case: Case, at: datetime) -> Pool:
        """Judge every exercise of the catalog for the client of `case` at the moment `at`, without a planned dose.

        A one-sided exercise stands twice, once for each side, where the sides differ. Raises `InputError` for a time
        that the case's clocks skip, or that no zone places.
        """
        at = case.existing(at)
        client = client_at(self.context(case), self._inference, self._judge, at)
        place = case.place(())

        def judged(name: str, side: Side | None = None) -> ItemReport:
            return client.item(Item(exercise=name, side=side), place)

        items: list[ItemReport] = []
        for name, exercise in self.catalog.exercises.items():
            if exercise.laterality == "unilateral":
                left, right = judged(name, "left"), judged(name, "right")
                if (left.verdict, left.rules) != (right.verdict, right.rules):
                    items += (left, right)
                    continue
            items.append(judged(name))
        return Pool(client.moment.at, tuple(items))

    def explain(self, case: Case, session: int, item: int) -> Explanation:
        """Return the chain from the client's facts to the verdict on one planned item.

        `session` and `item` count from 0 in the order of the case file. Raises IndexError when there is no such item.
        """
        from safetyrules.judging.explain import build_explanation

        planned = case.plan.sessions[session]
        client = client_at(self.context(case), self._inference, self._judge, planned.at)
        report = client.item(planned.items[item], case.place(("plan", "sessions", session, "items", item)))
        return build_explanation(report, client.moment, client.active, self._judge.matcher)

    def graph(self, condition: str) -> networkx.DiGraph:
        """Return what a condition contraindicates, by phase, down to exercises, as a directed graph.

        Raises `InputError` with the nearest names when no pack knows the condition.
        """
        return self.body_graph(condition).graph

    def body_graph(self, condition: str) -> BodyGraph:
        """Return the graph of one condition with the questions that can be asked of it."""
        from safetyrules.graph.build import condition_graph

        return condition_graph(self.knowledge, self.catalog, self._judge.matcher.hits, self.vocabulary, condition)


if TYPE_CHECKING:
    from safetyrules.judging.explain import Explanation
