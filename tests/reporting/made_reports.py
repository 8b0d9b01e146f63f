"""Small reports written by hand, so that a test of a renderer depends on no rule and no catalog."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from safetyrules.errors import Location
from safetyrules.model.knowledge import Limit, Reference
from safetyrules.model.report import (
    Alert,
    Ask,
    EngineInfo,
    ItemReport,
    LimitLine,
    Question,
    Reason,
    Report,
    SessionReport,
    SubstituteLine,
)
from safetyrules.model.verdict import Verdict

AT = datetime(2026, 11, 24, 7, 0, tzinfo=timezone(timedelta(hours=-5)))  # a Tuesday
FILE = "cases/week 1.yaml"
GUIDE = Reference("guide", "Guide to shoulders", "Society of Shoulders", 2016, "https://example.org/guide?a=1", "A", "full")
BLOG = Reference("blog", "A blog", "Somebody", 2020, "github:somebody/blog:post.pdf", "D", "full")
HOSTILE = (
    "x\n::error file=a::owned\r\nSummary <b>&amp; \"q\" 'q' ]]> %0A::warning::w "
    "\x1b[31mred\x00\x07\x9b \u202egnp.exe\u2066 [link](https://evil.example) {0} \ufffe \u2028end"
)


def engine_info(review=("pending", "pending")):
    packs = tuple({"id": f"pack{n}", "version": "0.1.0", "sha256": "ab" * 32, "review": r} for n, r in enumerate(review))
    return EngineInfo("0.1.0", "reference", packs, "c" * 64)


def reason(verdict=Verdict.CONTRAINDICATED, rule="shoulder/cuff.no-press", because="The tendon must rest.", **more):
    more = {"evidence": "A", "citations": (GUIDE,)} | more
    return Reason(rule, verdict.word, verdict, because, **more)


def item(name="upright row", verdict=Verdict.ALLOWED, reasons=(), *, exercise=None, within=None, line=12, **more):
    within = verdict <= Verdict.LIMITED if within is None else within
    place = Location(FILE, line, 9 if line else 0)
    return ItemReport(exercise or name.replace(" ", "_"), name, verdict, within, tuple(reasons), location=place, **more)


def limited(is_met, name="goblet squat"):
    """An exercise with one limit, kept or not."""
    line = LimitLine(Limit("load_kg", high=4.5), "knee/acl.light", is_met)
    why = reason(Verdict.LIMITED, "knee/acl.light", "The graft is young.")
    return item(name, Verdict.LIMITED, [why], within=is_met is not False, limits=(line,))


def session(*items, at=AT, verdict=None, **more):
    return SessionReport(
        at, max([i.verdict for i in items], default=Verdict.ALLOWED) if verdict is None else verdict, items, **more
    )


def report(*sessions, asks=(), alerts=(), questions=(), review=("pending", "pending")):
    return Report(engine_info(review), sessions, tuple(asks), tuple(alerts), tuple(questions))


def full():
    """A report with something of every kind."""
    held = reason(
        because="The operated arm rests.",
        rule="shoulder/cuff.no-lift",
        demand="shoulder abduction, resisted, 0 to 90 deg; lifting; pushing",
        until=date(2026, 12, 1),
        waits_for=("surgeon", "physical_therapist"),
        instead="Pendulum swings.",
    )
    assumed = reason(
        because="A fresh repair is not loaded.",
        source_facts=("condition:cuff@right", "missing:client.conditions[0].date"),
        is_assumed=True,
    )
    stopped = reason(Verdict.NOT_TODAY, "bp/stop", "The pressure is too high.", citations=(BLOG,), evidence="D")
    stand_in = (SubstituteLine("leg_press", 0.8, "squat", Verdict.ALLOWED),)
    first = session(
        item("upright row", Verdict.CONTRAINDICATED, [held, assumed, reason(rule="shoulder/cuff.third")], substitutes=stand_in),
        limited(is_met=False),
        limited(is_met=True, name="box squat"),
        item("leg press", exercise="leg_press_45"),
        ItemReport(
            None,
            "dumbel curl",
            Verdict.UNKNOWN,
            False,
            (reason(Verdict.UNKNOWN, "engine/unknown-exercise", "Not known.", citations=(), evidence="engine"),),
            near_names=("barbell_curl",),
            location=Location(FILE, 20, 9),
        ),
        phases=(("condition:cuff_repair@right", "Protection", True),),
    )
    second = session(
        item("plank", Verdict.NOT_TODAY, [stopped], line=0),
        at=AT + timedelta(days=1),
        reasons=(stopped,),
        limits=(LimitLine(Limit("session_minutes", high=20.0), "cancer/short", False),),
        within_limits=False,
    )
    return report(
        first,
        second,
        asks=[
            Ask("client.conditions[0].date", "On which day?", ("shoulder/cuff",)),
            Ask("client.symptoms", "Any symptoms?", ("engine/screening",), is_needed=False),
            Ask(
                "plan 2026-11-24T07:00-05:00 item 1",
                "goblet squat: keep load_kg at most 4.5.",
                ("knee/acl.light",),
                is_needed=False,
            ),
        ],
        alerts=[Alert("emergency", "Call an ambulance.", "flags/chest"), Alert("stop", "No session.", "bp/stop")],
        questions=[Question("pt-1", "May the client train?", ("yes", "no, until"), ("shoulder/cuff",))],
    )


def hostile():
    """A report where everything that comes from outside is hostile."""
    source = Reference("h", HOSTILE, HOSTILE, 2020, f"https://example.org/{HOSTILE}", HOSTILE, "full")
    why = reason(
        rule=HOSTILE,
        because=HOSTILE,
        demand=HOSTILE,
        source_facts=(f"missing:{HOSTILE}",),
        is_assumed=True,
        citations=(source,),
        instead=HOSTILE,
        phase=HOSTILE,
        waits_for=(HOSTILE,),
    )
    limit = LimitLine(Limit(f"variant:{HOSTILE}", text=HOSTILE), HOSTILE, False)
    bad = ItemReport(
        HOSTILE,
        HOSTILE,
        Verdict.LIMITED,
        False,
        (why,),
        (limit,),
        (why,),
        (SubstituteLine(HOSTILE, 0.5, HOSTILE, Verdict.ALLOWED),),
        (HOSTILE,),
        location=Location(HOSTILE, 3, 1),
    )
    held = ItemReport(HOSTILE, HOSTILE, Verdict.CONTRAINDICATED, False, (why,), (limit,), location=Location(HOSTILE, 4, 1))
    return report(
        session(bad, held, reasons=(why,), limits=(limit,), within_limits=False, phases=((HOSTILE, HOSTILE, False),)),
        asks=[Ask(HOSTILE, HOSTILE, (HOSTILE,)), Ask(HOSTILE, HOSTILE, (HOSTILE,), is_needed=False)],
        alerts=[Alert("warn", HOSTILE, HOSTILE), Alert("info", HOSTILE, "another")],
        questions=[Question(HOSTILE, HOSTILE, (HOSTILE,), (HOSTILE,))],
    )
