"""Small hand-made knowledge, so that a test can say what the graph must hold without asking the program."""

from safetyrules.graph.build import condition_graph, knowledge_graph
from safetyrules.loading.names import fold
from safetyrules.model.exercise import Catalog, Exercise, JointDemand, Load, Muscles, Support
from safetyrules.model.knowledge import Condition, Effect, Knowledge, Match, Phase, Restriction

HOSTILE = 'a "quoted"\\ <b>x</b> & ]]> --> end; #35; `rm`\n\x1b[31m\u202e\x00 \x85\u2028 click n0 "http"'


class Touch:
    """What a hit looks like to the graph."""

    def __init__(self, words="demand", limb="working"):
        self.words, self.limb = words, limb


def restriction(name, match, effect=Effect.CONTRAINDICATE, of="one", phase="", because="Because.", **more):
    """Return a restriction of the condition `of`."""
    where = f"{of}.{phase}.{name}" if phase else f"{of}.{name}"
    return Restriction(id=name, rule=f"pack/{where}", effect=effect, match=match, because=because, phase=phase, **more)


def phase(name, start, end, *restrictions, title="", gate=None):
    """Return a phase of the weeks `start` to `end`."""
    return Phase(name, title or name.title(), start, end, None, gate, (), restrictions)


def condition(name, phases=(), restrictions=(), title="", kind="surgery", sided=True, aliases=()):
    """Return a condition of the shoulder."""
    return Condition(
        id=name, pack="pack", title=title or name.title(), kind=kind, aliases=aliases, codes={}, region="shoulder", structure="",
        sided=sided, clock="weeks_since_surgery", params={}, needs_measurements=(), needs_states=(), always=False,
        activated_by="", event_kinds=(), date_param="", date_minus_days=0, phases=phases, restrictions=restrictions, derives=(),
        variants=(), clearance=(), disagreements=(), monitor=(), substitutes=(), contraindicated_examples={},
        red_flags=(), notes="",
    )  # fmt: skip


def exercise(name, *joints, title=""):
    """Return an exercise with the joint demands ``(joint, action)``."""
    return Exercise(
        id=name, name=title or name.title(), family="test", kind="strength", pattern=(), laterality="bilateral",
        joints=tuple(JointDemand(joint, action, low=0.0, high=90.0, mode="resisted") for joint, action in joints),
        muscles=Muscles(prime=("quadriceps",), eccentric=("quadriceps",)), support=Support("full", "grip"), position=("standing",),
        load=Load(("dumbbell",)), equipment=("dumbbell",), intensity="moderate",
    )  # fmt: skip


LIFT, PRESS, JUMP = (
    Match(exposure=frozenset({"lifting"})),
    Match(joint=frozenset({"shoulder"})),
    Match(exposure=frozenset({"running"})),
)


def hits_by_words(table):
    """Return hits that hold when the match equals a key of `table` and the exercise is in its value."""
    return lambda match, name: tuple(Touch() for key, names in table if key == match and name in names)


def world(*conditions, exercises=(), table=((LIFT, ("press", "curl")), (PRESS, ("press",))), vocabulary, only=""):
    """Return the graph of hand-made conditions; of one of them with `only`."""
    names = {}
    for c in conditions:
        for text in (c.id, c.title, *c.aliases):
            names.setdefault(fold(text), []).append(c.id)
    known = Knowledge((), {c.id: c for c in conditions}, {k: tuple(dict.fromkeys(v)) for k, v in names.items()}, {}, "")
    found = exercises or (
        exercise("curl", ("elbow", "flexion")),
        exercise("press", ("shoulder", "flexion")),
        exercise("squat", ("knee", "flexion")),
    )
    catalog = Catalog({e.id: e for e in sorted(found, key=lambda e: e.id)}, "")
    if only:
        return condition_graph(known, catalog, hits_by_words(table), vocabulary, only)
    return knowledge_graph(known, catalog, hits_by_words(table), vocabulary)
