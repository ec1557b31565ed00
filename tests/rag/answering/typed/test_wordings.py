"""Things asked for in more words than their name, values of a day, readings of values, and what may not be read from a record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rag.answering.typed.charting import Told, coded, drug, lab

Ask = Callable[..., Told]
BIOPSY = coded("procedure", "{date|2019-02-03}: {name|Ultrasound-guided core needle biopsy, right thyroid}, {status|completed}", code="b")
WEIGHT = lab("2019-02-03", "61", "kg", "Body weight")
NALOXONE = drug("2020-02-03", "naloxone 4 MG Nasal Spray")
LOW = "{date|2020-03-01}: {name|Potassium} {value|3.1} {unit|mmol/L}, {interpretation|L}, {status|final}"
POTASSIUM = coded("observation", LOW, code="k")
NO_ALLERGY = coded("allergy", "{date|2011-01-01}: {name|No known allergies}, {status|active}", code="n", assertion="negated")
PENICILLIN = coded("allergy", "{date|2010-01-01}: {name|Penicillin}, {status|active}", code="p")
SISTER = coded(
    "family_history", "{date|2019-01-01}: {name|Depression}, {relation|sister}, {status|completed}", code="f", experiencer="sister"
)
MAJOR = coded("condition", "{date|2018-01-01}: {name|Major depressive disorder}, {status|active}", code="m")
KNEE = coded("procedure", "{date|2020-06-05}: {name|Left total knee arthroplasty}, {status|completed}", code="t")
TABLETS = coded(
    "medication", "{date|2020-06-07}: {name|oxycodone 5 MG Oral Tablet}, {status|completed}. {text|28 tablets, 7 days}", code="o"
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("core biopsy of the thyroid: date", "2019-02-03"),
        ("what was his weight for camp?", "61 kg"),
        ("when was he given naloxone to keep at home?", "2020-02-03"),
    ],
)
def test_words_of_no_weight_do_not_hide_the_thing(ask: Ask, question: str, text: str) -> None:
    assert text in ask(question, BIOPSY, WEIGHT, NALOXONE).text


@pytest.mark.parametrize(
    "question", ["what was her birth weight?", "what was her ideal weight?", "weight on furosemide 80?", "biopsy of the left thyroid: date"]
)
def test_words_that_narrow_do(ask: Ask, question: str) -> None:
    assert not ask(question, BIOPSY, WEIGHT).texts


def test_a_value_of_another_day_is_not_of_the_day_asked_for(ask: Ask) -> None:
    first, second = lab("2020-03-01", "8.2"), lab("2020-03-01", "8.4")
    assert not ask("What was the A1c on 2020-03-04?", first).texts
    assert "8.2" in ask("What was the A1c around 2020-03-04?", first).text
    assert len(ask("What was the A1c on 2020-03-01?", first, second).texts) == 2


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Is her potassium low?", "Yes"),
        ("Is her potassium normal?", "No"),
        ("Is her potassium too high?", "No"),
        ("Is her potassium abnormal?", "Yes"),
        ("Is her potassium at target?", ""),
    ],
)
def test_the_record_says_whether_a_value_is_normal(ask: Ask, question: str, lead: str) -> None:
    answer = ask(question, POTASSIUM)
    assert answer.text.partition(":")[0] == (lead or answer.text.partition(":")[0]) and "3.1" in answer.text
    assert lead or not answer.text.startswith(("Yes", "No"))


def test_no_known_allergies_answer_for_a_class_of_drugs(ask: Ask) -> None:
    assert ask("Is he allergic to any antibiotics?", NO_ALLERGY).text.startswith("No: No known allergies")
    assert not ask("Is he allergic to latex?", NO_ALLERGY, PENICILLIN).texts


def test_drugs_taken_are_no_drugs_reacted_to(ask: Ask) -> None:
    assert not ask("Is it true that she's allergic to a medicine?", NALOXONE).texts


def test_a_relatives_disease_does_not_hide_the_patients(ask: Ask) -> None:
    assert "Major depressive disorder" in ask("Does she have depression?", SISTER, MAJOR).text


def test_before_the_surgery_is_before_the_operation_on_record(ask: Ask) -> None:
    before, after = lab("2020-05-01", "14.2", "g/dL", "Hemoglobin"), lab("2020-06-07", "11.1", "g/dL", "Hemoglobin")
    answer = ask("Hemoglobin before the surgery?", KNEE, before, after)
    assert "14.2" in answer.text and "11.1" not in answer.text


def test_knee_surgery_is_the_operation_on_the_knee(ask: Ask) -> None:
    answer = ask("Hemoglobin values after the knee surgery?", KNEE, lab("2020-06-07", "11.1", "g/dL", "Hemoglobin"))
    assert "11.1" in answer.text


def test_tablets_are_counted_as_the_prescription_says(ask: Ask) -> None:
    assert "28 tablets" in ask("How many oxycodone tablets were prescribed in total?", TABLETS).text or (
        "28 tablets" in ask("Number of oxycodone tablets prescribed?", TABLETS).text
    )


def test_a_result_told_in_words_is_no_number(ask: Ask) -> None:
    said = coded("observation", "{date|2020-03-01}: {name|D-dimer}, {status|final}", code="d")
    assert not ask("d-dimer result in numbers?", said).texts


def test_a_prescription_is_no_drug_level(ask: Ask) -> None:
    assert not ask("Digoxin level?", drug("2020-02-03", "digoxin 0.125 MG Oral Tablet")).texts


def test_one_value_is_no_fall(ask: Ask) -> None:
    assert not ask("How much did her weight fall after 2018?", WEIGHT).texts


def test_date_beside_an_event_that_is_not_on_record_still_counts(ask: Ask) -> None:
    assert "8.2" in ask("A1c in March 2020, before the move?", lab("2020-03-01", "8.2")).text
    assert not ask("A1c before the move?", lab("2020-03-01", "8.2")).texts
