"""Table rows as lines that can be read alone."""

from __future__ import annotations

from ingestion.readers.tables import table_lines


def table(*rows: tuple[str, ...], mark: str = "td") -> str:
    tags = [mark] + ["td"] * (len(rows) - 1)
    return (
        "<table>"
        + "".join("<tr>" + "".join(f"<{t}>{c}</{t}>" for c in row) + "</tr>" for row, t in zip(rows, tags, strict=True))
        + "</table>"
    )


def test_cells_are_given_with_their_headings() -> None:
    assert table_lines(table(("Drug", "Dose"), ("Cefepime", "2 g"), mark="th")) == ["Drug | Dose", "Drug: Cefepime; Dose: 2 g"]


def test_two_columns_without_marked_headings_are_just_joined() -> None:
    assert table_lines(table(("Publisher", "CDC"), ("Version", "2022"))) == ["Publisher | CDC", "Version | 2022"]


def test_three_columns_under_short_words_have_headings() -> None:
    rows = table_lines(table(("Drug", "Dose", "Route"), ("Cefepime", "2 g", "IV")))
    assert rows[1] == "Drug: Cefepime; Dose: 2 g; Route: IV"


def test_a_caption_row_above_the_headings_stays_a_line() -> None:
    rows = table_lines(table(("Table 1", "", ""), ("Drug", "Dose", "Route"), ("Cefepime", "", "IV")))
    assert rows == ["Table 1", "Drug | Dose | Route", "Drug: Cefepime; Route: IV"]


def test_numbers_are_no_headings() -> None:
    assert table_lines(table(("1", "2", "3"), ("4", "5", "6"))) == ["1 | 2 | 3", "4 | 5 | 6"]


def test_blank_rows_vanish_and_inner_tables_stay_in_their_cell() -> None:
    assert table_lines("<table><tr><td/><td/></tr><tr><td>a<table><tr><td>b</td></tr></table></td><td>c<br/>d</td></tr></table>") == [
        "a b | c d"
    ]
