from __future__ import annotations

import pytest

from rag.answering.evidence import Selection
from rag.answering.extractive import compose, with_lead
from rag.types import Evidence, SourceSpan


def chosen(*quotes: str, score: float = 0.9, section: str = "other", answerable: float = 0.99, by_date: bool = False) -> Selection:
    evidence = tuple(
        Evidence(SourceSpan("d-1", "0" * 64, n * 1000, n * 1000 + len(quote)), quote, score, section) for n, quote in enumerate(quotes)
    )
    return Selection(evidence, len(evidence), answerable, by_date)


def test_statements_are_the_evidence_verbatim() -> None:
    composed = compose("Why was lisinopril stopped?", chosen("Lisinopril was stopped for cough.", "Cough began in May."))
    assert [draft.text for draft in composed.drafts] == ["Lisinopril was stopped for cough.", "Cough began in May."]
    assert [composed.evidence[draft.evidence[0]].quote for draft in composed.drafts] == [draft.text for draft in composed.drafts]
    assert composed.lead == ""


def test_at_most_the_limit_is_said() -> None:
    assert len(compose("potassium", chosen("Potassium 4.", "Potassium 5.", "Potassium 6.", "Potassium 7.")).drafts) == 3
    assert len(compose("potassium", chosen("Potassium 4.", "Potassium 5."), limit=1).drafts) == 1


def test_the_latest_is_one_statement() -> None:
    assert len(compose("latest potassium", chosen("2020-01-01 Potassium: 4", "2019-01-01 Potassium: 5", by_date=True)).drafts) == 1


@pytest.mark.parametrize("weak", [chosen("Potassium 4.", answerable=0.001), chosen("Potassium 4.", score=0.0001), chosen()])
def test_weak_evidence_is_no_answer(weak: Selection) -> None:
    assert compose("potassium", weak).drafts == ()


@pytest.mark.parametrize(
    ("question", "sentence", "lead"),
    [
        ("Does the patient have chest pain?", "He reports chest pain on exertion.", "Yes"),
        ("Does the patient have chest pain?", "She denies chest pain or dyspnea.", "No"),
        ("Is there any evidence of pneumothorax?", "No pneumothorax or effusion.", "No"),
        (
            "Has the patient ever been diagnosed with asthma?",
            "2001-02-03 Condition: Asthma, clinical status active, onset 2001-02-03",
            "Yes",
        ),
        ("Is the patient allergic to penicillin?", "Allergies: penicillin (hives).", "Yes"),
        ("Is metformin contraindicated below an eGFR of 30?", "Metformin is contraindicated below an eGFR of 30 mL/min.", "Yes"),
    ],
)
def test_explicit_mentions_give_yes_or_no(question: str, sentence: str, lead: str) -> None:
    composed = compose(question, chosen(sentence), chart=True)
    assert composed.lead == lead
    assert [draft.text for draft in composed.drafts] == [sentence]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Does the patient have breast cancer?", "Mother had breast cancer at 52."),
        ("Does the patient have a pulmonary embolism?", "Return at once if you notice signs of a pulmonary embolism."),
        ("Does the patient have chest pain?", "Pain in the left knee for two weeks."),
        ("Does the patient not have diabetes?", "Type 2 diabetes mellitus."),
        ("Is the patient taking warfarin?", "2011-03-01 Medication request: warfarin 5 MG Oral Tablet, status stopped"),
    ],
)
def test_what_settles_nothing_gives_neither_yes_nor_no(question: str, sentence: str) -> None:
    composed = compose(question, chosen(sentence), chart=True)
    assert (composed.lead, composed.drafts) == ("", ())


def test_a_present_mention_outweighs_a_negated_one_and_stands_alone() -> None:
    composed = compose(
        "Has the patient had chest pain?", chosen("Denies chest pain today.", "Chest pain on exertion since June."), chart=True
    )
    assert composed.lead == "Yes"
    assert [draft.text for draft in composed.drafts] == ["Chest pain on exertion since June."]
    assert composed.drafts[0].evidence == (1,)


def test_family_questions_are_answered_from_the_family() -> None:
    composed = compose("Does anyone in the family have colon cancer?", chosen("Father had colon cancer at 60."), chart=True)
    assert composed.lead == "Yes"


def test_the_section_makes_it_the_family() -> None:
    assert compose("Does the patient have asthma?", chosen("Asthma.", section="family_history"), chart=True).drafts == ()


def test_in_a_chart_a_relative_answers_no_open_question() -> None:
    assert compose("When did the breast cancer begin?", chosen("Mother had breast cancer in 1999."), chart=True).drafts == ()
    assert compose("When did the chest pain begin?", chosen("Denies chest pain."), chart=True).drafts == ()


def test_the_lead_begins_the_answer() -> None:
    assert with_lead("No", "Denies chest pain [1].").startswith("No")
    assert with_lead("", "Potassium 4 [1].") == "Potassium 4 [1]."
