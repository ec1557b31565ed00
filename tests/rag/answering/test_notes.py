"""Answers from the sentences of notes: the one that names what was asked, of the right person, in the window, of the right kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from rag.answering.answer_kinds import asks_figure, holds_figure
from rag.answering.candidates import Candidate, Candidates, lay_out
from rag.answering.composed import Composed
from rag.answering.note_sentences import Notes
from rag.answering.notes import answer_from_notes, overview_of_notes
from rag.numeric import Vector
from rag.questions.understood import Anchor, Intent, Relation, Understood
from rag.types import Scope
from tests.rag.answering.conftest import found, word_vector

SCOPE = Scope(frozenset({"charts"}), frozenset({"p-1"}))


@dataclass(frozen=True, slots=True)
class Note:
    """One note of a chart: its title, its date and its sentences."""

    title: str
    date: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """A stand-in for ``PassageReader`` that finds every sentence of the scope's notes."""

    notes: Sequence[Note]
    doubted: frozenset[str] = frozenset()

    def rerank(self, question: str, candidates: Sequence[Candidate], titles: Mapping[str, str]) -> Vector:
        """No opinion, but on sentences that are ``doubted``."""
        return np.array([-5.0 if one.text in self.doubted else 0.0 for one in candidates], dtype=np.float32)

    def candidates(self, question: str, scopes: Sequence[Scope]) -> tuple[Candidates, Vector]:
        wanted = frozenset[str]().union(*(scope.doc_ids or frozenset() for scope in scopes))
        kept = [(f"d-{n}", note) for n, note in enumerate(self.notes) if f"d-{n}" in wanted]
        laid = found(*(note.sentences for _, note in kept), documents=[doc_id for doc_id, _ in kept])
        return lay_out(laid.hits, laid.vectors), word_vector(question)


def ask(
    asked: Understood, *notes: Note, window: tuple[str, str] | None = None, event: str = "", names: tuple[str, ...] = (),
    doubted: frozenset[str] = frozenset(),
) -> Composed:  # fmt: skip
    """The answer to ``asked`` from ``notes``; ``window`` is the first and last day asked for; ``doubted`` are the reranker's doubts."""

    def inside(day: str | None) -> bool:
        return window is None or (day is not None and window[0][: len(day)] <= day <= window[1])

    titles = {f"d-{n}": note.title for n, note in enumerate(notes)}
    dates: dict[str, str | None] = {f"d-{n}": note.date for n, note in enumerate(notes)}
    read = Notes(SCOPE, titles, dates, inside, window is not None, event, names)
    return answer_from_notes(asked, asked.text, read, Reader(notes, doubted))  # type: ignore[arg-type]


def said(composed: Composed) -> list[str]:
    return [draft.text for draft in composed.drafts]


def question(text: str, intent: Intent, phrase: str, **more: object) -> Understood:
    return Understood(text, intent, phrase, **more)  # type: ignore[arg-type]


VISIT = Note(
    "Progress note",
    "2024-05-06",
    (
        "He mends fishing nets for a living and owns two dogs.",
        "Tourniquet 62 minutes.",
        "Started apixaban because of a clot in the left calf.",
        "Denies chest pain.",
        "If the clot grows, start warfarin.",
        "His brother had a stroke.",
    ),
)


def test_the_sentence_that_names_the_thing_is_said_verbatim() -> None:
    assert said(ask(question("How long was the tourniquet up?", Intent.DURATION, "tourniquet"), VISIT)) == ["Tourniquet 62 minutes."]


def test_what_no_sentence_names_is_not_answered() -> None:
    assert said(ask(question("How long was the ventilator on?", Intent.DURATION, "ventilator"), VISIT)) == []


def test_a_value_is_not_answered_without_a_number() -> None:
    assert (
        said(
            ask(
                question("What was the latest troponin?", Intent.LATEST, "troponin", kinds=frozenset({"observation"})),
                Note("Note", "2024-01-01", ("Troponin sent.",)),
            )
        )
        == []
    )


def test_a_number_of_a_date_is_no_value() -> None:
    note = Note("Note", "2024-01-03", ("Troponin sent on 1/2.",))
    assert said(ask(question("What was the latest troponin?", Intent.LATEST, "troponin", kinds=frozenset({"observation"})), note)) == []


