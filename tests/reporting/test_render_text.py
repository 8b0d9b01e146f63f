"""The text that a trainer reads."""

import re
from types import SimpleNamespace

import pytest
from made_reports import AT, full, hostile, item, limited, reason, report, session

from safetyrules.model.knowledge import Limit
from safetyrules.model.report import LimitLine
from safetyrules.model.verdict import Verdict
from safetyrules.reporting import pool
from safetyrules.reporting.terminal import cells
from safetyrules.reporting.text import render

_SGR = re.compile(r"\x1b\[[0-9;]*m")


def test_what_to_act_on_comes_before_the_sessions():
    """Emergency, stop, asks and questions stand above the first session, in this order, and the summary at the end."""
    text = render(full())
    marks = [
        "EMERGENCY",
        "STOP",
        "Find out first",
        "Worth asking",
        "Ask the care team",
        "Tuesday 24",
        "Wednesday 25",
        "Verdict on the plan",
    ]
    assert [text.index(m) for m in marks] == sorted(text.index(m) for m in marks)


def test_an_item_shows_verdict_name_reason_until_source_and_substitutes():
    """Everything that the trainer needs about a held exercise stands under its name."""
    text = " ".join(render(full()).split())
    assert "contraindicated upright row" in text
    assert (
        "The operated arm rests (shoulder abduction, resisted, 0 to 90 deg; lifting; and 1 more), until Tue 1 Dec 2026 "
        "and not before clearance by surgeon and physical therapist. [A] Guide to shoulders, Society of Shoulders 2016 "
        "Instead: Pendulum swings. and 2 more reasons; see `safetyrules explain` "
        "Could stand in: leg press (allowed, keeps squat)"
    ) in text


def test_limits_say_whether_the_dose_keeps_them():
    """A met and an unmet limit read differently, and only the unmet one is called out."""
    text = " ".join(render(report(session(limited(is_met=True)))).split())
    assert "+ total load at most 4.5 kg: met" in text
    assert "not within" not in text
    text = " ".join(render(report(session(limited(is_met=False)))).split())
    assert "! total load at most 4.5 kg: not met The dose as planned is not within these limits." in text
    assert "1 planned dose not within its limits." in text


def test_limits_that_several_exercises_share_are_told_once():
    """What no plan can state is said once for all exercises that it concerns."""
    watch = LimitLine(Limit("pain", high=3.0), "r", None)
    text = render(
        report(session(*(item(n, Verdict.LIMITED, [reason(Verdict.LIMITED)], limits=(watch,)) for n in ("squat", "lunge"))))
    )
    assert text.count("pain at most 3 of 10") == 1
    assert "- pain at most 3 of 10 (squat, lunge)" in text


def test_a_limit_of_one_exercise_stands_with_it():
    """What concerns one exercise alone is told under its name and nowhere else."""
    watch = LimitLine(Limit("pain", high=3.0), "r", None)
    text = render(report(session(item("squat", Verdict.LIMITED, [reason(Verdict.LIMITED)], limits=(watch,)))))
    assert "- pain at most 3 of 10: not stated" in text
    assert "While training" not in text


def test_a_dose_to_write_down_is_not_asked_a_second_time():
    """The limit under the exercise already says so; the other asks are all there."""
    text = render(full())
    assert "keep load_kg" not in text
    assert "Any symptoms?" in text


def test_near_names_are_offered_for_an_unknown_exercise():
    """A misspelt name is unknown, with the nearest names below."""
    text = render(full())
    assert re.search(r"unknown +dumbel curl", text)
    assert "Nearest names: barbell_curl" in text


def test_what_holds_for_the_session_is_not_repeated_for_each_exercise():
    """The reason for the whole session stands once, and the items point to it."""
    text = render(full())
    assert text.count("The pressure is too high.") == 1
    assert "Held with the whole session, see above." in text


def test_a_name_that_differs_from_the_catalog_shows_the_id():
    """The trainer sees which exercise a name was taken for."""
    assert "leg press  leg_press_45" in render(full())
    assert "upright row\n" in render(full())


def test_the_summary_counts_and_names_what_judged():
    """One line of counts, the review state, and versions."""
    text = render(full())
    assert "6 planned exercises in 2 sessions: 1 not today, 1 contraindicated, 1 unknown, 2 limited, 1 allowed." in text
    assert "No pack here has been reviewed by a clinician." in text
    assert "safetyrules 0.1.0; inference reference; catalog cccccccccccc; packs 0.1.0: pack0, pack1" in text


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        (("reviewed", "pending"), "Not reviewed by a clinician: pack1."),
        (("reviewed", "reviewed"), "Every pack here has been reviewed by a clinician."),
        ((), "No pack was loaded, so no rule could speak."),
    ],
)
def test_the_review_state_is_never_better_than_it_is(review, expected):
    """One pack without a review is named; silence never passes for a review."""
    assert expected in render(report(review=review))


def test_an_empty_plan_says_that_nothing_was_judged():
    """No session: no verdict word, so that nobody takes it for permission."""
    text = render(report())
    assert "Nothing was judged." in text
    assert "allowed" not in text


@pytest.mark.parametrize("width", [48, 80, 100, 140])
@pytest.mark.parametrize("made", [full, hostile])
def test_every_line_fits_the_width(made, width):
    """No line is wider than asked, colored or not."""
    for color in (False, True):
        assert all(cells(_SGR.sub("", line)) <= width for line in render(made(), width=width, color=color).split("\n"))


def test_color_changes_nothing_but_color():
    """Without the color codes the colored text is the plain one; without color there is none."""
    colored = render(full(), color=True)
    assert "\x1b[31mcontraindicated" in colored
    assert _SGR.sub("", colored) == render(full())
    assert "\x1b" not in render(full())


def test_hostile_text_cannot_steer_the_terminal_or_begin_a_line():
    """No control character, no reordering mark and no line that begins with foreign words."""
    text = render(hostile())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202a-\u202e\u2066-\u2069]", text)
    assert not re.search("^::", text, re.MULTILINE)


def test_the_word_that_must_not_be_said_is_not_said():
    """Nothing is ever called safe."""
    assert not re.search(r"\bsafe\b", render(full()), re.IGNORECASE)


def test_the_pool_lists_every_exercise_once_under_its_verdict():
    """What may be done comes first; the rest is grouped by what holds it."""
    items = (
        item("leg press"),
        item("squat", Verdict.CONTRAINDICATED, [reason(demand="squatting")]),
        item("lunge", Verdict.CONTRAINDICATED, [reason(demand="lunging")]),
        limited(is_met=False),
    )
    text = pool.render(SimpleNamespace(at=AT, items=items), width=80)
    assert "4 exercises judged" in text.replace("\n", " ")
    assert [m.strip() for m in re.findall(r"^[a-z ]+: \d+$", text, re.MULTILINE)] == [
        "allowed: 1",
        "limited: 1",
        "contraindicated: 2",
    ]
    assert "- The tendon must rest.\n    [A] Guide to shoulders, Society of Shoulders 2016\n      squat, lunge" in text
    assert "- total load at most 4.5 kg\n      goblet_squat" in text


def test_a_hostile_pool_stays_in_its_lines():
    """The pool's text is as harmless as the report's."""
    items = hostile().sessions[0].items
    text = pool.render(SimpleNamespace(at=AT, items=items), width=60)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]", text)
    assert all(cells(line) <= 60 for line in text.split("\n"))
