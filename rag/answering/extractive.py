"""The extractive composer: an answer is the evidence itself, sentence by sentence, verbatim.

Every statement is one evidence sentence. Yes/no questions get a lead word only where a sentence says so explicitly; where none does,
there is no answer, since a plain sentence would leave the reader to guess.
"""

from __future__ import annotations

from rag.answering.abstention import strong_enough
from rag.answering.composed import Composed, Draft
from rag.answering.evidence import Selection
from rag.answering.polarity import Asked, Stance, stance, understand
from rag.answering.scorer import Scorer
from rag.types import Evidence

MAX_STATEMENTS = 3
LEAD_WORDS = ", documented as: "


def compose(
    question: str, selection: Selection, *, chart: bool = False, limit: int = MAX_STATEMENTS, scorer: Scorer | None = None
) -> Composed:
    """Up to ``limit`` verbatim statements for ``question`` from the evidence that is strong enough.

    In a ``chart``, a mention of a relative or a mere possibility is no evidence for any question about the patient, and a negated
    one none for when something was there; ``nearmiss`` shows them instead. A question for the latest or first gets one statement.
    """
    strong = set(strong_enough(selection, scorer))
    usable = [(index, evidence) for index, evidence in enumerate(selection.evidence) if evidence in strong]
    asked = understand(question)
    lead = ""
    if asked.polar:
        lead, usable = _decide(asked, usable)
    elif chart:
        barred = {Stance.FAMILY, Stance.UNSURE} | ({Stance.NEGATED} if asked.presence else set())
        usable = [(index, evidence) for index, evidence in usable if stance(asked, evidence) not in barred]
    drafts = tuple(Draft(evidence.quote, (index,)) for index, evidence in usable[: 1 if selection.by_date else limit])
    return Composed(lead if drafts else "", drafts, selection.evidence)


def _decide(asked: Asked, usable: list[tuple[int, Evidence]]) -> tuple[str, list[tuple[int, Evidence]]]:
    """The lead word and the evidence that bears it; nothing for a question phrased with a negation."""
    if asked.negative:
        return "", []
    stances = [(stance(asked, evidence), (index, evidence)) for index, evidence in usable]
    for wanted, lead in ((Stance.PRESENT, "Yes"), (Stance.NEGATED, "No")):
        bearing = [item for found, item in stances if found is wanted]
        if bearing:
            return lead, bearing
    return "", []


def with_lead(lead: str, text: str) -> str:
    """An answer's text begun with its lead word: "No" and "Denies chest pain [1]." give "No, documented as: Denies chest pain [1]."."""
    return f"{lead}{LEAD_WORDS}{text}" if lead else text