def test_a_reason_is_told_by_the_sentence_with_the_cause() -> None:
    note = Note("Note", "2024-01-01", ("On apixaban 5 mg twice daily.", "Apixaban was started due to atrial fibrillation."))
    asked = question("Why is he on apixaban?", Intent.WHY, "apixaban")
    assert said(ask(asked, note))[0] == "Apixaban was started due to atrial fibrillation."


def test_what_follows_for_is_no_reason_for_itself() -> None:
    note = Note("Note", "2024-01-01", ("Seen two weeks after discharge for pneumonia.", "Pneumonia due to aspiration of a peanut."))
    asked = question("Why did she get pneumonia?", Intent.WHY, "pneumonia")
    assert said(ask(asked, note))[0] == "Pneumonia due to aspiration of a peanut."


def test_an_effect_named_after_so_has_its_reason_before() -> None:
    note = Note("Note", "2024-01-01", ("Would consider an inhaled steroid if she wheezes again.", "Eosinophils 90, so no inhaled steroid."))
    asked = question("Why is she not on an inhaled steroid?", Intent.WHY, "inhaled steroid")
    assert said(ask(asked, note)) == ["Eosinophils 90, so no inhaled steroid."]


@pytest.mark.parametrize(
    ("sentence", "lead"), [("Denies chest pain.", "No"), ("Chest pain on exertion.", "Yes"), ("Never had chest pain.", "No")]
)
def test_yes_or_no_is_what_the_sentence_says_of_the_thing(sentence: str, lead: str) -> None:
    asked = question("Does he have chest pain?", Intent.PRESENCE, "chest pain", polar=True)
    composed = ask(asked, Note("Note", "2024-01-01", (sentence,)))
    assert (composed.lead, said(composed)) == (lead, [sentence])


def test_a_plan_for_the_case_decides_nothing() -> None:
    asked = question("Is he on warfarin?", Intent.PRESENCE, "warfarin", polar=True)
    assert said(ask(asked, VISIT)) == []


def test_a_relative_is_not_the_patient() -> None:
    assert said(ask(question("Did he have a stroke?", Intent.PRESENCE, "stroke", polar=True), VISIT)) == []
    asked = question("Did his brother have a stroke?", Intent.PRESENCE, "stroke", polar=True, experiencer="brother")
    assert ask(asked, VISIT).lead == "Yes"


def test_of_now_the_newest_note_decides() -> None:
    notes = (Note("Note", "2023-01-01", ("Wheezing at night.",)), Note("Note", "2024-01-01", ("No wheezing at night.",)))
    asked = question("Is he wheezing at night now?", Intent.PRESENCE, "wheezing at night", polar=True, status="current")
    assert ask(asked, *notes).lead == "No"
    asked = question("Did he ever wheeze at night?", Intent.PRESENCE, "wheezing at night", polar=True)
    assert ask(asked, *notes).lead == "Yes"


def test_a_thing_that_was_not_needed_is_not_listed() -> None:
    note = Note("Note", "2024-01-01", ("Low score: chemotherapy is not recommended.",))
    assert said(ask(question("Which chemotherapy did she get?", Intent.LIST, "chemotherapy"), note)) == []


def test_only_notes_of_the_window_answer() -> None:
    notes = (Note("Note", "2023-03-01", ("Peak flow 190.",)), Note("Note", "2024-03-01", ("Peak flow 240.",)))
    asked = question("Peak flow in 2024?", Intent.VALUES, "peak flow")
    assert said(ask(asked, *notes, window=("2024-01-01", "2024-12-31"))) == ["Peak flow 240."]


def test_a_sentence_with_its_own_date_answers_for_that_date_and_not_for_its_notes() -> None:
    note = Note("Note", "2024-03-01", ("Ferritin was 12 on Feb 16 at the local lab.",))
    asked = question("Ferritin?", Intent.VALUES, "ferritin")
    assert said(ask(asked, note, window=("2024-02-16", "2024-02-16")))
    assert not said(ask(asked, note, window=("2024-03-01", "2024-03-01")))


def test_an_event_that_is_not_on_record_must_be_named_by_the_note() -> None:
    notes = (Note("Nursing note - burns unit", "2024-01-01", ("FiO2 0.45.",)), Note("Clinic note", "2024-02-01", ("FiO2 0.30.",)))
    asked = question("What FiO2 did she need in the burns unit?", Intent.VALUES, "fio2")
    assert said(ask(asked, *notes, event="burns unit")) == ["FiO2 0.45."]
    assert said(ask(asked, *notes, event="transplant ward")) == []


