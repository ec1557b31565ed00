"""Reading beforehand what a first question would wait for: word lists, rules and the weights of encoder and reranker, and torch: 3 to 4 s.

For a process that answers many questions; one that answers a single question reads only what that one needs.
"""

from __future__ import annotations

import gc
from datetime import date

from rag.answering.scorer import packaged_scorer
from rag.answering.units_asked import units_of
from rag.clinical.assertions import assess
from rag.clinical.concepts.resolution import resolve
from rag.clinical.mentions.drug_names import find_drug_names, words_of
from rag.clinical.units import find_quantities
from rag.embedding import Embedder
from rag.question_reader import QuestionReader
from rag.questions.understanding import understand
from rag.reranking import Reranker
from rag.types import ChartConcept, Span
from rag.verification.slots import check_statement

QUESTIONS = ("What was the latest hemoglobin A1c in 2020?", "Does the patient have heart failure?", "What medications is she taking?")
SENTENCE = "Hemoglobin A1c 7.2 % on metformin 500 mg daily, denies chest pain."
CHART = (
    ChartConcept("observation", "4548-4", "Hemoglobin A1c", 1),
    ChartConcept("condition", "84114007", "Heart failure (disorder)", 1),
    ChartConcept("medication", "861007", "metformin hydrochloride 500 MG Oral Tablet", 1),
)


def warm(embedder: Embedder, reranker: Reranker, questions: QuestionReader) -> None:
    """Read everything, then take what was read out of the garbage collector's rounds (a full one took 50 ms of a question)."""
    names = frozenset(concept.display for concept in CHART)
    for question in QUESTIONS:
        for asked in understand(question, as_of=date(2024, 1, 1), names=names):
            for phrase in (asked.phrase, "a1c", "CHF", "diabetis"):
                resolve(phrase, asked.kinds, CHART)
        embedder.embed_query(question)
        questions.read(question)
    check_statement(SENTENCE, [SENTENCE])
    find_drug_names(SENTENCE, words_of(SENTENCE))
    find_quantities(SENTENCE)
    assess(SENTENCE, Span(SENTENCE.find("chest"), len(SENTENCE) - 1), "")
    units_of("heart failure")
    reranker.warm()
    packaged_scorer()
    gc.collect()
    gc.freeze()
