"""Words on pages to running text, on pages written by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingestion.readers.pdf_layout import lay_out
from ingestion.readers.pdf_tables import with_rows
from ingestion.readers.pdf_words import Page, TextLine, Word

SIZE = 10.0
LETTER = 5.0


def line(text: str, y: float, x: float = 70.0, hyphenated: bool = False) -> TextLine:
    """A line of words five points a letter; two spaces or more are as wide as they look."""
    words, at = [], 0
    for piece in text.split(" "):
        if piece:
            left = x + at * LETTER
            words.append(Word(piece, left, left + len(piece) * LETTER, y, y + SIZE, SIZE))
        at += len(piece) + 1
    return TextLine(tuple(words), hyphenated)


def page(number: int, *lines: TextLine) -> Page:
    return Page(number, 800.0, list(lines))


def test_cells_printed_apart_are_one_row_with_bars() -> None:
    table = page(1, line("Drug            Dose", 500), line("Cefepime        2 g", 480), line("Vancomycin      15 mg/kg", 460))
    assert lay_out([table]).text.split("\n") == ["Drug | Dose", "Cefepime | 2 g", "Vancomycin | 15 mg/kg"]


def test_a_cell_of_several_lines_is_whole_in_its_row() -> None:
    table = page(
        1,
        line("Daily dose          Action                    Follow-up", 530),
        line("Offer naloxone;", 512, x=170),
        line("50 to 89 MME        document the risk         Every 2 months", 500),
        line("Consult pain", 472, x=170),
        line("90 MME or more      medicine                  Every month", 460),
    )
    assert lay_out([table]).text.split("\n") == [
        "Daily dose | Action | Follow-up",
        "50 to 89 MME | Offer naloxone; document the risk | Every 2 months",
        "90 MME or more | Consult pain medicine | Every month",
    ]


def test_one_wide_gap_is_no_table() -> None:
    assert len(with_rows(page(1, line("Signed          Dr X", 500), line("Plain words follow here.", 480))).lines) == 2


def test_a_table_stands_apart_from_the_text_around_it() -> None:
    lines = [
        line("Use the table.", 520),
        line("Drug          Dose", 500),
        line("Cefepime      2 g", 480),
        line("Then review the patient.", 420),
    ]
    assert lay_out([page(1, *lines)]).text == "Use the table.\n\nDrug | Dose\nCefepime | 2 g\n\nThen review the patient."


def test_a_head_on_two_pages_of_two_is_removed_from_the_second() -> None:
    pages = [
        page(n, line("Ward policy 7", 780), line(f"Body of page {word}.", 500), line(f"Page {n}", 20))
        for n, word in ((1, "one"), (2, "two"))
    ]
    found = lay_out(pages).text
    assert found.count("Ward policy") == 1 and "Page" not in found and "Body of page two." in found


def test_a_hidden_hyphen_before_a_margin_number_is_resolved() -> None:
    lines = [
        line("the drug class and specific class-specific harms of the drug", 500),
        line("serious drug class", 488, hyphenated=True),
        line("specific harms", 476),
    ]
    assert "serious drug class-specific harms" in lay_out([page(1, *lines)]).text


@given(st.lists(st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=8), min_size=1, max_size=8), max_size=20))
def test_pages_lie_in_order_inside_the_text_and_hold_their_words(lines: list[list[str]]) -> None:
    pages = [page(n, *[line(" ".join(words), 600 - 12 * i) for i, words in enumerate(lines[n::3])]) for n in range(3)]
    laid = lay_out([p for p in pages if p.lines])
    ends = [0]
    for span in laid.pages:
        assert ends[-1] <= span.start <= span.end <= len(laid.text)
        ends.append(span.end)