def test_the_phrase_as_asked_answers_beyond_the_day_of_the_event() -> None:
    note = Note("Note", "2024-03-11", ("Last known well 09:05.",))
    anchor = Anchor("stroke", Relation.BEFORE, "condition")
    asked = question("Time he was last known well before the stroke?", Intent.LAST_DONE, "last known well", anchor=anchor)
    assert said(ask(asked, note, window=("2000-01-01", "2024-03-10"))) == ["Last known well 09:05."]


def test_the_head_of_a_note_names_what_its_sentences_are_about() -> None:
    notes = (
        Note("Radiology report", "2024-01-01", ("EXAM: CT chest", "Small effusion on the left.")),
        Note("Clinic note", "2024-01-02", ("Plan reviewed.", "Knee effusion drained.", "Sleeps well.", "Walks daily.")),
    )
    asked = question("Was there an effusion on the chest CT?", Intent.REPORT, "effusion on chest ct")
    assert said(ask(asked, *notes)) == ["Small effusion on the left."]


def test_who_signed_and_who_the_patient_is_are_no_answers() -> None:
    note = Note("CT head", "2024-01-01", ("PATIENT: DOE, JANE   MRN 1   EXAM DATE 2024-01-01", "Electronically signed by A. Stroke, MD"))
    assert said(ask(question("When was the stroke?", Intent.STARTED, "stroke"), note)) == []


def test_a_size_may_stand_without_its_word() -> None:
    note = Note("Note", "2024-01-01", ("Thyroid about 40 g, smooth.",))
    assert said(ask(question("How big was the thyroid?", Intent.UNKNOWN, "thyroid size"), note)) == ["Thyroid about 40 g, smooth."]


def test_what_the_chart_calls_the_thing_counts_as_the_thing() -> None:
    note = Note("Note", "2024-01-01", ("Takes zorvexolone with coffee.",))
    asked = question("What does she take her gland pill with?", Intent.UNKNOWN, "gland pill")
    assert said(ask(asked, note)) == []
    assert said(ask(asked, note, names=("zorvexolone",))) == ["Takes zorvexolone with coffee."]


def test_an_overview_takes_summing_up_sections_and_nothing_that_tells_who() -> None:
    laid = found(("HOSPITAL COURSE:", "Treated with ceftriaxone.", "Weaned on day two."), ("MRN 1 DOB 2",), section="hospital_course")

    class Fixed:
        def candidates(self, question: str, scopes: Sequence[Scope]) -> tuple[Candidates, Vector]:
            return lay_out(laid.hits, laid.vectors), word_vector(question)

    read = Notes(SCOPE, {"d-1": "Discharge summary"}, {"d-1": "2024-01-01"}, lambda day: True, False)
    composed = overview_of_notes("Summarize the stay", read, Fixed())  # type: ignore[arg-type]
    assert said(composed) == ["Treated with ceftriaxone.", "Weaned on day two."]


def test_a_sentence_that_names_all_words_is_not_said_where_the_reranker_doubts_it() -> None:
    named, other = "Cough at night since the cold.", "Cough better after the inhaler."
    note = Note("Progress note", "2024-05-06", (named, other, "Walks two miles."))
    asked = question("What of the cough at night?", Intent.REPORT, "cough night")
    assert said(ask(asked, note)) == [named]
    assert named not in said(ask(asked, note, doubted=frozenset({named})))


@pytest.mark.parametrize(
    ("asked", "text", "holds"),
    [
        ("troponin number on arrival?", "hs-troponin flat x2.", True),
        ("troponin number on arrival?", "Troponin flat.", False),
        ("how many puffs a week", "Rescue inhaler twice a week.", True),
        ("size of the lesion", "A small lesion on the nose, seen 5/6/24.", False),
    ],
)
def test_an_amount_is_asked_for_in_words_of_many_kinds(asked: str, text: str, holds: bool) -> None:
    assert asks_figure(asked) and holds_figure(text) == holds


def test_how_somebody_is_asks_for_no_amount() -> None:
    assert not asks_figure("How is he sleeping?") and not asks_figure("level of consciousness on arrival")
