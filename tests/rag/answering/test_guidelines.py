"""Questions to guidelines: the version in force speaks first, a replaced one is named as such, and titles are no answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from rag.answering.asked_version import asked_version, without_version
from rag.answering.composed import Composed
from rag.answering.guideline_library import GuidelineLibrary
from rag.answering.guideline_queries import guideline_queries
from rag.answering.guidelines import answer_guideline, join_guidelines
from rag.answering.passages import PassageReader
from rag.questions.understanding import understand
from rag.settings import Settings
from rag.store.database import Database
from rag.store.documents import delete_document, write_documents
from rag.types import NO_PATIENT, Chunk, Scope, ScoredChunk

WARFARIN = """# Oral Anticoagulation

Policy number: RX-2
Version: 1.0
Effective date: 2023-07-01

## Warfarin monitoring
The target INR for atrial fibrillation is 2.0 to 3.0.
INR | Action
INR: Below 2.0; Action: Raise the weekly dose of warfarin
INR: 3.1 to 4.5; Action: Lower the weekly dose of warfarin
INR: 4.6 to 10.0; Action: Hold 1 to 2 doses, recheck in 2 to 3 days
INR: Above 10.0; Action: Hold warfarin and give vitamin K by mouth
## Apixaban dose
Reduce apixaban to 2.5 mg twice daily when two or more of the following are present.
- Age of 80 years or older.
- Body weight of 60 kg or less."""
SCOPE = Scope(frozenset({"policies"}), frozenset({NO_PATIENT}))
OLD = """# Naloxone and Opioids

Policy number: RX-1
Version: 1.0
Effective date: 2019-05-01

Offer naloxone to patients who take 90 MME of an opioid per day or more.
Weigh every patient with gout who starts allopurinol before the first tablet."""
NEW = """# Naloxone and Opioids in Adults

Policy number: RX-1
Version: 2.0
Effective date: 2023-07-01
Supersedes: Version 1.0

