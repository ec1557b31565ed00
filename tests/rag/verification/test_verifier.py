"""Statements are judged against their contexts: verdict, score, evidence and reason; broken models fail closed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.verification.verifier as module
from rag.errors import ModelError
from rag.types import Span, Verdict
from rag.verification.entailment import Doubt, Entailed
from rag.verification.features import FEATURES
from rag.verification.verdicts import Claimed, JudgedStatement
from rag.verification.verifier import StatementVerifier, open_verifier
from rag.verification.weighing import ENTAILMENT_FEATURES, Weighing, packaged_weighing, parse_weighing
from tests.growth import grows_linearly, repeated

NOTE = (
    "The patient is a 45-year-old woman with type 2 diabetes mellitus, on metformin 500 mg twice daily and lisinopril 10 mg daily. "
    "She denies chest pain. Exam shows a swollen left knee."
)
FAMILY = "Her mother had breast cancer at age 52."
PLAIN = StatementVerifier()
ENTAILMENT = Weighing(FEATURES + ENTAILMENT_FEATURES, (0.0,) * len(FEATURES) + (1.0, 0.0, 0.0), 0.0, 0.5)


class FakeEntailment:
    """Gives every pair the same probability of support, and remembers what it was asked."""

    def __init__(self, supported: float) -> None:
        self.supported = supported
        self.asked: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailed]:
        self.asked += pairs
        rest = 1.0 - self.supported
        return [Entailed(self.supported, rest, 0.0, (Doubt(Span(0, 1), rest),)) for _ in pairs]


def judged(response: str, *contexts: str, verifier: StatementVerifier = PLAIN) -> tuple[JudgedStatement, ...]:
    return verifier.judge([Claimed(response, contexts)])[0].statements


@pytest.mark.parametrize(
    ("response", "verdict"),
    [
        ("She denies chest pain.", Verdict.SUPPORTED),
        ("Yes: She denies chest pain.", Verdict.SUPPORTED),
        ("The patient is on metformin 500 mg twice daily and lisinopril 10 mg daily.", Verdict.SUPPORTED),
        ("Exam shows a swollen right knee.", Verdict.CONTRADICTED),
        ("The patient is on metformin 850 mg twice daily and lisinopril 10 mg daily.", Verdict.CONTRADICTED),
        ("The patient had breast cancer at age 52.", Verdict.CONTRADICTED),
        ("Warfarin was begun after a pulmonary embolism.", Verdict.NOT_ENOUGH_INFORMATION),
        ("Ophthalmology follows.", Verdict.NOT_ENOUGH_INFORMATION),
    ],
)
def test_statements_get_the_verdict_of_their_evidence(response: str, verdict: Verdict) -> None:
    (statement,) = judged(response, NOTE, FAMILY)
    assert statement.verdict is verdict, statement


def test_evidence_is_the_sentence_at_its_offsets_in_its_context() -> None:
    (statement,) = judged("The mother had breast cancer.", NOTE, FAMILY)
    first = statement.evidence[0]
    assert (first.context, FAMILY[first.span.start : first.span.end]) == (1, FAMILY)


def test_reason_names_the_slot_and_the_words() -> None:
    (statement,) = judged("Exam shows a swollen right knee.", NOTE)
    assert "laterality “right”" in statement.reason
    assert "without an entailment model" in statement.reason
    (unknown,) = judged("The patient is on apixaban twice daily.", NOTE)
    assert "apixaban" in unknown.reason


def test_verbatim_statement_needs_no_model() -> None:
    model = FakeEntailment(0.0)
    (statement,) = judged("She denies chest pain.", NOTE, verifier=StatementVerifier(model, ENTAILMENT))
    assert statement.verdict is Verdict.SUPPORTED and model.asked == []


@pytest.mark.parametrize("contexts", [(), ("",), ("Nothing of the kind.",)])
def test_nothing_to_rest_on_is_never_supported(contexts: tuple[str, ...]) -> None:
    for verifier in (PLAIN, StatementVerifier(FakeEntailment(1.0), ENTAILMENT)):
        (statement,) = judged("Metformin was begun.", *contexts, verifier=verifier)
        assert statement.verdict is Verdict.NOT_ENOUGH_INFORMATION and statement.score < 0.1 and statement.evidence == ()


@pytest.mark.parametrize("response", ["", " \n", "…", "—"])
def test_a_response_that_states_nothing_is_not_supported(response: str) -> None:
    judgement = PLAIN.judge([Claimed(response, (NOTE,))])[0]
    assert (judgement.statements, judgement.score, judgement.supported) == ((), 0.0, False)


def test_the_worst_statement_decides() -> None:
    judgement = PLAIN.judge([Claimed("She denies chest pain. She was born in Peru.", (NOTE,))])[0]
    assert not judgement.supported and judgement.score == judgement.statements[1].score < judgement.statements[0].score


def test_the_model_reads_all_responses_at_once_with_the_evidence_first() -> None:
    model = FakeEntailment(0.9)
    claims = [Claimed("She takes metformin.", (NOTE,)), Claimed("The knee swells.", (NOTE,))]
    found = StatementVerifier(model, ENTAILMENT).judge(claims)
    assert [statement for _, statement in model.asked] == ["She takes metformin.", "The knee swells."]
    assert "metformin 500 mg" in model.asked[0][0]
    assert all(judgement.supported and judgement.score == pytest.approx(0.9) for judgement in found)


def test_order_and_company_do_not_change_a_judgement() -> None:
    claims = [Claimed("She takes metformin.", (NOTE,)), Claimed("She has cancer.", (FAMILY,)), Claimed("The knee swells.", (NOTE,))]
    alone = [PLAIN.judge([claim])[0] for claim in claims]
    assert PLAIN.judge(claims) == alone and PLAIN.judge(claims[::-1]) == alone[::-1]


@pytest.mark.parametrize("probability", [math.nan, math.inf, -0.1, 1.5])
def test_unusable_numbers_of_the_model_fail_closed(probability: float) -> None:
    with pytest.raises(ModelError):
        judged("She takes metformin.", NOTE, verifier=StatementVerifier(FakeEntailment(probability), ENTAILMENT))


def test_a_damaged_adapter_fails_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ADAPTER", tmp_path)
    with pytest.raises(ModelError):
        open_verifier()


def test_without_an_adapter_words_and_slots_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ADAPTER", tmp_path / "none")
    assert "without an entailment model" in judged("She takes metformin.", NOTE, verifier=open_verifier())[0].reason


def test_weights_of_other_features_are_refused() -> None:
    weights = dict.fromkeys(FEATURES, 0.0)
    with pytest.raises(ModelError):
        parse_weighing({"bias": 0, "threshold": 0.5, "weights": weights | {"moon": 1.0}}, FEATURES)
    with pytest.raises(ModelError):
        parse_weighing({"bias": math.nan, "threshold": 0.5, "weights": weights}, FEATURES)
    assert 0 < packaged_weighing("slots").threshold < 1


@given(st.text(alphabet="aB1 .;%mg\n-é,Nno", max_size=60), st.lists(st.text(alphabet="aB1 .%mgno\n", max_size=60), max_size=3))
def test_whatever_is_said_scores_are_probabilities_and_offsets_hold(response: str, contexts: list[str]) -> None:
    for statement in judged(response, *contexts):
        assert 0.0 <= statement.score <= 1.0 and response[statement.span.start : statement.span.end] == statement.text
        for place in statement.evidence:
            assert 0 <= place.span.start < place.span.end <= len(contexts[place.context])


def test_what_another_sentence_has_is_no_excuse_for_a_changed_copy() -> None:
    (statement,) = judged("The dose of prednisone was 20 mg.", "The dose of prednisone was 40 mg. She is on 20 mg of omeprazole.")
    assert statement.verdict is Verdict.CONTRADICTED


def test_many_responses_are_judged_in_batches_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLAIMS_AT_ONCE", 2)
    model = FakeEntailment(0.9)
    found = StatementVerifier(model, ENTAILMENT).judge([Claimed(f"She takes {n} tablets.", (NOTE,)) for n in range(5)])
    assert [judgement.statements[0].text for judgement in found] == [f"She takes {n} tablets." for n in range(5)]
    assert [statement for _, statement in model.asked] == [f"She takes {n} tablets." for n in range(5)]


@pytest.mark.parametrize("unit", ["She takes metformin. ", "no, ", "12 mg ", "left knee; "])
def test_judging_a_response_is_linear(unit: str) -> None:
    assert grows_linearly(lambda size: PLAIN.judge([Claimed(repeated(unit, size), (NOTE,))]), 400)


def test_a_model_that_leaves_statements_out_fails_closed() -> None:
    class Forgetful(FakeEntailment):
        def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailed]:
            return super().judge(pairs)[1:]

    with pytest.raises(ModelError):
        judged("She takes metformin. The knee swells.", NOTE, verifier=StatementVerifier(Forgetful(0.9), ENTAILMENT))


@pytest.mark.parametrize(
    ("response", "context"),
    [
        ("She has chest pain.", NOTE),
        ("She takes lisinopril 20 mg.", NOTE),
        ("The right knee is swollen.", NOTE),
        ("The patient has breast cancer.", FAMILY),
        ("She has pneumonia.", "Possible pneumonia."),
    ],
)
def test_a_short_statement_against_its_evidence_is_contradicted(response: str, context: str) -> None:
    assert judged(response, context)[0].verdict is Verdict.CONTRADICTED
