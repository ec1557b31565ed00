"""What is said beside a question asks nothing: who wants to know, what it is for, the alternatives it offers."""

import datetime

import pytest

from rag.questions.understanding import understand
from rag.questions.understood import Understood

AS_OF = datetime.date(2020, 5, 17)


def one(question: str) -> Understood:
    found = understand(question, as_of=AS_OF)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("question", "intent", "phrase"),
    [
        ("Is glaucoma in the chart? the dentist wants to know", "presence", "glaucoma"),
        ("Emphysema in the record? Respiratory therapy asking", "presence", "emphysema"),
        ("How tall is she for the camp form", "latest", "height"),
        ("Insurance form: last tetanus shot?", "last_done", "tetanus shot"),
        ("Lactate clearance - list the values", "values", "lactate clearance"),
        ("Her ferritin, high or low?", "latest", "ferritin"),
        ("Sodium in March 2019? values please", "values", "sodium"),
        ("Is it true that he has gout?", "presence", "gout"),
        ("Creatinine went from ___ to ___?", "change", "creatinine"),
        ("I'm the night doctor and don't know him: what is his potassium?", "latest", "potassium"),
    ],
)
def test_aside_is_not_part_of_the_thing(question: str, intent: str, phrase: str) -> None:
    found = one(question)
    assert (found.intent.value, found.phrase) == (intent, phrase)


def test_allergies_for_a_checklist_are_allergies_alone() -> None:
    assert one("drug intolerances for the pre-op checklist").kinds == {"allergy"}


def test_whole_question_of_an_aside_stays() -> None:
    assert understand("values please", as_of=AS_OF)
