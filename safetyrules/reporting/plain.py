"""Make foreign text harmless for every format: one line, nothing that steers a terminal, a parser or the reading order."""

from __future__ import annotations

import unicodedata

_REPLACEMENT = "\ufffd"
# Joiners shape letters of several scripts and change no order.
_JOINERS = frozenset("\u200c\u200d")
_STEERING = frozenset({"Cc", "Cf", "Cs"})


def plain(text: str) -> str:
    r"""Return `text` on one line, with U+FFFD in place of control, bidirectional, surrogate and noncharacters.

    >>> plain("bench\n  press\x1b[2J")
    'bench press�[2J'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(_harmless(character) for character in text).split())


def _harmless(character: str) -> str:
    if character.isspace():
        return " "
    is_steering = unicodedata.category(character) in _STEERING and character not in _JOINERS
    is_noncharacter = ord(character) & 0xFFFE == 0xFFFE
    return _REPLACEMENT if is_steering or is_noncharacter else character
