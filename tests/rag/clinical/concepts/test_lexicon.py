"""The word lists of concepts are sound, and a phrase leads to its canonical names."""

from __future__ import annotations

import pytest

from rag.clinical.concepts.compile_names import indexed
from rag.clinical.concepts.drug_names import classes, drug_key
from rag.clinical.concepts.lexicon import (
    ASKED_LISTS,
    LISTS,
    apart,
    asked_list,
    canonical,
    code_title,
    is_written,
    known_words,
    listed_words,
    lookup,
    members,
    names_of,
    vocabulary,
    word_list,
    written_words,
)
from rag.clinical.concepts.name_index import NAMES_FILE, names_lines
from rag.clinical.concepts.spelling import candidates, edits
from rag.clinical.concepts.tables import abbreviation_senses, read_lines
from rag.clinical.concepts.words import bag
from rag.clinical.lexicon import load_words

OURS = [name for name in (*LISTS.values(), *ASKED_LISTS.values()) if name != "drugs"]


@pytest.mark.parametrize("name", OURS)
def test_lists_are_lower_case_and_name_themselves_once(name: str) -> None:
    listed = load_words(name)
    assert all(phrase == phrase.lower().strip() for key, phrases in listed.items() for phrase in (key, *phrases))
    assert all(bag(key) for key in listed)


def test_tables_speak_of_listed_names_only() -> None:
    known = {name for kind in LISTS for listed in (word_list, asked_list) for name in listed(kind)}
    assert load_words("concept_codes").keys() <= known
    for table in ("concept_members", "concept_apart"):
        assert {word for key, phrases in load_words(table).items() for word in (key, *phrases)} <= known, table


def test_no_code_names_two_things() -> None:
    codes = [code for listed in load_words("concept_codes").values() for code in listed]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("phrase", "first"),
    [
        ("HTN", "hypertension"),
        ("Heart Attack", "myocardial infarction"),
        ("infarction, myocardial", "myocardial infarction"),
        ("heart attacks", "myocardial infarction"),
        ("oedema", "edema"),
        ("A1C", "hemoglobin a1c"),
        ("Crohn’s disease", "crohn disease"),
        ("MI", "myocardial infarction"),
        ("CP", "chest pain"),
        ("PE", "pulmonary embolism"),
        ("BS", "bowel sounds"),
        ("broken wrist", "wrist fracture"),
        ("flu shot", "influenza vaccine"),
        ("tubes tied", "tubal ligation"),
    ],
)
def test_phrase_leads_to_its_name(phrase: str, first: str) -> None:
    assert canonical(phrase)[0] == first


def test_senses_of_an_abbreviation_come_by_frequency_and_kind() -> None:
    assert set(canonical("CP")) >= {"chest pain", "cerebral palsy"}
    assert "multiple sclerosis" in canonical("MS")
    assert {"physical therapy", "prothrombin time"} <= set(canonical("PT"))
    assert canonical("PT", frozenset({"medication"})) == ()
    assert abbreviation_senses("mi")[0][0] == "myocardial infarction"


@pytest.mark.parametrize("phrase", ["", "the", "2", "zzz", "a"])
def test_nothing_comes_of_nothing(phrase: str) -> None:
    assert canonical(phrase) == ()


def test_names_and_vocabulary_hold_the_phrases_as_written() -> None:
    assert {"hypertension", "high blood pressure", "htn"} <= names_of("hypertension")
    assert "shortness of breath" in vocabulary("finding")
    assert names_of("no such thing") == frozenset()


def test_members_and_neighbours() -> None:
    assert members("blood pressure") == ("systolic blood pressure", "diastolic blood pressure")
    assert "pulmonary hypertension" in apart("hypertension")


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("E11.9", "Type 2 diabetes mellitus without complications"),
        ("http://hl7.org/fhir/sid/icd-10-cm|I10", "Essential (primary) hypertension"),
        ("icd-10-cm|s52.501a", "Unspecified fracture of the lower end of right radius, initial encounter for closed fracture"),
        ("Q99999", None),
        ("", None),
    ],
)
def test_code_has_its_title(code: str, title: str | None) -> None:
    assert code_title(code) == title


@pytest.mark.parametrize(
    ("display", "wanted"),
    [
        ("24 HR metoprolol succinate 50 MG Extended Release Oral Tablet [Toprol]", {"metoprolol"}),
        ("{24 (norethindrone 0.35 MG Oral Tablet)} Pack [Errin]", {"norethindrone"}),
        ("0.3 ML Epinephrine 1 MG/ML Auto-Injector", {"epinephrine"}),
        ("Acetaminophen 325 MG / oxyCODONE Hydrochloride 5 MG Oral Tablet", {"acetaminophen", "oxycodone"}),
        ("Acetaminophen/Hydrocodone", {"acetaminophen", "hydrocodone"}),
        ("Lasix 40mg", {"furosemide"}),
        ("Xyzzymab 5 MG/ML Injection", {"xyzzymab"}),
        ("", set()),
    ],
)
def test_drug_comes_down_to_its_ingredients(display: str, wanted: set[str]) -> None:
    assert drug_key(display) == wanted


def test_classes_hold_single_drugs() -> None:
    assert {"furosemide", "hydrochlorothiazide"} <= classes("diuretic")
    assert "acetaminophen" not in classes("opioid")


@pytest.mark.parametrize(("word", "wanted"), [("hemaglobin", "hemoglobin"), ("lisinipril", "lisinopril"), ("diabetis", "diabetes")])
def test_misspelling_has_its_word_first(word: str, wanted: str) -> None:
    assert candidates(word)[0] == wanted


@pytest.mark.parametrize(
    "word", ["hypotension", "hyperglycemia", "hypoglycemia", "gout", "abcd", "12345", "prednisolone", "the", "xylophonist"]
)
def test_real_short_and_foreign_words_are_left(word: str) -> None:
    assert candidates(word) == ()


def test_edits_count_a_transposition_once() -> None:
    assert edits("amoxicillin", "amoxicililn", 2) == 1
    assert edits("abc", "abc", 2) == 0
    assert edits("abc", "xyzzy", 2) == 3


def test_what_is_only_asked_is_not_looked_for_in_texts() -> None:
    asked = {phrase for phrases in asked_list("finding").values() for phrase in phrases} - {
        phrase for name, phrases in word_list("finding").items() for phrase in (name, *phrases)
    }
    assert len(asked) > 100 and not asked & vocabulary("finding")
    assert written_words() < known_words()
    one = next(phrase for phrase in sorted(asked) if " " in phrase and not is_written(bag(phrase)))
    assert lookup(bag(one))


def test_the_compiled_names_are_those_of_the_lists() -> None:
    again = "run: python -m rag.clinical.concepts.compile_names"
    assert list(read_lines(NAMES_FILE)) == list(names_lines(indexed(), LISTS)), again
    assert (written_words(), known_words() - written_words()) == listed_words(), again