Offer naloxone to patients who take 50 MME of an opioid per day or more.
Oxycodone counts with a factor of 1.5 toward the daily dose of opioids."""
NALOXONE = "At what daily MME should naloxone be offered to patients who take an opioid?"


@dataclass
class Shelf:
    """A retriever that gives every chunk of the scope, and an embedder that only knows words."""

    vector: Callable[[str], np.ndarray]
    chunks: list[Chunk]

    def embed_query(self, text: str) -> np.ndarray:
        return self.vector(text)

    def retrieve(self, question: str, scope: Scope, k: int, *, query_vector: Any = None) -> list[ScoredChunk]:
        inside = [chunk for chunk in self.chunks if scope.doc_ids is None or chunk.doc_id in scope.doc_ids]
        return [ScoredChunk(chunk, 1.0) for chunk in inside[:k]]


@dataclass(frozen=True)
class Guidelines:
    """A store of guidelines and what reads it."""

    database: Database
    reader: PassageReader

    def ask(self, question: str) -> Composed:
        return answer_guideline(question, SCOPE, self.reader)[0]


def _by_section(record: Any) -> Any:
    """The record with a chunk for each marked section instead of one for each line."""
    starts = [at for at, chunk in enumerate(record.chunks) if at == 0 or chunk.text.startswith("#")]
    chunks, vectors = [], []
    for start, end in zip(starts, [*starts[1:], len(record.chunks)], strict=True):
        lines = record.chunks[start:end]
        text = "\n".join(line.text for line in lines)
        chunks.append(
            replace(lines[0], ordinal=len(chunks), end=lines[-1].end, text=text, sentences=tuple(line.sentences[0] for line in lines))
        )
        sentences = np.concatenate([vector.sentences for vector in record.vectors[start:end]])
        vectors.append(replace(record.vectors[start], sentences=sentences))
    return replace(record, chunks=tuple(chunks), vectors=tuple(vectors))


@pytest.fixture
def guidelines(database: Database, make_record: Any, embed: Any) -> Iterator[Callable[..., Guidelines]]:
    def made(**texts: str) -> Guidelines:
        records = []
        for name, text in texts.items():
            lines = "\n".join(line for line in text.split("\n") if line)
            record = make_record(name, lines, patient=None, corpus="policies", uri=f"{name}.md")
            title = lines.partition("\n")[0].lstrip("# ")
            records.append(_by_section(replace(record, document=replace(record.document, title=title, resources=()))))
        write_documents(database, records, "test")
        shelf = Shelf(embed, [chunk for record in records for chunk in record.chunks])
        reader = PassageReader(database, shelf, shelf, Settings(), GuidelineLibrary(database), None)  # type: ignore[arg-type]
        return Guidelines(database, reader)

    yield made


def cited(composed: Composed) -> list[str]:
    return [composed.evidence[index].span.doc_id for draft in composed.drafts for index in draft.evidence]


def said(composed: Composed) -> str:
    return " ".join(draft.text for draft in composed.drafts)


def codes(composed: Composed) -> list[str]:
    return [notice.code for notice in composed.notices]


def test_version_in_force_answers_and_the_replaced_one_is_silent(guidelines: Callable[..., Guidelines]) -> None:
    composed = guidelines(old=OLD, new=NEW).ask(NALOXONE)
    assert "50 MME" in said(composed)
    assert set(cited(composed)) == {"new"}
    assert codes(composed) == []


def test_version_asked_for_is_cited_and_named_as_replaced(guidelines: Callable[..., Guidelines]) -> None:
    shelf = guidelines(old=OLD, new=NEW)
    for question in (
        "At what daily MME should naloxone be offered to patients who take an opioid in version 1?",
        "At what MME should naloxone be offered to patients who take an opioid according to the 2019 policy?",
        "At what daily MME should naloxone be offered to patients who take an opioid in the old policy?",
    ):
        composed = shelf.ask(question)
        assert "90 MME" in said(composed)
        assert set(cited(composed)) == {"old"}
        (notice,) = composed.notices
        assert notice.code == "superseded_version"
        assert notice.text == (
            "“Naloxone and Opioids”, version 1.0 (2019-05-01), was replaced by “Naloxone and Opioids in Adults”, version 2.0 (2023-07-01)."
        )


def test_replaced_version_answers_where_the_one_in_force_is_silent(guidelines: Callable[..., Guidelines]) -> None:
    composed = guidelines(old=OLD, new=NEW).ask("When should a patient with gout who starts allopurinol be weighed?")
    assert "allopurinol" in said(composed)
    assert "superseded_version" in codes(composed)


def test_version_that_is_not_there_is_said(guidelines: Callable[..., Guidelines]) -> None:
    composed = guidelines(new=NEW).ask("At what MME should naloxone be offered to patients who take an opioid in version 7?")
    assert "50 MME" in said(composed)
    assert codes(composed) == ["version_not_found"]


def test_replacement_that_is_not_stored_is_named_from_the_text(guidelines: Callable[..., Guidelines]) -> None:
    composed = guidelines(old=OLD.replace("Effective", "Status: Superseded by version 2.0 of 2023\nEffective")).ask(NALOXONE)
    (notice,) = composed.notices
    assert notice.text == (
        "“Naloxone and Opioids”, version 1.0 (2019-05-01), was replaced by version 2.0 of 2023, which is not among the guidelines in scope."
    )


def test_titles_and_front_matter_are_no_answers(guidelines: Callable[..., Guidelines]) -> None:
    composed = guidelines(new=NEW).ask("What do opioids and naloxone in adults need?")
    assert not any(word in said(composed) for word in ("#", "Policy number", "Effective date", "Supersedes"))


def test_question_whether_something_should_be_done_is_answered_with_the_advice(guidelines: Callable[..., Guidelines]) -> None:
    composed = guidelines(new=NEW).ask("Should naloxone be offered to patients who take 60 MME of an opioid per day?")
    assert "Offer naloxone" in said(composed)


def test_row_in_whose_range_the_value_stands_answers_alone(guidelines: Callable[..., Guidelines]) -> None:
    shelf = guidelines(warfarin=WARFARIN)
    for value, action in (
        ("7", "Hold 1 to 2 doses"),
        ("1.6", "Raise the weekly dose"),
        ("12", "vitamin K"),
        ("3.6", "Lower the weekly dose"),
    ):
        composed = shelf.ask(f"INR {value} on warfarin, what do I do?")
        assert action in composed.drafts[0].text
        assert not any(
            f"INR: {other}" in said(composed) for other in ("Below", "3.1", "4.6", "Above") if other not in composed.drafts[0].text
        )


def test_list_is_said_with_the_sentence_that_leads_to_it(guidelines: Callable[..., Guidelines]) -> None:
    composed = guidelines(warfarin=WARFARIN).ask("When is apixaban reduced to 2.5 mg?")
    assert "two or more" in said(composed)
    assert "60 kg or less" in said(composed)


@pytest.mark.parametrize(
    "question",
    ["What is the dose of dabigatran?", "How many mg of vitamin K are given?", "Which laxative goes with warfarin?", "K 6.3, what first?"],
)
def test_what_the_guidelines_do_not_say_is_not_answered(guidelines: Callable[..., Guidelines], question: str) -> None:
    assert not guidelines(warfarin=WARFARIN).ask(question).drafts


def test_library_is_read_again_after_a_removal(guidelines: Callable[..., Guidelines]) -> None:
    shelf = guidelines(old=OLD, new=NEW)
    assert shelf.reader.library.listed({"policies"})["old"].newer is not None
    delete_document(shelf.database, "new", "withdrawn")
    assert shelf.reader.library.listed({"policies"})["old"].newer is None


def test_joined_question_looks_for_the_thing_and_its_class(guidelines: Callable[..., Guidelines]) -> None:
    asked = understand("Is her oxycodone dose within our guideline?", as_of=date(2024, 1, 1))
    queries = guideline_queries(asked)
    assert [query.text for query in queries[:2]] == ["oxycodone daily dose", "opioid daily dose"]
    composed = join_guidelines(asked, SCOPE, guidelines(old=OLD, new=NEW).reader)
    assert "Oxycodone counts" in said(composed)
    assert set(cited(composed)) == {"new"}


def test_joined_question_says_nothing_on_another_thing(guidelines: Callable[..., Guidelines]) -> None:
    asked = understand("Is her lisinopril dose within our guideline?", as_of=date(2024, 1, 1))
    assert not join_guidelines(asked, SCOPE, guidelines(new=NEW).reader).drafts


@pytest.mark.parametrize(
    ("question", "label", "old", "both"),
    [
        ("What did version 1 say about naloxone?", "1", False, False),
        ("What does the 2016 CDC guideline say?", "2016", False, False),
        ("What did guideline v1.3 say on fever?", "1.3", False, False),
        ("What was in the previous sepsis policy?", None, True, False),
        ("What did the old one say about tapers?", None, True, False),
        ("What changed since version 1 of the policy?", None, False, True),
        ("What is the ST elevation in V2 after an infarct in 2019?", None, False, False),
    ],
)
def test_asked_version_is_understood(question: str, label: str | None, old: bool, both: bool) -> None:
    asked = asked_version(question)
    assert (asked.label, asked.old, asked.both) == (label, old, both)


def test_number_that_is_no_year_names_no_version() -> None:
    assert asked_version("Is the 1200 mL protocol still used?").label is None


def test_version_words_are_not_searched_for() -> None:
    assert without_version("What did version 1 of the policy say on naloxone?") == "What did of the policy say on naloxone?"
    assert without_version("What does the 2016 CDC guideline say?") == "What does the CDC guideline say?"
