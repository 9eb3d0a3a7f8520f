"""The PDF holds all of the order: nothing is lost, nothing stands over anything else, whatever names are like."""

import pytest

from orders.reports.content import describe_line, describe_report
from orders.reports.document import NAME, NAME_WIDTH, line_texts, write_pdf
from orders.reports.paper import BOTTOM, LEFT, MARGIN, RIGHT, TOP
from tests.orders.reports.samples import everything_long, forty_lines, line, option, order_of, six_lines, subject_of
from tests.orders.reports.seen import figures, letters_of, metadata, missing, overlapping, pages_of, text_of, words_of

PIZZA = "Пицца 🍕 с ананасом 👩‍🍳"


def pdf_of(order, **changes) -> bytes:
    return write_pdf(describe_report(subject_of(order, **changes)))


@pytest.fixture(scope="module")
def order():
    return forty_lines()


@pytest.fixture(scope="module")
def pdf(order):
    return pdf_of(order)


def column(pdf: bytes, left: float, right: float) -> str:
    """What stands between these edges of all pages, without blanks."""
    return "".join("".join(each.text for each in letters_of(pdf) if left - 1 < each.left < right).split())


@pytest.mark.parametrize("make", [forty_lines, everything_long])
def test_every_letter_is_inside_the_page_and_its_margins(make):
    for word in words_of(pdf_of(make())):
        assert word.left >= LEFT - 1 and word.right <= RIGHT + 1, word
        assert word.bottom >= MARGIN - 10 and word.top <= TOP + 1, word


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("make", [forty_lines, six_lines, everything_long])
def test_no_word_stands_over_another(make, language):
    pdf = pdf_of(make(), language=language)
    assert len(words_of(pdf)) > 100
    assert overlapping(pdf) == []


def test_it_has_every_line_with_its_whole_name_note_and_options(order, pdf):
    names = column(pdf, NAME, NAME + NAME_WIDTH)
    for item in order["items"]:
        if item["name"] == PIZZA:
            continue
        for text in (item["name"], item["note"] or "", *(each["name"] for each in item["options"])):
            assert "".join(text.split()) in names, text
    assert len(order["items"]) == 40
    assert any(len(item["name"]) > 190 for item in order["items"])


def test_it_has_every_amount_of_the_order(order, pdf):
    assert missing(figures(order), text_of(pdf)) == []


def test_letters_that_the_font_lacks_are_boxes(pdf):
    text = text_of(pdf)
    assert "Пицца □ с ананасом □" in text
    assert "“Поострее, пожалуйста □□□”" in text


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("🇩🇪 grill", "□ grill"),
        ("👍🏽👍", "□□"),
        ("漢字", "□□"),
        ("bell\x07", "bell□"),
        ("\U0001d5d4", "□"),
        ("и\u0306", "й"),
        ("★ ₽ ½ ß ї", "★ ₽ ½ ß ї"),
    ],
)
def test_what_is_seen_as_one_sign_is_one_box(name, seen):
    words = [word.text for word in words_of(pdf_of(order_of(line(name, 500))))]
    place = words.index("€5.00")
    assert words[place - len(seen.split()) : place] == seen.split()


def test_markup_is_text(pdf):
    text = text_of(pdf)
    assert "<script>alert('41')</script> & \"Söhne\" <b>" in text
    assert "</td><script>alert(42)</script>" in text
    assert "Line two <i>&amp;</i>" in text


def test_every_page_says_whose_it_is_and_which(order, pdf):
    sizes = pages_of(pdf)
    assert len(sizes) == 3
    assert all(round(width) == 595 and round(height) == 842 for width, height in sizes)
    text = text_of(pdf)
    for page in (1, 2, 3):
        assert f"Page {page} of 3" in text
    assert text.count("Order 482913650") == 3
    assert text.count("Kitchen GmbH · DE123456789") == 3
    assert text.count("Product Each Tax Total") == 3


def test_nothing_stands_in_the_footers_way(pdf):
    footers = [word for word in words_of(pdf) if word.top < BOTTOM - 10]
    assert {word.text for word in footers} == {"Kitchen", "GmbH", "·", "DE123456789", "Page", "of", "1", "2", "3"}


def test_there_is_no_page_with_nothing_on_it():
    seen = set()
    for lines in range(15, 30):
        pdf = pdf_of(order_of(line("Soup", 500), comment="\n".join(map(str, range(lines)))))
        pages = pages_of(pdf)
        seen.add(len(pages))
        between = [word.page for word in words_of(pdf) if word.bottom > BOTTOM and word.top < TOP - 16]
        assert set(between) == set(range(1, len(pages) + 1)), lines
    assert seen == {1, 2}


def test_it_says_what_it_is_and_in_which_language(pdf):
    assert b"/Lang (en)" in pdf
    assert metadata(pdf)["Title"] == "Order 482913650 · Demo Kitchen"
    assert metadata(pdf)["Author"] == "Demo Kitchen"
    assert b"/Lang (ru)" in pdf_of(six_lines(), language="ru")


def test_it_is_the_same_every_time(order, pdf):
    assert pdf_of(order) == pdf


def test_all_that_it_is_written_with_is_in_it(pdf):
    fonts = {part.split()[0] for part in pdf.decode("latin-1").split("/FontName /")[1:]}
    assert fonts and all(font.partition("+")[2].startswith("DejaVuSans") for font in fonts)
    assert pdf.count(b"/FontFile2") == len(fonts)


def test_what_is_longer_than_a_page_goes_on_with_the_next():
    options = [option(f"{number:03} " + "x" * 96, 1) for number in range(200)]
    comment = "\n".join(f"{number}" for number in range(1000, 1250))
    pdf = pdf_of(order_of(line("Endless", 100, options=options), comment=comment))
    text = text_of(pdf)
    assert len(pages_of(pdf)) > 8
    assert [number for number in range(1000, 1250) if f" {number} " not in f" {text} "] == []
    assert column(pdf, NAME, NAME + NAME_WIDTH).count("x" * 20) >= 200
    words = words_of(pdf)
    assert all(word.bottom >= MARGIN - 10 for word in words)


def test_amounts_too_wide_for_their_column_are_written_smaller():
    order = order_of(line("Gold", 2**53 - 1, 1), fee=0)
    pdf = pdf_of(order)
    assert missing(figures(order), text_of(pdf)) == []
    assert overlapping(pdf) == []


@pytest.mark.parametrize(("removed", "struck"), [(0, []), (1, ["3"]), (3, ["Soup", "3 ×", "€6.50", "€19.50"])])
def test_what_was_removed_is_struck(removed, struck):
    texts = line_texts(describe_line(line("Soup", 650, 3, quantity_removed=removed)))
    assert [span.text for text in texts for span in text if span.struck] == struck
    text = text_of(pdf_of(order_of(line("Soup", 650, 3, quantity_removed=removed))))
    assert (f"{removed} removed" in text) == (removed > 0)
