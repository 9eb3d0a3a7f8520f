"""What somebody sees in a report: words and where they stand in a PDF, text and elements of a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pypdfium2

from tests.orders.steps import euro

VOID = {"meta", "circle", "path", "br"}


@dataclass
class Word:
    """Letters beside each other on a page, and the box around them, in points from below and from the left."""

    page: int
    text: str
    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: "Word") -> bool:
        """Whether the boxes share more than a hair."""
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.top, other.top) - max(self.bottom, other.bottom)
        return self.page == other.page and across > 0.4 and up > 0.4


def letters_of(pdf: bytes) -> Iterator[Word]:
    """Every letter that leaves ink or a gap, in the order of writing."""
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, 1):
        text = page.get_textpage()
        for index in range(text.count_chars()):
            yield Word(number, text.get_text_range(index, 1), *text.get_charbox(index))
    document.close()


def words_of(pdf: bytes) -> list[Word]:
    """The words; letters belong to one as long as they follow each other closely on a line."""
    words: list[Word] = []
    follows = False
    for letter in letters_of(pdf):
        if not letter.text.strip():
            follows = False
            continue
        last = words[-1] if words else letter
        if follows and last.page == letter.page and -1 < letter.left - last.right < 3 and is_beside(last, letter):
            last.text += letter.text
            last.left, last.right = min(last.left, letter.left), max(last.right, letter.right)
            last.bottom, last.top = min(last.bottom, letter.bottom), max(last.top, letter.top)
        else:
            words.append(letter)
        follows = True
    return words


def is_beside(word: Word, letter: Word) -> bool:
    return letter.bottom < word.top + 2 and letter.top > word.bottom - 2


def overlapping(pdf: bytes) -> list[tuple[Word, Word]]:
    """Pairs of words of which one stands over the other."""
    found = []
    words = sorted(words_of(pdf), key=lambda word: (word.page, word.left))
    for number, one in enumerate(words, 1):
        for other in words[number:]:
            if other.page != one.page or other.left > one.right:
                break
            if one.overlaps(other):
                found.append((one, other))
    return found


def text_of(pdf: bytes) -> str:
    """All text of a PDF, in the order of writing, single blanks between words."""
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def metadata(pdf: bytes) -> dict[str, str]:
    """Title, author and the like."""
    document = pypdfium2.PdfDocument(pdf)
    known = document.get_metadata_dict()
    document.close()
    return known


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page."""
    document = pypdfium2.PdfDocument(pdf)
    sizes = [page.get_size() for page in document]
    document.close()
    return sizes


class Page(HTMLParser):
    """A page as a browser reads it: elements with their attributes, and the text without blanks that do not show."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.pieces: list[str] = []
        self.struck: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], "an element is not closed"

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    @property
    def names(self) -> set[str]:
        return {name for name, _attributes in self.elements}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.pieces.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.pieces.append(data)
            if "s" in self.open:
                self.struck.append(data)


def shown(money: dict[str, Any]) -> str:
    """Money of the API as an English report shows it."""
    sign = "\u2212" if money["amount"] < 0 else ""
    return f"{sign}€{abs(money['amount']) / 100:,.2f}"


def figures(order: dict[str, Any]) -> list[str]:
    """Every amount of an order that its report shows in any case."""
    totals = order["totals"]
    amounts = [totals["items"], totals["total"], order["payment"]["paid"]]
    amounts += [amount for item in order["items"] for amount in (item["unit_price"], item["total"])]
    amounts += [option["price"] for item in order["items"] for option in item["options"] if option["price"] != euro(0)]
    amounts += [charge["amount"] for charge in totals["charges"]]
    amounts += [amount for tax in totals["tax"] for amount in (tax["net"], tax["tax"])]
    amounts += [adjustment["amount"] for adjustment in order["adjustments"]]
    amounts += [totals["owed"]] if order["adjustments"] else []
    amounts += [order["payment"]["refunded"]] if order["payment"]["refunded"] != euro(0) else []
    amounts += [order["payment"]["change_from"]] if order["payment"]["change_from"] else []
    return [shown(amount) for amount in amounts]


def missing(wanted: list[str], text: str) -> list[str]:
    """Those that the text does not have as often as they are wanted."""
    return sorted({each for each in wanted if text.count(each) < wanted.count(each)})
