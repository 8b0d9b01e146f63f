"""The words for days, limits, sources and reasons."""

from datetime import UTC, date, datetime

import pytest
from made_reports import AT, BLOG, GUIDE, reason

from safetyrules import resources
from safetyrules.loading.vocabulary import load_vocabulary
from safetyrules.model.knowledge import Limit
from safetyrules.model.report import LimitLine
from safetyrules.reporting import wording


def test_quantities_have_the_words_of_the_vocabulary():
    """The words and units shown are those of the vocabulary file, one for one."""
    known = load_vocabulary(resources.catalog_folder()).quantities
    assert {name: (q.words, q.unit) for name, q in known.items()} == wording.QUANTITIES


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (Limit("load_kg", high=4.5), "total load at most 4.5 kg"),
        (Limit("rpe", low=3.0, high=6.0), "effort at least 3 and at most 6 of 10"),
        (Limit("rir", low=2.0), "repetitions in reserve at least 2"),
        (Limit("rom_deg:hip.internal_rotation", high=20.0), "hip internal rotation at most 20 deg"),
        (Limit("impact", high="low"), "impact at most low"),
        (Limit("rpe", high=5.0, text="Borg 6-20: 13"), "effort at most 5 of 10 (Borg 6-20: 13)"),
        (Limit("instruction", text="Walk between sets."), "Walk between sets"),
        (Limit("variant:neutral_grip", text="palms face each other"), "variant neutral grip: palms face each other"),
        (Limit("new_quantity", high=3.0), "new quantity at most 3"),
        (
            Limit("intensity", high="light", text="intensity at most light: effort below 4"),
            "intensity at most light: effort below 4",
        ),
    ],
)
def test_a_limit_reads_as_a_phrase(limit, expected):
    """Each kind of limit has its bound, unit and own text, and nothing twice."""
    assert wording.limit_words(limit) == expected


@pytest.mark.parametrize(
    ("is_met", "is_stated", "expected"),
    [(True, True, "met"), (False, True, "not met"), (False, False, "not stated in the plan"), (None, True, "not stated")],
)
def test_a_limit_says_whether_it_is_met(is_met, is_stated, expected):
    """The states of a limit have texts of their own."""
    assert wording.met_words(LimitLine(Limit("rpe", high=5.0), "r", is_met, is_stated)) == expected


def test_days_and_moments_name_the_weekday():
    """24 November 2026 is a Tuesday; the offset is shown where it is known."""
    assert wording.day_words(date(2026, 11, 24)) == "Tue 24 Nov 2026"
    assert wording.moment_words(AT) == "Tuesday 24 November 2026, 07:00 (UTC-05:00)"
    assert wording.moment_words(AT.replace(tzinfo=None)) == "Tuesday 24 November 2026, 07:00"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "The tendon must rest."),
        ({"until": date(2026, 12, 1)}, "The tendon must rest, until Tue 1 Dec 2026."),
        ({"until": datetime(2026, 12, 1, 17, 5, tzinfo=UTC)}, "The tendon must rest, until Tue 1 Dec 2026 17:05."),
        ({"waits_for": ("surgeon",)}, "The tendon must rest, until there is clearance by surgeon."),
        (
            {"until": date(2026, 12, 1), "waits_for": ("surgeon", "physical_therapist")},
            "The tendon must rest, until Tue 1 Dec 2026 and not before clearance by surgeon and physical therapist.",
        ),
        ({"demand": "a; b; c; d"}, "The tendon must rest (a; b; and 2 more)."),
        (
            {"is_assumed": True, "source_facts": ("condition:x", "missing:client.a", "missing:client.b")},
            "Held because client.a and client.b are not known: The tendon must rest.",
        ),
        ({"is_assumed": True}, "Held because something it depends on is not known: The tendon must rest."),
    ],
)
def test_a_reason_is_one_sentence(more, expected):
    """Why, for which demand, until when, and that it is assumed: each where there is such a thing."""
    assert wording.reason_sentence(reason(**more)) == expected


def test_a_source_shows_the_citation_that_carries_the_grade():
    """The grade stands before the source that earned it; without a source it says so; a person's order is its own source."""
    assert wording.source_words(reason(citations=(BLOG, GUIDE))) == "[A] Guide to shoulders, Society of Shoulders 2016"
    assert wording.source_words(reason(citations=(), evidence="BK")) == "[BK] background knowledge, no source cited"
    assert wording.source_words(reason(rule="instruction/i1", citations=(), evidence="BK")) == ""


def test_what_is_known_comes_before_what_is_assumed():
    """Of two equally strict reasons the known one is told."""
    assumed, known = reason(rule="a", is_assumed=True), reason(rule="b")
    assert wording.strictest_first([assumed, known]) == (known, assumed)
