"""A statement is shown only where every part of it stands where it says, inside what it cites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rag.answering.composed import Composed, Draft, DraftConflict, DraftPoint, DraftSeries
from rag.citing import cite, cite_near_misses, says_the_same
from rag.store.database import Database
from rag.store.documents import write_documents
from rag.store.records import DocumentRecord
from rag.types import Evidence, Part, SourceSpan, Verdict

TEXT = (
    "2020-03-01: Potassium 4.1 mmol/L, final\n2020-04-01: Potassium 5.9 mmol/L, final\nDenies chest pain.\nPolyp, onset 2019, abated 2021"
)
FIRST, SECOND, THIRD, FOURTH = (0, 39), (40, 79), (80, 98), (99, 129)


class Bench:
    """One stored document and how to speak of it."""

    def __init__(self, database: Database, make_record: Callable[..., DocumentRecord]) -> None:
        record = make_record("d-1", TEXT)
        write_documents(database, [record], "pipe")
        self.database = database
        self.sha256 = record.document.sha256

    def evidence(self, place: tuple[int, int], score: float = 1.0) -> Evidence:
        return Evidence(SourceSpan("d-1", self.sha256, *place), TEXT[slice(*place)], score, "other")

    def slot(self, shown: str, within: tuple[int, int] = FIRST, written: str = "") -> Part:
        start = TEXT.index(written or shown, within[0])
        return Part("slot", shown, span=SourceSpan("d-1", self.sha256, start, start + len(written or shown)))

    def draft(self, *parts: Part, evidence: tuple[int, ...] = (0,)) -> Draft:
        return Draft("".join(part.text for part in parts), evidence, parts)

    def potassium(self, value: str = "4.1", within: tuple[int, int] = FIRST) -> Draft:
        return self.draft(self.slot("Potassium"), Part("words", " was "), self.slot(value, within), Part("words", " "), self.slot("mmol/L"))

    def withheld(self, draft: Draft, *places: tuple[int, int]) -> bool:
        cited = cite(self.database, Composed("", (draft,), tuple(self.evidence(place) for place in places or (FIRST,))))
        assert len(cited.statements) + len(cited.withheld) == 1
        return bool(cited.withheld)


@pytest.fixture
def bench(database: Database, make_record: Callable[..., DocumentRecord]) -> Bench:
    return Bench(database, make_record)


def test_parts_that_stand_where_they_say_are_shown_with_their_citation(bench: Bench) -> None:
    cited = cite(bench.database, Composed("", (bench.potassium(),), (bench.evidence(FIRST),)))
    (statement,) = cited.statements
    assert (statement.text, statement.citations, statement.verdict) == ("Potassium was 4.1 mmol/L", (1,), Verdict.SUPPORTED)
    assert cited.citations[0].quote == TEXT[slice(*FIRST)]


def test_a_slot_that_says_something_else_is_withheld(bench: Bench) -> None:
    wrong = bench.potassium()
    parts = tuple(replace(part, text="4.7") if part.text == "4.1" else part for part in wrong.parts)
    assert bench.withheld(Draft("Potassium was 4.7 mmol/L", (0,), parts))


def test_a_slot_outside_its_citation_is_withheld(bench: Bench) -> None:
    assert bench.withheld(bench.potassium("5.9", SECOND))
    assert not bench.withheld(replace(bench.potassium("5.9", SECOND), evidence=(0, 1)), FIRST, SECOND)


def test_a_number_in_words_of_our_own_is_withheld(bench: Bench) -> None:
    assert bench.withheld(bench.draft(bench.slot("Potassium"), Part("words", " was 4.7 mmol/L")))


def test_a_drug_in_words_of_our_own_is_withheld(bench: Bench) -> None:
    assert bench.withheld(bench.draft(Part("words", "Takes warfarin and has "), bench.slot("Potassium")))


def test_a_text_that_its_parts_do_not_make_is_withheld(bench: Bench) -> None:
    assert bench.withheld(replace(bench.potassium(), text="Potassium was 4.1 mmol/L, high"))


def test_a_faulty_draft_is_withheld(bench: Bench) -> None:
    assert bench.withheld(replace(bench.potassium(), fault="a number in it does not come out again"))


def test_a_date_that_no_document_has_is_withheld(bench: Bench) -> None:
    invented = Part("date", "2021-01-01", span=bench.slot("2020-03-01").span, time="2021-01-01")
    assert bench.withheld(bench.draft(bench.slot("Potassium"), Part("words", " on "), invented))


@pytest.mark.parametrize(("year", "withheld"), [("2021", False), ("2020", True)])
def test_a_year_alone_is_the_one_at_its_span_and_no_other(bench: Bench, year: str, withheld: bool) -> None:
    shown = Part("date", year, span=bench.slot("2021", FOURTH).span, time="2021")
    draft = bench.draft(bench.slot("Polyp", FOURTH), Part("words", " resolved in "), shown)
    assert bench.withheld(draft, FOURTH) is withheld


def test_an_interval_that_is_not_between_its_dates_is_withheld(bench: Bench) -> None:
    apart = Part("computed", "3 months", time="2020-03-01/2020-04-01", operation="duration")
    assert bench.withheld(bench.draft(bench.slot("Potassium"), Part("words", ", "), apart))
    assert not bench.withheld(bench.draft(bench.slot("Potassium"), Part("words", ", "), replace(apart, text="1 month")))


def test_a_denial_cut_from_its_quote_is_withheld(bench: Bench) -> None:
    assert bench.withheld(bench.draft(bench.slot("chest pain", THIRD)), THIRD)
    assert not bench.withheld(Draft("Denies chest pain.", (0,)), THIRD)


def test_a_quote_that_is_not_the_stored_text_is_withheld(bench: Bench) -> None:
    forged = replace(bench.evidence(THIRD), quote="Reports chest pain")
    cited = cite(bench.database, Composed("", (Draft(forged.quote, (0,)),), (forged,)))
    assert not cited.statements and cited.withheld[0].text == "" and cited.withheld[0].citations == ()


def test_a_statement_without_citations_is_withheld(bench: Bench) -> None:
    cited = cite(bench.database, Composed("", (Draft("Potassium was measured.", ()),), ()))
    assert not cited.statements and cited.withheld


def test_an_unknown_version_is_withheld(bench: Bench) -> None:
    evidence = bench.evidence(THIRD)
    elsewhere = replace(evidence, span=replace(evidence.span, doc_sha256="0" * 64))
    assert not cite(bench.database, Composed("", (Draft(evidence.quote, (0,)),), (elsewhere,))).statements


def test_citations_are_numbered_once_in_the_order_of_use(bench: Bench) -> None:
    drafts = (replace(bench.potassium("5.9", SECOND), evidence=(1, 0)), bench.potassium())
    cited = cite(bench.database, Composed("", drafts, (bench.evidence(FIRST), bench.evidence(SECOND))))
    assert [statement.citations for statement in cited.statements] == [(1, 2), (2,)]
    assert [citation.span.start for citation in cited.citations] == [SECOND[0], FIRST[0]]


def test_series_and_conflicts_carry_citations_and_fall_with_the_statements(bench: Bench) -> None:
    series = DraftSeries(
        "Potassium", "mmol/L", (DraftPoint("2020-03-01", "2020-03-01", "4.1", 0), DraftPoint("2020-04-01", "2020-04-01", "5.9", 1))
    )
    evidence = (bench.evidence(FIRST), bench.evidence(SECOND))
    whole = Composed("", (bench.potassium(),), evidence, (series,), (DraftConflict("value", (0, 1)),))
    cited = cite(bench.database, whole)
    assert [point.citation for point in cited.series[0].points] == [1, 2] and cited.conflicts[0].citations == (1, 2)
    nothing = cite(bench.database, replace(whole, drafts=(replace(bench.potassium(), fault="bad"),)))
    assert nothing.series == nothing.conflicts == ()


def test_a_point_whose_line_is_forged_is_left_out(bench: Bench) -> None:
    forged = replace(bench.evidence(SECOND), quote="2020-04-01: Potassium 9.9 mmol/L, final")
    series = DraftSeries("Potassium", "mmol/L", (DraftPoint("t", "d", "4.1", 0), DraftPoint("t", "d", "9.9", 1)))
    cited = cite(bench.database, Composed("", (bench.potassium(),), (bench.evidence(FIRST), forged), (series,)))
    assert [point.value for point in cited.series[0].points] == ["4.1"]


def test_a_near_miss_that_does_not_verify_is_left_out(bench: Bench) -> None:
    forged = replace(bench.evidence(SECOND), quote="forged")
    found = cite_near_misses(bench.database, [("outside_window", forged), ("negated", bench.evidence(THIRD))])
    assert [(miss.kind, miss.citation.quote) for miss in found] == [("negated", "Denies chest pain.")]


@pytest.mark.parametrize(
    ("shown", "stored", "same"),
    [
        ("8.26", "8.25555", True),
        ("8.25", "8.25555", False),
        ("8", "8.25555", False),
        ("1.2", "1.25", True),
        ("1,234.5", "1234.52", True),
        ("two  words", "two words", True),
        ("two", "two words", False),
        ("8.2", "eight", False),
    ],
)
def test_a_slot_shows_what_is_stored_or_the_number_rounded(shown: str, stored: str, same: bool) -> None:
    assert says_the_same(shown, stored) is same
