"""Statements are judged apart from the guard: composed ones by their slots, verbatim ones by their quotes, others by the verifier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evaluation.judging import StatementRecord, by_slot, faults_of, judge_answer, statement_tallies, unscored
from evaluation.scores import Tally
from rag.types import Answer, Citation, Part, Question, Source, SourceSpan, Statement, Status, Verdict
from tests.evaluation.builds import NAN, WordForWord, answer_of

QUOTE = "Potassium 6.1 mmol/L"
HERE = SourceSpan("d", "s", 100, 120)


def answer(*statements: Statement, quote: str = QUOTE, date: str | None = "2024-02-14") -> Answer:
    citation = Citation(1, HERE, quote, date, "", "", Source("c", None, "u", None))
    return Answer("1", "?", None, Status.ANSWERED, "", statements, (citation,), None, "g", None)


def composed(*parts: Part) -> Statement:
    return Statement("".join(part.text for part in parts), (1,), Verdict.SUPPORTED, 1.0, parts)


def slot(text: str, start: int = 100) -> Part:
    return Part("slot", text, SourceSpan("d", "s", start, start + len(text)))


def words(text: str) -> Part:
    return Part("words", text)


def judged(*statements: Statement, verifier: WordForWord | None = None, **more: Any) -> StatementRecord:
    records, _ = judge_answer(answer(*statements, **more), verifier or WordForWord())
    return records[0]


def test_a_composed_statement_is_judged_by_its_slots_and_never_reaches_the_verifier() -> None:
    verifier = WordForWord()
    right = composed(
        slot("Potassium"), words(" was "), slot("6.1 mmol/L", 110), words(" on "), Part("date", "2024-02-14", time="2024-02-14")
    )
    one = judged(right, verifier=verifier)
    assert (one.verdict, one.score, one.slots, verifier.asked) == (Verdict.SUPPORTED, 1.0, (), [0])
    assert (one.evidence[0].context, one.evidence[0].start, one.evidence[0].end) == (0, 0, len(QUOTE))


@pytest.mark.parametrize(
    ("said", "slots"), [("7.1 mmol/L", ("number",)), ("6.1 mg/dL", ("unit",)), ("6.1 mmol/L on 2024-03-14", ("date",))]
)
def test_a_composed_statement_that_says_another_value_is_a_hallucination(said: str, slots: tuple[str, ...]) -> None:
    one = judged(composed(slot("Potassium"), words(" was "), slot(said, 110)))
    assert one.verdict is not Verdict.SUPPORTED and one.slots == slots and one.score == 0 and slots[0] in one.reason


def test_a_year_that_stands_in_the_quote_is_no_hallucination_and_another_is() -> None:
    quote = "Sulfa (rash, 2009)."
    for year, supported in (("2009", True), ("2019", False)):
        one = judged(composed(Part("date", year, time=year), words(": "), slot(quote)), quote=quote)
        assert one.supported is supported


def test_a_verbatim_statement_is_supported_and_what_is_cited_elsewhere_is_not_looked_at() -> None:
    assert judged(Statement(QUOTE, (1,), Verdict.SUPPORTED, 0.9)).supported
    assert not judged(Statement(QUOTE, (2,), Verdict.SUPPORTED, 0.9)).supported


def test_a_written_statement_is_the_verifier_s_to_judge() -> None:
    verifier = WordForWord()
    one = judged(Statement("He takes 40 mg.", (1,), Verdict.SUPPORTED, 0.9), verifier=verifier)
    assert (one.verdict, one.slots, verifier.asked) == (Verdict.CONTRADICTED, ("dose",), [1])


def test_what_the_guard_did_not_find_supported_is_not_supported_here_either() -> None:
    one = judged(Statement(QUOTE, (1,), Verdict.NOT_ENOUGH_INFORMATION, 0.4))
    assert one.verdict is Verdict.NOT_ENOUGH_INFORMATION and "run-time guard" in one.reason


def test_a_score_that_is_no_number_is_no_score() -> None:
    one = judged(Statement("He takes 40 mg.", (1,), Verdict.SUPPORTED, 0.9), verifier=WordForWord(NAN))
    assert one.score is None and unscored([one]) == "1 of 1 statements have no score"


def test_hallucinations_are_counted_by_verdict_and_slot() -> None:
    good = StatementRecord(text="a", verdict=Verdict.SUPPORTED, score=0.9)
    bad = StatementRecord(text="b", verdict=Verdict.CONTRADICTED, score=0.1, slots=("dose", "date"))
    beyond = StatementRecord(text="c", verdict=Verdict.NOT_ENOUGH_INFORMATION, score=0.1)
    tallies = statement_tallies([good, bad, beyond, good])
    assert tallies["faithfulness"] == Tally(2, 4) and tallies["hallucinations_per_100"] == Tally(2, 4)
    assert tallies["contradicted_per_100"] == tallies["unsupported_per_100"] == Tally(1, 4)
    assert by_slot([good, bad, beyond]) == {"date": Tally(1, 3), "dose": Tally(1, 3), "none": Tally(1, 3)}
    assert faults_of([good, bad]) == ("statement 2 of 2: contradicted (dose, date)",)


def test_the_fake_build_of_these_tests_is_true() -> None:
    found = answer_of(Question("Which dose 7?", id="q-007"))
    records, quotes = judge_answer(found, WordForWord())
    assert records[0].supported and quotes == ("Lisinopril 7 mg daily was started.",)
    changed = replace(found.statements[0], text="Lisinopril 8 mg daily was started.")
    assert not judge_answer(replace(found, statements=(changed,)), WordForWord())[0][0].supported
