"""Facts of narrative text: slices of the stored text, dated by the policy."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion import text_facts as module
from ingestion.text_facts import text_facts
from rag.citations import text_sha256
from rag.clinical.mentions.mention import Mention
from rag.types import Document, Fact, Policy
from rag.vocabulary import FACT_KINDS, SLOT_NAMES


def facts(text: str, policy: Policy = Policy.NONE, time: str | None = "2024-05-02", patient: str | None = "P-1") -> tuple[Fact, ...]:
    document = Document("d", text_sha256(text), "c", patient, "Note", "Note", time, "u", text)
    return text_facts(document, policy=policy, document_time=time).facts


NOTE = """HPI:
She denies fever. Cough for 3 days. Creatinine was 1.4 mg/dL on 2/14/2024.

PAST MEDICAL HISTORY:
Type 2 diabetes since May 2016.

FAMILY HISTORY:
Mother has asthma.
"""


def test_every_word_of_a_fact_is_a_slice_of_the_text() -> None:
    for fact in facts(NOTE):
        assert fact.origin == "text"
        assert fact.display in NOTE[fact.start : fact.end]
        for slot in fact.slots:
            assert NOTE[slot.start : slot.end] == slot.text
            assert fact.start <= slot.start < slot.end <= fact.end


def test_a_date_in_the_text_is_the_time_and_else_the_documents() -> None:
    times = {fact.display: fact.time for fact in facts(NOTE)}
    assert (times["Creatinine"], times["Type 2 diabetes"], times["fever"]) == ("2024-02-14", "2016-05", "2024-05-02")


def test_a_day_without_a_year_is_the_last_one_before_the_document() -> None:
    assert [fact.time for fact in facts("INR 2.2 on 4/18.")] == ["2024-04-18"]
    assert [fact.time for fact in facts("INR 2.2 on 11/18.")] == ["2023-11-18"]


def test_a_true_year_under_safe_harbor_is_the_time() -> None:
    fact = next(fact for fact in facts("Type 2 diabetes since 2016.", Policy.SAFE_HARBOR) if fact.display == "Type 2 diabetes")
    assert fact.time == "2016"
    assert [slot.text for slot in fact.slots if slot.name == "onset"] == ["2016"]


def test_a_relatives_condition_is_one_fact() -> None:
    asthma = [fact for fact in facts(NOTE) if fact.display == "asthma"]
    assert [(fact.kind, fact.experiencer) for fact in asthma] == [("family_history", "mother")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("warfarin sodium 5 MG daily", [("medication", "warfarin")]),
        ("- levothyroxine sodium 100 mcg", [("medication", "levothyroxine")]),
        ("losartan potassium 50 mg daily", [("medication", "losartan")]),
        ("On furosemide, sodium 135.", [("medication", "furosemide"), ("observation", "sodium")]),
        ("HCTZ sodium 135 mmol/L today", [("medication", "HCTZ"), ("observation", "sodium")]),
        ("Held bumetanide.\nsodium 131", [("medication", "bumetanide"), ("observation", "sodium")]),
    ],
)
def test_the_salt_of_a_drug_is_no_analyte(text: str, named: list[tuple[str, str]]) -> None:
    assert [(fact.kind, fact.display) for fact in facts(text)] == named


def test_a_document_of_no_patient_has_no_facts() -> None:
    assert facts(NOTE, patient=None) == ()


@pytest.mark.parametrize("text", ["", "\n", "Seen today."])
def test_a_text_that_tells_nothing_has_no_facts(text: str) -> None:
    assert facts(text) == ()


PIECES = st.sampled_from(
    [
        *(
            "BP 138/82",
            "A1c 8.2 %",
            "(prior: 4/18 2.2",
            ")",
            "->",
            "to",
            "fell from",
            "denies",
            "chest pain",
            "left knee",
            "pain in the",
            "fracture",
        ),
        *(
            "Mother",
            "and",
            "sister",
            "died of",
            "at age 54",
            "quit",
            "smoking",
            "in 2014",
            "since",
            "May 2016",
            "Cholecystectomy",
            "1998",
            ",",
            ";",
            ":",
        ),
        *(
            "\n",
            "\n\n",
            "LABS:",
            "Lab | 3/4/2024 |",
            "| 4.8 |",
            "EXAM: CT chest",
            "IMPRESSION:",
            "1.",
            "-",
            ".",
            "İ",
            "ß",
            "½",
            "10/4",
            "x 3 days",
            "<0.5",
            "T2DM",
        ),
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_facts_of_its_own_words(text: str) -> None:
    for fact in facts(text):
        assert fact.kind in FACT_KINDS
        assert fact.display and (fact.display in text or fact.kind == "social_history")
        for slot in fact.slots:
            assert slot.name in SLOT_NAMES
            assert text[slot.start : slot.end] == slot.text
            assert fact.start <= slot.start < slot.end <= fact.end


def test_a_bare_day_in_numbers_was_moved_too_and_gives_its_time() -> None:
    told = facts("INR 2.4 today (prior: 4/18 2.2).", Policy.DATE_SHIFT)
    assert [(fact.value, fact.time, fact.status) for fact in told] == [("2.4", "2024-05-02", ""), ("2.2", "2024-04-18", "")]
    assert [slot.text for slot in told[1].slots if slot.name == "date"] == ["4/18"]


def test_a_day_in_numbers_that_was_moved_gives_its_time() -> None:
    assert [fact.time for fact in facts("INR 2.2 on 4/18.", Policy.DATE_SHIFT)] == ["2024-04-18"]


def test_a_finder_that_fails_costs_only_its_own_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> tuple[Mention, ...]:
        raise ValueError("a text")

    monkeypatch.setattr(module, "_FINDERS", (("problems", broken), *module._FINDERS[1:]))
    document = Document("d", text_sha256(NOTE), "c", "P-1", "Note", "Note", None, "u", NOTE)
    told = text_facts(document, policy=Policy.NONE, document_time="2024-05-02")
    assert told.failed == ("problems",)
    assert "Creatinine" in {fact.display for fact in told.facts}


def test_a_month_without_a_year_is_the_last_one() -> None:
    assert [fact.time for fact in facts("Colonoscopy in September.")] == ["2023-09"]


def test_a_value_of_a_month_alone_is_an_earlier_one() -> None:
    assert [(fact.value, fact.time, fact.status) for fact in facts("TSH 18.4 (0.01 in September).")] == [
        ("18.4", "2024-05-02", ""),
        ("0.01", None, "ended"),
    ]


def test_a_habit_is_displayed_as_its_topic() -> None:
    assert [fact.display for fact in facts("SOCIAL HISTORY:\nDrinks 2 beers on weekends.\n")] == ["alcohol use"]


def test_the_word_allergy_is_no_finding_beside_what_it_is_to() -> None:
    assert [(fact.kind, fact.display) for fact in facts("Peanut allergy.")] == [("allergy", "Peanut")]
