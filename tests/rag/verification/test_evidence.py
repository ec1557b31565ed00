"""The best sentences for a statement: found by what is rare in it, combined, with their neighbours, at their offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verification.evidence import Contexts, Found, best_sentences, premise
from rag.verification.words import count_pieces
from tests.growth import grows_linearly, repeated

NOTE = (
    "Mr. Adeyemi is a 61-year-old man. He was seen for his knee. He takes lisinopril 10 mg daily. "
    "Metformin was stopped in 2019. The left knee is swollen. He walks with a cane."
)
TRIAL = (
    "Multiple sclerosis (MS) often brings spasticity. We randomised 189 subjects. The Numerical Rating Scale (NRS) fell by 1.2 points. "
    "Adverse events were mild."
)


def best(statement: str, *texts: str) -> list[str]:
    contexts = Contexts(texts)
    return [contexts.text_of(index) for index in best_sentences(statement, contexts).best]


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("He is on lisinopril 10 mg a day.", "He takes lisinopril 10 mg daily."),
        ("Swelling of the left knee.", "The left knee is swollen."),
        ("Metformin ended in 2019.", "Metformin was stopped in 2019."),
    ],
)
def test_the_sentence_that_says_it_comes_first(statement: str, first: str) -> None:
    assert best(statement, "Nothing of it here.", NOTE)[0] == first


def test_several_sentences_are_combined_where_one_does_not_cover_the_statement() -> None:
    assert set(best("He takes lisinopril, metformin was stopped, and his left knee is swollen.", NOTE)) == {
        "He takes lisinopril 10 mg daily.",
        "Metformin was stopped in 2019.",
        "The left knee is swollen.",
    }


def test_what_a_context_abbreviates_counts_as_the_words() -> None:
    assert best("The NRS changed.", TRIAL)[0].startswith("The Numerical Rating Scale (NRS)")
    assert best("The rating scale declined.", "NRS was the outcome.", TRIAL)[0].startswith("The Numerical")
    assert best("MS", TRIAL)[0].startswith("Multiple sclerosis")


def test_neighbours_are_read_in_text_order_but_are_not_the_best() -> None:
    contexts = Contexts([NOTE])
    found = best_sentences("Metformin was stopped.", contexts)
    assert [contexts.text_of(index) for index in found.best] == ["Metformin was stopped in 2019."]
    assert premise(contexts, found) == "He takes lisinopril 10 mg daily. Metformin was stopped in 2019. The left knee is swollen."


def test_neighbours_do_not_cross_into_another_context() -> None:
    contexts = Contexts(["Fever rose.", "Metformin was stopped.", "Cough stayed."])
    assert best_sentences("Metformin was stopped.", contexts).read == (1,)


def test_no_shared_word_is_no_evidence() -> None:
    assert best_sentences("Zebra.", Contexts([NOTE])) == Found((), ())
    assert best_sentences("", Contexts([])) == Found((), ())


def test_verbatim_sentences_are_known_but_not_parts_of_them() -> None:
    contexts = Contexts(["She has no bleeding.  Fever  rose overnight."])
    assert contexts.verbatim("Fever rose overnight.") is not None
    assert contexts.verbatim("Yes: She has no bleeding.") is not None
    assert contexts.verbatim("bleeding") is None
    assert contexts.verbatim("No: She has no bleeding.") is None


@given(st.lists(st.text(alphabet="abc ABC.\n1é;-", max_size=80), max_size=4), st.text(alphabet="abc 1é", max_size=30))
def test_sentences_are_the_contexts_text_at_their_offsets(texts: list[str], statement: str) -> None:
    contexts = Contexts(texts)
    for index, sentence in enumerate(contexts.sentences):
        place = sentence.place
        assert texts[place.context][place.span.start : place.span.end] == contexts.text_of(index) != ""
    found = best_sentences(statement, contexts)
    assert set(found.best) <= set(found.read) and list(found.read) == sorted(set(found.read))
    assert set(found.in_order) == set(found.read) and found.in_order[: len(found.best)] == found.best


@given(st.integers(min_value=5, max_value=120))
def test_the_budget_of_word_pieces_holds_but_for_the_first_sentence(budget: int) -> None:
    contexts = Contexts([NOTE, TRIAL])
    found = best_sentences("He takes lisinopril, metformin stopped, left knee swollen, NRS fell.", contexts, budget)
    assert len(found.read) == 1 or sum(count_pieces(contexts.text_of(index)) for index in found.read) <= budget


@pytest.mark.parametrize("unit", ["He takes lisinopril 10 mg daily. ", "MS (MS) ", "(AB ", "lisinopril ", "Knee; "])
def test_reading_and_finding_are_linear(unit: str) -> None:
    def work(size: int) -> object:
        return best_sentences("He takes lisinopril for his left knee (MS).", Contexts([repeated(unit, size)]))

    assert grows_linearly(work, 3_000)
