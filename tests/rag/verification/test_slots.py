"""Every slot of a statement is its quotes': true statements pass, each planted fault is caught under its slot."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.clinical.sentences import split_sentences
from rag.verification.slots import check_statement
from rag.verification.violation import SLOTS
from tests.growth import grows_linearly, repeated
from tests.rag.verification.true_pairs import (
    A1C,
    ASTHMA,
    DENIED,
    KNEE,
    LATER,
    LISINOPRIL,
    METFORMIN,
    MOTHER,
    NOTE,
    PRESSURE,
    SURE,
    TRUE,
    WEIGHT,
    Pair,
)

BOTH = "Metformin 500 mg twice daily and lisinopril 10 mg daily."
SUPPOSED = "Chest x-ray: possible pneumonia in the left lower lobe."
SHOULDERS = "Left shoulder pain; the right knee is swollen. Bilateral cataracts."

# slot, statement, quotes
FAULTS: list[tuple[str, str, list[str]]] = [
    ("number", "Body Weight was 63.2 kg on 2014-03-02.", [WEIGHT]),
    ("number", "Body Weight was 62.4 kg on 2014-03-02.", [WEIGHT]),
    ("number", "Body Weight was 6.23 kg on 2014-03-02.", [WEIGHT]),
    ("number", "Body Weight was 62 kg on 2014-03-02.", [WEIGHT]),
    ("number", "Hemoglobin A1c was 6.3 %.", [A1C]),
    ("number", "Hemoglobin A1c was 6.72 %.", [A1C]),
    ("number", "Hemoglobin A1b was 6.27 %.".replace("A1b", "A2"), [A1C]),
    ("number", "The patient is 54 years old.", [NOTE]),
    ("number", "The mass measured 3 x 5 cm.", [SURE]),
    ("number", "5 values of Body Weight.", [WEIGHT]),
    ("number", "Blood pressure was 120/90.", ["BP 120/80"]),
    ("number", "Body Weight was 139 lb.", [WEIGHT]),
    ("unit", "Body Weight was 62.3 lb on 2014-03-02.", [WEIGHT]),
    ("unit", "Hemoglobin A1c was 6.27 mmol/mol.", [A1C]),
    ("unit", "Glucose was 100 mmol/L.", ["2014-03-02 Glucose: 100 mg/dL (laboratory, final)"]),
    ("unit", "Symptoms began 2 months ago.", ["Symptoms began 2 weeks ago."]),
    ("unit", "Systolic pressure was 132.42 kPa.".replace("kPa", "cmH2O"), [PRESSURE]),
    ("dose", "Takes metformin 850 mg.", [NOTE]),
    ("dose", "Takes metformin 500 mcg.", [NOTE]),
    ("dose", "Takes metformin 5000 mg.", [NOTE]),
    ("dose", "Takes metformin 10 mg.", [BOTH]),
    ("dose", "Takes 500 mg of lisinopril.", [BOTH]),
    ("dose", "lisinopril 20 MG Oral Tablet, stopped.", [LISINOPRIL]),
    ("date", "Body Weight was 62.3 kg on 2014-03-03.", [WEIGHT]),
    ("date", "Body Weight was 62.3 kg on 2014-02-03.", [WEIGHT]),
    ("date", "Body Weight was 62.3 kg in 2015.", [WEIGHT]),
    ("date", "Body Weight was 62.3 kg on March 3, 2014.", [WEIGHT]),
    ("date", "Body Weight was 62.3 kg on March 3.", [WEIGHT]),
    ("date", "Asthma, 2010-11-02.", [ASTHMA]),
    ("date", "Asthma began on 2010-11-20.", ["2010 Condition: Asthma"]),
    ("date", f"2024-03-02: {DENIED}", [DENIED]),
    ("laterality", "Swelling of the right knee.", [KNEE]),
    ("laterality", "The left hip is tender.", [KNEE]),
    ("laterality", "Bilateral knee swelling.", [KNEE]),
    ("laterality", "Mass in the left upper lobe.", [SURE]),
    ("laterality", "Right shoulder pain.", [SHOULDERS]),
    ("laterality", "Left knee is swollen.", [SHOULDERS]),
    ("laterality", "Left cataract.", ["Bilateral cataracts."]),
    ("laterality", "R knee pain.", ["L knee pain."]),
    ("laterality", "LLQ abdominal pain.", ["RLQ abdominal pain."]),
    ("negation", "She has chest pain.", [DENIED]),
    ("negation", "Yes: She has palpitations.", [DENIED]),
    ("negation", "She denies diabetes.", [NOTE]),
    ("negation", "There is no asthma.", [ASTHMA]),
    ("negation", "Asthma is active.", [f"{ASTHMA}, verification refuted"]),
    ("negation", "She is not taking metformin.", [NOTE]),
    ("negation", "Strep test was positive.", ["Strep test was negative."]),
    ("negation", "The lungs are abnormal.", ["The lungs are normal."]),
    ("negation", "The procedure was not done.", ["2019-04-08 Procedure: Colonoscopy, status completed"]),
    ("experiencer", "She has diabetes mellitus.", [MOTHER]),
    ("experiencer", "Her father had diabetes.", [MOTHER.replace("Mother, had", "Mother had")]),
    ("experiencer", "Her mother has diabetes.", [NOTE]),
    ("experiencer", "He had a myocardial infarction.", ["Father had a myocardial infarction at age 52."]),
    ("experiencer", "His brother had a stroke.", ["His father had a stroke."]),
    ("certainty", "She has pneumonia.", [SUPPOSED]),
    ("certainty", "She has a fever.", [LATER]),
    ("certainty", "Asthma is active.", [f"{ASTHMA}, verification provisional"]),
    ("certainty", "He has a pulmonary embolism.", ["CT ordered to rule out pulmonary embolism."]),
    ("certainty", "She may have diabetes.", [NOTE]),
    ("drug", "Takes glipizide 500 mg.", [NOTE]),
    ("drug", "Takes Lipitor.", [METFORMIN]),
    ("drug", "A statin was prescribed.", [METFORMIN]),
    ("drug", "Takes losartan.", ["Takes an ACE inhibitor."]),
    ("drug", "Takes zoltipril daily.", [LISINOPRIL]),
    ("condition", "She has hypotension.", ["She has hypertension."]),
    ("condition", "Asthma resolved in 2012.", ["2012-05-01 Condition: Viral sinusitis (disorder)"]),
    ("condition", "Hypertension was recorded.", ["2012-05-01 Condition: Pulmonary hypertension, clinical status active"]),
    ("condition", "She has type 2 diabetes.", ["She has osteoporosis and is 2 years post fracture."]),
]


@pytest.mark.parametrize("pair", TRUE, ids=[pair[0][:50] for pair in TRUE])
def test_a_statement_that_says_what_its_quotes_say_passes(pair: Pair) -> None:
    text, quotes, dates, computed = pair
    assert check_statement(text, quotes, dates=dates, computed=computed) == ()


@pytest.mark.parametrize(("slot", "text", "quotes"), FAULTS, ids=[f"{fault[0]}: {fault[1][:50]}" for fault in FAULTS])
def test_a_planted_fault_is_caught_under_its_slot(slot: str, text: str, quotes: list[str]) -> None:
    assert slot in {violation.slot for violation in check_statement(text, quotes)}


def test_every_slot_has_a_planted_fault() -> None:
    assert {fault[0] for fault in FAULTS} | {"computed"} == set(SLOTS)


def test_without_quotes_nothing_is_supported() -> None:
    found = check_statement("Metformin 500 mg since 2014-03-02 for diabetes of the left leg.", [])
    assert {"dose", "date", "laterality", "drug"} <= {violation.slot for violation in found}


def test_a_statement_without_slots_passes() -> None:
    assert check_statement("The record says so.", []) == ()


@pytest.mark.parametrize("pair", TRUE, ids=[pair[0][:50] for pair in TRUE])
def test_each_digit_of_a_true_statement_counts(pair: Pair) -> None:
    text, quotes, dates, computed = pair
    for at, letter in enumerate(text):
        if letter.isdigit():
            changed = f"{text[:at]}{(int(letter) + 4) % 10}{text[at + 1 :]}"
            assert check_statement(changed, quotes, dates=dates, computed=computed), changed


def test_a_computed_part_excuses_one_number_and_not_its_unit() -> None:
    quotes = [WEIGHT, "2015-01-01 Body Weight: 64.64 kg"]
    assert check_statement("The mean was 63.47 kg.", quotes, computed=["63.47"]) == ()
    assert [v.slot for v in check_statement("The mean was 63.47 lb.", quotes, computed=["63.47"])] == ["number"]
    assert [v.slot for v in check_statement("5 values; 5 pounds.", quotes, computed=["5"])] == ["number"]
    assert [v.slot for v in check_statement("15 values.", quotes, computed=["5"])] == ["number"]


def test_the_whole_statement_may_be_one_quote_verbatim() -> None:
    for text, quotes, _, _ in TRUE:
        for quote in quotes:
            assert check_statement(quote, [*quotes, text]) == ()


SENTENCES = [
    *("She denies chest pain.", "No fever or chills.", "Her mother had breast cancer at age 50.", "Takes aspirin 81 mg daily."),
    *(
        "Possible pneumonia in the left lower lobe.",
        "BP was 142/88 mmHg on 03/04/2019.",
        "A1c was 8.2% in 2018.",
        "Return if vomiting starts.",
    ),
    *(
        "He was started on lisinopril 10 mg.",
        "The right knee is swollen.",
        "Asthma since 2009.",
        "No known drug allergies.",
        "Denies smoking.",
    ),
    *("CT was negative for pulmonary embolism.", "He left the hospital on 12/01/2020.", "History of stroke.", "Temp 98.6 F, pulse 72."),
]


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6), st.data())
@settings(max_examples=60, deadline=None)
def test_any_sentence_of_a_quote_passes(sentences: list[str], data: st.DataObject) -> None:
    quote = " ".join(sentences)
    part = data.draw(st.sampled_from([quote[s.start : s.end] for s in split_sentences(quote)]))
    assert check_statement(part, [quote]) == ()


@given(st.text(max_size=300), st.lists(st.text(max_size=200), max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_text_is_checked_and_is_its_own_support(text: str, quotes: list[str]) -> None:
    check_statement(text, quotes)
    assert check_statement(text, [text]) == ()


def test_long_texts_are_checked_in_linear_time() -> None:
    unit = " ".join(SENTENCES)
    said = "She denies chest pain. Takes aspirin 81 mg daily."
    assert grows_linearly(lambda size: check_statement(said, [repeated(unit, size)]), 2_000)


def test_many_quotes_are_checked_in_linear_time() -> None:
    numbers = itertools.count()  # texts are remembered: each run gets lines of its own

    def check(size: int) -> None:
        lines = [f"2014-03-{k % 28 + 1:02d} Body Weight: {next(numbers)}.3 kg (vital signs, final)" for k in range(size)]
        assert check_statement("60 measurements of Body Weight, from 2014-03-01 to 2014-03-04.", lines, computed=["60"]) == ()

    assert grows_linearly(check, 60)


def test_violations_name_a_known_slot_and_say_why() -> None:
    for _, text, quotes in FAULTS:
        for violation in check_statement(text, quotes):
            assert violation.slot in SLOTS
            assert violation.why
