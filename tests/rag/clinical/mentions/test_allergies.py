"""What notes say of allergies: substance, reaction, severity, and that there are none."""

from __future__ import annotations

import pytest

from rag.clinical.mentions.allergies import find_allergies
from rag.clinical.mentions.mention import Mention
from rag.clinical.sections import find_sections


def found(text: str) -> tuple[Mention, ...]:
    return find_allergies(text, find_sections(text))


def table(text: str) -> list[tuple[str, str, str | None]]:
    def slot(mention: Mention, name: str) -> str | None:
        return next((text[s.span.start : s.span.end] for s in mention.slots if s.name == name), None)

    return [(mention.canonical, mention.assertion, slot(mention, "reaction")) for mention in found(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("She is allergic to penicillin (hives) and takes metformin.", [("penicillin", "present", "hives")]),
        ("He has a history of anaphylaxis to peanuts.", [("peanuts", "present", "anaphylaxis")]),
        ("Intolerance: codeine (nausea)", [("codeine", "present", "nausea")]),
        ("He is intolerant of ACE inhibitors due to cough.", [("ace inhibitor", "present", "cough")]),
        ("He has a penicillin allergy with hives.", [("penicillin", "present", "hives")]),
        ("He denies allergy to latex.", [("latex", "negated", None)]),
        ("ALLERGIES: PCN, but has tolerated cephalosporins in the past.", [("penicillin", "present", None)]),
    ],
)
def test_substance_with_its_reaction(text: str, wanted: list[tuple[str, str, str | None]]) -> None:
    found_rows = [(name.removesuffix("s"), said, reaction) for name, said, reaction in table(text)]
    assert found_rows == [(name.removesuffix("s"), said, reaction) for name, said, reaction in wanted]


@pytest.mark.parametrize(
    "text", ["NKDA", "No known drug allergies.", "ALLERGIES: None.", "Denies any drug allergies.", "# Allergies\nNo Known Allergies."]
)
def test_no_known_allergies_is_negated(text: str) -> None:
    assert table(text) == [("no known allergies", "negated", None)]


def test_exception_to_none_is_an_allergy() -> None:
    text = "Allergies: no known drug allergies except sulfa, which causes rash"
    assert table(text) == [("no known allergies", "negated", None), ("sulfonamide antibiotic", "present", "rash")]


def test_list_holds_what_no_word_list_knows() -> None:
    text = "ALLERGIES\n\nPenicillin (severe anaphylaxis), Equagesic, latex.\n\nMEDICATIONS\n\nAspirin 81 mg daily.\n"
    assert [(name, said) for name, said, _ in table(text)] == [("penicillin", "present"), ("equagesic", "present"), ("latex", "present")]


def test_severity_belongs_to_its_own_substance() -> None:
    text = "Allergies: penicillin (severe hives), Equagesic"
    first, second = found(text)
    assert [s.name for s in first.slots] == ["name", "severity", "reaction"]
    assert [s.name for s in second.slots] == ["name"]


def test_relatives_allergy_is_family() -> None:
    (mention,) = found("Her mother is allergic to aspirin.")
    assert (mention.assertion, mention.experiencer) == ("family", "mother")


@pytest.mark.parametrize("text", ["Allergic rhinitis treated with Allegra 180 mg daily.", "She takes penicillin.", "Reacts well to light."])
def test_no_allergy_where_none_is_said(text: str) -> None:
    assert found(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Peanut allergy: epinephrine auto-injector refilled for school.",
        "Peanut allergy with a reaction in February: reviewed when to use epinephrine.",
        "He had hives after eating a bar with peanut, given diphenhydramine, epinephrine not used.",
    ],
)
def test_what_treats_an_allergy_is_none(text: str) -> None:
    assert [canonical for canonical, _, _ in table(text)] in (["peanut"], ["peanut allergy"])


def test_the_year_of_a_reaction_is_its_onset() -> None:
    assert [mention.time for mention in found("ALLERGIES:\nIodinated contrast (hives, 2017)\n")] == ["2017"]


def test_a_symptom_of_another_matter_is_no_reaction() -> None:
    assert [reaction for _, _, reaction in table("Has a peanut allergy, 1 day of runny nose.")] == [None]
