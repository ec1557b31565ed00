"""What cannot well be this patient's is flagged; what can is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from rag.answering.typed.plausibility import CODE, MAX_NOTICES, implausible, implausible_value, notices, told_sex
from rag.types import Fact


def make_fact(display: str, kind: str = "condition", **more: Any) -> Fact:
    """A fact with everything that does not matter here filled in."""
    values: dict[str, Any] = {
        "patient": "p-1",
        "kind": kind,
        "code": "",
        "display": display,
        "value": None,
        "unit": None,
        "time": "2014-03-02",
        "status": "",
        "assertion": "present",
        "doc_id": "d",
        "start": 0,
        "end": 1,
    }
    return Fact(**values | more)


@pytest.mark.parametrize(
    "display",
    [
        *(
            "Normal pregnancy",
            "Ovarian cyst",
            "Endometriosis",
            "Cesarean section",
            "Polycystic ovaries",
            "Menopausal flushing",
            "Pap smear",
        ),
        *("Cervical cancer", "Preeclampsia", "Uterine leiomyoma", "Vaginal discharge", "Fetus with unknown complication", "Dysmenorrhea"),
    ],
)
def test_what_only_women_have_is_implausible_in_a_man_alone(display: str) -> None:
    assert implausible(make_fact(display), "male", 40)
    assert implausible(make_fact(display), "female", 40) is None
    assert implausible(make_fact(display), None, 40) is None


@pytest.mark.parametrize(
    "display", ["Prostate cancer", "Testicular pain", "Benign prostatic hyperplasia", "Vasectomy", "Phimosis", "Epididymitis"]
)
def test_what_only_men_have_is_implausible_in_a_woman_alone(display: str) -> None:
    assert implausible(make_fact(display), "female", 60)
    assert implausible(make_fact(display), "male", 60) is None


@pytest.mark.parametrize(
    "display",
    [
        *(
            "Hypertension",
            "Cervical radiculopathy",
            "Cervical spine x-ray",
            "Breast cancer",
            "Urinary tract infection",
            "Fetal alcohol syndrome",
        ),
        *(
            "Mother had preeclampsia",
            "Psoriatic arthritis",
            "Orchid allergy",
            "Labored breathing",
            "Gestational age at birth",
            "Overweight",
        ),
    ],
)
@pytest.mark.parametrize("sex", ["female", "male"])
def test_what_either_sex_has_is_plausible(display: str, sex: str) -> None:
    assert implausible(make_fact(display), sex, 40) is None


@pytest.mark.parametrize(
    "more",
    [
        {"assertion": "negated"},
        {"assertion": "family"},
        {"assertion": "hypothetical"},
        {"experiencer": "mother"},
        {"kind": "family_history"},
    ],
)
def test_what_is_not_said_of_the_patient_is_plausible(more: dict[str, Any]) -> None:
    assert implausible(make_fact("Ovarian cancer", **more), "male", 40) is None


def test_a_boy_born_to_a_pregnancy_is_plausible() -> None:
    assert implausible(make_fact("Cesarean delivery"), "male", 0) is None


@pytest.mark.parametrize(
    ("display", "age", "unlikely"),
    [
        *(("Dementia", 9, True), ("Dementia", 80, False), ("Menopause", 12, True), ("Menopause", 51, False)),
        *(
            ("Neonatal jaundice", 40, True),
            ("Neonatal jaundice", 0, False),
            ("Normal pregnancy", 75, True),
            ("Normal pregnancy", 30, False),
        ),
        *(("History of neonatal jaundice", 40, False), ("Asthma", 3, False), ("Croup", 50, True), ("Febrile seizure", 2, False)),
    ],
)
def test_age_makes_a_condition_implausible(display: str, age: int, unlikely: bool) -> None:
    assert bool(implausible(make_fact(display), None, age)) is unlikely


def test_a_thing_of_the_past_fits_any_age() -> None:
    assert implausible(make_fact("Neonatal jaundice", assertion="historical"), None, 40) is None


@pytest.mark.parametrize(
    ("display", "value", "unit"),
    [
        *(("Body temperature", "370", "Cel"), ("Heart rate", "900", "/min"), ("Body Weight", "8460", "kg"), ("Hemoglobin A1c", "82", "%")),
        *(
            ("Systolic Blood Pressure", "1200", "mm[Hg]"),
            ("Body Height", "16.5", "cm"),
            ("Oxygen saturation", "980", "%"),
            ("Potassium", "42", "mmol/L"),
        ),
        *(
            ("Body temperature", "12", "Cel"),
            ("Body temperature", "986", None),
            ("Respiratory rate", "180", "/min"),
            ("Sodium", "14", "mmol/L"),
        ),
    ],
)
def test_a_value_no_living_patient_has_is_implausible(display: str, value: str, unit: str | None) -> None:
    assert implausible_value(make_fact(display, "observation", value=value, unit=unit))


@pytest.mark.parametrize(
    ("display", "value", "unit"),
    [
        *(
            ("Body temperature", "37.2", "Cel"),
            ("Body temperature", "98.6", "[degF]"),
            ("Body temperature", "98.6", None),
            ("Body temperature", "37", None),
        ),
        *(("Heart rate", "220", "/min"), ("Body Weight", "3400", "g"), ("Body Weight", "180", "[lb_av]"), ("Body Height", "70", "[in_i]")),
        *(
            ("Hemoglobin A1c", "14.2", "%"),
            ("Glucose", "600", "mg/dL"),
            ("Glucose", "5.4", "mmol/L"),
            ("Glucose in urine", "3000", "mg/dL"),
        ),
        *(("Leukocytes", "250", "10*3/uL"), ("Shoe size", "4000", None), ("Body Weight", "heavy", "kg"), ("Oxygen saturation", "71", "%")),
    ],
)
def test_an_extreme_but_possible_value_is_plausible(display: str, value: str, unit: str | None) -> None:
    assert implausible_value(make_fact(display, "observation", value=value, unit=unit)) is None


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        *(
            ("A 45 yo woman with asthma.", "female"),
            ("He is a 61-year-old man.", "male"),
            ("This is a 33-year-old, right-handed white female.", "female"),
        ),
        *(
            ("67M with chest pain.", "male"),
            ("23 yo F presents with cough.", "female"),
            ("Sex: M", "male"),
            ("Patient is a pleasant gentleman.", "male"),
        ),
        *(("Her husband is a 70-year-old man.", None), ("A patient with asthma.", None), ("Temperature 98 F.", None), ("Room 12 F", None)),
        *(("She coughs. She wheezes. Her chest hurts. She smokes. Her sister does too.", "female"), ("He coughs. His chest hurts.", None)),
        *(
            ("Mr. A came. He coughs. He smokes. He works. His knee hurts.", "male"),
            ("He is tall. She is. He is. She is. He is. She is.", None),
        ),
        *(("45 yo woman. 61 yo man.", None), ("Mother is a 60 year old woman with diabetes.", None)),
    ],
)
def test_sex_is_read_from_what_notes_say(text: str, sex: str | None) -> None:
    assert told_sex([text]) == sex


def test_sex_is_never_read_from_diagnoses() -> None:
    assert told_sex(["Ovarian cyst. Pregnancy. Prostate cancer."]) is None


def test_nouns_against_pronouns_tell_nothing() -> None:
    assert told_sex(["A 45 yo woman.", "He coughs. He smokes. He eats. He drinks. His leg hurts."]) is None


def test_a_notice_holds_the_display_and_value_and_stands_once() -> None:
    hot = make_fact("Body temperature", "observation", value="370", unit="Cel")
    found = notices([hot, hot, make_fact("Ovarian cyst"), make_fact("Asthma")], "male")
    assert [notice.code for notice in found] == [CODE, CODE]
    assert "370 Cel" in found[0].text
    assert "Ovarian cyst" in found[1].text


def test_notices_are_few() -> None:
    assert len(notices([make_fact(f"Ovarian cyst {n}") for n in range(40)], "male")) == MAX_NOTICES
