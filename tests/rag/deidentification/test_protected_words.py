"""Clinical words that are no names on their own, and the people who bear them."""

from __future__ import annotations

import pytest

from rag.deidentification.names import NameDetector
from rag.deidentification.terms import load_terms

EPONYMS = """abadie alvarado braxton brodmann bochdalek chopart cloquet
    cruveilhier dindo ekbom forrest frankel girdlestone gustilo hinchey jansky
    kienbock lauge lisfranc mallampati monteggia oddi ogilvie poupart rockall schatzki shouldice tenckhoff wallenberg zenker"""
PRODUCTS = """abiraterone adizem allevyn aquacel betnovate calpol covidien dapagliflozin dermabond doliprane eltroxin epilim
    fortisip gadavist
    hibiclens intralipid keytruda levetiracetam monocryl nurofen omnipaque panadol"""
NEVER_ALONE = "appendectomy bilirubin cyanosis echocardiogram ferritin hysterectomy micu nihss"


def found(text: str) -> list[str]:
    return [text[finding.start : finding.end] for finding in NameDetector().find(text)]


def test_the_lists_hold_a_sample() -> None:
    terms = load_terms()
    assert set(EPONYMS.split()) <= terms.eponyms
    assert set(PRODUCTS.split()) <= terms.products
    assert set(NEVER_ALONE.split()) <= terms.never_alone


def test_no_common_surname_is_blocked_everywhere() -> None:
    assert not {"smith", "johnson", "williams", "garcia", "nguyen"} & (load_terms().never_alone | load_terms().products)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Seen by Dr. Murphy today.", "Murphy"),
        ("Mrs. Whipple was comfortable overnight.", "Whipple"),
        ("Ann Barrett was seen in clinic.", "Ann Barrett"),
        ("Discussed with Dr. Forrest.", "Forrest"),
        ("Linda Kessler called the office.", "Linda Kessler"),
        ("Signed by Brian Ladd, MD", "Brian Ladd"),
    ],
)
def test_bearers_of_an_eponym_are_names(text: str, name: str) -> None:
    assert found(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "There was a positive Murphy sign.",
        "He underwent a Whipple procedure.",
        "Endoscopy showed Barrett esophagus.",
        "She had Braxton Hicks contractions.",
        "Imaging showed a Zenker diverticulum.",
        "Perforated diverticulitis, Hinchey II.",
        "The airway was Mallampati III.",
        "Bleeding ulcer, Forrest IIb.",
        "He is on Adizem and Calpol.",
    ],
)
def test_clinical_words_are_no_names(text: str) -> None:
    assert found(text) == []
