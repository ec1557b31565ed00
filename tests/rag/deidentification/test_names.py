"""Names of people without knowing the patient: what gives them away, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.deidentification.words import words_of

Hidden = Callable[[str], list[tuple[str, str]]]


def names(hidden: Hidden, text: str) -> list[str]:
    return [original for kind, original in hidden(text) if kind == "PERSON"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yolanda Trescott\n is a 62 year-old white female.", ["Yolanda Trescott"]),
        ("Rich Ok is a 62 year-old man.", ["Rich Ok"]),
        ("Patient Name: Qorvix Zlandry", ["Qorvix Zlandry"]),
        ("PATIENT: MARGARET OKONKWO", ["MARGARET OKONKWO"]),
        ("Attending: Trescott, Yolanda M.", ["Trescott", "Yolanda M"]),
        ("Dr. Graves will follow up.", ["Graves"]),
        ("Mr. Smith's pain is better.", ["Smith"]),
        ("mrs. okonkwo called", ["okonkwo"]),
        ("Electronically signed by Brian J. Foley, MD", ["Brian J. Foley"]),
        ("Dictated by: Anne-Marie O'Neil", ["Anne-Marie O'Neil"]),
        ("He lives with his wife, Margaret.", ["Margaret"]),
        ("Her daughter Kseniya was at bedside.", ["Kseniya"]),
        ("I spoke with Trescott about the plan.", ["Trescott"]),
        ("Okonkwo tolerated the procedure well.", ["Okonkwo"]),
        ("Nurse Walker notified.", ["Walker"]),
        ("Seen by Betty Ross, PA-C today.", ["Betty Ross"]),
        ("SMITH, JOHN Q was admitted.", ["SMITH", "JOHN Q"]),
        ("Opal denies chest pain.", ["Opal"]),
        ("Sincerely,\nYolanda Trescott, M.D.", ["Yolanda Trescott"]),
        ("Discussed with José Núñez in clinic", ["José Núñez"]),
        ("Marine542 Ai120 was seen", ["Marine542 Ai120"]),
        ("Referred by Dr. M. van der Berg today", ["M. van der Berg"]),
        ("Pain in Ms. Mitchell's knee. Mitchell will return.", ["Mitchell", "Mitchell"]),
        ("Mary Young was here with Mark Young", ["Mary Young", "Mark Young"]),
        ("Dr. Ѕmіth saw her", ["Ѕmіth"]),
        ("john smith called", ["john smith"]),
        ("PID|1||SMITH^JOHN", ["SMITH", "JOHN"]),
        ("'My name is Xochitl.'", ["Xochitl"]),
    ],
)
def test_name_is_hidden(hidden: Hidden, text: str, expected: list[str]) -> None:
    assert names(hidden, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Graves disease and Hashimoto's thyroiditis.",
        "Mother: Parkinson's disease. Sister: Crohn's.",
        "A Foley catheter and a Jackson-Pratt drain were placed.",
        "Positive Murphy's sign, negative Homans and Lachman tests.",
        "Glasgow Coma Scale 15, Gleason 3+4, Mallampati II.",
        "Montreal Cognitive Assessment 26/30; Boston brace.",
        "History of Guillain-Barre, Wolff-Parkinson-White and Marcus Gunn pupil.",
        "Allegra 180 mg daily, Advair, Celexa, Heather 0.35 mg.",
        "Neck: Supple. Lungs: Clear. Skin: Warm and dry. Heart: Regular.",
        "PAST MEDICAL HISTORY\nASSESSMENT AND PLAN\nREVIEW OF SYSTEMS",
        "Will return, and may if Rich foods bother her. Mark the site.",
        "The patient is a 62-year-old white woman. She is a 40 pack-year smoker.",
        "Plan: Continue Lasix 40 mg, Kegel exercises, Epley maneuver.",
        "MRI, CT, EKG, LAD, RCA and EMS; seen by ENT and PT.",
        "Kaplan-Meier curve; Cox regression; Burke Fahn Marsden Dystonia Rating Scale.",
        "Mr. X saw Dr. XYZ.",
        "Blue Cross Blue Shield, Medicare.",
        "Spanish speaking Hispanic man from Mexico; Latin American.",
        "Genes Smad2, Smad3 and Nup93; two MIs.",
    ],
)
def test_word_of_medicine_stays(hidden: Hidden, text: str) -> None:
    assert hidden(text) == []


def test_a_letter_after_a_number_is_no_initial() -> None:
    assert [word.facts.folded for word in words_of("Ann Roe 7M, 3L")] == ["ann", "roe"]
