from __future__ import annotations

import pytest

from rag.answering.lexical import SECTION_FEATURES, profile_question, profile_sentence, section_flags, term_of


@pytest.mark.parametrize(
    ("one", "other"), [("improved", "improvement"), ("allergic", "allergies"), ("infected", "infections"), ("Reduce", "reduced")]
)
def test_endings_are_folded(one: str, other: str) -> None:
    assert term_of(one) == term_of(other) is not None


@pytest.mark.parametrize(("one", "other"), [("hypertension", "hypotension"), ("D", "C"), ("T3", "T4"), ("metformin", "metoprolol")])
def test_other_things_stay_apart(one: str, other: str) -> None:
    assert term_of(one) != term_of(other)


def test_words_that_only_frame_a_question_are_no_terms() -> None:
    profile = profile_question("What is the most recent hemoglobin A1c documented for this patient?")
    assert profile.terms == tuple(map(term_of, ("hemoglobin", "A1c")))
    assert profile.newest and not profile.oldest


def test_phrases_end_at_function_words_and_commas() -> None:
    profile = profile_question("Effect of oral iron versus placebo on fatigue, hemoglobin?")
    spoken = [tuple(profile.terms[index] for index in phrase) for phrase in profile.phrases]
    assert (term_of("oral"), term_of("iron")) in [phrase[:2] for phrase in spoken]
    assert (term_of("fatigue"),) in spoken and (term_of("hemoglobin"),) in spoken


def test_drug_names_are_specific_and_dose_forms_are_not() -> None:
    profile = profile_question("warfarin 5 MG oral tablet")
    assert dict(zip(profile.terms, profile.specific, strict=True))[term_of("warfarin") or ""]
    assert sum(profile.specific) == 1


def test_sections_are_known_by_kind_and_by_title() -> None:
    results = SECTION_FEATURES.index("results")
    assert section_flags("results")[results] == section_flags("BODY.RESULTS")[results] == 1
    assert not any(section_flags("medications"))


def test_the_same_text_has_the_same_profile() -> None:
    assert profile_sentence("Potassium rose to 6.1.") == profile_sentence("Potassium rose to 6.1.")
