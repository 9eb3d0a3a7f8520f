"""The fonts of the PDF: how wide a text is, where it breaks, and what stands for letters that they lack."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
BOX = "\u25a1"
ELLIPSIS = "\u2026"
# Beyond it the PDF could not say which letter a glyph is, and searching or copying would find something else.
LAST_CODE = 0xFFFF
# What is seen as one sign: flags of two letters; a sign with its variation or skin, and those joined to it.
SIGN = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|.[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*(?:\u200d.[\ufe0f\U0001f3fb-\U0001f3ff]*)*",
    re.DOTALL,
)


@cache
def load_font(name: str) -> TTFont:
    """The font, registered for every PDF of this process. Reading it takes longer than a report, so it is kept."""
    font = TTFont(name, str(FONTS / f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    return font


def has_letter(font: str, letter: str) -> bool:
    """Whether the font can show the letter."""
    code = ord(letter)
    return code <= LAST_CODE and code in load_font(font).face.charToGlyph and unicodedata.category(letter) != "Cc"


def legible(text: str, font: str) -> str:
    """The text as the font can show it: for each sign with something that it lacks there is a box."""
    composed = unicodedata.normalize("NFC", text)
    if all(has_letter(font, letter) for letter in composed):
        return composed
    return SIGN.sub(lambda found: found[0] if all(has_letter(font, each) for each in found[0]) else BOX, composed)


def width_of(text: str, font: str, size: float) -> float:
    """In points."""
    face = load_font(font).face
    widths, default = face.charWidths, face.defaultWidth
    return sum(widths.get(ord(letter), default) for letter in text) * size / 1000


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """The text in lines of at most this width, broken at blanks; a word that is wider is broken anywhere."""
    return [line for part in legible_lines(text, font) for line in wrap_line(part, font, size, width)]


def legible_lines(text: str, font: str) -> list[str]:
    """Its own lines, legible."""
    return [legible(part, font) for part in text.split("\n")]


def wrap_line(text: str, font: str, size: float, width: float) -> Iterator[str]:
    """One line, wrapped."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, font, size) <= width:
            line = longer
            continue
        if line:
            yield line
        *broken, line = break_word(word, font, size, width)
        yield from broken
    yield line


def break_word(word: str, font: str, size: float, width: float) -> Iterator[str]:
    """The word in pieces of at most this width, each of one letter at least; the last one may be continued."""
    piece = ""
    for letter in word:
        if piece and width_of(piece + letter, font, size) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


def shorten(text: str, font: str, size: float, width: float) -> str:
    """The text on one line of at most this width, with an ellipsis for what it has no room for."""
    shown = legible(text, font)
    if width_of(shown, font, size) <= width:
        return shown
    while shown and width_of(shown + ELLIPSIS, font, size) > width:
        shown = shown[:-1]
    return shown.rstrip() + ELLIPSIS
