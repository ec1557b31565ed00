"""Answers from the sentences of a patient's notes, for what no typed fact answers: the sentence that names what was asked.

A sentence is judged by how much of what was asked it names (things under any of their names, other words by their stems), with half
the weight for what only its heading, title or neighbour names; then by what kind of answer it holds, and by what it says of the thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.answering.candidates import Candidate, Candidates, is_bare
from rag.answering.composed import Composed, Draft
from rag.answering.evidence import near_duplicates
from rag.answering.passages import PassageReader
from rag.answering.typed.compose import NUMERIC
from rag.answering.typed.events import WHEN
from rag.answering.units_asked import Unit, held_by, units_of
from rag.clinical.assertions import Assertion, assess
from rag.clinical.dates import find_dates
from rag.clinical.units import find_quantities
from rag.numeric import Vector
from rag.questions.understood import Intent, Understood
from rag.types import Evidence, Scope, Span

CONTEXT_SHARE = 0.5
MIN_COVERED = 0.62
STRONG_COVERED = 0.85
KIND_BONUS = 0.15
SIMILARITY_WEIGHT = 0.35
MARGIN = 0.12
MAX_SENTENCES = 2
MAX_OVERVIEW = 4
_SUMMING_UP = re.compile(r"course|assessment|impression|summary|conclusion|plan|interval", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CAUSE = re.compile(
    r"\b(?:because|due to|owing to|secondary to|given|for|since|after|caused by|attributed|reason|prefers?|declin\w+|refus\w+|so that"
    r"|to avoid|in view of|as (?:he|she|they|the)|from)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """One sentence that bears on the question: ``covered`` in [0, 1] is how much of what was asked it names, ``score`` ranks it."""

    candidate: Candidate
    covered: float
    own: float
    score: float
    assertion: Assertion


@dataclass(frozen=True, slots=True)
class Notes:
    """A patient's notes as a question reads them: title and date (a moved ISO date) by document; ``inside`` tells whether a date fits."""

    scope: Scope
    titles: Mapping[str, str]
    dates: Mapping[str, str | None]
    inside: Callable[[str | None], bool]
    windowed: bool


def answer_from_notes(asked: Understood, question: str, notes: Notes, reader: PassageReader) -> Composed:
    """The one or two sentences of the notes that answer, verbatim; no drafts where none does."""
    units = units_of(asked.phrase)
    if not units:
        return Composed("", (), ())
    chosen = _chosen(asked, find_sentences(asked, units, question, notes, reader))
    lead = ""
    if chosen and (asked.polar or asked.intent is Intent.PRESENCE):
        lead = "No" if chosen[0].assertion.negated else "Yes"
        chosen = [found for found in chosen if found.assertion.negated == chosen[0].assertion.negated]
    return _composed(lead, [(found.candidate, found.covered) for found in chosen])


def overview_of_notes(question: str, notes: Notes, reader: PassageReader) -> Composed:
    """The sentences of summing-up sections that bear most on the question; no drafts where the notes have no such section."""
    candidates, vector = _candidates(question, notes, reader)
    summing = [
        (row, candidate)
        for row, candidate in enumerate(candidates.sentences)
        if _SUMMING_UP.search(f"{candidate.section} {candidate.heading}") and not is_bare(candidate.text) and _inside(candidate, notes)
    ]
    similar = candidates.vectors @ vector if candidates.sentences else np.zeros(0)
    best = sorted(summing, key=lambda pair: -float(similar[pair[0]]))[:MAX_OVERVIEW]
    return _composed("", [(candidate, max(0.0, float(similar[row]))) for row, candidate in sorted(best)])


def _composed(lead: str, chosen: Sequence[tuple[Candidate, float]]) -> Composed:
    evidence = tuple(Evidence(candidate.span, candidate.text, min(1.0, score), candidate.section) for candidate, score in chosen)
    return Composed(lead, tuple(Draft(item.quote, (number,)) for number, item in enumerate(evidence)), evidence)


def find_sentences(asked: Understood, units: Sequence[Unit], question: str, notes: Notes, reader: PassageReader) -> list[Found]:
    """Every sentence inside the window that names part of what was asked, best first."""
    candidates, vector = _candidates(question, notes, reader)
    if not candidates.sentences:
        return []
    similar = np.asarray(candidates.vectors @ vector)
    found = []
    for row, candidate in enumerate(candidates.sentences):
        if not is_bare(candidate.text) and _inside(candidate, notes):
            around = f"{candidate.heading} {candidate.section} {notes.titles.get(candidate.span.doc_id, '')}"
            judged = _judged(asked, units, candidate, f"{around} {_before(candidates.sentences, row)}", float(similar[row]))
            found += [judged] if judged else []
    return sorted(found, key=lambda f: -f.score)


