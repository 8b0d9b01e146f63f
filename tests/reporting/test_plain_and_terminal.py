"""Foreign text is made harmless, and lines keep to their width."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyrules.reporting.plain import plain
from safetyrules.reporting.terminal import Paint, cells, cut, hanging, wrap


@given(st.text())
def test_plain_text_is_one_line_without_anything_that_steers(text):
    """No control, bidirectional, surrogate or noncharacter and no line break is left, whatever comes in."""
    result = plain(text)
    assert len(result.splitlines()) <= 1
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in result)
    assert not any(c in result for c in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")
    assert plain(result) == result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\r\nc", "a b c"),
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("\u202etxt", "\ufffdtxt"),
        ("a\ud800b", "a\ufffdb"),
        ("Kniebeuge für Zoë 深蹲", "Kniebeuge für Zoë 深蹲"),
        ("سكوات", "سكوات"),
    ],
)
def test_plain_keeps_letters_and_marks_what_it_took(text, expected):
    """Letters of every script stay; what is taken out leaves a visible mark."""
    assert plain(text) == expected


@given(st.text(), st.integers(2, 60))
def test_no_wrapped_line_is_wider_than_asked(text, width):
    """Lines fit, and wrapping loses no character but spaces."""
    clean = plain(text)
    lines = wrap(clean, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(clean.split())


def test_wide_letters_count_twice():
    """A Chinese letter takes two cells and a combining accent none, so columns stay aligned."""
    assert cells("深蹲") == 4
    assert cells("Ａ") == 2  # noqa: RUF001 - the full-width letter is meant
    assert cells("e\u0301") == 1
    assert wrap("深蹲深蹲", 4) == ["深蹲", "深蹲"]
    assert cut("深蹲深蹲", 5) == "深蹲…"


def test_a_hanging_mark_aligns_the_lines_below_it():
    """The further lines stand under the text and not under the mark."""
    assert hanging("? ", "one two three", 2, 11) == ["  ? one two", "    three"]
    assert hanging("? ", "", 2, 11) == ["  ?"]


def test_paint_adds_nothing_without_color():
    """Without color the text is itself."""
    assert Paint(color=False)("x", "bold") == "x"
    assert Paint(color=True)("x", "bold") == "\x1b[1mx\x1b[0m"