def _candidates(question: str, notes: Notes, reader: PassageReader) -> tuple[Candidates, Vector]:
    """Sentences of the notes dated inside the window, and of all notes where one may give its own date."""
    fitting = frozenset(doc_id for doc_id, time in notes.dates.items() if notes.inside(time))
    if not notes.windowed or not fitting:
        return reader.candidates(question, (replace(notes.scope, doc_ids=frozenset(notes.dates)),))
    return reader.candidates(question, (replace(notes.scope, doc_ids=fitting), replace(notes.scope, doc_ids=frozenset(notes.dates))))


def _inside(candidate: Candidate, notes: Notes) -> bool:
    """Whether the sentence's own date, or else its note's, fits the window."""
    if not notes.windowed:
        return True
    own = [mention.iso for mention in find_dates(candidate.text)]
    return any(notes.inside(iso) for iso in own) or notes.inside(notes.dates.get(candidate.span.doc_id))


def _judged(asked: Understood, units: Sequence[Unit], candidate: Candidate, around: str, similar: float) -> Found | None:
    held = held_by(candidate.text)
    own = [unit for unit in units if unit.stands_in(held)]
    if not own:
        return None
    wider = held | held_by(around)
    near = [unit for unit in units if unit not in own and unit.stands_in(wider)]
    total = sum(unit.weight for unit in units)
    named = sum(unit.weight for unit in own)
    covered = (named + CONTEXT_SHARE * sum(unit.weight for unit in near)) / total
    score = covered + KIND_BONUS * _holds_kind(asked, candidate.text) + SIMILARITY_WEIGHT * similar
    return Found(candidate, covered, named / total, score, _assertion(candidate, own))


def _before(sentences: Sequence[Candidate], row: int) -> str:
    """The sentence before, of the same chunk: what a pronoun points at."""
    return sentences[row - 1].text if row and sentences[row - 1].chunk == sentences[row].chunk else ""


def _assertion(candidate: Candidate, own: Sequence[Unit]) -> Assertion:
    """What the sentence says of the heaviest unit it names."""
    unit = max(own, key=lambda u: u.weight)
    held = held_by(candidate.text)
    words = sorted({atom.removeprefix("~") for form in unit.forms if form <= held for atom in form}, key=len, reverse=True)
    lowered = candidate.text.casefold()
    start = next((at for word in words if (at := lowered.find(word)) >= 0), 0)
    length = next((len(word) for word in words if lowered.find(word) >= 0), len(lowered))
    return assess(candidate.text, Span(start, start + length), candidate.section)


def _holds_kind(asked: Understood, text: str) -> bool:
    if asked.intent in NUMERIC or asked.intent in (Intent.DOSE, Intent.COUNT):
        return bool(find_quantities(text))
    if asked.intent in WHEN:
        return bool(find_dates(text) or _YEAR.search(text))
    if asked.intent is Intent.WHY:
        return _CAUSE.search(text) is not None
    return False


def _chosen(asked: Understood, found: Sequence[Found]) -> list[Found]:
    fitting = [f for f in found if _fits(asked, f)]
    if not fitting:
        return []
    best = fitting[0]
    chosen = [best]
    for other in fitting[1:]:
        if len(chosen) == MAX_SENTENCES or best.score - other.score > MARGIN:
            break
        if not any(near_duplicates(other.candidate.text, kept.candidate.text) for kept in chosen):
            chosen.append(other)
    return chosen


def _fits(asked: Understood, found: Found) -> bool:
    if found.covered < MIN_COVERED:
        return False
    told = found.assertion
    of_family = told.experiencer != "patient"
    if of_family != (asked.experiencer != "patient"):
        return False
    if asked.polar or asked.intent is Intent.PRESENCE:
        return not told.hypothetical and not told.uncertain and found.covered >= STRONG_COVERED
    strict = asked.intent in NUMERIC or asked.intent in WHEN or asked.intent in (Intent.DOSE, Intent.COUNT)
    if strict:
        return _holds_kind(asked, found.candidate.text) and told.label in ("present", "historical") and found.covered >= STRONG_COVERED
    return asked.intent is not Intent.WHY or _holds_kind(asked, found.candidate.text) or found.covered >= STRONG_COVERED
